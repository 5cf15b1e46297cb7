internal import SharedState
internal import Synchronization

/// A way to a town through which one street is the whole town.
///
/// Only the houses whose keys begin with the street's prefix are seen, without the prefix, and whatever is written
/// gets the prefix: who comes this way cannot touch, nor even name, anything else. Two keys are the same on both
/// sides, because the town knows a client by them: `avatar.` and `update.index.`, each with the client's own id.
///
/// ```swift
/// let way = PrefixTransport(to: "lesson.\(id).", of: id, through: transport)
/// let client = SyncClient(transport: way, options: options)   // whose id is the same
/// await client.send(StateChange(updates: ["selection.base": [:]]))   // lesson.….selection.base in the town
/// ```
///
/// Locks and commands are of the whole town, so there are none this way.
public struct PrefixTransport: StateTransport {
  /// Where the town is, for a person.
  public var address: String { way.address }

  private let way: any StateTransport
  private let street: KeyPrefix

  /// Looks at a street of the town that another way leads to.
  ///
  /// - Parameters:
  ///   - prefix: What the keys of the street begin with. It is compared byte by byte; without a dot at its end,
  ///     `lesson.1` is also the beginning of `lesson.10`.
  ///   - userID: The id of the client that comes this way.
  ///   - way: The way to the whole town.
  /// - Precondition: The client's own two keys are not on the street.
  public init(to prefix: String, of userID: String, through way: any StateTransport) {
    self.way = way
    let own = ["avatar.\(userID)", "update.index.\(userID)"]
    precondition(!own.contains { $0.begins(with: prefix) }, "\(prefix) holds the client's own keys")
    street = KeyPrefix(prefix: prefix, own: Set(own.map { ExactText($0) }))
  }

  /// Opens a connection to the town, and looks at the street.
  public func connect() async throws -> any StateConnection {
    PrefixConnection(try await way.connect(), street)
  }
}

/// A street, and how its keys are written on the way to the town and back.
struct KeyPrefix: Sendable {
  let prefix: String
  /// The keys of the client itself, which are the same on both sides.
  let own: Set<ExactText>

  /// What a key on the street is called in the town.
  func outward(_ key: String) -> String { isOwn(key) ? key : prefix + key }

  /// What a key of the town is called on the street; nil if it is not there.
  ///
  /// A house of the street that would look like one of the client's own keys is not to be seen: it could not be
  /// reached.
  func inward(_ key: String) -> String? {
    if isOwn(key) { return key }
    guard key.begins(with: prefix) else { return nil }
    let name = String(decoding: key.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
    return isOwn(name) ? nil : name
  }

  func outward(_ change: StateChange) -> StateChange { renamed(change, outward) }

  func inward(_ change: StateChange) -> StateChange { renamed(change, inward) }

  private func isOwn(_ key: String) -> Bool { own.contains(ExactText(key)) }

  private func renamed(_ change: StateChange, _ name: (String) -> String?) -> StateChange {
    var renamed = StateChange()
    for (key, entry) in change.updates { name(key).map { renamed.update($0, to: entry) } }
    for key in change.removals { name(key).map { renamed.remove($0) } }
    return renamed
  }
}

/// A connection to a town that shows one street of it.
final class PrefixConnection: StateConnection {
  private let connection: any StateConnection
  private let street: KeyPrefix
  /// Whether the whole state has come, which is passed on also if nobody lives on the street.
  private let hasBegun = Mutex(false)

  init(_ connection: any StateConnection, _ street: KeyPrefix) {
    (self.connection, self.street) = (connection, street)
  }

  var wire: String { connection.wire }

  func receive() async throws -> StateDelivery? {
    while let delivery = try await connection.receive() {
      guard case .change(let change) = delivery else { return delivery }
      let news = street.inward(change)
      let isFirst = hasBegun.withLock { hasBegun in
        defer { hasBegun = true }
        return !hasBegun
      }
      if isFirst || !news.isEmpty { return .change(news) }
    }
    return nil
  }

  func send(_ change: StateChange) async throws {
    try await connection.send(street.outward(change))
  }

  func close() async { await connection.close() }
}
