import SharedState

/// What lived in one house before what lives there now.
///
/// Values are kept as they arrived. When they take too much room, every other one of the older half goes, so that the
/// past gets coarser the further back one looks, and neither its beginning nor its end is cut off.
struct HouseHistory: Sendable {
  /// Since when something was so, and by whom.
  struct Origin: Hashable, Sendable {
    let at: Moment
    let author: Author
  }

  /// One value of the past.
  struct Step: Sendable {
    /// The number of the step in this session.
    let id: Int
    /// Since when it was so; `nil` for what was there when we came.
    let origin: Origin?
    /// What lived there; `nil` if nobody did.
    let entry: StateEntry?
    /// What the step takes to keep.
    fileprivate let bytes: Int
    /// How many values between this one and the next are not kept any more.
    fileprivate(set) var skipped = 0
  }

  /// What a house takes even if nothing of its past is kept.
  private static let frame = 256

  /// What lived there before, oldest first.
  private(set) var past: [Step] = []
  /// Since when what is there now is there.
  private(set) var current: Origin?
  /// Whether nobody lives there now.
  private(set) var isVacant = false
  /// About how many bytes the past takes.
  private(set) var bytes: Int

  init(key: String) {
    bytes = Self.frame + key.utf8.count
  }

  /// The value that lived there last, if the house is vacant.
  var last: Step? { isVacant ? past.last : nil }

  /// Notes that something else lives there now.
  mutating func note(_ old: StateEntry?, isGone: Bool, since origin: Origin, id: Int) {
    let size = MemoryLayout<Step>.stride + (old?.weight ?? 0)
    past.append(Step(id: id, origin: current, entry: old, bytes: size))
    bytes += size
    (current, isVacant) = (origin, isGone)
  }

  /// Lets go of values until the rest takes no more than so many bytes, or is only the last one.
  ///
  /// - Complexity: O(*n*) in the values; each time it halves the older half of them.
  mutating func thin(to limit: Int) {
    while bytes > limit, past.count > 2 { halve() }
    if bytes > limit, past.count == 2 { bytes -= past.removeFirst().bytes }
  }

  private mutating func halve() {
    let end = max(2, past.count / 2)
    var kept: [Step] = []
    kept.reserveCapacity(past.count)
    for (position, step) in past.enumerated() {
      if position < end, position % 2 == 1, let last = kept.indices.last {
        kept[last].skipped += 1 + step.skipped
        bytes -= step.bytes
      } else {
        kept.append(step)
      }
    }
    past = kept
  }
}
