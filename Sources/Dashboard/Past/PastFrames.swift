import Trajectory

/// What a simulation said lately, at moments that lie the further apart the more each takes.
struct PastFrames: Sendable {
  private struct Moment: Sendable {
    let uptime: Duration
    let simulation: Simulation
    let bytes: Int
  }

  private var moments: [Moment] = []
  /// About how many bytes are taken.
  private(set) var bytes = 0
  /// So long lies between two of them at least.
  private var gap = Duration.zero

  /// What was known at a moment; `nil` before the first that is kept.
  func simulation(at uptime: Duration) -> Simulation? {
    var (low, high) = (0, moments.count)
    while low < high {
      let middle = (low + high) / 2
      if moments[middle].uptime <= uptime { low = middle + 1 } else { high = middle }
    }
    return low > 0 ? moments[low - 1].simulation : nil
  }

  /// Notes what is said now, and lets every other moment go where all take more than so many bytes.
  mutating func note(_ simulation: Simulation, at uptime: Duration, within limit: Int) {
    if let last = moments.last, uptime - last.uptime < gap { return }
    let size = simulation.size(beside: moments.last?.simulation) + 256
    guard size <= limit else { return }
    moments.append(Moment(uptime: uptime, simulation: simulation, bytes: size))
    bytes += size
    while bytes > limit, moments.count > 2 {
      gap = max(
        gap * 2,
        (moments[moments.count - 1].uptime - moments[0].uptime) * 2 / moments.count
      )
      var kept: [Moment] = []
      for moment in moments.reversed() {
        if let last = kept.last, last.uptime - moment.uptime < gap { continue }
        kept.append(moment)
      }
      moments = kept.reversed()
      bytes = moments.reduce(0) { $0 + $1.bytes }
    }
  }

  /// Lets go of what was said before the last moment before a time.
  mutating func drop(before uptime: Duration) {
    var count = 0
    while count + 1 < moments.count, moments[count + 1].uptime <= uptime {
      bytes -= moments[count].bytes
      count += 1
    }
    guard count > 0 else { return }
    moments.removeFirst(count)
    // There is room for more of them now.
    if moments.count < 64 { gap = gap / 2 }
  }
}
