public import SharedState

/// A command that the town, or somebody who has joined it, offers to everybody.
public struct TownCommand: Hashable, Sendable {
  /// What to call it by: `playback/pause`.
  public let name: String
  /// What a button for it would say, if whoever offers it has said so.
  public let label: String?
  /// The arguments it is known to take, with what they are if nothing is said.
  public let arguments: StateObject

  /// Describes a command.
  public init(name: String, label: String? = nil, arguments: StateObject = [:]) {
    self.name = name
    self.label = label
    self.arguments = arguments
  }
}

/// Names one call of a command, from the key press to its result.
public struct CallID: Hashable, Sendable {
  /// The number of the call in this session.
  public let number: Int

  /// Names a call.
  public init(_ number: Int) {
    self.number = number
  }
}

/// Why the town did not do what was asked of it.
public struct TownRefusal: Error, Hashable, Sendable {
  /// What happened; in the town's own words if it said anything, which may be many.
  public let reason: String

  /// Makes a refusal.
  public init(_ reason: String) {
    self.reason = reason
  }
}

/// What became of a request for the lock on a house.
public enum LockAnswer: Hashable, Sendable {
  /// It is held until then, an uptime as in `Moment`, unless it is renewed.
  case granted(until: Duration)
  /// Somebody else holds it.
  case refused
  /// The town did not say, for the reason given.
  case failed(String)
}
