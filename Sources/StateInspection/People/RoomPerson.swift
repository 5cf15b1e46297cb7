package import SharedState

/// Somebody who is in a room, as far as the shared state tells it.
package struct RoomPerson: Hashable, Sendable {
  /// What somebody is here with, by what their avatar is made of.
  package enum Device: String, Sendable {
    /// They wear a headset.
    case headset
    /// They have hands, and no head.
    case hands
    /// They have an avatar without a body, or a cursor.
    case screen
  }

  package let id: String
  /// What they call themselves.
  package let name: String?
  package let device: Device
  /// How long a message takes to the server and back in milliseconds, if their headset reports it.
  package let roundTrip: Double?

  /// What a round trip can be; whatever else is reported is none.
  private static let likely = 0...1e6

  /// Everybody of whom there is something, by their ids.
  ///
  /// - Complexity: O(*n*) in the keys of the state.
  package static func all(in state: StateDictionary) -> [RoomPerson] {
    LeftBehind.all(in: state).map { RoomPerson($0.id, in: state) }
  }

  /// Reads what there is of somebody.
  package init(_ id: String, in state: StateDictionary) {
    self.id = id
    let avatar = state.entry(for: PersonKeys.avatars + id)?.value
    name = avatar?["name"]?.string
    let parts = Set(
      (avatar?["components"]?.array ?? []).prefix(20).compactMap { $0["name"]?.string }
    )
    device =
      parts.contains("headset")
      ? .headset
      : parts.contains { $0.hasPrefix("hand") } ? .hands : .screen
    roundTrip = state.entry(for: "report.connection.health." + id)?.value["rtt"]?.double
      .flatMap { Self.likely.contains($0) ? $0 : nil }
  }

  /// Whether a command shows a message to somebody: clients offer it under their ids.
  package static func isNotice(_ command: String) -> Bool { command.hasSuffix("/notify") }
}
