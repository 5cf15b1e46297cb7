import Foundation
import Glibc
import SharedState
import StateSync
import TestSupport
import Testing
import WebSocketTransport

@Suite("Many clients, and what runs out", .serialized, .timeLimit(.minutes(10)))
struct ShortageTests {
  @Test(
    "A crowd of which a fifth leaves by a reset has the last values, before and after a restart"
  )
  func crowd() async throws {
    let count = Wishes.seconds == nil ? 200 : 1000
    raiseDescriptorLimit()
    var server = try ServerProcess([])
    let address = server.address
    let leavers = try (0..<count / 5).map { _ in try RawClient(port: server.port) }
    let clients = try (0..<count - count / 5).map { _ in
      SyncClient(transport: try WebSocketClientTransport(address))
    }
    for client in clients { client.start() }
    for client in clients { try await client.waitUntilLive() }
    for leaver in leavers { leaver.leave(byReset: true) }
    for number in 1...2 {
      let judge = SyncClient(transport: try WebSocketClientTransport(address))
      judge.start()
      try await judge.waitUntilLive()
      #expect(await judge.send(StateChange(updates: ["last": .int(Int64(number))])).isAccepted)
      let start = ContinuousClock.now
      try await TransportProbe.eventually("all have the last value") {
        clients.allSatisfy { $0.state["last"] == .int(Int64(number)) }
      }
      print("\(clients.count) clients had the last value after \(ContinuousClock.now - start)")
      await judge.stop()
      if number == 2 { break }
      server.end(SIGKILL)
      server = try ServerProcess([], port: server.port)
    }
    await withTaskGroup { group in
      for client in clients { group.addTask { await client.stop() } }
    }
  }

  /// As many descriptors as this process may have.
  private func raiseDescriptorLimit() {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    limit.rlim_cur = limit.rlim_max
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }

  @Test(
    "A server whose descriptors are used up says so, does not spin, and goes on when there are some"
  )
  func descriptors() async throws {
    let server = try ServerProcess([], descriptors: 100)
    let crowd = try (0..<200).map { _ in try RawClient(port: server.port) }
    try await Task.sleep(for: .seconds(1))
    let before = server.processorTime
    try await Task.sleep(for: .seconds(2))
    #expect(server.processorTime - before < .seconds(1.5))
    #expect(server.told.contains("room for"))
    for client in crowd { client.leave(byReset: false) }
    let client = SyncClient(transport: try WebSocketClientTransport(server.address))
    client.start()
    try await client.waitUntilLive()
    #expect(await client.send(StateChange(updates: ["a": 1])).isAccepted)
    await client.stop()
  }
}

/// What happens to files when there is no room for them.
@Suite("A full disk", .timeLimit(.minutes(5)), .enabled(if: FullDisk.isAvailable, FullDisk.reason))
struct FullDiskTests {
  private func with(_ body: (ServerProcess, String) throws -> Void) throws {
    let server = try ServerProcess([])
    try server.run("set", "a", "\"\(String(repeating: "7", count: 300))\"")
    try body(server, try BuiltProducts.path(of: "townhall"))
  }

  @Test("A dump to a file says that it is not written, and leaves the one that was there as it was")
  func dump() throws {
    try with { server, townhall in
      let disk = try FullDisk()
      let end = try disk.run(
        #"echo old > it.json; fill; "$0" dump --output it.json --town "$1"; echo "status $?"; cat it.json; ls"#,
        [townhall, server.address]
      )
      #expect(end.output.contains("status 2\nold\n"))
      #expect(end.output.contains("No space left on device") && end.output.contains("it.json"))
      #expect(!end.output.contains("partial\n"))
    }
  }

  @Test(
    "What is printed says so too",
    arguments: ["dump", "keys", "get a", "watch --initial", "tour --print", "settings"]
  )
  func printed(call: String) throws {
    try with { server, townhall in
      let disk = try FullDisk()
      let end = try disk.run(
        #"TOWNHALL_TOWN="$1" "$0" \#(call) > /dev/full; echo "status $?""#,
        [townhall, server.address]
      )
      #expect(!end.output.contains("status 0"))
      #expect(end.output.contains("No space left on device"))
    }
  }

  @Test("A dashboard that cannot remember or keep its log says so, and goes on")
  func dashboard() throws {
    try with { server, townhall in
      let disk = try FullDisk()
      let end = try disk.run(
        #"fill; printf 'j p\nj\nq\n' | XDG_STATE_HOME="$PWD" "$0" --linear --log it.log "$1"; echo "status $?""#,
        [townhall, server.address]
      )
      #expect(end.output.contains("No space left on device"))
      #expect(end.output.contains("status"))
    }
  }
}

/// A disk of a few KiB, in a mount namespace of its own.
struct FullDisk {
  static let isAvailable: Bool =
    (try? FullDisk().run("echo yes", []).output.contains("yes")) == true
  static let reason: Comment = "no file system can be mounted here: it takes the right to"

  private let folder = FileManager.default.temporaryDirectory.appending(path: "disk-\(UUID())")

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  /// Runs a script there; `fill` uses up the room.
  func run(_ script: String, _ arguments: [String]) throws -> (output: String, status: Int32) {
    let process = Process()
    let pipe = Pipe()
    let setUp =
      "mount -t tmpfs -o size=64k,nr_inodes=64 none '\(folder.path)' && cd '\(folder.path)' || exit 99; "
      + "fill() { dd if=/dev/zero of=filler bs=1k 2>/dev/null; true; }; "
    process.executableURL = URL(filePath: "/usr/bin/env")
    let mapping = geteuid() == 0 ? [] : ["--map-root-user"]
    process.arguments =
      ["unshare", "--mount"] + mapping + ["/bin/sh", "-c", setUp + script] + arguments
    process.standardInput = FileHandle.nullDevice
    (process.standardOutput, process.standardError) = (pipe, pipe)
    try process.run()
    let bytes = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (String(decoding: bytes, as: UTF8.self), process.terminationStatus)
  }
}
