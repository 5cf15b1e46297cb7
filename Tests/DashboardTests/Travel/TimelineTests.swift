import SharedState
import TestSupport
import Testing
import Trajectory

@testable import Dashboard

@Suite("Timeline")
struct TimelineTests {
  /// A state with its timeline, and each of its moments as it was.
  private struct Lab {
    var timeline: Timeline
    var state: StateDictionary
    var now = Moment(uptime: .seconds(100), clock: .seconds(3600))
    /// What there was after so many changes, and since when.
    var moments: [(state: StateDictionary, at: Duration)]

    init(_ bounds: PastBounds = .usual, _ values: [String: StateValue] = [:]) {
      timeline = Timeline(bounds)
      state = StateDictionary(values)
      timeline.begin(at: now)
      moments = [(state, now.uptime)]
    }

    mutating func wait(_ time: Duration) {
      now = Moment(uptime: now.uptime + time, clock: now.clock + time)
    }

    mutating func change(_ change: StateChange, by author: Author = .others) {
      let known = KnownChange(change, to: state) { _ in author }
      state.apply(change)
      timeline.note(known, at: now)
      if !known.touched.isEmpty { moments.append((state, now.uptime)) }
    }

    mutating func stir(_ random: inout SeededGenerator, size: Int = 20) {
      var change = StateChange()
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let key = "s.\(Int.random(in: 0..<12, using: &random))"
        if Int.random(in: 0..<4, using: &random) == 0 {
          change.remove(key)
        } else {
          let text = String(repeating: "x", count: Int.random(in: 0...size, using: &random))
          change.update(key, to: .string("\(Int.random(in: 0..<1000, using: &random))\(text)"))
        }
      }
      self.change(change)
      if Bool.random(using: &random) {
        wait(.milliseconds(Int.random(in: 1...900, using: &random)))
      }
    }
  }

  @Test(
    "Every moment is what it was, from now and from any other moment, with what had happened last",
    arguments: 0..<6
  )
  func everyMoment(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    var lab = Lab(.usual, ["s.0": 1, "t": 2])
    for _ in 0..<150 { lab.stir(&random) }
    let count = lab.timeline.count
    #expect(count == lab.moments.count - 1 && lab.timeline.first == 0)
    for _ in 0..<200 {
      let (from, to) = (
        Int.random(in: 0...count, using: &random), Int.random(in: 0...count, using: &random)
      )
      let place = PastPlace(step: to, at: Moment(uptime: lab.moments[to].at, clock: .zero))
      let way = try #require(lab.timeline.way(from: from, to: place))
      var state = lab.moments[from].state
      for move in way.moves {
        state.setEntry(move.entry, for: move.key)
        // The last change of an entry by then is the last at which it became what it is.
        let last = (1..<(to + 1)).last {
          lab.moments[$0].state.entry(for: move.key)
            != lab.moments[$0 - 1].state.entry(for: move.key)
        }
        if let last {
          let news = try #require(move.news)
          // An entry that is written as it is counts as changed, too.
          #expect(news.at.uptime >= lab.moments[last].at && news.at.uptime <= lab.moments[to].at)
          let group = way.groups[StateKey("s.")] ?? nil
          if from != to, let group { #expect(group.uptime >= news.at.uptime) }
          #expect((news.kind == .removed) == (move.entry == nil))
        }
      }
      #expect(state == lab.moments[to].state)
      #expect(lab.timeline.state(at: place, newest: lab.state) == lab.moments[to].state)
    }
  }

  @Test("A time is the place after all that had happened by then, and not before the beginning")
  func places() {
    var lab = Lab()
    for number in 1...5 {
      lab.wait(.seconds(10))
      lab.change(StateChange(updates: ["a": .int(Int64(number))]))
    }
    lab.wait(.seconds(5))
    let place = { lab.timeline.place(at: .seconds($0), now: lab.now) }
    #expect(
      place(0) == PastPlace(step: 0, at: Moment(uptime: .seconds(100), clock: .seconds(3600)))
    )
    #expect(place(110).step == 1 && place(109.999).step == 0 && place(149).step == 4)
    #expect(place(1000) == lab.timeline.end(at: lab.now))
    #expect(place(131).at.clockText == "01:00:31")
    #expect(lab.timeline.place(after: 2, now: lab.now)?.at.uptime == .seconds(120))
    #expect(lab.timeline.place(after: 6, now: lab.now) == nil)
    let last = { lab.timeline.place(ofChange: "a", from: $0, isForward: $1, now: lab.now)?.step }
    let after = { lab.timeline.place(after: $0, now: lab.now)! }
    #expect(last(after(5), false) == 4 && last(after(1), false) == nil && last(after(2), true) == 3)
    // From now, and from some time after it, the last change is the one before.
    #expect(last(lab.timeline.end(at: lab.now), false) == 5)
    #expect(last(lab.timeline.place(at: .seconds(131), now: lab.now), false) == 3)
    #expect(
      lab.timeline.place(ofChange: "b", from: after(5), isForward: false, now: lab.now) == nil
    )
  }

  @Test("What lies longer ago than wanted is let go of, and is offered no more")
  func time() {
    var lab = Lab(PastBounds(time: .seconds(60), bytes: 1 << 20))
    for number in 0..<300 {
      lab.wait(.seconds(1))
      lab.change(StateChange(updates: ["a": .int(Int64(number)), "mark.\(number)": "m"]))
      let start = lab.timeline.start(at: lab.now.uptime)
      #expect(start == max(.seconds(100), lab.now.uptime - .seconds(60)))
      lab.timeline.drop(at: lab.now.uptime)
      let first = lab.timeline.first
      #expect(first == max(0, number - 59))
      #expect(lab.timeline.way(from: first - 1, to: lab.timeline.end(at: lab.now)) == nil)
      #expect(lab.timeline.place(after: first - 1, now: lab.now) == nil)
      let earliest = lab.timeline.place(at: .zero, now: lab.now)
      #expect(earliest.step == first && earliest.at.uptime == start)
      let status = lab.timeline.status(at: earliest, now: lab.now)
      #expect(status.time == .zero && status.duration == lab.now.uptime - start)
      #expect(status.marks.allSatisfy { $0.time >= .zero && $0.time <= status.duration })
      #expect(status.marks.count == min(60, number + 1) || status.marks.count == 61)
    }
    lab.wait(.seconds(3600))
    lab.timeline.drop(at: lab.now.uptime)
    #expect(lab.timeline.first == lab.timeline.count && lab.timeline.bytes == 0)
    #expect(lab.timeline.start(at: lab.now.uptime) == lab.now.uptime - .seconds(60))
  }

  @Test("It takes no more bytes than wanted, and what is kept is whole", arguments: 0..<4)
  func bytes(seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    var lab = Lab(PastBounds(time: .seconds(1 << 20), bytes: 40_000))
    for number in 0..<1500 {
      lab.stir(&random, size: number % 97 == 0 ? 30_000 : 300)
      #expect(lab.timeline.bytes <= 40_000)
      if number % 50 == 0 {
        for step in lab.timeline.first...lab.timeline.count {
          #expect(
            lab.timeline.state(at: PastPlace(step: step, at: lab.now), newest: lab.state)
              == lab.moments[step].state
          )
        }
      }
    }
    #expect(lab.timeline.first > 1000 && lab.timeline.first < lab.timeline.count)
  }

  @Test("Where nothing is to be kept nothing is, and what is kept later begins then")
  func off() {
    var lab = Lab(PastBounds(time: .zero, bytes: 1 << 20), ["a": 0])
    lab.change(StateChange(updates: ["a": 1]))
    #expect(lab.timeline.count == 0 && lab.timeline.bytes == 0)
    lab.wait(.seconds(10))
    lab.timeline.setBounds(.usual, at: lab.now)
    lab.wait(.seconds(10))
    lab.change(StateChange(updates: ["a": 2]))
    #expect(lab.timeline.start(at: lab.now.uptime) == .seconds(110))
    let start = lab.timeline.place(at: .zero, now: lab.now)
    #expect(start.step == 1 && lab.timeline.state(at: start, newest: lab.state) == ["a": 1])
    lab.timeline.setBounds(PastBounds(time: .seconds(60), bytes: 0), at: lab.now)
    #expect(lab.timeline.first == lab.timeline.count && lab.timeline.bytes == 0)
    lab.change(StateChange(updates: ["a": 3]))
    #expect(lab.timeline.bytes == 0)
  }

  @Test(
    "What a simulation said is kept within half of the room, the further apart the larger it is"
  )
  func frames() throws {
    var frames = PastFrames()
    var simulation = Simulation()
    simulation.take(Frame([FrameKey.particleCount.name: 1]))
    for number in 0..<2000 {
      let frame = Frame([
        FrameKey.simulationTime.name: .double(Double(number)),
        FrameKey.particlePositions.name: .bytes(Array(repeating: 7, count: 1200)),
      ])
      simulation.take(frame)
      frames.note(simulation, at: .seconds(number), within: 100_000)
      #expect(frames.bytes <= 100_000)
    }
    #expect(frames.simulation(at: .seconds(-1)) == nil)
    var last = -1.0
    for second in stride(from: 0, to: 2000, by: 50) {
      let found = try #require(frames.simulation(at: .seconds(second)))
      let time = try #require(found.facts.time)
      #expect(time <= Double(second) && time > Double(second) - 100 && time >= last)
      last = time
    }
    frames.drop(before: .seconds(1500))
    #expect(frames.simulation(at: .seconds(1500)) != nil && frames.bytes < 40_000)
    frames.trim(to: 5000)
    #expect(frames.bytes <= 5000 && frames.simulation(at: .seconds(2000)) != nil)
    frames.trim(to: 10)
    #expect(frames.bytes == 0 && frames.simulation(at: .seconds(2000)) == nil)
  }

  @Test(
    "A molecule that was loaded is there at once, and one that is too large to be kept is not another"
  )
  func loads() throws {
    func load(_ atoms: Int) -> Frame {
      Frame([
        FrameKey.frameIndex.name: 0, FrameKey.particleCount.name: .int(Int64(atoms)),
        FrameKey.particlePositions.name: .bytes(Array(repeating: 1, count: 12 * atoms)),
      ])
    }
    var (frames, simulation) = (PastFrames(), Simulation())
    simulation.take(load(200))
    for number in 0..<100 { frames.note(simulation, at: .seconds(number), within: 20_000) }
    simulation.take(load(100))
    frames.note(simulation, at: .milliseconds(99_100), within: 20_000)
    #expect(frames.simulation(at: .milliseconds(99_050))?.facts.particleCount == 200)
    #expect(frames.simulation(at: .milliseconds(99_100))?.facts.particleCount == 100)
    simulation.take(load(5000))
    frames.note(simulation, at: .milliseconds(99_300), within: 20_000)
    #expect(frames.simulation(at: .milliseconds(99_400)) == nil && frames.bytes <= 20_000)
    // At one moment, too, it comes to an end.
    simulation.take(load(300))
    for _ in 0..<20 { frames.note(simulation, at: .milliseconds(99_500), within: 9000) }
    #expect(frames.bytes <= 9000)
  }
}
