import Foundation
import Glibc

/// A server in a process of its own, and the command to look at it from outside.
///
/// The tests block while they wait for a screen, so the server must not need their threads.
public final class ServerProcess {
  /// Where it is.
  public let address: String
  /// Its port, to open another one at the same place.
  public let port: Int
  private let server: Process
  private let output: URL
  private let log: URL

  /// Starts a server on a port, or on any free one.
  public convenience init(port: Int = 0, withResidents hasResidents: Bool = false) throws {
    try self.init(hasResidents ? ["--residents"] : [], port: port)
  }

  /// Starts a server with some more options.
  ///
  /// - Parameters:
  ///   - options: Options of `townhall serve`.
  ///   - port: Where it listens; any free port if that is 0.
  ///   - environment: Variables more than ours.
  ///   - descriptors: How many file descriptors it may have; as many as the tests if nobody says.
  /// - Throws: `ServerDidNotStart` if it does not say where it listens.
  public init(
    _ options: [String],
    port: Int = 0,
    environment: [String: String] = [:],
    descriptors: Int? = nil
  ) throws {
    let files = ["out", "err"].map { ending in
      FileManager.default.temporaryDirectory.appending(path: "townhall-\(UUID()).\(ending)")
    }
    for file in files { try Data().write(to: file) }
    (output, log) = (files[0], files[1])
    server = Process()
    let limit = descriptors.map { "ulimit -n \($0); " } ?? ""
    server.executableURL = URL(filePath: "/bin/sh")
    server.arguments =
      [
        "-c", limit + #"exec "$0" "$@""#, try BuiltProducts.path(of: "townhall"),
        "serve", "--port", "\(port)",
      ] + options
    server.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    server.standardOutput = try FileHandle(forWritingTo: output)
    server.standardError = try FileHandle(forWritingTo: log)
    try server.run()
    address = try Self.firstLine(of: output, within: 20)
    self.port = URL(string: address)?.port ?? 0
  }

  deinit {
    end(SIGKILL)
    for file in [output, log] { try? FileManager.default.removeItem(at: file) }
  }

  /// What it has told whoever runs it.
  public var told: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

  /// What it has printed.
  public var printed: String { (try? String(contentsOf: output, encoding: .utf8)) ?? "" }

  /// The number of its process.
  public var processID: Int32 { server.processIdentifier }

  /// How long it has kept processors busy.
  public var processorTime: Duration {
    let path = "/proc/\(server.processIdentifier)/stat"
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return .zero }
    // Behind the name, which may hold blanks, come a state and ten numbers, and then the two that are meant.
    let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
    let ticks = fields.dropFirst(11).prefix(2).reduce(0) { $0 + (Int($1) ?? 0) }
    return .milliseconds(10 * ticks)
  }

  /// Whether it runs.
  public var isRunning: Bool { server.isRunning }

  /// Sends it a signal, and does not wait for what comes of it.
  public func send(_ signal: Int32) { kill(server.processIdentifier, signal) }

  /// Ends the server, and returns when it has.
  public func end(_ signal: Int32) {
    guard server.isRunning else { return }
    send(signal)
    server.waitUntilExit()
  }

  /// Runs one of the command's verbs on the town, and returns what it prints.
  @discardableResult
  public func run(_ arguments: String...) throws -> String {
    let verb = Process()
    let output = Pipe()
    verb.executableURL = URL(filePath: try BuiltProducts.path(of: "townhall"))
    verb.arguments = arguments + ["--town", address]
    verb.standardOutput = output
    verb.standardError = FileHandle.nullDevice
    try verb.run()
    let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
    verb.waitUntilExit()
    return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .newlines)
  }

  private static func firstLine(of file: URL, within seconds: Double) throws -> String {
    let end = Date(timeIntervalSinceNow: seconds)
    while Date() < end {
      let text = try String(contentsOf: file, encoding: .utf8)
      if let line = text.split(separator: "\n").first, text.contains("\n") { return String(line) }
      Thread.sleep(forTimeInterval: 0.02)
    }
    throw ServerDidNotStart()
  }
}

/// `townhall serve` did not say where it listens.
public struct ServerDidNotStart: Error {}
