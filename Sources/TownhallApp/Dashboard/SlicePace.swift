/// How many houses are taken in at once: as many as one can do in a moment on this machine, going by how long the last took.
struct SlicePace {
  /// A person who presses a key meanwhile waits for so long at most, and for a picture.
  private static let moment = Duration.milliseconds(25)
  private static let bounds = 100...16_000

  private(set) var houses = 1_000

  /// Notes how long some houses took.
  mutating func took(_ time: Duration, for count: Int) {
    // A few tell more of the picture than of themselves.
    guard count >= houses / 2, time > .zero else { return }
    // No sudden leaps: the next may be dearer.
    let factor = min(2, max(0.1, Self.moment / time))
    let wanted = Int(Double(count) * factor)
    houses = min(max(wanted, Self.bounds.lowerBound), Self.bounds.upperBound)
  }
}
