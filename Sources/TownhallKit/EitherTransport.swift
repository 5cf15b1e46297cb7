internal import ConcurrencySupport
internal import StateSync

/// A transport to a server of which nobody has said what it speaks: the first of several that leads there, in the clear,
/// or in TLS if that is what is spoken there.
///
/// The one that was found is tried first from then on, so that a server that comes back is found at once; the others
/// follow, since a lab may have started another server meanwhile. A server that was found to speak TLS is never spoken to
/// in the clear again.
final class EitherTransport: StateTransport {
  /// Where the server is, without a word about the wire.
  let address: String

  private let plain: Ways
  private let makeSecure: @Sendable () throws -> [any StateTransport]
  private let secure = Locked<Ways?>(nil)

  /// Makes a transport.
  ///
  /// - Parameters:
  ///   - address: Where the server is.
  ///   - plain: The ways without TLS; none if it is known that TLS is to be spoken.
  ///   - secure: Makes the ways with TLS, once it is known that they are needed.
  init(
    address: String,
    plain: [any StateTransport],
    secure: @escaping @Sendable () throws -> [any StateTransport]
  ) {
    (self.address, self.plain, makeSecure) = (address, Ways(plain), secure)
  }

  func connect() async throws -> any StateConnection {
    if !plain.all.isEmpty, secure.withLock({ $0 == nil }) {
      do {
        return try await plain.connect(to: address)
      } catch let error as TransportError where error.code == .encrypted {}
    }
    let ways = try secure.withLock { known in
      let ways = try known ?? Ways(makeSecure())
      known = ways
      return ways
    }
    return try await ways.connect(to: address)
  }
}

/// Several ways to one place, of which one or another leads there.
private final class Ways: Sendable {
  let all: [any StateTransport]
  private let found = Locked<Int?>(nil)

  init(_ all: [any StateTransport]) { self.all = all }

  func connect(to address: String) async throws -> any StateConnection {
    let first = found.withLock { $0 }
    let order = first.map { first in [first] + all.indices.filter { $0 != first } }
    var reasons: [Int: String] = [:]
    for way in order ?? Array(all.indices) {
      do {
        let connection = try await all[way].connect()
        found.withLock { $0 = way }
        return connection
      } catch let error as TransportError where error.code == .unreachable {
        reasons[way] = error.message.replacing("no town at \(all[way].address): ", with: "")
      }
    }
    // Nobody listening is said once, and not once for each wire.
    let told = all.indices.compactMap { reasons[$0] }
    let isSame = Set(told).count == 1
    let reason = isSame ? told[0] : told.joined(separator: ", and over gRPC: ")
    throw TransportError.unreachable(address, reason)
  }
}
