import SharedState
import StateSync
import TestSupport
import Testing

/// A hub with a clock, for stories of call, expected deliveries, call.
private struct HubStory {
  typealias ID = HubMachine.SubscriberID

  /// What was handed to whom.
  struct Delivery: Equatable, CustomStringConvertible {
    let change: StateChange
    let receivers: [Int]
    var description: String { "\(change) to \(receivers)" }
  }

  var hub: HubMachine
  var now = Duration.seconds(100)
  /// The very objects that were handed out, in order.
  var shared: [SharedChange] = []
  static let frame = Duration.milliseconds(30)

  /// Begins with subscribers that have had the whole state and wait, and for whom there is some credit.
  init(_ state: StateDictionary = ["a": 0], subscribers: Int = 0, credit: Int = 1) {
    hub = HubMachine(state)
    for number in 0..<subscribers {
      _ = tell(.joined(ID(number), interval: Self.frame))
      _ = tell(.pulled([ID(number)]))
      _ = tell(.pulled([ID(number)]))
    }
    for left in stride(from: HubMachine.reserve, to: subscribers == 0 ? .max : credit, by: -1) {
      _ = left > credit + 1 ? set(["spent": 0]) : remove("spent")
      for number in 0..<subscribers { _ = tell(.pulled([ID(number)])) }
    }
    shared = []
  }

  mutating func tell(_ event: HubMachine.Event) -> [Delivery] {
    hub.handle(event, at: now).compactMap { action in
      guard case .deliver(let change, let ids) = action else { return nil }
      shared.append(change)
      return Delivery(change: change.change, receivers: ids.map(\.number))
    }
  }

  mutating func join(_ number: Int, interval: Duration = frame) -> [Delivery] {
    tell(.joined(ID(number), interval: interval)) + pull(number)
  }

  mutating func pull(_ number: Int) -> [Delivery] { tell(.pulled([ID(number)])) }

  mutating func set(_ updates: [String: StateValue], from writer: Int? = nil) -> [Delivery] {
    tell(.received(StateChange(updates: updates), from: writer.map { ID($0) }))
  }

  mutating func remove(_ keys: String..., from writer: Int? = nil) -> [Delivery] {
    tell(.received(StateChange(removals: keys), from: writer.map { ID($0) }))
  }

  mutating func fireTimer() -> [Delivery] {
    now = hub.deadline ?? now
    return tell(.timerFired)
  }
}

private func deliver(
  _ updates: [String: StateValue] = [:],
  removals: Set<String> = [],
  to receivers: Int...
) -> HubStory.Delivery {
  HubStory.Delivery(
    change: StateChange(updates: updates, removals: removals),
    receivers: receivers
  )
}

@Suite("HubMachine")
struct HubMachineTests {
  @Suite("Delivery")
  struct DeliveryTests {
    @Test("H1: the first delivery is the whole state, of an empty town too")
    func wholeStateFirst() {
      var story = HubStory(["a": 0, "b": 1])
      #expect(story.join(1) == [deliver(["a": 0, "b": 1], to: 1)])
      var empty = HubStory([:])
      #expect(empty.join(1) == [deliver(to: 1)])
    }

    @Test("H1: those who join at the same moment share one whole state")
    func sharedWholeState() {
      var story = HubStory()
      _ = story.join(1)
      _ = story.join(2)
      #expect(story.shared[0] === story.shared[1])
      _ = story.set(["a": 1])
      #expect(story.join(3) == [deliver(["a": 1], to: 3)])
      #expect(story.shared.last !== story.shared[0])
    }

    @Test("H1: the whole state is still shared with who comes when the others have left")
    func sharedWithLatecomer() {
      var story = HubStory()
      _ = story.join(1)
      _ = story.tell(.left(HubStory.ID(1)))
      for number in 2..<200 {
        _ = story.tell(
          .joined(HubStory.ID(number), interval: .zero, only: try? KeyFilter(["k\(number)"]))
        )
        _ = story.pull(number)
        _ = story.tell(.left(HubStory.ID(number)))
      }
      _ = story.join(200)
      #expect(story.shared.first === story.shared.last)
    }

    @Test(
      "H2, H3: after a quiet time a change goes out at once, to its writer too, in the order of asking"
    )
    func leadingEdge() {
      var story = HubStory(subscribers: 3)
      #expect(story.set(["a": 1], from: 1) == [deliver(["a": 1], to: 0, 1, 2)])
      #expect(story.hub.state == ["a": 1])
    }

    @Test(
      "H3: what follows within the interval is coalesced, without what came and went, and goes out at its end"
    )
    func coalesces() {
      var story = HubStory(subscribers: 1)
      _ = story.set(["a": 1])
      #expect(story.pull(0) == [])
      story.now += .milliseconds(10)
      #expect(story.set(["a": 2, "b": 2]) == [])
      #expect(story.remove("b") == [])
      #expect(story.set(["c": 3]) == [])
      #expect(story.hub.deadline == .seconds(100) + HubStory.frame)
      #expect(story.tell(.timerFired) == [], "an early timer does nothing")
      #expect(story.fireTimer() == [deliver(["a": 2, "c": 3], to: 0)])
      #expect(story.hub.deadline == nil)
    }

    @Test("H3: while there is credit each change goes out at once, and then one each interval")
    func credit() {
      var story = HubStory(subscribers: 1, credit: HubMachine.reserve)
      for number in 0..<HubMachine.reserve {
        let value = StateValue.int(Int64(number))
        #expect(story.set(["a": value]) == [deliver(["a": value], to: 0)])
        #expect(story.pull(0) == [])
      }
      #expect(story.set(["a": 8]) == [])
      #expect(story.hub.deadline == story.now + HubStory.frame)
      #expect(story.fireTimer() == [deliver(["a": 8], to: 0)])
      _ = story.pull(0)
      #expect(story.set(["a": 9]) == [])
      story.now += HubStory.frame * 3
      #expect(story.tell(.timerFired) == [deliver(["a": 9], to: 0)])
      for number in 10...11 {
        _ = story.pull(0)
        let value = StateValue.int(Int64(number))
        #expect(story.set(["a": value]) == [deliver(["a": value], to: 0)], "credit has come back")
      }
      _ = story.pull(0)
      #expect(story.set(["a": 12]) == [])
    }

    @Test("H3: a writer at the subscriber's own rate is never waited for, also with jitter")
    func jitter() {
      var generator = SeededGenerator(seed: 3)
      var story = HubStory(subscribers: 1, credit: HubMachine.reserve)
      let start = story.now
      for number in 1...3000 {
        let late = Duration.milliseconds(Int64.random(in: 0...140, using: &generator))
        story.now = max(story.now, start + HubStory.frame * number + late)
        #expect(story.set(["a": .int(Int64(number))]).count == 1)
        _ = story.pull(0)
      }
    }

    @Test(
      "H3: however changes come, they go out when an account kept by hand has credit for them",
      arguments: 0..<30 as Range<UInt64>
    )
    func account(seed: UInt64) {
      var generator = SeededGenerator(seed: seed)
      var story = HubStory(subscribers: 1, credit: HubMachine.reserve)
      // In units of a millisecond: a message costs an interval, and no more than the reserve is kept.
      let (price, most) = (30, 30 * HubMachine.reserve)
      var (account, isOwed) = (most, false)
      for step in 0..<2000 {
        let pause = Int.random(in: 0..<100, using: &generator) < 2 ? 400 : 8
        for _ in 0..<Int.random(in: 0...pause, using: &generator) {
          story.now += .milliseconds(1)
          account = min(account + 1, most)
          let isDue = isOwed && account >= price
          #expect(story.tell(.timerFired).count == (isDue ? 1 : 0))
          if isDue {
            (account, isOwed) = (account - price, false)
            _ = story.pull(0)
          }
        }
        let isDue = account >= price
        #expect(story.set(["a": .int(Int64(step))]).count == (isDue ? 1 : 0))
        isOwed = !isDue
        if isDue { account -= price }
        _ = story.pull(0)
      }
    }

    @Test("H3: at most one delivery per interval, whatever the rate of changes")
    func rate() {
      var story = HubStory(subscribers: 1)
      var deliveries = 0
      for number in 0..<1000 {
        story.now += .milliseconds(1)
        deliveries += story.set(["a": .int(Int64(number))]).count
        if let deadline = story.hub.deadline, deadline <= story.now {
          deliveries += story.tell(.timerFired).count
        }
        if deliveries > 0 { _ = story.pull(0) }
      }
      #expect((32...35).contains(deliveries), "one second at 33 Hz gave \(deliveries)")
    }

    @Test("H3: an interval of zero means each change at once")
    func immediate() {
      var story = HubStory()
      _ = story.join(1, interval: .zero)
      for number in 0..<5 {
        #expect(story.pull(1) == [])
        let value = StateValue.int(Int64(number))
        #expect(story.set(["a": value]) == [deliver(["a": value], to: 1)])
      }
      var negative = HubStory()
      _ = negative.join(1, interval: .seconds(-1))
      _ = negative.pull(1)
      #expect(negative.set(["a": 1]).count == 1)
    }

    @Test("H4: all that are due the same change get the same object, once per cohort")
    func sharedObject() {
      var story = HubStory(subscribers: 100)
      let deliveries = story.set(["a": 1])
      #expect(deliveries.count == 1)
      #expect(deliveries.first?.receivers == Array(0..<100))
    }

    @Test(
      "H5: who does not ask misses nothing and is caught up in one delivery, then goes with the others again"
    )
    func slow() {
      var story = HubStory(subscribers: 2)
      _ = story.set(["a": 1])
      _ = story.pull(0)
      for number in 2...9 {
        story.now += HubStory.frame
        _ = story.set(["a": .int(Int64(number)), "k\(number)": 0])
        _ = story.remove("k\(number - 1)")
        _ = story.fireTimer()
        _ = story.pull(0)
        story.now += HubStory.frame
        _ = story.fireTimer()
        _ = story.pull(0)
      }
      #expect(story.pull(1) == [deliver(["a": 9, "k9": 0], to: 1)])
      #expect(story.pull(1) == [])
      story.now += HubStory.frame
      #expect(story.set(["a": 10]) == [deliver(["a": 10], to: 0, 1)])
    }

    @Test("H5: those who fall behind together share what they missed")
    func slowTogether() {
      var story = HubStory(subscribers: 3)
      for number in 1...3 {
        story.now += HubStory.frame
        _ = story.set(["a": .int(Int64(number))])
        _ = story.pull(0)
      }
      _ = story.pull(1)
      _ = story.pull(2)
      #expect(
        story.shared.suffix(2).map { $0.change } == [
          StateChange(updates: ["a": 3]), StateChange(updates: ["a": 3]),
        ]
      )
      #expect(story.shared.suffix(2).first === story.shared.last)
    }

    @Test(
      "H5: a removal is told to those who have seen the house, and kept from those who have not"
    )
    func removals() {
      var story = HubStory(subscribers: 2)
      _ = story.set(["b": 1])
      _ = story.pull(0)
      _ = story.set(["c": 1])
      _ = story.join(2)
      _ = story.remove("a", "b", "c", "d")
      _ = story.fireTimer()
      _ = story.set(["e": 1])
      #expect(story.pull(2) == [deliver(removals: ["a", "b", "c"], to: 2)])
      #expect(story.pull(1) == [deliver(removals: ["a", "b", "c"], to: 1)])
    }

    @Test(
      "H5: however long somebody stays away, what is kept for it is bounded by the keys there are"
    )
    func bounded() {
      var story = HubStory(subscribers: 2)
      for number in 0..<1000 {
        story.now += HubStory.frame
        _ = story.set(["interaction.\(number)": 0])
        _ = story.pull(0)
        _ = story.remove("interaction.\(number - 1)")
        story.now += HubStory.frame
        _ = story.tell(.timerFired)
        _ = story.pull(0)
      }
      let missed = story.pull(1)
      #expect(missed.first.map { $0.change.count <= 3 } == true, "\(missed)")
      var copy: StateDictionary = ["a": 0, "interaction.0": 0]
      for delivery in missed + story.pull(1) { copy.apply(delivery.change) }
      #expect(copy == story.hub.state)
    }

    @Test("H5: one generation behind gets the very object that the others got")
    func oneBehind() {
      var story = HubStory(subscribers: 2)
      _ = story.tell(.pullWithdrawn(HubStory.ID(1)))
      _ = story.set(["a": 1])
      #expect(story.pull(1) == [deliver(["a": 1], to: 1)])
      #expect(story.shared[0] === story.shared[1])
    }

    @Test("H8: nothing is due while nothing has changed, or nobody waits")
    func idle() {
      var story = HubStory(subscribers: 1)
      #expect(story.hub.deadline == nil)
      _ = story.set(["a": 1])
      _ = story.set(["a": 2])
      #expect(story.hub.deadline == nil, "the only subscriber is busy")
      story.now += HubStory.frame
      #expect(story.pull(0) == [deliver(["a": 2], to: 0)], "what is overdue comes at once")
      var alone = HubStory()
      _ = alone.set(["a": 1])
      #expect(alone.hub.deadline == nil)
    }

    @Test("H4: those who ask together are given together what is overdue")
    func askingTogether() {
      var story = HubStory(subscribers: 3)
      _ = story.set(["a": 1])
      _ = story.set(["a": 2])
      story.now += HubStory.frame
      #expect(
        story.tell(.pulled((0..<3).map { HubStory.ID($0) })) == [deliver(["a": 2], to: 0, 1, 2)]
      )
    }

    @Test("A withdrawn pull loses nothing")
    func withdrawn() {
      var story = HubStory(subscribers: 1)
      _ = story.tell(.pullWithdrawn(HubStory.ID(0)))
      _ = story.tell(.pullWithdrawn(HubStory.ID(0)))
      #expect(story.set(["a": 1]) == [])
      #expect(story.pull(0) == [deliver(["a": 1], to: 0)])
    }

    @Test("Asking twice is asking once, and strangers are ignored")
    func oddCalls() {
      var story = HubStory(subscribers: 1)
      #expect(story.pull(0) == [])
      #expect(story.pull(7) == [])
      #expect(story.tell(.left(HubStory.ID(7))) == [])
      #expect(story.tell(.pullWithdrawn(HubStory.ID(7))) == [])
      #expect(story.tell(.intervalChanged(HubStory.ID(7), .zero)) == [])
      #expect(story.set(["a": 9], from: 7) == [], "who has left may not write")
      #expect(story.set(["a": 1]) == [deliver(["a": 1], to: 0)])
    }

    @Test("A change of nothing is nothing")
    func emptyChange() {
      var story = HubStory(subscribers: 1)
      #expect(story.set([:]) == [])
    }
  }

  @Suite("Some keys only")
  struct Filters {
    private let filter = try? KeyFilter(["selection.*", "scene"])

    private func story() -> HubStory {
      var story = HubStory(["scene": 0, "selection.a": 1, "avatar.u": 2], subscribers: 1)
      _ = story.tell(.joined(HubStory.ID(1), interval: HubStory.frame, only: filter))
      return story
    }

    @Test("H9: who asks for some keys is told of them only, at first and later")
    func narrowed() {
      var story = story()
      #expect(story.pull(1) == [deliver(["scene": 0, "selection.a": 1], to: 1)])
      #expect(story.pull(1) == [])
      #expect(story.set(["avatar.u": 3]) == [deliver(["avatar.u": 3], to: 0)])
      _ = story.pull(0)
      #expect(
        story.set(["scene": 1, "avatar.u": 4]) == [deliver(["scene": 1], to: 1)],
        "what it does not hear of costs it no credit"
      )
      _ = story.pull(1)
      #expect(
        story.remove("selection.a", "avatar.u") == [deliver(removals: ["selection.a"], to: 1)]
      )
    }

    @Test("H5, H9: who falls behind is caught up with what it asked for")
    func behind() {
      var story = story()
      _ = story.pull(1)
      _ = story.set(["scene": 1, "avatar.u": 4])
      _ = story.set(["selection.b": 1, "avatar.v": 4])
      #expect(story.pull(1) == [deliver(["scene": 1, "selection.b": 1], to: 1)])
    }

    @Test("H1, H9: those who ask for the same share one whole state, and another change ends that")
    func shared() {
      var story = story()
      _ = story.pull(1)
      _ = story.tell(.joined(HubStory.ID(2), interval: .zero, only: filter))
      _ = story.pull(2)
      #expect(story.shared[0] === story.shared[1])
      _ = story.tell(.joined(HubStory.ID(3), interval: .zero, only: try? KeyFilter(["scene"])))
      #expect(story.pull(3) == [deliver(["scene": 0], to: 3)])
      _ = story.set(["avatar.u": 9])
      _ = story.tell(.joined(HubStory.ID(4), interval: .zero, only: filter))
      _ = story.pull(4)
      #expect(story.shared.last !== story.shared[0])
    }

    @Test("H9: who moves to another interval still hears of the same keys")
    func moves() {
      var story = story()
      _ = story.pull(1)
      _ = story.pull(1)
      _ = story.tell(.intervalChanged(HubStory.ID(1), .zero))
      #expect(story.set(["avatar.u": 3]).map(\.receivers) == [[0]])
      #expect(story.set(["scene": 3]) == [deliver(["scene": 3], to: 1)])
    }
  }

  @Suite("Changing the interval")
  struct Intervals {
    private let slow = Duration.seconds(1)

    @Test("A subscriber that moves takes along what it has not seen")
    func moves() {
      var story = HubStory(subscribers: 2)
      _ = story.set(["a": 1])
      _ = story.pull(1)
      _ = story.set(["b": 1])
      #expect(story.tell(.intervalChanged(HubStory.ID(0), slow)) == [], "it is still busy")
      _ = story.set(["c": 1])
      #expect(story.pull(0) == [deliver(["b": 1], to: 0)])
      #expect(story.pull(0) == [deliver(["c": 1], to: 0)])
      #expect(story.pull(0) == [])
      #expect(
        story.set(["d": 1]) == [deliver(["d": 1], to: 0)],
        "its new cohort has credit of its own"
      )
      #expect(story.hub.deadline == .seconds(100) + HubStory.frame)
      #expect(story.fireTimer() == [deliver(["b": 1, "c": 1, "d": 1], to: 1)])
    }

    @Test("One that waits is given at once what was held back for it")
    func movesWaiting() {
      var story = HubStory(subscribers: 1)
      _ = story.set(["a": 1])
      _ = story.pull(0)
      _ = story.set(["a": 2])
      #expect(story.tell(.intervalChanged(HubStory.ID(0), slow)) == [deliver(["a": 2], to: 0)])
      #expect(story.tell(.intervalChanged(HubStory.ID(0), slow)) == [])
    }

    @Test("One that waits for nothing goes on waiting")
    func movesIdle() {
      var story = HubStory(subscribers: 1)
      #expect(story.tell(.intervalChanged(HubStory.ID(0), .zero)) == [])
      #expect(story.set(["a": 1]) == [deliver(["a": 1], to: 0)])
    }

    @Test("One that has not yet had the whole state still gets it")
    func movesNew() {
      var story = HubStory()
      _ = story.tell(.joined(HubStory.ID(1), interval: HubStory.frame))
      _ = story.tell(.intervalChanged(HubStory.ID(1), slow))
      #expect(story.pull(1) == [deliver(["a": 0], to: 1)])
    }

    @Test("Moving twice before asking keeps everything, in order")
    func movesTwice() {
      var story = HubStory(subscribers: 1)
      _ = story.set(["a": 1])
      _ = story.set(["a": 2, "b": 2])
      _ = story.tell(.intervalChanged(HubStory.ID(0), slow))
      _ = story.set(["a": 3])
      _ = story.tell(.intervalChanged(HubStory.ID(0), .zero))
      _ = story.set(["c": 4])
      var copy: StateDictionary = ["a": 1]
      for _ in 0..<3 { for delivery in story.pull(0) { copy.apply(delivery.change) } }
      #expect(copy == story.hub.state)
    }

    @Test("Cohorts do not disturb each other")
    func cohorts() {
      var story = HubStory(subscribers: 1)
      _ = story.join(1, interval: slow)
      _ = story.pull(1)
      #expect(story.set(["a": 1]).count == 2)
      _ = story.pull(0)
      _ = story.pull(1)
      #expect(story.set(["a": 2]) == [deliver(["a": 2], to: 1)])
      #expect(story.fireTimer() == [deliver(["a": 2], to: 0)])
      _ = story.pull(0)
      _ = story.pull(1)
      #expect(story.set(["b": 3]) == [deliver(["b": 3], to: 1)])
      #expect(story.fireTimer() == [deliver(["b": 3], to: 0)])
    }
  }

  @Suite("Who leaves")
  struct Departures {
    /// What is left after a user, who wrote an avatar, has gone.
    private func left(_ town: StateDictionary, by user: String) -> Set<String> {
      var story = HubStory(town, subscribers: 1)
      _ = story.set(["avatar.\(user)": 0], from: 0)
      _ = story.tell(.left(HubStory.ID(0)))
      return Set(story.hub.state.keys)
    }

    @Test("H7: a leaver's houses go, by whole components of the key, and everybody is told")
    func houses() {
      var story = HubStory([:], subscribers: 2)
      _ = story.set(
        ["avatar.u": 0, "update.index.u": 1, "hand.u.left": 1, "selection.x": 1],
        from: 0
      )
      _ = story.set(["interaction.1": ["owner.id": "u"], "interaction.2": ["owner.id": "v"]])
      story.now += HubStory.frame
      _ = story.pull(1)
      _ = story.pull(1)
      story.now += HubStory.frame
      #expect(
        story.tell(.left(HubStory.ID(0))) == [
          deliver(
            removals: ["avatar.u", "update.index.u", "hand.u.left", "interaction.1"],
            to: 1
          )
        ]
      )
      #expect(Set(story.hub.state.keys) == ["selection.x", "interaction.2"])
      #expect(story.hub.subscriberCount == 1)
    }

    @Test("H7: a large town is searched elsewhere, and what is written meanwhile stays")
    func largeTown() throws {
      var story = HubStory(subscribers: 1)
      story.hub = HubMachine(
        ["x.u": 0, "y.u": 0, "z.u": 0, "é.u": 0, "scene": 0],
        searchedAtOnce: 2
      )
      for number in 0..<2 { _ = story.join(number) }
      _ = story.set(["avatar.u": 0], from: 0)
      let actions = story.hub.handle(.left(HubStory.ID(0)), at: story.now)
      guard case .search(let search)? = actions.first else {
        Issue.record("no search is asked for")
        return
      }
      #expect(story.hub.state.count == 6)
      _ = story.set(["x.u": 1, "w.u": 1, "e\u{301}.u": 1])
      _ = story.remove("y.u")
      _ = story.tell(search.run())
      #expect(
        Set(story.hub.state.keys.map { Array($0.utf8) })
          == Set(
            ["x.u", "w.u", "e\u{301}.u", "scene"].map { Array($0.utf8) }
          )
      )
      #expect(story.tell(search.run()) == [], "it is asked for once")
    }

    @Test("H7: unlike the original's, an id that is only part of a component is another's")
    func components() {
      #expect(
        left(["x.10": 0, "x.01": 0, "1": 0, "1.x": 0, "x.1y": 0, "scene": 0], by: "1")
          == ["x.10", "x.01", "1", "1.x", "x.1y", "scene"]
      )
      #expect(left(["x.1": 0, "x.1.y": 0, ".1": 0, "x..1": 0], by: "1") == [])
      #expect(left(["x.a.b": 0, "x.a": 0, "x.a.bc": 0], by: "a.b") == ["x.a", "x.a.bc"])
      #expect(left(["x.11.1": 0, "x.1.1": 0], by: "1.1") == ["x.11.1"])
    }

    @Test("H6: an empty id is nobody's")
    func emptyID() {
      #expect(left(["a.b": 0, ".": 0, "x.": 0], by: "") == ["a.b", ".", "x.", "avatar."])
    }

    @Test("H6: the first avatar counts, later ones do not")
    func firstAvatar() {
      var story = HubStory(["x.u": 0, "x.v": 0], subscribers: 1)
      _ = story.set(["avatar.u": 0], from: 0)
      _ = story.set(["avatar.v": 0], from: 0)
      _ = story.tell(.left(HubStory.ID(0)))
      #expect(Set(story.hub.state.keys) == ["x.v", "avatar.v"])
    }

    @Test("H6: who removes an avatar, or writes none, takes nothing along")
    func noAvatar() {
      var story = HubStory(["avatar.u": 0, "x.u": 0], subscribers: 1)
      _ = story.remove("avatar.u", from: 0)
      _ = story.set(["selection.a": 0], from: 0)
      _ = story.tell(.left(HubStory.ID(0)))
      #expect(Set(story.hub.state.keys) == ["x.u", "selection.a"])
    }

    @Test("H6: the town's own writes claim nothing")
    func townWrites() {
      var story = HubStory(["x.u": 0], subscribers: 1)
      _ = story.set(["avatar.u": 0])
      _ = story.tell(.left(HubStory.ID(0)))
      #expect(story.hub.state.count == 2)
    }

    @Test("H7: a user's houses stay while another connection of the same user is there")
    func twoConnections() {
      var story = HubStory(["x.u": 0], subscribers: 2)
      _ = story.set(["avatar.u": 0], from: 0)
      _ = story.set(["avatar.u": 1], from: 1)
      _ = story.tell(.left(HubStory.ID(0)))
      #expect(story.hub.state.count == 2)
      _ = story.tell(.left(HubStory.ID(1)))
      #expect(story.hub.state.isEmpty)
    }

    @Test(
      "Odd interactions are left alone",
      arguments: [.null, 1, "u", ["u"], [:], ["owner.id": 1]] as [StateValue]
    )
    func oddInteractions(value: StateValue) {
      #expect(left(["interaction.1": value], by: "u") == ["interaction.1"])
    }

    @Test("A house of somebody else's called after an owner is no interaction")
    func notAnInteraction() {
      #expect(left(["selection.1": ["owner.id": "u"]], by: "u") == ["selection.1"])
    }

    @Test("Who has left gets and gives nothing more, and others go on")
    func gone() {
      var story = HubStory(subscribers: 2)
      _ = story.tell(.left(HubStory.ID(0)))
      #expect(story.pull(0) == [])
      #expect(story.set(["a": 5], from: 0) == [])
      #expect(story.set(["a": 1], from: 1) == [deliver(["a": 1], to: 1)])
      #expect(story.tell(.left(HubStory.ID(0))) == [])
    }
  }
}
