import SharedState

/// What one entry held before what is there now.
///
/// Values are kept as they arrived. When they take too much room, some are let go so that what is kept lies the further
/// apart the longer ago it was: the past gets coarser, and neither its beginning nor its end is cut off.
struct EntryHistory: Sendable {
  /// Since when something was so, and by whom.
  struct Origin: Hashable, Sendable {
    let at: Moment
    let author: Author
  }

  struct Step: Sendable {
    /// The number of the step in this session.
    let id: Int
    /// Since when it was so; `nil` for what was there when we came.
    let origin: Origin?
    /// What was there; `nil` if it had no value.
    let entry: StateEntry?
    /// The number of the step in its entry.
    fileprivate let number: Int
    /// What the step takes to keep.
    fileprivate let bytes: Int
  }

  /// At first, values may lie this fraction of their age apart.
  private static let finestGrain = 64

  /// What an entry takes even if nothing of its past is kept.
  private static let frame = 256

  /// What was there before, oldest first.
  private(set) var past: [Step] = []
  /// Since when what is there now is there.
  private(set) var current: Origin?
  /// Whether there is no value now.
  private(set) var isVacant = false
  /// About how many bytes the past takes.
  private(set) var bytes: Int
  /// How many values there were before.
  private(set) var count = 0

  init(key: String) { bytes = Self.frame + key.utf8.count }

  /// The last value, if the entry was removed.
  var last: Step? { isVacant ? past.last : nil }

  /// How many values between a step and the one after it are not kept any more.
  func skipped(after index: Int) -> Int {
    let next = index + 1 < past.count ? past[index + 1].number : count
    return next - past[index].number - 1
  }

  /// Notes that something else is there now.
  mutating func note(_ old: StateEntry?, isGone: Bool, since origin: Origin, id: Int) {
    let size = MemoryLayout<Step>.stride + (old?.weight ?? 0)
    past.append(Step(id: id, origin: current, entry: old, number: count, bytes: size))
    count += 1
    bytes += size
    (current, isVacant) = (origin, isGone)
  }

  /// Lets go of values until the rest takes no more than so many bytes, or is only the last one.
  ///
  /// - Complexity: O(*n*) in the values, most of which go.
  mutating func thin(to limit: Int) {
    var grain = Self.finestGrain
    while bytes > limit, past.count > 2, grain > 0 {
      spread(grain)
      grain /= 2
    }
    while bytes > limit, past.count > 1 { bytes -= past.removeFirst().bytes }
  }

  /// Keeps the first value, the last, and between them those that lie apart by their age divided by the grain.
  private mutating func spread(_ grain: Int) {
    var kept: [Step] = []
    var lastAge = 0
    for (place, step) in zip(past.indices, past).reversed() {
      let age = count - step.number
      if kept.isEmpty || place == 0 || (age - lastAge) * grain >= age {
        kept.append(step)
        lastAge = age
      } else {
        bytes -= step.bytes
      }
    }
    past = kept.reversed()
  }
}
