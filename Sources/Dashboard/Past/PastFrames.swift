import Trajectory

/// What a simulation said lately, at moments that lie the further apart the more each takes.
///
/// A molecule that was loaded is there from its first moment on.
struct PastFrames: Sendable {
  private struct Moment: Sendable {
    let uptime: Duration
    /// What was said; `nil` where that is too much to be kept.
    let simulation: Simulation?
    var bytes: Int
  }

  /// What a moment takes beside what was said.
  private static let frame = 256

  private var moments: [Moment] = []
  /// About how many bytes are taken.
  private(set) var bytes = 0
  /// So long lies between two of them at least.
  private var gap = Duration.zero

  /// What was known at a moment; `nil` where that is not kept.
  func simulation(at uptime: Duration) -> Simulation? {
    var (low, high) = (0, moments.count)
    while low < high {
      let middle = (low + high) / 2
      if moments[middle].uptime <= uptime { low = middle + 1 } else { high = middle }
    }
    return low > 0 ? moments[low - 1].simulation : nil
  }

  // MARK: Taking in

  /// Notes what is said now, and lets every other moment go where all take more than so many bytes.
  mutating func note(_ simulation: Simulation, at uptime: Duration, within limit: Int) {
    let last = moments.last
    let isOther = last.map { $0.simulation?.version != simulation.version } ?? true
    if let last, !isOther, uptime - last.uptime < gap { return }
    let size = simulation.size(beside: last?.simulation) + Self.frame
    let fits = size <= limit
    if !fits, let last, last.simulation == nil { return }
    moments.append(
      Moment(uptime: uptime, simulation: fits ? simulation : nil, bytes: fits ? size : Self.frame)
    )
    bytes += moments[moments.count - 1].bytes
    trim(to: limit)
  }

  // MARK: Letting go

  /// Lets moments go until the rest takes no more than so many bytes: evenly, and the first of a molecule after the others.
  ///
  /// - Complexity: O(*n*) in the moments, of which most go.
  mutating func trim(to limit: Int) {
    while bytes > limit, let first = moments.first, let last = moments.last {
      let even = (last.uptime - first.uptime) * 2 / moments.count
      gap = max(gap * 2, even, .milliseconds(1))
      let count = moments.count
      moments = spread()
      if moments.count == count { moments.removeFirst() }
      weigh()
    }
  }

  /// The first moment of each molecule, and of the others those that lie so far apart, from the last one back.
  private func spread() -> [Moment] {
    var kept: [Moment] = []
    for (place, moment) in zip(moments.indices, moments).reversed() {
      let before = place > 0 ? moments[place - 1].simulation?.version : nil
      let isFirst = place == 0 || before != moment.simulation?.version
      if !isFirst, let last = kept.last, last.uptime - moment.uptime < gap { continue }
      kept.append(moment)
    }
    return kept.reversed()
  }

  /// Counts anew what the moments take: the first of those that share a molecule carries it.
  private mutating func weigh() {
    var before: Simulation?
    for index in moments.indices {
      let simulation = moments[index].simulation
      moments[index].bytes = Self.frame + (simulation.map { $0.size(beside: before) } ?? 0)
      before = simulation
    }
    bytes = moments.reduce(0) { $0 + $1.bytes }
  }

  /// Lets go of what was said before the last moment before a time.
  mutating func drop(before uptime: Duration) {
    let count = moments.indices.dropFirst().prefix { moments[$0].uptime <= uptime }.count
    guard count > 0 else { return }
    let carried = moments[count].simulation
    bytes -= moments[..<count].reduce(0) { $0 + $1.bytes } + moments[count].bytes
    moments.removeFirst(count)
    moments[0].bytes = Self.frame + (carried.map { $0.size(beside: nil) } ?? 0)
    bytes += moments[0].bytes
    // There is room for more of them now.
    if moments.count < 64 { gap = gap / 2 }
  }
}
