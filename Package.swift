// swift-tools-version: 6.2
import PackageDescription

/// Our own modules may be optimised in a debug build, to see what comes of it: see `.ci/optimised`.
let optimising: [SwiftSetting] =
  Context.environment["TOWNHALL_OPTIMISED"] == nil
  ? [] : [.unsafeFlags(["-O", "-wmo", "-num-threads", "2"])]

let settings: [SwiftSetting] =
  [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
  ] + optimising

let nio: [Target.Dependency] = [
  .product(name: "NIOCore", package: "swift-nio"),
  .product(name: "NIOPosix", package: "swift-nio"),
  .product(name: "NIOHTTP1", package: "swift-nio"),
  .product(name: "NIOWebSocket", package: "swift-nio"),
  .product(name: "NIOSSL", package: "swift-nio-ssl"),
]

/// gRPC brings a second TLS stack, which more than doubles a first build: it is left out of a build
/// without the trait of the same name (`swift build --disable-default-traits`).
let grpc: [Target.Dependency] = [
  .product(name: "GRPCCore", package: "grpc-swift-2", condition: .when(traits: ["GRPC"])),
  .product(
    name: "GRPCNIOTransportHTTP2Posix",
    package: "grpc-swift-nio-transport",
    condition: .when(traits: ["GRPC"])
  ),
]

/// A library target whose sources are Swift.
func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// A suite named after the module it tests.
func tests(
  _ name: String,
  _ dependencies: [Target.Dependency],
  exclude: [String] = []
) -> Target {
  .testTarget(
    name: name,
    dependencies: dependencies + ["TestSupport"],
    exclude: exclude,
    swiftSettings: settings
  )
}

/// What is fuzzed belongs to the tests, and so is left alone by a build without them; `.ci/fuzz` makes a program of it.
let isFuzzing = Context.environment["TOWNHALL_FUZZING"] != nil

let fuzzTargets: Target = {
  let dependencies: [Target.Dependency] =
    [
      "SharedState", "StateSync", "StateEditing", "MessagePack", "NetworkSupport",
      "Trajectory", "ProtocolBuffers", "WebSocketTransport", "GRPCTransport", "ServerDiscovery",
      "TextScreen", "ScreenKit",
      "StateRecording", "TOML", "Lessons", "Dashboard", "CursesTerminal", "TownhallKit",
      "TownhallApp", "ModelContextProtocol",
      .product(name: "NIOEmbedded", package: "swift-nio"),
    ] + nio
  let path = "Tests/FuzzTargets"
  return isFuzzing
    ? .target(
      name: "FuzzTargets",
      dependencies: dependencies,
      path: path,
      exclude: ["Corpus"],
      swiftSettings: settings
    )
    : .testTarget(
      name: "FuzzTargets",
      dependencies: dependencies,
      path: path,
      exclude: ["Corpus"],
      swiftSettings: settings
    )
}()

let package = Package(
  name: "townhall",
  products: [
    .library(name: "TownhallKit", targets: ["TownhallKit"]),
    .library(name: "SharedState", targets: ["SharedState"]),
    .library(name: "StateEditing", targets: ["StateEditing"]),
    .executable(name: "townhall", targets: ["townhall"]),
  ],
  traits: [
    .default(enabledTraits: ["GRPC"]),
    .trait(
      name: "GRPC",
      description: "Speak gRPC too, to Narupa servers and to NanoVer servers before 2025."
    ),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/grpc/grpc-swift-2", from: "2.4.3"),
    .package(url: "https://github.com/grpc/grpc-swift-nio-transport", from: "2.9.2"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
  ],
  targets: [
    // What is said to people, wherever they read it.
    library("Wording"),
    // Files that people write.
    library("TOML"),

    // The state itself, and the moves it can make.
    library("ConcurrencySupport"),
    library(
      "SharedState",
      ["ConcurrencySupport", .product(name: "HashTreeCollections", package: "swift-collections")]
    ),
    library("StateSync", ["ConcurrencySupport", "SharedState"]),
    // Who may do what with it.
    library(
      "AccessControl",
      ["SharedState", .product(name: "NIOSSL", package: "swift-nio-ssl")]
    ),

    library("StateEditing", ["SharedState", "Wording"]),
    library("StateInspection", ["SharedState", "Wording"]),
    // Other programs, which talk in lines of JSON.
    library("ModelContextProtocol", ["SharedState"]),

    // Frames of a simulation, and the molecule they are of.
    library("MessagePack", ["SharedState"]),
    library("Trajectory", ["ConcurrencySupport", "SharedState", "MessagePack", "Wording"]),
    // Both as Narupa had them, on its wire and in its recordings.
    library("ProtocolBuffers", ["SharedState", "Trajectory"]),

    // Recorded sessions, some of which are packed with zlib's deflate.
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    library(
      "StateRecording",
      ["CZlib", "SharedState", "MessagePack", "Trajectory", "ProtocolBuffers"]
    ),

    // Wires.
    library("NetworkSupport", ["ConcurrencySupport", "AccessControl"] + nio),
    library(
      "WebSocketTransport",
      [
        "ConcurrencySupport", "SharedState", "AccessControl", "StateSync", "MessagePack",
        "NetworkSupport", "Trajectory",
      ] + nio
    ),
    library(
      "ServerDiscovery",
      [
        "ConcurrencySupport", "SharedState",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ]
    ),

    .target(
      name: "GRPCTransport",
      dependencies: [
        "ConcurrencySupport", "SharedState", "AccessControl", "StateSync", "NetworkSupport",
        "Trajectory", "ProtocolBuffers",
      ] + nio + grpc,
      exclude: ["Protos"],
      swiftSettings: settings
    ),

    // The screen.
    library("TextScreen"),
    library("ScreenKit", ["TextScreen", "Wording"]),
    .target(
      name: "Lessons",
      dependencies: [
        "SharedState", "StateEditing", "Trajectory", "TextScreen", "TOML", "Wording",
      ],
      // Kept in the program itself, so that it works wherever it is copied to.
      resources: [.embedInCode("Tours/townhall.toml"), .embedInCode("Tours/coverage.tsv")],
      swiftSettings: settings
    ),
    library(
      "Dashboard",
      [
        "SharedState", "StateEditing", "StateInspection", "Trajectory", "Lessons", "TextScreen",
        "ScreenKit",
      ]
    ),
    .target(
      name: "CursesShim",
      linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]
    ),
    library("CursesTerminal", ["TextScreen", "CursesShim"]),

    // The front doors.
    library(
      "TownhallKit",
      [
        "ConcurrencySupport", "SharedState", "AccessControl", "StateEditing", "StateSync",
        "NetworkSupport", "Trajectory", "StateRecording", "WebSocketTransport", "GRPCTransport",
      ]
    ),
    .target(
      name: "TownhallApp",
      dependencies: [
        "ConcurrencySupport", "SharedState", "AccessControl", "StateEditing", "StateInspection",
        "StateSync", "Lessons", "TextScreen", "TOML", "Wording", "Dashboard", "CursesTerminal",
        "TownhallKit", "NetworkSupport", "Trajectory", "StateRecording", "WebSocketTransport",
        "ServerDiscovery", "ModelContextProtocol",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings
    ),
    .executableTarget(name: "townhall", dependencies: ["TownhallApp"], swiftSettings: settings),
    .executableTarget(
      name: "TownhallBenchmarks",
      dependencies: [
        "SharedState", "StateSync", "MessagePack", "WebSocketTransport", "TextScreen", "Dashboard",
        "TownhallKit",
        "TownhallApp", "CursesTerminal",
      ],
      swiftSettings: settings
    ),

    // Tests. `TestSupport` holds none: it is a test target so that a build without tests leaves it, and the
    // libvterm that it needs, alone.
    .testTarget(
      name: "TestSupport",
      dependencies: ["SharedState", "StateSync", "Lessons", "TextScreen", "TOML", "VTermShim"],
      path: "Tests/TestSupport",
      swiftSettings: settings
    ),
    .systemLibrary(
      name: "VTermShim",
      path: "Tests/VTermShim",
      providers: [.apt(["libvterm-dev"])]
    ),
    .executableTarget(
      name: "TerminalProbe",
      dependencies: ["TextScreen", "CursesTerminal"],
      path: "Tests/TerminalProbe",
      swiftSettings: settings
    ),
    fuzzTargets,
    tests("FuzzTests", ["FuzzTargets"]),
    tests("ConcurrencySupportTests", ["ConcurrencySupport"]),
    tests("AccessControlTests", ["SharedState", "AccessControl"]),
    tests("SharedStateTests", ["SharedState"]),
    tests("StateEditingTests", ["SharedState", "StateEditing"]),
    tests("StateInspectionTests", ["SharedState", "StateInspection", "Wording"]),
    tests("StateSyncTests", ["ConcurrencySupport", "SharedState", "StateSync"]),
    tests("SimulationTests", ["SharedState", "StateSync"]),
    tests("TrajectoryTests", ["SharedState", "MessagePack", "Trajectory"]),
    tests("MessagePackTests", ["SharedState", "MessagePack"]),
    tests(
      "StateRecordingTests",
      ["SharedState", "MessagePack", "Trajectory", "StateRecording", "CZlib"]
    ),
    tests(
      "WebSocketTransportTests",
      [
        "ConcurrencySupport", "SharedState", "AccessControl", "StateSync", "MessagePack",
        "NetworkSupport", "Trajectory", "WebSocketTransport",
        .product(name: "NIOEmbedded", package: "swift-nio"),
      ] + nio
    ),
    tests("ServerDiscoveryTests", ["SharedState", "ServerDiscovery"]),
    tests(
      "GRPCTransportTests",
      [
        "SharedState", "AccessControl", "StateSync", "NetworkSupport", "Trajectory",
        "ProtocolBuffers", "WebSocketTransport", "GRPCTransport",
        .product(
          name: "SwiftProtobuf",
          package: "swift-protobuf",
          condition: .when(traits: ["GRPC"])
        ),
      ] + nio + grpc
    ),
    tests("WordingTests", ["Wording"]),
    tests("TOMLTests", ["TOML"]),
    tests("TextScreenTests", ["TextScreen"]),
    tests("ScreenKitTests", ["TextScreen", "ScreenKit"]),
    tests("LessonsTests", ["SharedState", "StateEditing", "Lessons", "TextScreen", "Dashboard"]),
    tests(
      "DashboardTests",
      [
        "SharedState", "StateEditing", "StateInspection", "Trajectory", "Lessons", "TextScreen",
        "ScreenKit", "Dashboard",
      ],
      exclude: ["Golden"]
    ),
    tests("CursesTerminalTests", ["TextScreen", "CursesShim", "CursesTerminal", "TerminalProbe"]),
    tests(
      "TownhallKitTests",
      ["SharedState", "AccessControl", "StateSync", "NetworkSupport", "TownhallKit"]
    ),
    tests(
      "TownhallAppTests",
      [
        "ConcurrencySupport", "SharedState", "StateEditing", "StateSync", "Lessons", "TextScreen",
        "Wording", "Dashboard",
        "CursesTerminal", "TownhallKit", "TownhallApp", "ServerDiscovery", "NetworkSupport",
        "Trajectory", "StateRecording", "ModelContextProtocol",
      ]
    ),
    tests(
      "PeerTests",
      [
        "ConcurrencySupport", "SharedState", "AccessControl", "StateEditing", "StateSync",
        "MessagePack", "NetworkSupport", "Trajectory", "StateRecording", "WebSocketTransport",
        "GRPCTransport", "Lessons", "TextScreen", "TOML", "ModelContextProtocol", "Dashboard",
        "TownhallKit", "TownhallApp", "townhall",
      ] + nio
    ),
    tests(
      "EndToEndTests",
      [
        "SharedState", "StateSync", "Lessons", "TextScreen", "Dashboard", "TownhallKit",
        "TownhallApp", "townhall",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      exclude: ["Golden"]
    ),
    tests(
      "FaultTests",
      [
        "SharedState", "StateRecording", "StateSync", "NetworkSupport", "WebSocketTransport",
        "GRPCTransport",
        "townhall",
      ]
    ),
    tests("HouseRulesTests", []),
  ],
  swiftLanguageModes: [.v6]
)

if isFuzzing {
  package.targets += [
    .systemLibrary(name: "LibFuzzer", path: "Tests/LibFuzzer"),
    .executableTarget(
      name: "Fuzzer",
      dependencies: ["FuzzTargets", "LibFuzzer"],
      path: "Tests/Fuzzer",
      swiftSettings: settings
    ),
  ]
}
