import Foundation
import SharedState
import StateSync
import TestSupport
import Testing
import WebSocketTransport

@Suite(
  "Clocks that jump",
  .timeLimit(.minutes(5)),
  .enabled(if: FalseClock.isThere, FalseClock.reason)
)
struct ClockTests {
  @Test(
    "A server whose clock is set forward and back goes on, and sends away whose token has ended by it"
  )
  func server() async throws {
    let clock = try FalseClock()
    let list = clock.folder.appending(path: "access").path
    let ada = try token("writer", list)
    let bob = try token("writer", list, "--for", "1h")
    let server = try ServerProcess(["--access", list], environment: clock.variables)
    let clients = try [ada, bob].map { token in
      SyncClient(transport: try WebSocketClientTransport("\(server.address)/?token=\(token)"))
    }
    for client in clients {
      client.start()
      try await client.waitUntilLive()
    }
    func write(_ client: SyncClient, _ number: Int64) async -> Bool {
      await client.send(StateChange(updates: ["n": .int(number)])).isAccepted
    }
    #expect(await write(clients[0], 1))
    #expect(await write(clients[1], 2))

    // As long as an hour is not over, nobody notices.
    try clock.set("+50m")
    #expect(await write(clients[1], 3))
    #expect(await write(clients[0], 4))
    try clock.set("+3h")
    try await TransportProbe.eventually("whose token has ended is sent away") {
      if case .waiting(_, let reason, _) = clients[1].status {
        reason.contains("token")
      } else {
        false
      }
    }
    #expect(clients[0].status.isLive)
    #expect(await write(clients[0], 5))

    try clock.set("-400d")
    #expect(await write(clients[0], 6))
    try await clients[1].waitUntilLive()
    #expect(await write(clients[1], 7))
    try await TransportProbe.eventually("the other hears of it") { clients[0].state["n"] == 7 }
    #expect(clients[0].status.isLive)
    for client in clients { await client.stop() }
  }

  @Test("A certificate that ends while the server runs is told to whoever runs it, once")
  func certificate() async throws {
    let clock = try FalseClock()
    let variables = clock.variables.merging(["XDG_DATA_HOME": clock.folder.path]) { $1 }
    let server = try ServerProcess(["--tls"], environment: variables)
    try clock.set("+4000d")
    // It is looked at when somebody comes, at most once a second.
    let words = "clients refuse it until there is another"
    for _ in 1...600 where !server.told.contains(words) {
      try RawClient(port: server.port).leave(byReset: false)
      try await Task.sleep(for: .milliseconds(50))
    }
    #expect(server.told.contains(words))
    for _ in 1...30 {
      try RawClient(port: server.port).leave(byReset: false)
      try await Task.sleep(for: .milliseconds(100))
    }
    #expect(server.told.components(separatedBy: "ended on").count == 2)
  }

  @Test("Whoever watches with such a clock hears of everything, and of it once")
  func watcher() async throws {
    let clock = try FalseClock()
    let server = try ServerProcess([])
    let watch = Process()
    let said = clock.folder.appending(path: "said")
    try Data().write(to: said)
    // The library moves the environment of the first program that loads it, behind which Swift looks for the arguments.
    watch.executableURL = URL(filePath: "/bin/sh")
    watch.arguments = [
      "-c", #"exec "$0" "$@""#, try BuiltProducts.path(of: "townhall"), "watch", "n", "--initial",
      "--town", server.address,
    ]
    watch.environment = ProcessInfo.processInfo.environment.merging(clock.variables) { $1 }
    watch.standardOutput = try FileHandle(forWritingTo: said)
    watch.standardError = FileHandle.nullDevice
    try server.run("set", "n", "0")
    try watch.run()
    defer { watch.terminate() }
    try await TransportProbe.eventually("the beginning is told") { try Self.lines(said) == 1 }
    for (index, jump) in ["+0", "+2d", "-2d", "+5000d", "-5000d"].enumerated() {
      try clock.set(jump)
      try server.run("set", "n", "\(index + 1)")
      try await TransportProbe.eventually("what is written after a jump of \(jump) is heard of") {
        try Self.lines(said) >= index + 2
      }
    }
    #expect(try Self.lines(said) == 6)
  }

  private static func lines(_ file: URL) throws -> Int {
    try String(contentsOf: file, encoding: .utf8).split(separator: "\n").count
  }

  private func token(_ arguments: String...) throws -> String {
    let (made, output) = (Process(), Pipe())
    made.executableURL = URL(filePath: try BuiltProducts.path(of: "townhall"))
    made.arguments = ["token", "new", arguments[0], "--access"] + arguments.dropFirst()
    (made.standardOutput, made.standardError) = (output, FileHandle.nullDevice)
    try made.run()
    let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
    made.waitUntilExit()
    return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .newlines)
  }
}

/// A clock that one program goes by in place of the machine's, and that jumps when it is told to.
///
/// It is faketime's, which comes between a program and the C library; clocks that cannot be set stay as they are.
struct FalseClock {
  private static let library: String? = {
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib")) ?? []
    return folders.map { "/usr/lib/\($0)/faketime/libfaketime.so.1" }
      .first { FileManager.default.fileExists(atPath: $0) }
  }()
  static let isThere = library != nil
  static let reason: Comment = "libfaketime is not here; .ci/test installs it"

  let folder = FileManager.default.temporaryDirectory.appending(path: "clock-\(UUID())")
  private var file: URL { folder.appending(path: "offset") }

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try set("+0")
  }

  /// What a program needs to be told, to go by it.
  var variables: [String: String] {
    [
      "LD_PRELOAD": Self.library ?? "", "FAKETIME_TIMESTAMP_FILE": file.path,
      "FAKETIME_NO_CACHE": "1", "NO_FAKE_STAT": "1",
      "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1",
    ]
  }

  /// Sets it so far off: `+3h`, `-2d`.
  func set(_ offset: String) throws {
    try Data("\(offset)\n".utf8).write(to: file, options: .atomic)
  }
}
