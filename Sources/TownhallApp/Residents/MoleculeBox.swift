import Glibc
import SharedState

/// Where the box with the molecule floats in the room: the ten numbers of the house `scene`.
struct MoleculeBox: Sendable, Hashable {
  var position: Vector
  /// How far it is turned around the upright axis, in radians.
  var turn: Double
  var scale: Double

  static let start = MoleculeBox(position: Vector(0, 1.2, 0), turn: 0, scale: 1)

  /// Position, rotation as a quaternion, and scale along each axis.
  var value: StateValue {
    .floats([
      position.x, position.y, position.z, 0, sin(turn / 2), 0, cos(turn / 2), scale, scale, scale,
    ])
  }

  /// A place of the room in the molecule's own nanometres.
  func place(of point: Vector) -> Vector {
    let offset = (point - position) * (1 / scale)
    return Vector(
      offset.x * cos(turn) - offset.z * sin(turn),
      offset.y,
      offset.x * sin(turn) + offset.z * cos(turn)
    )
  }

  func moved(towards other: MoleculeBox, by part: Double) -> MoleculeBox {
    MoleculeBox(
      position: position.moved(towards: other.position, by: part),
      turn: turn + (other.turn - turn) * part,
      scale: scale + (other.scale - scale) * part
    )
  }

  static func random(using generator: inout SplitMix64) -> MoleculeBox {
    MoleculeBox(
      position: Vector(
        Double.random(in: -0.4...0.4, using: &generator),
        Double.random(in: 0.9...1.5, using: &generator),
        Double.random(in: -0.4...0.4, using: &generator)
      ),
      turn: Double.random(in: -1.5...1.5, using: &generator),
      scale: Double.random(in: 0.6...1.6, using: &generator)
    )
  }
}

extension MoleculeBox {
  /// Reads what stands in the house now; nil unless it is ten numbers with a scale.
  init?(_ value: StateValue?) {
    guard let numbers = value?.array?.compactMap(\.double), numbers.count == 10, numbers[7] != 0
    else { return nil }
    self.init(
      position: Vector(numbers[0], numbers[1], numbers[2]),
      turn: 2 * atan2(numbers[4], numbers[6]),
      scale: abs(numbers[7])
    )
  }
}

/// The box being dragged to another place now and then.
struct BoxDragging: Sendable {
  private struct Drag: Sendable {
    var from: MoleculeBox
    var to: MoleculeBox
    var start: Duration
    var length: Duration
  }

  private var drag: Drag?
  private var next: Duration

  init(generator: inout SplitMix64) { next = generator.duration(8...20) }

  /// Where the box is dragged to at a moment, or nil while nobody holds it.
  mutating func move(
    at time: Duration,
    from scene: MoleculeBox,
    generator: inout SplitMix64
  ) -> MoleculeBox? {
    if drag == nil, time >= next {
      drag = Drag(
        from: scene,
        to: .random(using: &generator),
        start: time,
        length: generator.duration(2...3.5)
      )
    }
    guard let drag else { return nil }
    let part = min((time - drag.start) / drag.length, 1)
    if part == 1 {
      self.drag = nil
      next = time + generator.duration(18...40)
    }
    // People start and stop softly.
    return drag.from.moved(towards: drag.to, by: part * part * (3 - 2 * part))
  }
}
