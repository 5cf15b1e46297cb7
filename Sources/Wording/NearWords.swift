extension String {
  /// Whether two words differ by one letter, or only by the order of their letters: the one is most likely a slip for the
  /// other.
  package func isNear(_ other: String) -> Bool {
    let (left, right) = (Array(self), Array(other))
    guard abs(left.count - right.count) <= 1 else { return false }
    if left.sorted() == right.sorted() { return true }
    let front = zip(left, right).prefix { $0 == $1 }.count
    let back = zip(left.reversed(), right.reversed()).prefix { $0 == $1 }.count
    return front + back >= max(left.count, right.count) - 1
  }
}
