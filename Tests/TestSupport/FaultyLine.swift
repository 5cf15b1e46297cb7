import Glibc
import Synchronization

/// A wire between clients and a server on this machine that goes wrong as a test wants it to.
///
/// It listens on a port of its own and passes everything on in both directions, until it is told to be slow, to hold
/// everything back, to break, or to change what it passes on. It is plain sockets and threads, so that nothing of ours
/// stands between the two that are tested.
public final class FaultyLine: Sendable {
  /// One of the two ways that bytes go.
  public enum Direction: Sendable, CaseIterable {
    /// From a client to the server.
    case up
    /// From the server to a client.
    case down
  }

  /// How what passes is treated, from now on.
  public struct Weather: Sendable {
    /// How long each piece waits.
    public var delay = Duration.zero
    /// How many bytes pass in a second; any number if nobody says.
    public var bytesPerSecond: Int?
    /// Whether nothing passes, though all connections stay open.
    public var isHeld = false

    /// All is well.
    public init() {}
  }

  private enum Wish {
    case flip
    case swap
  }

  private struct Pair {
    let client: Int32
    let server: Int32
    /// How many threads still use the two sockets.
    var users = 2
  }

  private struct State {
    var pairs: [Int: Pair] = [:]
    var lastPair = 0
    var weather = Weather()
    var target: Int
    /// What is to be done to so many of the next pieces.
    var wishes: [Direction: [Wish: Int]] = [:]
  }

  /// Where the line listens.
  public let port: Int
  private let listener: Int32
  private let state: Mutex<State>

  /// Where it listens, for a client that speaks WebSocket.
  public var address: String { "ws://127.0.0.1:\(port)" }

  /// Makes a line to a port of this machine.
  ///
  /// - Throws: `TransportProbe.Failure` if it cannot listen.
  public init(to target: Int) throws {
    state = Mutex(State(target: target))
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var name = Self.loopback(port: 0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isListening = withUnsafeMutablePointer(to: &name) { [listener] name in
      name.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
        bind(listener, name, length) == 0 && listen(listener, 128) == 0
          && getsockname(listener, name, &length) == 0
      }
    }
    guard isListening else { throw TransportProbe.Failure("cannot listen: errno \(errno)") }
    port = Int(UInt16(bigEndian: name.sin_port))
    Self.onThread { [weak self, listener] in
      while true {
        let client = Glibc.accept(listener, nil, nil)
        guard client >= 0 else { return }
        guard let self else {
          close(client)
          return
        }
        self.join(client)
      }
    }
  }

  deinit {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  private static func loopback(port: Int) -> sockaddr_in {
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_port = in_port_t(UInt16(port)).bigEndian
    name.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    return name
  }

  private static func onThread(_ work: @escaping @Sendable () -> Void) {
    final class Box {
      let work: @Sendable () -> Void
      init(_ work: @escaping @Sendable () -> Void) { self.work = work }
    }
    var thread = pthread_t()
    pthread_create(
      &thread,
      nil,
      { pointer in
        if let pointer { Unmanaged<Box>.fromOpaque(pointer).takeRetainedValue().work() }
        return nil
      },
      Unmanaged.passRetained(Box(work)).toOpaque()
    )
    pthread_detach(thread)
  }

  private func join(_ client: Int32) {
    let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var name = Self.loopback(port: state.withLock { $0.target })
    let isConnected = withUnsafePointer(to: &name) { name in
      name.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
        connect(server, name, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    guard isConnected else {
      close(client)
      close(server)
      return
    }
    let id = state.withLock { state in
      state.lastPair += 1
      state.pairs[state.lastPair] = Pair(client: client, server: server)
      return state.lastPair
    }
    Self.onThread { self.pump(.up, id, from: client, to: server) }
    Self.onThread { self.pump(.down, id, from: server, to: client) }
  }

  // MARK: - What passes

  private func pump(_ direction: Direction, _ id: Int, from source: Int32, to sink: Int32) {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    var held: [UInt8]?
    while true {
      awaitWeather()
      // A piece that waits for another to go before it does not wait for ever.
      if held != nil, !hasMore(source) {
        guard pass(held.take() ?? [], to: sink, Weather()) else { break }
      }
      let count = read(source, &buffer, buffer.count)
      guard count > 0 else { break }
      // What was on its way when everything was held does not get through either.
      let pace = awaitWeather()
      var piece = Array(buffer[..<count])
      if isDue(.flip, direction) { piece[piece.count / 2] ^= 0x10 }
      if held == nil, isDue(.swap, direction) {
        held = piece
        continue
      }
      guard pass(piece, to: sink, pace), pass(held.take() ?? [], to: sink, pace) else { break }
    }
    shutdown(source, Int32(SHUT_RDWR))
    shutdown(sink, Int32(SHUT_RDWR))
    leave(id)
  }

  /// Waits while everything is held, and returns how it goes then.
  @discardableResult
  private func awaitWeather() -> Weather {
    while true {
      let weather = state.withLock { $0.weather }
      guard weather.isHeld else { return weather }
      usleep(2000)
    }
  }

  private func hasMore(_ source: Int32) -> Bool {
    var poller = pollfd(fd: source, events: Int16(POLLIN), revents: 0)
    return poll(&poller, 1, 100) > 0
  }

  private func pass(_ bytes: [UInt8], to sink: Int32, _ pace: Weather) -> Bool {
    guard !bytes.isEmpty else { return true }
    var pause = pace.delay
    if let rate = pace.bytesPerSecond { pause += .seconds(1) * bytes.count / max(rate, 1) }
    if pause > .zero { usleep(useconds_t(min(pause / .microseconds(1), 1e9))) }
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        send(sink, $0.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }

  /// Whether this piece is the next that was to be treated in a way.
  private func isDue(_ wish: Wish, _ direction: Direction) -> Bool {
    state.withLock { state in
      guard let count = state.wishes[direction]?[wish], count > 0 else { return false }
      state.wishes[direction]?[wish] = count - 1
      return true
    }
  }

  private func wish(_ wish: Wish, _ direction: Direction) {
    state.withLock { $0.wishes[direction, default: [:]][wish, default: 0] += 1 }
  }

  private func leave(_ id: Int) {
    state.withLock { state in
      state.pairs[id]?.users -= 1
      guard let pair = state.pairs[id], pair.users == 0 else { return }
      state.pairs[id] = nil
      close(pair.client)
      close(pair.server)
    }
  }

  // MARK: - What goes wrong

  /// How many connections are open.
  public var count: Int { state.withLock { $0.pairs.count } }

  /// Has all that passes treated in a way, from now on.
  public func set(_ weather: Weather) { state.withLock { $0.weather = weather } }

  /// Has all go well again, also for what had not happened yet.
  public func mend() { state.withLock { ($0.weather, $0.wishes) = (Weather(), [:]) } }

  /// Holds everything back, or lets it pass again; connections stay open, as on a line that has gone dead.
  public func hold(_ isHeld: Bool = true) { state.withLock { $0.weather.isHeld = isHeld } }

  /// Leads to another port, for those who come from now on.
  public func lead(to port: Int) { state.withLock { $0.target = port } }

  /// Changes one bit of the next piece that passes.
  public func flipBit(_ direction: Direction) { wish(.flip, direction) }

  /// Has the next piece pass after the one that follows it.
  public func swapPieces(_ direction: Direction) { wish(.swap, direction) }

  /// Slips bytes into what the newest client sends; only while it sends nothing itself.
  public func inject(_ bytes: [UInt8]) {
    state.withLock { state in
      guard let server = state.pairs[state.lastPair]?.server else { return }
      _ = send(server, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }
  }

  /// Breaks all connections; who comes after that is let through.
  public func breakAll() { breakAll { shutdown($0, Int32(SHUT_RDWR)) } }

  /// Breaks all connections by a reset, as a process that dies with bytes unread does.
  public func resetAll() {
    breakAll { socket in
      var nobody = sockaddr()
      nobody.sa_family = sa_family_t(AF_UNSPEC)
      connect(socket, &nobody, socklen_t(MemoryLayout<sockaddr>.size))
    }
  }

  /// Ends one direction of all connections, while the other goes on.
  public func halfClose(_ direction: Direction) {
    state.withLock { state in
      for pair in state.pairs.values {
        shutdown(direction == .up ? pair.server : pair.client, Int32(SHUT_WR))
      }
    }
  }

  /// Breaks all connections, and lets nobody in any more.
  public func cut() {
    shutdown(listener, Int32(SHUT_RDWR))
    breakAll()
  }

  private func breakAll(_ end: (Int32) -> Void) {
    state.withLock { state in
      for pair in state.pairs.values {
        end(pair.client)
        end(pair.server)
      }
    }
  }
}
