import ScreenKit
import SharedState
import Trajectory

/// What has happened to the whole state lately, change by change, so that any moment of it can be seen again.
///
/// It holds what each change replaced, within bounds of time and of bytes; what is beyond either is let go of, the oldest first.
/// The state at a place is the newest one with all changes after the place taken back.
struct Timeline: Sendable {
  /// Where a change of an entry stands: in which step, and where in it.
  private struct Address: Hashable, Sendable {
    var step: Int
    var index: Int
  }

  private struct Touch: Sendable {
    let key: String
    let author: Author
    let old: StateEntry?
    let new: StateEntry?
    /// Where the change of this entry before it stands, if there was one.
    let previous: Address?
  }

  private struct Step: Sendable {
    let at: Moment
    var touches: [Touch]
    let bytes: Int
  }

  /// An entry as it is at another place.
  struct Move: Sendable {
    let key: String
    let entry: StateEntry?
    /// What had happened to it last by then, if that is known.
    let news: EntryNews?
  }

  private(set) var bounds: PastBounds
  /// About how many bytes are taken.
  private(set) var bytes = 0
  /// When the first copy of the state came; `nil` before that.
  private var began: Moment?
  /// The steps that are kept, and before them some that are not any more.
  private var steps: [Step] = []
  /// The number of the first step in the list.
  private var base = 0
  /// The number of the first step that is kept.
  private(set) var first = 0
  /// Where each entry was changed last.
  private var lastTouch: [StateKey: Address] = [:]
  private var marks: [(step: Int, mark: ReplayStatus.Mark)] = []
  /// How many entries were changed in each second in which any was.
  private var busySeconds: [(second: Int64, count: Int)] = []
  private var frames = PastFrames()

  /// So many marks are told of.
  private static let mostMarks = 1000
  /// So much of a mark's text is kept.
  private static let longestMark = 200

  init(_ bounds: PastBounds = .usual) { self.bounds = bounds }

  // MARK: Asking

  /// How many changes have happened since we came.
  var count: Int { base + steps.count }

  /// The first moment that can be seen.
  func start(at uptime: Duration) -> Duration {
    let kept = first > base ? steps[first - base - 1].at.uptime : began?.uptime ?? uptime
    return min(uptime, max(kept, uptime - bounds.time))
  }

  /// The place after the last change.
  func end(at now: Moment) -> PastPlace { PastPlace(step: count, at: now) }

  /// The place of a moment: after all that had happened by then.
  func place(at uptime: Duration, now: Moment) -> PastPlace {
    let uptime = min(max(uptime, start(at: now.uptime)), now.uptime)
    var (low, high) = (first, count)
    while low < high {
      let middle = (low + high) / 2
      if steps[middle - base].at.uptime <= uptime { low = middle + 1 } else { high = middle }
    }
    return PastPlace(step: low, at: now.earlier(by: now.uptime - uptime))
  }

  /// The place right after so many changes; `nil` if it is not kept, or still to come.
  func place(after step: Int, now: Moment) -> PastPlace? {
    guard step >= first, step <= count else { return nil }
    let start = start(at: now.uptime)
    let at = step > first ? steps[step - 1 - base].at : now.earlier(by: now.uptime - start)
    return PastPlace(step: step, at: at.uptime < start ? now.earlier(by: now.uptime - start) : at)
  }

  /// The place right after an entry was changed last before another place, or next after it.
  ///
  /// - Complexity: O(*n*) in the changes between both.
  func place(ofChange key: String, from step: Int, isForward: Bool, now: Moment) -> PastPlace? {
    let touches = { (number: Int) in
      steps[number - base].touches.contains { $0.key.isSame(as: key) }
    }
    let found =
      isForward
      ? (max(step, first)..<max(step, first, count)).first(where: touches)
      : (first..<max(first, min(step - 1, count))).last(where: touches)
    return found.flatMap { place(after: $0 + 1, now: now) }
  }

  /// What is other at one place than at another; `nil` if either is not kept.
  ///
  /// - Complexity: O(*n*) in the changes between both.
  func moves(from: Int, to: Int) -> [Move]? {
    guard min(from, to) >= first, max(from, to) <= count else { return nil }
    var last: [StateKey: (entry: StateEntry?, address: Address?)] = [:]
    if to < from {
      for number in (to..<from).reversed() {
        for touch in steps[number - base].touches {
          last[StateKey(touch.key)] = (touch.old, touch.previous)
        }
      }
    } else {
      for number in from..<to {
        for (index, touch) in steps[number - base].touches.enumerated() {
          last[StateKey(touch.key)] = (touch.new, Address(step: number, index: index))
        }
      }
    }
    return StateKey.sorted(last.keys.map(\.text)).compactMap { key in
      last[StateKey(key)].map { Move(key: key, entry: $0.entry, news: news(at: $0.address)) }
    }
  }

  private func news(at address: Address?) -> EntryNews? {
    guard let address, address.step >= first else { return nil }
    let step = steps[address.step - base]
    let touch = step.touches[address.index]
    let kind: EntryNews.Kind = touch.new == nil ? .removed : touch.old == nil ? .added : .changed
    return EntryNews(kind: kind, at: step.at, author: touch.author, before: touch.old)
  }

  /// The state at a place, which is taken from the newest one; `nil` if the place is not kept.
  func state(at step: Int, newest: StateDictionary) -> StateDictionary? {
    guard let moves = moves(from: count, to: step) else { return nil }
    var state = newest
    for move in moves { state.setEntry(move.entry, for: move.key) }
    return state
  }

  /// What was known of a simulation at a moment.
  func simulation(at uptime: Duration) -> Simulation? { frames.simulation(at: uptime) }

  /// How much there is, with marks and with where much happened, seen from a place.
  func status(at place: PastPlace, now: Moment) -> ReplayStatus {
    let start = start(at: now.uptime)
    var status = ReplayStatus()
    (status.time, status.duration) = (place.at.uptime - start, now.uptime - start)
    status.marks = marks.map { .init(time: $0.mark.time - start, text: $0.mark.text) }
    let from = start.components.seconds
    status.activity = Array(repeating: 0, count: Int(now.uptime.components.seconds - from) + 1)
    for busy in busySeconds where busy.second >= from {
      let place = Int(busy.second - from)
      if place < status.activity.count { status.activity[place] = busy.count }
    }
    return status
  }

  // MARK: Taking in

  /// Notes that the first copy of the state has come.
  mutating func begin(at moment: Moment) { began = began ?? moment }

  /// Notes what a message did to the state.
  ///
  /// - Complexity: O(*c*) amortised for *c* entries that changed; no value is decoded but those of marks.
  mutating func note(_ change: KnownChange, at moment: Moment) {
    guard bounds.keepsAny, !change.touched.isEmpty else { return }
    let number = count
    var (touches, size) = ([Touch](), 0)
    touches.reserveCapacity(change.touched.count)
    for touched in change.touched {
      let address = Address(step: number, index: touches.count)
      let previous = lastTouch.updateValue(address, forKey: StateKey(touched.key))
      touches.append(
        Touch(
          key: touched.key,
          author: touched.author,
          old: touched.old,
          new: touched.new,
          previous: previous
        )
      )
      size += Self.frame + (touched.old?.weight ?? 0)
      noteMark(touched, number, at: moment)
    }
    steps.append(Step(at: moment, touches: touches, bytes: size))
    bytes += size
    let second = moment.uptime.components.seconds
    if busySeconds.last?.second == second {
      busySeconds[busySeconds.count - 1].count += touches.count
    } else {
      busySeconds.append((second, touches.count))
    }
    drop(at: moment.uptime)
  }

  /// What a change of an entry takes beside its value.
  private static let frame = MemoryLayout<Touch>.stride + 64

  private mutating func noteMark(_ touched: KnownChange.Touched, _ step: Int, at moment: Moment) {
    guard let entry = touched.new, touched.key.begins(with: MarkEntry.prefix) else { return }
    let text = MarkEntry.text(of: touched.key, entry.value).beginning(Self.longestMark).words
    marks.append((step, ReplayStatus.Mark(time: moment.uptime, text: text)))
    if marks.count > 2 * Self.mostMarks { marks.removeFirst(marks.count - Self.mostMarks) }
  }

  /// Notes what a simulation says.
  mutating func note(_ simulation: Simulation, at uptime: Duration) {
    guard bounds.keepsAny, began != nil else { return }
    frames.note(simulation, at: uptime, within: bounds.bytes / 2)
  }

  // MARK: Letting go

  /// Keeps so much from now on; where nothing was kept, or is to be, the past begins anew.
  mutating func setBounds(_ newest: PastBounds, at moment: Moment) {
    guard newest != bounds else { return }
    if !bounds.keepsAny || !newest.keepsAny {
      let number = count
      self = Timeline(newest)
      (base, first, began) = (number, number, moment)
    }
    bounds = newest
    drop(at: moment.uptime)
  }

  /// Lets go of what is beyond the bounds.
  ///
  /// - Complexity: O(*d*) amortised in what is let go of.
  mutating func drop(at uptime: Duration) {
    frames.drop(before: uptime - bounds.time)
    while first < count,
      bytes + frames.bytes > bounds.bytes || steps[first - base].at.uptime <= uptime - bounds.time
    {
      let index = first - base
      for (place, touch) in steps[index].touches.enumerated() {
        let key = StateKey(touch.key)
        if lastTouch[key] == Address(step: first, index: place) { lastTouch[key] = nil }
      }
      bytes -= steps[index].bytes
      steps[index].touches = []
      first += 1
    }
    let gone = first - base
    // The time of the last of those that are gone is when all that is known begins.
    if gone > 64, gone > steps.count / 2 {
      steps.removeFirst(gone - 1)
      base = first - 1
    }
    forgetTold(before: start(at: uptime))
  }

  private mutating func forgetTold(before start: Duration) {
    if let mark = marks.first, mark.step < first || mark.mark.time < start {
      marks.removeAll { $0.step < first || $0.mark.time < start }
    }
    let second = start.components.seconds
    if let busy = busySeconds.first, busy.second < second - 60 {
      busySeconds.removeAll { $0.second < second }
    }
  }
}

extension Moment {
  /// So long before it, by the same clock.
  func earlier(by time: Duration) -> Moment {
    var clock = clock - time
    if clock < .zero {
      let days = -clock.components.seconds / 86_400 + 1
      clock += .seconds(86_400 * days)
    }
    return Moment(uptime: uptime - time, clock: clock)
  }
}
