import SharedState

/// The same seed leads to the same town.
extension SplitMix64 {
  mutating func uuid() -> String { RandomIdentifier.make(using: &self) }

  /// A time between two numbers of seconds.
  mutating func duration(_ seconds: ClosedRange<Double>) -> Duration {
    .seconds(Double.random(in: seconds, using: &self))
  }
}
