import Foundation
import TestSupport
import Testing

/// `.ci/start` in a folder of its own, with a stand-in for the compiler: what that builds says what it was built from.
private struct Package {
  private static let compiler = """
    #!/bin/sh
    [ "$1" = build ] || exec echo "Swift version ${VERSION:-6}"
    shift
    echo >>builds
    grep -q broken Sources/main.swift && { echo "error: broken"; exit 1; }
    mkdir -p .build/release
    [ -f Package.resolved ] || echo versions >Package.resolved
    printf '#!/bin/sh\\necho "%s $*"\\n' "$(cat Sources/main.swift) $*" >.build/release/townhall
    chmod +x .build/release/townhall
    [ ! -f meanwhile ] || mv meanwhile Sources/main.swift
    echo "[1/2] Compiling"; echo "Build complete!"
    """

  private let scratch = ScratchFolder()

  init() throws {
    let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: ".ci/start")
    try write(".ci/start", String(contentsOf: script, encoding: .utf8))
    try write(".ci/packages", "#!/bin/sh\n")
    try write("bin/swift", Self.compiler)
    try write("Package.swift", "")
    try write("Sources/main.swift", "one")
  }

  /// Writes a file that can be run, and leaves the date of one that is there.
  func write(_ name: String, _ text: String) throws {
    let file = URL(filePath: scratch.path).appending(path: name)
    let date = try? file.resourceValues(forKeys: [.contentModificationDateKey])
    let folder = file.deletingLastPathComponent()
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
    var attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o755]
    attributes[.modificationDate] = date?.contentModificationDate
    try FileManager.default.setAttributes(attributes, ofItemAtPath: file.path())
  }

  func move(_ name: String, to other: String) throws {
    try FileManager.default.moveItem(
      atPath: scratch.path + "/" + name,
      toPath: scratch.path + "/" + other
    )
  }

  /// How often the compiler has been asked to build.
  var builds: Int {
    FileManager.default.contents(atPath: scratch.path + "/builds")?.count ?? 0
  }

  /// Starts it, and returns what the program says.
  func start(_ settings: [String: String] = [:]) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: scratch.path + "/.ci/start")
    process.arguments = ["ws://here"]
    process.environment = settings.merging(["PATH": scratch.path + "/bin:/usr/bin:/bin"]) { $1 }
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let said = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return String(decoding: said, as: UTF8.self) + "\(process.terminationStatus)"
  }
}

@Suite("What .ci/start starts")
struct StartTests {
  private static let options = "-c release --product townhall"
  private static func said(_ source: String, isPlain: Bool = true) -> String {
    "\(source) \(options)\(isPlain ? " --disable-default-traits" : "") --static-swift-stdlib ws://here\n0"
  }

  @Test("Nothing is built while nothing has changed")
  func twice() throws {
    let package = try Package()
    #expect(try package.start() == Self.said("one"))
    try package.write("README.md", "no part of the program")
    #expect(try package.start() == Self.said("one"))
    #expect(try package.start(["LANG": "C.UTF-8", "TERM": "xterm"]) == Self.said("one"))
    #expect(package.builds == 1)
  }

  @Test("A program is never older than its sources, whatever their dates say")
  func sources() throws {
    let package = try Package()
    #expect(try package.start() == Self.said("one"))
    try package.write("Sources/main.swift", "two")
    #expect(try package.start() == Self.said("two"))
    try package.write("Sources/another.swift", "")
    #expect(try package.start() == Self.said("two") && package.builds == 3)
    try package.move("Sources/another.swift", to: "Sources/yetAnother.swift")
    #expect(try package.start() == Self.said("two") && package.builds == 4)
    try package.write("Package.swift", "another dependency")
    #expect(try package.start() == Self.said("two") && package.builds == 5)
    try package.write("Package.resolved", "another version")
    #expect(try package.start() == Self.said("two") && package.builds == 6)
    #expect(try package.start() == Self.said("two") && package.builds == 6)
  }

  @Test("What changes while it is built is built the next time")
  func meanwhile() throws {
    let package = try Package()
    try package.write("meanwhile", "two")
    #expect(try package.start() == Self.said("one"))
    #expect(try package.start() == Self.said("two") && package.builds == 2)
  }

  @Test("A program of the other flavour, another compiler's or somebody's own is built anew")
  func flavours() throws {
    let package = try Package()
    for _ in 1...2 {
      #expect(try package.start(["TOWNHALL_GRPC": "1"]) == Self.said("one", isPlain: false))
    }
    #expect(package.builds == 1)
    #expect(try package.start() == Self.said("one") && package.builds == 2)
    #expect(try package.start(["VERSION": "7"]) == Self.said("one") && package.builds == 3)
    #expect(try package.start() == Self.said("one") && package.builds == 4)
    try package.write(".build/release/townhall", "#!/bin/sh\necho something else\n")
    #expect(try package.start() == Self.said("one") && package.builds == 5)
  }

  @Test("What cannot be built is not started, and what was built before it is not either")
  func broken() throws {
    let package = try Package()
    #expect(try package.start() == Self.said("one"))
    try package.write("Sources/main.swift", "broken")
    #expect(try package.start() == "1")
    #expect(try package.start() == "1" && package.builds == 3)
    try package.write("Sources/main.swift", "one")
    #expect(try package.start() == Self.said("one") && package.builds == 3)
  }
}
