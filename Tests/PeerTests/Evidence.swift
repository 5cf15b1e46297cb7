import AccessControl
import Foundation
import Glibc
import TestSupport

/// What programs have said and left behind, to be searched for tokens.
struct Evidence {
  private(set) var texts: [(name: String, text: String)] = []

  /// So many characters of a token in a row are a leak too: what is cut off says enough.
  private static let pieceLength = 10

  /// The pieces of a token that stand in a text.
  static func pieces(of token: AccessToken, in text: String) -> [String] {
    // What all tokens begin with gives nothing away.
    let secret = Array(token.text.dropFirst(token.text.hasPrefix("town-") ? 5 : 0))
    guard secret.count >= pieceLength else { return text.contains(token.text) ? [token.text] : [] }
    return (0...secret.count - pieceLength).map { String(secret[$0..<$0 + pieceLength]) }
      .filter { text.contains($0) }
  }

  /// The names of the texts in which a token stands, or a piece of one.
  func leaks(of tokens: [AccessToken]) -> [String] {
    texts.filter { text in
      tokens.contains { !Self.pieces(of: $0, in: text.text).isEmpty }
    }.map(\.name)
  }

  mutating func add(_ name: String, _ text: String) { texts.append((name, text)) }

  mutating func add(_ name: String, _ bytes: [UInt8]) {
    add(name, String(decoding: bytes, as: UTF8.self))
  }

  mutating func add(_ name: String, _ call: ProgramCall) {
    add("\(name), printed", call.printed)
    add("\(name), told", call.told)
  }

  /// Adds each file in a folder, and those in folders in it.
  mutating func add(folder: String) {
    guard let names = FileManager.default.enumerator(atPath: folder) else { return }
    for case let name as String in names {
      guard let bytes = FileManager.default.contents(atPath: folder + "/" + name) else { continue }
      add(name, [UInt8](bytes))
    }
  }

  /// Adds what everybody on the machine can see of a process, and, if that is not its user's own affair, its variables.
  mutating func add(_ name: String, process id: Int32, withVariables: Bool) throws {
    for file in ["cmdline"] + (withVariables ? ["environ"] : []) {
      // The files say that they are empty.
      let handle = try FileHandle(forReadingFrom: URL(filePath: "/proc/\(id)/\(file)"))
      add("\(name), \(file)", [UInt8](try handle.readToEnd() ?? Data()))
    }
  }
}

/// A call of the program, and all that it said.
struct ProgramCall: Sendable {
  let status: Int32
  let printed: String
  let told: String

  /// Runs the program to its end, which it may take a minute for.
  ///
  /// - Parameters:
  ///   - arguments: What it is told.
  ///   - variables: All of its environment but for where to find programs and what they keep.
  ///   - memory: Where it keeps what it remembers.
  /// - Returns: How it ended.
  /// - Throws: ``PeerTrouble`` if it does not end.
  static func run(
    _ arguments: [String],
    _ variables: [String: String],
    keeping memory: String
  ) async throws -> ProgramCall {
    let files = ["out", "err"].map { ending in
      FileManager.default.temporaryDirectory.appending(path: "townhall-\(UUID()).\(ending)")
    }
    defer { for file in files { try? FileManager.default.removeItem(at: file) } }
    for file in files { try Data().write(to: file) }
    let process = Process()
    process.executableURL = URL(filePath: try BuiltProducts.path(of: "townhall"))
    process.arguments = arguments
    let own = ["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "SWIFT_BACKTRACE": "enable=no"]
    let kept = ["HOME": memory, "XDG_STATE_HOME": memory, "XDG_CONFIG_HOME": memory + "/config"]
    process.environment = own.merging(kept) { $1 }.merging(variables) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: files[0])
    process.standardError = try FileHandle(forWritingTo: files[1])
    try process.run()
    do {
      try await eventually(within: .seconds(60), "\(arguments) ended") { !process.isRunning }
    } catch {
      kill(process.processIdentifier, SIGKILL)
      throw error
    }
    let texts = try files.map { try String(contentsOf: $0, encoding: .utf8) }
    return ProgramCall(status: process.terminationStatus, printed: texts[0], told: texts[1])
  }
}
