import SharedState

/// Makes names that nobody else makes: random UUIDs, from a seed that is itself random.
struct NameMaker: Hashable, Sendable {
  private var generator: SplitMix64

  init(seed: UInt64) { generator = SplitMix64(seed: seed) }

  /// A fresh name in the form of a UUID of version 4.
  mutating func next() -> String { RandomIdentifier.make(using: &generator) }
}
