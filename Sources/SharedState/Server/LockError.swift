/// Why a lock is not held.
public enum LockError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Somebody else holds one of the keys.
  case heldByAnother(keys: [String])
  /// The lock is not held any more, though it was not given back.
  case lost(keys: [String], reason: String)
  /// The server did not say whether it grants the lock.
  case unanswered(keys: [String], reason: String)

  /// What happened, in one line.
  public var description: String {
    switch self {
    case .heldByAnother(let keys):
      keys.count == 1
        ? "\(keys[0]) is locked by another" : "one of \(keys.count) keys is locked by another"
    case .lost(let keys, let reason):
      "the lock on \(Self.words(keys)) is lost: \(reason)"
    case .unanswered(let keys, let reason):
      "no lock on \(Self.words(keys)) for now: \(reason)"
    }
  }

  private static func words(_ keys: [String]) -> String {
    keys.count == 1 ? keys[0] : "\(keys.count) keys"
  }
}
