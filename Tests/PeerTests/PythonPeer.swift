import Foundation
import MessagePack
import SharedState
import Testing

/// Something did not come in time, or a Python program said something else.
struct PeerTrouble: Error, CustomStringConvertible {
  let description: String
}

/// The Python environment with the real nanover-server, which `.ci/peer-venv.sh` makes.
enum PeerEnvironment {
  private static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  private static let folder = root.appending(path: ".build/peer-venv")

  /// Why the tests are skipped, if they are.
  static let reason: Comment = "no Python with nanover-server: .ci/peer-venv.sh makes one"

  static var isThere: Bool {
    FileManager.default.fileExists(atPath: folder.appending(path: "complete").path())
  }

  /// Whether to run: where the environment is, and also where it must be, so as to fail there.
  static var isWanted: Bool {
    isThere || ProcessInfo.processInfo.environment["CI"] != nil
  }

  static func interpreter() throws -> URL {
    guard isThere else { throw PeerTrouble(description: "CI is set, and there is \(reason)") }
    return folder.appending(path: "bin/python")
  }

  /// A file or folder of the package.
  static func path(of name: String) -> String { root.appending(path: name).path() }

  /// The script as a file, which the caller removes.
  static func write(_ script: String) throws -> URL {
    let file = FileManager.default.temporaryDirectory
      .appending(path: "townhall-peer-\(UUID().uuidString).py")
    try script.write(to: file, atomically: true, encoding: .utf8)
    return file
  }
}

/// A Python program of NanoVer's, run for one test and told what to do.
actor PythonPeer {
  private let patience: Duration
  private nonisolated let process: Process
  private nonisolated let input: FileHandle
  private let lines: AsyncStream<String>
  private let script: URL

  /// Starts a script.
  init(
    _ text: String = PeerScript.text,
    arguments: [String],
    patience: Duration = .seconds(40)
  ) throws {
    self.patience = patience
    script = try PeerEnvironment.write(text)
    process = Process()
    process.executableURL = try PeerEnvironment.interpreter()
    process.arguments = [script.path()] + arguments
    let (stdin, stdout) = (Pipe(), Pipe())
    process.standardInput = stdin
    process.standardOutput = stdout
    process.standardError = FileHandle.nullDevice
    input = stdin.fileHandleForWriting
    lines = Self.lines(of: stdout.fileHandleForReading)
    try process.run()
  }

  private static func lines(of handle: FileHandle) -> AsyncStream<String> {
    let (lines, continuation) = AsyncStream.makeStream(of: String.self)
    // The handler runs on one queue, one call at a time.
    nonisolated(unsafe) var rest: [UInt8] = []
    handle.readabilityHandler = { handle in
      let data = handle.availableData
      guard !data.isEmpty else {
        handle.readabilityHandler = nil
        return continuation.finish()
      }
      // A line may be very long, so that nothing of it is looked at twice.
      var pieces = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      let last = pieces.removeLast()
      for piece in pieces {
        continuation.yield(String(decoding: rest + piece, as: UTF8.self))
        rest = []
      }
      rest += last
    }
    return lines
  }

  /// Runs a test against NanoVer's server, which holds some keys before anybody can come in; `port` 0 takes any.
  ///
  /// With a folder for certificates it speaks TLS, with one that it makes there.
  static func withServer(
    port: Int = 0,
    holding first: StateValue = [:],
    certificates: String? = nil,
    _ body: (PythonPeer, _ port: Int) async throws -> Void
  ) async throws {
    let first = Data(MessagePack.encode(first)).base64EncodedString()
    let peer = try PythonPeer(
      arguments: ["server", "\(port)", first] + (certificates.map { [$0] } ?? [])
    )
    try await peer.run { first in try await body(peer, Int(first.int ?? 0)) }
  }

  /// Runs a test with NanoVer's client, which trusts a certificate if one is named.
  static func withClient(
    of address: String,
    trusting certificate: String? = nil,
    _ body: (PythonPeer) async throws -> Void
  ) async throws {
    let peer = try PythonPeer(
      arguments: ["client", address] + (certificate.map { [$0] } ?? [])
    )
    try await peer.run { joined in
      if let trouble = joined["exception"]?.string { throw PeerTrouble(description: trouble) }
      try await body(peer)
    }
  }

  /// Runs a test with what the program says first, and ends the program.
  nonisolated func run(_ body: (StateValue) async throws -> Void) async throws {
    do {
      try await body(try await answer())
    } catch {
      await stop()
      throw error
    }
    await stop()
  }

  /// Has the program do something, and returns what it answers.
  @discardableResult
  func call(_ what: String, _ arguments: StateValue...) async throws -> StateValue {
    let line = Data(MessagePack.encode(.array([.string(what)] + arguments)))
    try input.write(contentsOf: Data((line.base64EncodedString() + "\n").utf8))
    return try await answer()
  }

  /// The value at a key in Python's words, or “absent”.
  func repr(_ key: String) async throws -> String {
    try await call("repr", .string(key)).string ?? ""
  }

  private func answer() async throws -> StateValue {
    let (lines, patience) = (lines, patience)
    let line = try await withThrowingTaskGroup(of: String?.self) { group in
      group.addTask {
        for await line in lines { return line }
        return nil
      }
      group.addTask {
        try await Task.sleep(for: patience)
        throw PeerTrouble(description: "Python did not answer within \(patience)")
      }
      defer { group.cancelAll() }
      return try await group.next() ?? nil
    }
    guard let line, let data = Data(base64Encoded: line) else {
      throw PeerTrouble(description: "Python ended, or said “\(line ?? "")”")
    }
    return try MessagePack.decode([UInt8](data))
  }

  /// Ends the program at once, as a crash would.
  nonisolated func kill() async {
    guard process.isRunning else { return }
    Foundation.kill(process.processIdentifier, SIGKILL)
    await waitForEnd(within: .seconds(5))
  }

  private nonisolated func waitForEnd(within limit: Duration) async {
    let deadline = ContinuousClock.now + limit
    while process.isRunning, ContinuousClock.now < deadline {
      try? await Task.sleep(for: .milliseconds(10))
    }
  }

  private nonisolated func stop() async {
    try? input.close()
    await waitForEnd(within: .seconds(2))
    await kill()
    try? FileManager.default.removeItem(at: script)
  }
}

/// Waits until something is so; every wait of these tests has an end.
func eventually(
  within limit: Duration = .seconds(20),
  _ what: String,
  _ condition: () async throws -> Bool
) async throws {
  let deadline = ContinuousClock.now + limit
  while try await !condition() {
    guard ContinuousClock.now < deadline else {
      throw PeerTrouble(description: "did not happen: \(what)")
    }
    try await Task.sleep(for: .milliseconds(20))
  }
}
