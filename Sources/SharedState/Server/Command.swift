/// A command that a server, or one of its clients, offers to all who have joined.
public struct CommandDescription: Sendable, Hashable {
  /// What to call it by: `playback/pause`.
  public var name: String
  /// The arguments it is known to take, with what they are if nothing is said.
  public var arguments: StateObject
  /// What a button for it says, if whoever offers it has said so.
  public var label: String?
  /// The name of an icon for such a button.
  public var icon: String?

  /// Describes a command.
  public init(
    name: String,
    arguments: StateObject = [:],
    label: String? = nil,
    icon: String? = nil
  ) {
    self.name = name
    self.arguments = arguments
    self.label = label
    self.icon = icon
  }
}

/// Why a command came to nothing.
public struct CommandFailure: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of trouble it was.
  public enum Kind: Sendable, Hashable {
    /// Nobody offers a command of that name.
    case unknownCommand
    /// Whoever runs it refused, or failed.
    case failed
    /// The caller's role does not let it run this one; a WebSocket has no word for that, and there it has `failed`.
    case denied
    /// There was no answer: the connection or whoever runs it was lost, or it took too long.
    case unavailable
  }

  /// What kind of trouble it was.
  public let kind: Kind
  /// What happened; in the server's own words if it said anything.
  public let message: String

  /// Makes a failure.
  public init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  /// What happened, in one line.
  public var description: String { message }
}
