internal import Synchronization

/// Lets people in as the list says at the moment, and tells when it says something else.
///
/// ```swift
/// let gate = AccessGate(list)
/// let grant = try gate.admit(token)     // .guest, "Ada"
/// gate.replace(shorter)                 // those whose grants are gone are for the server to send away
/// ```
public final class AccessGate: Sendable {
  private let list: Mutex<AccessList>
  private let clock: @Sendable () -> Int

  /// Makes a gate; the clock tells seconds since 1970.
  public init(_ list: AccessList, clock: @escaping @Sendable () -> Int = { Instant.now }) {
    self.list = Mutex(list)
    self.clock = clock
  }

  /// What a token is good for now.
  ///
  /// - Throws: Why somebody is not let in.
  public func admit(_ token: AccessToken?) throws(AccessDenied) -> Grant {
    try list.withLock { $0 }.grant(for: token, at: clock())
  }

  /// Has another list count from now on.
  public func replace(_ list: AccessList) { self.list.withLock { $0 = list } }

  /// Why a grant that was good once is so no more; nil while it is.
  public func denial(of grant: Grant) -> AccessDenied? {
    let list = list.withLock { $0 }
    guard list.grants.contains(grant) else { return .unknownToken }
    return grant.isOver(at: clock()) ? grant.end.map { .over($0) } : nil
  }

  /// What is in the list now.
  public var grants: [Grant] { list.withLock { $0.grants } }
}
