import Glibc
import SharedState

/// One person with a headset and two hands who walks around the molecule and sometimes takes hold of an atom.
struct SimulatedUser: Sendable {
  /// What a person is called and looks like, and where they like to stand.
  struct Character: Sendable {
    var name: String
    var color: [Double]
    /// Where around the molecule they stand, in radians.
    var place: Double
    /// How tall they are, in metres.
    var height: Double
  }

  let id: String
  private let character: Character
  private let phase: Double
  private var hands: [Hand]
  private var updateIndex: Int64 = -1

  init(_ character: Character, generator: inout SplitMix64) {
    self.character = character
    id = generator.uuid()
    phase = Double.random(in: 0..<(2 * .pi), using: &generator)
    hands = [Hand(.right, generator: &generator), Hand(.left, generator: &generator)]
  }

  /// The houses that a headset sets up when its wearer joins.
  func join() -> StateChange {
    let home = Vector(2 * sin(character.place), 0, 2 * cos(character.place))
    return StateChange(updates: [
      "playarea." + id: [
        "A": Vector(-1.2, 0, -1.6).value, "B": Vector(-1.2, 0, 1.6).value,
        "C": Vector(1.2, 0, 1.6).value, "D": Vector(1.2, 0, -1.6).value,
      ],
      "user-origin." + id: [
        "position": home.value,
        "rotation": Self.rotation(yaw: character.place + .pi, pitch: 0),
      ],
    ])
  }

  /// Removes all that goes when its wearer takes the headset off.
  func leave() -> StateChange {
    let keys = ["avatar.", "playarea.", "user-origin.", "update.index."].map { $0 + id }
    return StateChange(removals: Set(keys + hands.compactMap(\.interaction)))
  }

  /// What the headset sends now: where its wearer is, what they hold, and a counter of its updates.
  mutating func move(
    at time: Duration,
    around scene: MoleculeBox,
    generator: inout SplitMix64
  ) -> StateChange {
    let head = headPose(at: time)
    var change = StateChange()
    var components = [head.component(named: "headset")]
    for position in hands.indices {
      let pose = handPose(hands[position].side, from: head, at: time)
      components.append(pose.component(named: hands[position].side.name))
      change.merge(
        hands[position].hold(
          at: time,
          place: scene.place(of: pose.position),
          owner: id,
          generator: &generator
        )
      )
    }
    updateIndex += 1
    change.update(
      "avatar." + id,
      to: [
        "playerid": .string(id), "name": .string(character.name),
        "color": .floats(character.color), "components": .array(components),
      ]
    )
    change.update("update.index." + id, to: .int(updateIndex))
    return change
  }

  private struct Pose {
    var position: Vector
    var yaw: Double
    var pitch: Double

    func component(named name: String) -> StateValue {
      [
        "name": .string(name), "position": position.value,
        "rotation": SimulatedUser.rotation(yaw: yaw, pitch: pitch),
      ]
    }
  }

  private func headPose(at time: Duration) -> Pose {
    let seconds = time.seconds
    let angle = character.place + 0.4 * sin(0.21 * seconds + phase)
    let distance = 1.5 + 0.3 * sin(0.13 * seconds + 2 * phase)
    let height = character.height + 0.02 * sin(1.9 * seconds + phase)
    return Pose(
      position: Vector(distance * sin(angle), height, distance * cos(angle)),
      yaw: angle + .pi + 0.25 * sin(0.6 * seconds + phase),
      pitch: 0.2 + 0.1 * sin(0.4 * seconds + 3 * phase)
    )
  }

  private func handPose(_ side: Hand.Side, from head: Pose, at time: Duration) -> Pose {
    let seconds = time.seconds
    let isHolding = hands.contains { $0.side == side && $0.interaction != nil }
    let reach = (isHolding ? 0.65 : 0.35) + 0.12 * sin(1.3 * seconds + phase + side.sign)
    let beside = side.sign * (0.22 + 0.06 * sin(0.9 * seconds + 2 * phase))
    let below = -0.4 + 0.15 * sin(0.7 * seconds + phase * side.sign)
    let forward = Vector(sin(head.yaw), 0, cos(head.yaw))
    let sideways = Vector(cos(head.yaw), 0, -sin(head.yaw))
    return Pose(
      position: head.position + forward * reach + sideways * beside + Vector(0, below, 0),
      yaw: head.yaw + 0.3 * side.sign * sin(seconds + phase),
      pitch: 0.3 * sin(0.8 * seconds + side.sign)
    )
  }

  /// A turn around the upright axis and then a nod, as the quaternion x, y, z, w.
  fileprivate static func rotation(yaw: Double, pitch: Double) -> StateValue {
    let (turn, nod) = (yaw / 2, pitch / 2)
    return .floats([
      cos(turn) * sin(nod), sin(turn) * cos(nod), -sin(turn) * sin(nod), cos(turn) * cos(nod),
    ])
  }
}

/// One hand, which holds an atom for a while and then lets go.
struct Hand: Sendable {
  enum Side: Sendable {
    case left, right

    var name: String { self == .left ? "hand.left" : "hand.right" }
    var sign: Double { self == .left ? -1 : 1 }
  }

  private enum Activity: Sendable {
    case resting(until: Duration)
    case holding(key: String, atom: Int64, kind: String, until: Duration)
  }

  let side: Side
  private var activity: Activity

  init(_ side: Side, generator: inout SplitMix64) {
    self.side = side
    activity = .resting(until: generator.duration(side == .right ? 1...4 : 6...14))
  }

  /// The key of the interaction that the hand keeps up.
  var interaction: String? {
    guard case .holding(let key, _, _, _) = activity else { return nil }
    return key
  }

  /// What the hand does to the molecule at a moment, at a place in the molecule's own nanometres.
  mutating func hold(
    at time: Duration,
    place: Vector,
    owner: String,
    generator: inout SplitMix64
  ) -> StateChange {
    switch activity {
    case .resting(let end) where time < end:
      return StateChange()
    case .resting:
      let kind = ["spring", "gaussian"].randomElement(using: &generator) ?? "spring"
      activity = .holding(
        key: "interaction." + generator.uuid(),
        atom: Int64.random(in: 0..<Studio.atoms, using: &generator),
        kind: kind,
        until: time + generator.duration(1.5...5)
      )
    case .holding(let key, _, _, let end) where time >= end:
      activity = .resting(until: time + generator.duration(side == .right ? 2...7 : 10...25))
      return StateChange(removals: [key])
    case .holding:
      break
    }
    return pull(towards: place, owner: owner)
  }

  private func pull(towards place: Vector, owner: String) -> StateChange {
    guard case .holding(let key, let atom, let kind, _) = activity else { return StateChange() }
    return StateChange(updates: [
      key: [
        "position": place.value, "particles": [.int(atom)], "interaction_type": .string(kind),
        "scale": .double(kind == "spring" ? 100 : 1), "mass_weighted": true,
        // Unity sets no limit, so an infinity is in nearly every session.
        "reset_velocities": false, "max_force": .double(.infinity),
        "owner.id": .string(owner), "label": .string(side.name),
      ]
    ])
  }
}

extension Duration {
  var seconds: Double {
    let (seconds, attoseconds) = components
    return Double(seconds) + Double(attoseconds) * 1e-18
  }
}
