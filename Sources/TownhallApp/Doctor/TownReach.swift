import ConcurrencySupport
import Dispatch
import Glibc

/// A host and a port, and the way there, without a word being said.
struct TownReach: Sendable {
  let host: String
  let port: Int

  /// Reads `host:port`, as addresses are told in full; an address of the sixth version stands in brackets.
  init?(authority: String) {
    guard let colon = authority.lastIndex(of: ":"),
      let port = Int(authority[authority.index(after: colon)...])
    else { return nil }
    let host = authority[..<colon]
    self.port = port
    self.host = String(
      host.hasPrefix("[") && host.hasSuffix("]") ? host.dropFirst().dropLast() : host
    )
  }

  /// Where a host is.
  struct Place: Sendable {
    let text: String
    fileprivate let address: [UInt8]
  }

  struct Trouble: Error, CustomStringConvertible {
    let description: String
  }

  /// The addresses that the host's name stands for.
  func places(within limit: Duration) async throws -> [Place] {
    do {
      return try await bounded(within: limit) { try await Self.blocking { try resolved() } }
    } catch is TimedOut {
      throw Trouble(description: "nobody has said in time what the name stands for")
    }
  }

  /// How long it takes until somebody takes a connection at one of some places.
  func roundTrip(to places: [Place], within limit: Duration) async throws -> Duration {
    try await Self.blocking {
      var trouble = Trouble(description: "no answer")
      let end = ContinuousClock.now + limit
      for place in places {
        let start = ContinuousClock.now
        guard let reason = Self.connect(to: place, until: end) else {
          return ContinuousClock.now - start
        }
        trouble = Trouble(description: reason)
      }
      throw trouble
    }
  }

  /// Does what blocks a thread on one that nothing else needs.
  private static func blocking<Value: Sendable>(
    _ work: @escaping @Sendable () throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global().async { continuation.resume(with: Result { try work() }) }
    }
  }

  private func resolved() throws -> [Place] {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var first: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, String(port), &hints, &first)
    guard code == 0 else {
      throw Trouble(description: String(cString: gai_strerror(code)).lowercased())
    }
    defer { freeaddrinfo(first) }
    var (places, next) = ([Place](), first)
    while let entry = next?.pointee, places.count < 8 {
      next = entry.ai_next
      guard let address = entry.ai_addr, let text = Self.text(of: address, entry.ai_addrlen) else {
        continue
      }
      let bytes = UnsafeRawBufferPointer(start: address, count: Int(entry.ai_addrlen))
      places.append(Place(text: text, address: Array(bytes)))
    }
    return places
  }

  /// An address in numbers.
  static func text(of address: UnsafePointer<sockaddr>, _ length: socklen_t) -> String? {
    var buffer = [CChar](repeating: 0, count: 256)
    let size = socklen_t(buffer.count)
    guard getnameinfo(address, length, &buffer, size, nil, 0, NI_NUMERICHOST) == 0 else {
      return nil
    }
    let bytes = buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Connects and closes at once; returns why that was not possible.
  private static func connect(to place: Place, until end: ContinuousClock.Instant) -> String? {
    let family = place.address.withUnsafeBytes { $0.loadUnaligned(as: sa_family_t.self) }
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let descriptor = socket(Int32(family), kind | Int32(SOCK_NONBLOCK.rawValue), 0)
    guard descriptor >= 0 else { return reason(errno) }
    defer { close(descriptor) }
    let code = place.address.withUnsafeBytes { bytes in
      bytes.baseAddress.map {
        Glibc.connect(
          descriptor,
          $0.assumingMemoryBound(to: sockaddr.self),
          socklen_t(bytes.count)
        )
      } ?? -1
    }
    if code == 0 { return nil }
    guard errno == EINPROGRESS else { return reason(errno) }
    let rest = (end - ContinuousClock.now) / .milliseconds(1)
    var poller = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    guard rest > 0, poll(&poller, 1, Int32(rest.rounded(.up))) > 0 else {
      return "no answer in time"
    }
    var (error, length) = (Int32(0), socklen_t(MemoryLayout<Int32>.size))
    getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length)
    return error == 0 ? nil : reason(error)
  }

  private static func reason(_ code: Int32) -> String {
    String(cString: strerror(code)).lowercased()
  }
}
