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
    /// In which step something had happened before in the group of the entry, if anything had.
    let previousInGroup: Int?
  }

  private struct Step: Sendable {
    let at: Moment
    var touches: [Touch]
    let bytes: Int
  }

  /// What is other at one place than at another.
  struct Way: Sendable {
    /// The entries, in the order of their keys.
    var moves: [PastMove] = []
    /// When something had last happened in their groups, if that is known.
    var groups: [StateKey: Moment?] = [:]

    /// Takes a state from the first place to the second.
    func lead(_ state: inout StateDictionary) {
      for move in moves { state.setEntry(move.entry, for: move.key) }
    }
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
  /// In which step something happened last in each group.
  private var lastInGroup: [StateKey: Int] = [:]
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
  func place(ofChange key: String, from place: PastPlace, isForward: Bool, now: Moment)
    -> PastPlace?
  {
    let touches = { (number: Int) in
      steps[number - base].touches.contains { $0.key.isSame(as: key) }
    }
    let step = max(place.step, first)
    // Who stands right after a change wants the one before it.
    let isAtChange = step > first && steps[step - 1 - base].at.uptime == place.at.uptime
    let found =
      isForward
      ? (min(step, count)..<count).first(where: touches)
      : (first..<max(first, isAtChange ? step - 1 : step)).last(where: touches)
    return found.flatMap { self.place(after: $0 + 1, now: now) }
  }

  /// What is other at one place than at another; `nil` if either is not kept.
  ///
  /// Entries that had just been removed at the second are among them, since they are still shown.
  ///
  /// - Complexity: O(*n*) in the changes between both.
  func way(from: Int, to: PastPlace) -> Way? {
    guard min(from, to.step) >= first, max(from, to.step) <= count else { return nil }
    var last: [StateKey: (entry: StateEntry?, address: Address?)] = [:]
    var groups: [StateKey: Int?] = [:]
    if to.step < from {
      for number in (to.step..<from).reversed() {
        // Of a message, too, the first change of a group tells what was before.
        for touch in steps[number - base].touches.reversed() {
          last[StateKey(touch.key)] = (touch.old, touch.previous)
          if let group = Self.group(of: touch.key) {
            groups.updateValue(touch.previousInGroup, forKey: group)
          }
        }
      }
    } else {
      for number in from..<to.step {
        for (index, touch) in steps[number - base].touches.enumerated() {
          last[StateKey(touch.key)] = (touch.new, Address(step: number, index: index))
          if let group = Self.group(of: touch.key) { groups.updateValue(number, forKey: group) }
        }
      }
    }
    addDepartures(before: to, &last)
    var way = Way()
    way.moves = StateKey.sorted(last.keys.map(\.text)).compactMap { key in
      last[StateKey(key)].map { PastMove(key: key, entry: $0.entry, news: news(at: $0.address)) }
    }
    way.groups = groups.mapValues { step in
      step.flatMap { $0 >= first ? steps[$0 - base].at : nil }
    }
    return way
  }

  /// Adds what had been removed so shortly before a place that it is still shown there.
  private func addDepartures(
    before place: PastPlace,
    _ last: inout [StateKey: (entry: StateEntry?, address: Address?)]
  ) {
    var seen: Set<StateKey> = []
    for number in (first..<place.step).reversed() {
      let step = steps[number - base]
      guard place.at.uptime - step.at.uptime < KnownState.ghostTime else { return }
      for (index, touch) in step.touches.enumerated() {
        let key = StateKey(touch.key)
        guard seen.insert(key).inserted, touch.new == nil, last[key] == nil else { continue }
        last[key] = (nil, Address(step: number, index: index))
      }
    }
  }

  private static func group(of key: String) -> StateKey? {
    KeyParts.prefix(of: key).map { StateKey($0) }
  }

  private func news(at address: Address?) -> EntryNews? {
    guard let address, address.step >= first else { return nil }
    let step = steps[address.step - base]
    let touch = step.touches[address.index]
    let kind: EntryNews.Kind = touch.new == nil ? .removed : touch.old == nil ? .added : .changed
    return EntryNews(kind: kind, at: step.at, author: touch.author, before: touch.old)
  }

  /// The state at a place, which is taken from the newest one; `nil` if the place is not kept.
  func state(at place: PastPlace, newest: StateDictionary) -> StateDictionary? {
    guard let way = way(from: count, to: place) else { return nil }
    var state = newest
    way.lead(&state)
    return state
  }

  /// What was known of a simulation at a moment, as far as that is kept.
  func simulation(at uptime: Duration) -> Simulation {
    frames.simulation(at: uptime) ?? Simulation()
  }

  /// How much there is, with marks and with where much happened, seen from a place.
  func status(at place: PastPlace, now: Moment) -> ReplayStatus {
    let start = start(at: now.uptime)
    var status = ReplayStatus()
    (status.time, status.duration) = (place.at.uptime - start, now.uptime - start)
    status.marks = marks.map { .init(time: $0.mark.time - start, text: $0.mark.text) }
    let from = start.components.seconds
    let seconds = Int(now.uptime.components.seconds - from) + 1
    // Of a long past several seconds are told as one.
    let span = (seconds + Self.mostParts - 1) / Self.mostParts
    status.activity = Array(repeating: 0, count: (seconds + span - 1) / span)
    for busy in busySeconds where busy.second >= from && busy.second < from + Int64(seconds) {
      status.activity[Int(busy.second - from) / span] += busy.count
    }
    return status
  }

  private static let mostParts = 600

  // MARK: Taking in

  /// Notes that what there is of the state is known from now on.
  mutating func begin(at moment: Moment) { if steps.isEmpty { began = moment } }

  /// Notes what a message did to the state.
  ///
  /// - Complexity: O(*c*) amortised for *c* entries that changed; no value is decoded but those of marks.
  mutating func note(_ change: KnownChange, at moment: Moment) {
    guard bounds.keepsAny, !change.touched.isEmpty else { return }
    began = began ?? moment
    let number = count
    // What a message does is told of each group once.
    var before: [StateKey: Int?] = [:]
    var (touches, size) = ([Touch](), 0)
    touches.reserveCapacity(change.touched.count)
    for touched in change.touched {
      let address = Address(step: number, index: touches.count)
      let previous = lastTouch.updateValue(address, forKey: StateKey(touched.key))
      let group = Self.group(of: touched.key)
      if let group, before[group] == nil {
        before.updateValue(lastInGroup.updateValue(number, forKey: group), forKey: group)
      }
      touches.append(
        Touch(
          key: touched.key,
          author: touched.author,
          old: touched.old,
          new: touched.new,
          previous: previous,
          previousInGroup: group.flatMap { before[$0] ?? nil }
        )
      )
      size += Self.frame + touched.key.utf8.count + (touched.old?.weight ?? 0)
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
    while bytes + frames.bytes > bounds.bytes, first < count { dropFirst() }
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
    while bytes + frames.bytes > bounds.bytes, first < count { dropFirst() }
  }

  // MARK: Letting go

  /// Keeps so much from now on; where nothing was kept, or is to be, the past begins anew.
  mutating func setBounds(_ newest: PastBounds, at moment: Moment) {
    guard newest != bounds else { return }
    if !bounds.keepsAny || !newest.keepsAny {
      // What happens while nothing is kept has no number, and nobody is to come upon it.
      let number = count + 1
      self = Timeline(newest)
      (base, first, began) = (number, number, moment)
    }
    bounds = newest
    frames.trim(to: bounds.bytes / 2)
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
      dropFirst()
    }
    forgetTold(before: start(at: uptime))
  }

  private mutating func dropFirst() {
    let index = first - base
    for (place, touch) in steps[index].touches.enumerated() {
      let key = StateKey(touch.key)
      if lastTouch[key] == Address(step: first, index: place) { lastTouch[key] = nil }
      if let group = Self.group(of: touch.key), lastInGroup[group] == first {
        lastInGroup[group] = nil
      }
    }
    bytes -= steps[index].bytes
    steps[index].touches = []
    first += 1
    let gone = first - base
    // The time of the last of those that are gone is when all that is known begins.
    if gone > 64, gone > steps.count / 2 {
      steps.removeFirst(gone - 1)
      base = first - 1
    }
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
