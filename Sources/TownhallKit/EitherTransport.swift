#if GRPC
internal import StateSync
internal import Synchronization

/// A transport to a server of which nobody has said what it speaks: the first of several that leads there.
///
/// The one that was found is tried first from then on, so that a server that comes back is found at once; the others
/// follow, since a lab may have started another server meanwhile.
final class EitherTransport: StateTransport {
  /// Where the server is, without a word about the wire.
  let address: String

  private let ways: [any StateTransport]
  private let found = Mutex<Int?>(nil)

  init(address: String, ways: [any StateTransport]) { (self.address, self.ways) = (address, ways) }

  func connect() async throws -> any StateConnection {
    let first = found.withLock { $0 }
    let order = first.map { first in [first] + ways.indices.filter { $0 != first } }
    var reasons: [Int: String] = [:]
    for way in order ?? Array(ways.indices) {
      do {
        let connection = try await ways[way].connect()
        found.withLock { $0 = way }
        return connection
      } catch let error as TransportError where error.code == .unreachable {
        reasons[way] = error.message.replacing("no town at \(ways[way].address): ", with: "")
      }
    }
    // Nobody listening is said once, and not once for each wire.
    let told = ways.indices.compactMap { reasons[$0] }
    let isSame = Set(told).count == 1
    let reason = isSame ? told[0] : told.joined(separator: ", and over gRPC: ")
    throw TransportError.unreachable(address, reason)
  }
}
#endif
