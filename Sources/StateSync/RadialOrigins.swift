internal import SharedState

/// The command that asks everybody to stand in a circle round the simulation and look inwards.
///
/// It suggests an origin to the user of each avatar; headsets go there.
enum RadialOrigins {
  static let description = CommandDescription(
    name: "multiuser/radially-orient-origins",
    arguments: ["radius": 1.0]
  )

  private static let avatars = "avatar."
  private static let origins = "user-origin."

  /// The origins for those who are present, evenly spaced in the order of their ids.
  static func origins(
    in state: StateDictionary,
    _ arguments: StateObject
  ) throws(CommandFailure) -> StateChange {
    guard let radius = (arguments["radius"] ?? 1.0).double, radius.isFinite else {
      throw CommandFailure(.failed, "radius must be a finite number")
    }
    let avatars = state.keys(withPrefix: avatars)
    var change = StateChange()
    for (place, avatar) in avatars.enumerated() {
      let id = String(decoding: avatar.utf8.dropFirst(Self.avatars.utf8.count), as: UTF8.self)
      let turn = Double(place) / Double(avatars.count)
      change.update(origins + id, to: origin(at: turn, radius))
    }
    return change
  }

  /// The place at a part of a full turn about the vertical, facing inwards.
  ///
  /// All numbers are floats: headsets want them so.
  private static func origin(at turn: Double, _ radius: Double) -> StateValue {
    let place = Turn.point(at: turn)
    // Half the angle of the rotation, as in any quaternion.
    let half = Turn.point(at: (-turn - 0.25) / 2)
    return [
      "position": [.double(radius * place.x), 0.0, .double(radius * place.y)],
      "rotation": [0.0, .double(half.y), 0.0, .double(half.x)],
    ]
  }
}

/// Points on the unit circle, for a module that has the standard library alone.
enum Turn {
  /// The point at a part of a full turn, between minus one and one.
  static func point(at turn: Double) -> (x: Double, y: Double) {
    // Within half a turn either way, thirty terms leave nothing that a double could hold.
    let angle = (turn - turn.rounded()) * 2 * .pi
    var (x, y, term) = (0.0, 0.0, 1.0)
    for power in 0..<30 {
      let sign = power % 4 < 2 ? 1.0 : -1.0
      if power.isMultiple(of: 2) { x += sign * term } else { y += sign * term }
      term *= angle / Double(power + 1)
    }
    return (x, y)
  }
}
