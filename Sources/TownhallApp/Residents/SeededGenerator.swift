import SharedState

/// A small repeatable source of chance (SplitMix64): the same seed leads to the same town.
struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  mutating func uuid() -> String { RandomIdentifier.make(using: &self) }

  /// A time between two numbers of seconds.
  mutating func duration(_ seconds: ClosedRange<Double>) -> Duration {
    .seconds(Double.random(in: seconds, using: &self))
  }
}
