/// What somebody may do with a shared state.
public enum AccessRole: String, Sendable, Hashable, CaseIterable, Comparable {
  /// Reads, and writes its own avatar.
  case guest
  /// Writes entries, runs commands and takes locks, besides.
  case writer
  /// Whatever can be done: sends others away, too, and asks the server how it stands.
  case owner

  /// Whether the left may do less.
  public static func < (left: AccessRole, right: AccessRole) -> Bool { left.rank < right.rank }

  private var rank: Int {
    switch self {
    case .guest: 0
    case .writer: 1
    case .owner: 2
    }
  }
}
