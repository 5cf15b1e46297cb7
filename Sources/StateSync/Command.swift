public import SharedState

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

extension CommandDescription {
  /// The one command that a NanoVer server always runs itself; it tells of the others.
  package static var list: String { "commands/list" }

  /// Reads a description as NanoVer's clients and servers write it; nil without a name.
  package init?(_ object: StateObject) {
    guard let name = object["name"]?.string else { return nil }
    self.init(
      name: name,
      arguments: object["arguments"]?.object ?? [:],
      label: object["label"]?.string,
      icon: object["icon"]?.string
    )
  }

  /// The description as NanoVer's servers list it.
  package var object: StateObject {
    var object: StateObject = ["name": .string(name)]
    object["label"] = label.map(StateValue.string)
    object["icon"] = icon.map(StateValue.string)
    object["arguments"] = .object(arguments)
    return object
  }

  /// Reads an answer to `commands/list`: the `commands` of 2026, or the `list` of names and arguments of 2025.
  ///
  /// How to ask for the list is not in it.
  package static func listing(in answer: StateValue) -> [CommandDescription] {
    let described = answer["commands"]?.array?.compactMap { $0.object.flatMap(Self.init) }
    let named = answer["list"]?.object?.map { field in
      CommandDescription(name: field.key, arguments: field.value.object ?? [:])
    }
    return (described ?? named ?? []).filter { $0.name != list }.sorted { $0.name < $1.name }
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
