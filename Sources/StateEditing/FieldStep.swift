package import SharedState

/// One step up or down from a number, in its own kind.
package enum FieldStep {
  /// The next number; `nil` for what is no number, or has none.
  ///
  /// Whole numbers go by one. Floats go by one in the digit behind their first one, and by 0.01 below 1; they come
  /// out as a person would write them, without the dust of binary fractions.
  package static func next(_ value: StateValue, up: Bool) -> StateValue? {
    switch value {
    case .int(let number):
      let (next, isOver) = number.addingReportingOverflow(up ? 1 : -1)
      return isOver ? nil : .int(next)
    case .double(let number) where number.isFinite:
      let next = stepped(number, by: up ? size(number) : -size(number))
      return next == number ? nil : .double(next)
    default: return nil
    }
  }

  private static func size(_ number: Double) -> Double {
    var (size, rest) = (0.01, number.magnitude)
    while rest >= 1, rest < .infinity { (size, rest) = (size * 10, rest / 10) }
    return number.magnitude < 1 ? 0.01 : size
  }

  private static func stepped(_ number: Double, by step: Double) -> Double {
    let digits = max(decimals(number), 2)
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let (whole, stepWhole) = ((number * scale).rounded(), (step * scale).rounded())
    // Beyond that, not every whole number is a double, and there is no dust to fear.
    guard digits <= 15, whole.magnitude + stepWhole.magnitude < 9e15 else { return number + step }
    return (whole + stepWhole) / scale
  }

  /// How many digits stand behind the point when the number is written out.
  private static func decimals(_ number: Double) -> Int {
    let text = "\(number)"
    guard !text.contains("e"), let point = text.firstIndex(of: ".") else { return 16 }
    return text.distance(from: point, to: text.endIndex) - 1
  }
}
