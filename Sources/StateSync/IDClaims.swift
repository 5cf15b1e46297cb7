internal import SharedState

/// Who goes by which id: a connection goes by that of the avatar that it writes first.
///
/// Connections of one person share an id, as when a line was lost and the former one is not gone yet. What belongs to
/// another who is here can be claimed by nobody.
struct IDClaims: Sendable {
  /// Somebody who can go by an id.
  enum Claimant: Sendable, Hashable {
    case subscriber(HubMachine.SubscriberID)
    /// A connection that writes in calls of their own, by number.
    case caller(Int)
  }

  private struct Claim: Sendable {
    let user: String
    let identity: Visitor.Identity
  }

  private var claims: [Claimant: Claim] = [:]
  /// How many connections of each person go by each id.
  private var holders: [String: [Visitor.Identity: Int]] = [:]

  /// The id that somebody goes by.
  func user(of claimant: Claimant) -> String? { claims[claimant]?.user }

  /// Whether an id is another's who is here.
  func isTaken(_ user: String, from identity: Visitor.Identity) -> Bool {
    guard let holders = holders[user] else { return false }
    return holders[identity] == nil
  }

  /// Notes that somebody goes by an id from now on.
  mutating func claim(_ user: String, by claimant: Claimant, as identity: Visitor.Identity) {
    guard claims[claimant] == nil else { return }
    claims[claimant] = Claim(user: user, identity: identity)
    holders[user, default: [:]][identity, default: 0] += 1
  }

  /// Forgets somebody; returns the id if nobody goes by it any more.
  mutating func leave(_ claimant: Claimant) -> String? {
    guard let claim = claims.removeValue(forKey: claimant) else { return nil }
    let left = (holders[claim.user]?[claim.identity] ?? 0) - 1
    holders[claim.user]?[claim.identity] = left > 0 ? left : nil
    guard holders[claim.user]?.isEmpty ?? true else { return nil }
    holders[claim.user] = nil
    return claim.user
  }
}
