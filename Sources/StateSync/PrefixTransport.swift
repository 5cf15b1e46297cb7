internal import SharedState
internal import Synchronization

/// A transport through which the keys with one prefix are the whole state.
///
/// Only the entries whose keys begin with the prefix are seen, without the prefix, and whatever is written
/// gets the prefix: who comes this way cannot touch, nor even name, anything else. Two keys are the same on both
/// sides, because the server knows a client by them: `avatar.` and `update.index.`, each with the client's own id.
///
/// ```swift
/// let way = PrefixTransport(to: "lesson.\(id).", of: id, through: transport)
/// let client = SyncClient(transport: way, options: options)   // whose id is the same
/// await client.send(StateChange(updates: ["selection.base": [:]]))   // lesson.….selection.base on the server
/// ```
///
/// Locks and commands are of the whole state, so there are none this way.
public struct PrefixTransport: StateTransport {
  /// Where the server is, for a person.
  public var address: String { way.address }

  private let way: any StateTransport
  private let keys: KeyPrefix

  /// Looks at the keys with one prefix, through another transport.
  ///
  /// - Parameters:
  ///   - prefix: What the keys begin with. It is compared byte by byte; without a dot at its end,
  ///     `lesson.1` is also the beginning of `lesson.10`.
  ///   - userID: The id of the client that comes this way.
  ///   - way: The transport to the whole state.
  /// - Precondition: The client's own two keys do not begin with the prefix.
  public init(to prefix: String, of userID: String, through way: any StateTransport) {
    self.way = way
    let own = ["avatar.\(userID)", "update.index.\(userID)"]
    precondition(!own.contains { $0.begins(with: prefix) }, "\(prefix) holds the client's own keys")
    keys = KeyPrefix(prefix: prefix, own: Set(own.map { StateKey($0) }))
  }

  /// Opens a connection to the server, and looks at the keys with the prefix.
  public func connect() async throws -> any StateConnection {
    PrefixConnection(try await way.connect(), keys)
  }
}

/// A prefix, and how the keys behind it are written on the way to the server and back.
struct KeyPrefix: Sendable {
  let prefix: String
  /// The keys of the client itself, which are the same on both sides.
  let own: Set<StateKey>

  /// What a key behind the prefix is called on the server.
  func outward(_ key: String) -> String { isOwn(key) ? key : prefix + key }

  /// What a key of the server is called behind the prefix; nil if it is not there.
  ///
  /// An entry that would look like one of the client's own keys is not to be seen: it could not be
  /// reached.
  func inward(_ key: String) -> String? {
    if isOwn(key) { return key }
    guard key.begins(with: prefix) else { return nil }
    let name = String(decoding: key.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
    return isOwn(name) ? nil : name
  }

  func outward(_ change: StateChange) -> StateChange { renamed(change, outward) }

  func inward(_ change: StateChange) -> StateChange { renamed(change, inward) }

  private func isOwn(_ key: String) -> Bool { own.contains(StateKey(key)) }

  private func renamed(_ change: StateChange, _ name: (String) -> String?) -> StateChange {
    var renamed = StateChange()
    for (key, entry) in change.updates { name(key).map { renamed.update($0, to: entry) } }
    for key in change.removals { name(key).map { renamed.remove($0) } }
    return renamed
  }
}

final class PrefixConnection: StateConnection {
  private let connection: any StateConnection
  private let keys: KeyPrefix
  /// Whether the whole state has come, which is passed on also if no key has the prefix.
  private let hasBegun = Atomic(false)

  init(_ connection: any StateConnection, _ keys: KeyPrefix) {
    (self.connection, self.keys) = (connection, keys)
  }

  var wire: String { connection.wire }

  func receive() async throws -> StateDelivery? {
    while let delivery = try await connection.receive() {
      switch delivery {
      case .progress, .silence, .heard, .role: return delivery
      case .refused(let refusal):
        let keys = refusal.keys.compactMap(keys.inward)
        if !keys.isEmpty { return .refused(WriteRefusal(keys: keys, reason: refusal.reason)) }
        continue
      case .change, .changes: break
      }
      let news = delivery.whole.map(keys.inward).filter { news in
        let isFirst = !hasBegun.exchange(true, ordering: .relaxed)
        return isFirst || !news.isEmpty
      }
      if !news.isEmpty { return .changes(news) }
    }
    return nil
  }

  func send(_ change: StateChange) async throws { try await connection.send(keys.outward(change)) }

  func close() async { await connection.close() }
}
