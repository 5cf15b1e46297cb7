import SharedState

/// A place or a direction, in metres.
typealias Vector = SIMD3<Double>

extension Vector {
  /// The way from here to `other`, a part of it that goes from 0 to 1.
  func moved(towards other: Vector, by part: Double) -> Vector { self + (other - self) * part }

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
