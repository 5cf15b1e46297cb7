import Foundation
import Glibc
import SharedState
import StateRecording
import StateSync
import Synchronization
import TestSupport
import Testing
import WebSocketTransport

/// What is on the disk when programs that record are killed without a warning, again and again: `FAULT_KILLS=200` for more.
@Suite("Killed while they record", .timeLimit(.minutes(60)))
struct KilledRecorderTests {
  private static let variables = ProcessInfo.processInfo.environment
  private static let kills = variables["FAULT_KILLS"].flatMap { Int($0) } ?? 3
  /// How old may be what is missing: a second is promised; the machines of CI are kept waiting for longer by others.
  private static let promised: Duration =
    variables["FAULT_KILLS"] == nil ? .seconds(5) : .seconds(1)

  /// Writes into a town without a pause, and knows which write was accepted when.
  private final class Writer: Sendable {
    static let keyCount = 40
    private let accepted = Mutex<[(at: ContinuousClock.Instant, key: Int, value: Int)]>([])
    private let client: SyncClient

    init(at address: String) throws {
      client = SyncClient(transport: try WebSocketClientTransport(WebSocketAddress(address)))
      client.start()
    }

    /// Writes about five hundred times in a second, until it is cancelled or the town is gone.
    func write() async {
      for await status in client.statuses() where status.isLive { break }
      await withTaskGroup { group in
        for key in 0..<Self.keyCount {
          group.addTask { [self] in
            var value = 0
            while !Task.isCancelled {
              value += 1
              let next = value
              do {
                try await client.write { _ in
                  StateChange(updates: ["k.\(key)": .int(Int64(next))])
                }
              } catch {
                return
              }
              accepted.withLock { $0.append((.now, key, next)) }
              try? await Task.sleep(for: .milliseconds(80))
            }
          }
        }
      }
      await client.stop()
    }

    var count: Int { accepted.withLock { $0.count } }

    /// The last value of each key that was accepted until then.
    func values(until moment: ContinuousClock.Instant) -> [Int: Int] {
      accepted.withLock { accepted in
        var values: [Int: Int] = [:]
        for write in accepted where write.at <= moment { values[write.key] = write.value }
        return values
      }
    }
  }

  private static func townhall(_ arguments: [String]) throws -> Process {
    let process = Process()
    process.executableURL = URL(filePath: try BuiltProducts.path(of: "townhall"))
    process.arguments = arguments
    (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
    try process.run()
    return process
  }

  private static func expect(_ state: StateDictionary, toHold values: [Int: Int], _ what: String) {
    for (key, value) in values {
      let held = state["k.\(key)"]?.int ?? 0
      #expect(held >= value, "\(what), k.\(key)")
    }
  }

  @Test(
    "What was accepted a second before is in the recording, and in the town when it is opened again"
  )
  func killed() async throws {
    let seed = Self.variables["FAULT_SEED"].flatMap { UInt64($0) } ?? 7
    var generator = SeededGenerator(seed: seed)
    let folder = ScratchFolder()
    try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    let kept = folder.path + "/kept"
    var lost = Duration.zero
    for number in 0..<Self.kills {
      let server = try ServerProcess(["--keep", kept])
      let path = "\(folder.path)/\(number).nanover.zip"
      let recorder = try Self.townhall(["record", path, "--town", server.address, "--split", "1MB"])
      let writer = try Writer(at: server.address)
      let writing = Task { await writer.write() }
      defer { writing.cancel() }
      try await TransportProbe.eventually("the recording begins") {
        FileManager.default.fileExists(atPath: path)
      }
      let before = writer.count
      try await TransportProbe.eventually("much is written") { writer.count > before + 200 }
      try await Task.sleep(
        for: Self.promised + .milliseconds(Int.random(in: 0...900, using: &generator))
      )
      // The recorder first, while the town goes on.
      let recorderEnd = ContinuousClock.now
      kill(recorder.processIdentifier, SIGKILL)
      let serverEnd = ContinuousClock.now
      server.end(SIGKILL)
      recorder.waitUntilExit()
      writing.cancel()
      await writing.value

      let parts = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        .filter { $0.hasPrefix("\(number).") || $0.hasPrefix("\(number)-") }
      // One that was begun in that very moment may hold nothing yet; then the one before it is whole.
      let last = try #require(
        parts.sorted { $0.count == $1.count ? $0 < $1 : $0.count < $1.count }.last { part in
          (try? Recording("\(folder.path)/\(part)").count) ?? 0 > 0
        }
      )
      let repaired = try Recording.repair("\(folder.path)/\(last)")
      let recording = try Recording(repaired.path)
      #expect(recording.flaws == [])
      let state = try recording.moment(at: recording.duration).state
      Self.expect(
        state,
        toHold: writer.values(until: recorderEnd - Self.promised),
        "recording \(number)"
      )

      let reopened = try ServerProcess(["--keep", kept])
      let dump = try StateValue(text: reopened.run("dump"))
      var there = StateDictionary()
      for house in dump.object ?? [:] { there[house.key] = house.value }
      Self.expect(there, toHold: writer.values(until: serverEnd - Self.promised), "town \(number)")
      // How much it really was.
      let all = writer.values(until: serverEnd)
      if all.contains(where: { (there["k.\($0.key)"]?.int ?? 0) < $0.value }) {
        var age = Duration.zero
        while writer.values(until: serverEnd - age).contains(where: {
          (there["k.\($0.key)"]?.int ?? 0) < $0.value
        }) {
          age += .milliseconds(10)
        }
        lost = max(lost, age)
      }
      reopened.end(SIGTERM)
      for part in parts { try FileManager.default.removeItem(atPath: "\(folder.path)/\(part)") }
    }
    print("killed \(Self.kills) times; what was lost was younger than \(lost)")
  }

  @Test("A second town in the folder of one that is open is refused, and told whose it is")
  func second() throws {
    let folder = ScratchFolder()
    let first = try ServerProcess(["--keep", folder.path])
    try first.run("set", "a", "1")
    let second = Process()
    let pipe = Pipe()
    second.executableURL = URL(filePath: try BuiltProducts.path(of: "townhall"))
    second.arguments = ["serve", "--port", "0", "--keep", folder.path]
    second.standardError = pipe
    try second.run()
    let told = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    second.waitUntilExit()
    #expect(second.terminationStatus == 2)
    #expect(told.contains("is kept by another town: \(first.address), process \(first.processID)"))
    #expect(try first.run("get", "a") == "1")
  }
}
