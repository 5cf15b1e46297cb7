extension StateValue {
  /// Whether two values say the same, numbers by what they count: a wire such as gRPC knows only doubles.
  ///
  /// - Complexity: O(*n*) in the size of the values.
  package func isLike(_ other: StateValue) -> Bool {
    switch (self, other) {
    case (.int, .double), (.double, .int): double == other.double
    case (.array(let left), .array(let right)):
      left.count == right.count && zip(left, right).allSatisfy { $0.isLike($1) }
    case (.object(let left), .object(let right)):
      left.count == right.count
        && left.allSatisfy { right[$0.key]?.isLike($0.value) == true }
    default: self == other
    }
  }
}
