import SharedState

/// A place or a direction, in metres.
struct Vector: Sendable, Hashable {
  var x: Double
  var y: Double
  var z: Double

  init(_ x: Double, _ y: Double, _ z: Double) {
    (self.x, self.y, self.z) = (x, y, z)
  }

  static func + (left: Vector, right: Vector) -> Vector {
    Vector(left.x + right.x, left.y + right.y, left.z + right.z)
  }

  static func - (left: Vector, right: Vector) -> Vector {
    Vector(left.x - right.x, left.y - right.y, left.z - right.z)
  }

  static func * (left: Vector, factor: Double) -> Vector {
    Vector(left.x * factor, left.y * factor, left.z * factor)
  }

  /// The way from here to `other`, a part of it that goes from 0 to 1.
  func moved(towards other: Vector, by part: Double) -> Vector {
    self + (other - self) * part
  }

  /// The value as a headset sends it.
  var value: StateValue { .floats([x, y, z]) }
}

extension StateValue {
  /// A list of measurements, all of them doubles: a headset refuses a vector in which one number is an integer.
  ///
  /// Headsets compute in single precision, and their numbers look like it.
  static func floats(_ numbers: [Double]) -> StateValue {
    .array(numbers.map { .double(Double(Float($0))) })
  }
}
