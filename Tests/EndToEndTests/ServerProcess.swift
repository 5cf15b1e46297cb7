import Foundation
import TestSupport

/// A server in a process of its own, and the command to look at it from outside.
///
/// The tests block while they wait for the screen, so the server must not need their threads.
final class ServerProcess {
  /// Where it is.
  let address: String
  /// Its port, to open another one at the same place.
  let port: Int
  private let server: Process

  /// Starts a server on a port, or on any free one.
  convenience init(port: Int = 0, withResidents hasResidents: Bool = false) throws {
    try self.init(hasResidents ? ["--residents"] : [], port: port)
  }

  /// Starts a server with some more options.
  init(_ options: [String], port: Int = 0, environment: [String: String] = [:]) throws {
    let file = FileManager.default.temporaryDirectory
      .appending(path: "townhall-\(UUID().uuidString)")
    try Data().write(to: file)
    server = Process()
    server.executableURL = URL(filePath: try BuiltProducts.path(of: "townhall"))
    server.arguments = ["serve", "--port", "\(port)"] + options
    server.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    server.standardOutput = try FileHandle(forWritingTo: file)
    server.standardError = FileHandle.nullDevice
    try server.run()
    address = try Self.firstLine(of: file, within: 20)
    self.port = URL(string: address)?.port ?? 0
    try? FileManager.default.removeItem(at: file)
  }

  deinit { end(SIGKILL) }

  /// Ends the server, and returns when it has.
  func end(_ signal: Int32) {
    guard server.isRunning else { return }
    kill(server.processIdentifier, signal)
    server.waitUntilExit()
  }

  /// Runs one of the command's verbs on the town, and returns what it prints.
  @discardableResult
  func run(_ arguments: String...) throws -> String {
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
struct ServerDidNotStart: Error {}
