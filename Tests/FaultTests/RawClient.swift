import Foundation
import Glibc
import TestSupport

/// A socket that says something, if the wire is not encrypted, and never reads.
final class RawClient {
  /// What it says.
  enum Opening: String {
    /// It becomes a WebSocket.
    case webSocket =
      "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    case nothing = ""
    case halfRequest = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    /// The preface of HTTP/2 and empty settings.
    case http2 = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u{4}\0\0\0\0\0"

    /// Those that stand at the door, and never ask for anything.
    static let idle: [Opening] = [.nothing, .halfRequest, .http2]
  }

  private let descriptor: Int32

  init(port: Int, says opening: Opening = .webSocket) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_port = in_port_t(UInt16(port)).bigEndian
    name.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let isConnected = withUnsafePointer(to: &name) { [descriptor] name in
      name.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
        connect(descriptor, name, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    guard isConnected else { throw TransportProbe.Failure("cannot connect: errno \(errno)") }
    let words = Array(opening.rawValue.utf8)
    _ = Glibc.send(descriptor, words, words.count, Int32(MSG_NOSIGNAL))
  }

  /// Leaves without a word.
  func leave(byReset isReset: Bool) {
    if isReset {
      var linger = linger(l_onoff: 1, l_linger: 0)
      setsockopt(
        descriptor,
        SOL_SOCKET,
        SO_LINGER,
        &linger,
        socklen_t(MemoryLayout.size(ofValue: linger))
      )
    }
    close(descriptor)
  }
}

/// `townhall watch` in a process of its own.
final class WatchingProcess {
  private let process = Process()
  private let output: URL

  init(_ address: String, _ caFile: String?) throws {
    output = FileManager.default.temporaryDirectory.appending(path: "townhall-\(UUID()).watch")
    try Data().write(to: output)
    process.executableURL = URL(filePath: try BuiltProducts.path(of: "townhall"))
    process.arguments = ["watch", "--town", address] + (caFile.map { ["--ca-file", $0] } ?? [])
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = FileHandle.nullDevice
    try process.run()
  }

  deinit {
    if process.isRunning {
      send(SIGCONT)
      send(SIGKILL)
      process.waitUntilExit()
    }
    try? FileManager.default.removeItem(at: output)
  }

  func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

  /// Waits until it has printed a text.
  func hears(_ text: String) async throws {
    let output = output
    try await TransportProbe.eventually("a client that was stopped hears \(text)") {
      let printed = try String(contentsOf: output, encoding: .utf8)
      return !printed.isEmpty && (text.isEmpty || printed.contains(text))
    }
  }
}
