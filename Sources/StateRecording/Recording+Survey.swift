internal import SharedState

extension Recording {
  /// The next message that says something of an entry, or the last one before a place.
  ///
  /// - Parameters:
  ///   - key: The key of the entry.
  ///   - next: The number of the message that comes next at that place.
  ///   - isForward: Whether to look on, and not back; back, the message just before the place does not count.
  /// - Returns: The number of the message; nil if there is none.
  /// - Throws: Where a message on the way is malformed, and why.
  /// - Complexity: O(*n*) in the bytes of what is said of the state on the way.
  public func change(
    of key: String,
    from next: Int,
    isForward: Bool
  ) throws(RecordingError) -> Int? {
    let numbers = isForward ? Array(next..<count) : Array((0..<max(next - 1, 0)).reversed())
    for number in numbers where mayHoldState(number) {
      if try message(number).state?.touches(key) == true { return number }
    }
    return nil
  }

  /// How many messages say something of the state in each of so many parts of it, which are equally long.
  ///
  /// - Complexity: O(*n*) in the messages.
  public func stateCounts(in parts: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: parts)
    guard duration > .zero else { return counts }
    for number in 0..<count where mayHoldState(number) {
      let part = Int(Double(parts) * (time(of: number) / duration))
      counts[min(max(part, 0), parts - 1)] += 1
    }
    return counts
  }
}
