import Glibc
import Synchronization

/// A wire between a client and a server on this machine that a test can cut, or slip bytes into.
///
/// It listens on a port of its own and passes everything on in both directions. It is plain sockets and threads,
/// so that nothing of ours stands between the two that are tested.
final class CuttableLine: Sendable {
  private struct State {
    var pairs: [(client: Int32, server: Int32)] = []
    var listener: Int32
  }

  let port: Int
  private let target: Int
  private let state: Mutex<State>

  var address: String { "ws://127.0.0.1:\(port)" }

  /// Makes a line to a port.
  init(to target: Int) throws {
    self.target = target
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var name = Self.loopback(port: 0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isListening = withUnsafeMutablePointer(to: &name) { name in
      name.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
        bind(listener, name, length) == 0 && listen(listener, 8) == 0
          && getsockname(listener, name, &length) == 0
      }
    }
    guard isListening else { throw PeerTrouble(description: "cannot listen: errno \(errno)") }
    port = Int(UInt16(bigEndian: name.sin_port))
    state = Mutex(State(listener: listener))
    Self.onThread { [self] in accept(on: listener) }
  }

  private static func loopback(port: Int) -> sockaddr_in {
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_port = in_port_t(UInt16(port)).bigEndian
    name.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    return name
  }

  private static func onThread(_ work: @escaping @Sendable () -> Void) {
    let box = Unmanaged.passRetained(Box(work))
    var thread = pthread_t()
    pthread_create(
      &thread,
      nil,
      { pointer in
        if let pointer { Unmanaged<Box>.fromOpaque(pointer).takeRetainedValue().work() }
        return nil
      },
      box.toOpaque()
    )
    pthread_detach(thread)
  }

  private final class Box {
    let work: @Sendable () -> Void
    init(_ work: @escaping @Sendable () -> Void) { self.work = work }
  }

  private func accept(on listener: Int32) {
    while true {
      let client = Glibc.accept(listener, nil, nil)
      guard client >= 0 else { return }
      let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      var name = Self.loopback(port: target)
      let connected = withUnsafePointer(to: &name) { name in
        name.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
          connect(server, name, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
      }
      guard connected else {
        close(client)
        close(server)
        continue
      }
      state.withLock { $0.pairs.append((client, server)) }
      Self.onThread { Self.pump(from: client, to: server) }
      Self.onThread { Self.pump(from: server, to: client) }
    }
  }

  private static func pump(from source: Int32, to sink: Int32) {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(source, &buffer, buffer.count)
      guard count > 0, send(sink, buffer, count, Int32(MSG_NOSIGNAL)) == count else {
        break
      }
    }
    shutdown(source, Int32(SHUT_RDWR))
    shutdown(sink, Int32(SHUT_RDWR))
  }

  /// Slips bytes into what the newest client sends; only while it sends nothing itself.
  func inject(_ bytes: [UInt8]) {
    state.withLock { state in
      guard let server = state.pairs.last?.server else { return }
      _ = send(server, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }
  }

  /// Breaks all connections, and lets nobody in any more.
  func cut() {
    state.withLock { state in
      shutdown(state.listener, Int32(SHUT_RDWR))
      for pair in state.pairs {
        shutdown(pair.client, Int32(SHUT_RDWR))
        shutdown(pair.server, Int32(SHUT_RDWR))
      }
    }
  }

  deinit {
    state.withLock { state in
      for pair in state.pairs {
        close(pair.client)
        close(pair.server)
      }
      close(state.listener)
    }
  }
}
