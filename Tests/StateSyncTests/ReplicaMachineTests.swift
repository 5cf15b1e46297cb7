import SharedState
import StateSync
import Testing

@Suite("ReplicaMachine")
struct ReplicaMachineTests {
  @Suite("The link")
  struct Link {
    @Test("S0 to S3: it connects, takes in the whole state, and is live")
    func begins() {
      var story = ReplicaStory()
      #expect(story.machine.status == .stopped)
      #expect(story.handle(.startRequested) == [.connect(1)])
      #expect(story.machine.status == .connecting(attempt: 1))
      #expect(story.handle(.connected(ID(1))) == [])
      #expect(story.machine.status == .syncing(received: 0, total: nil))
      #expect(story.handle(.delivered(ID(1), .progress(received: 5, total: 9))) == [])
      #expect(story.machine.status == .syncing(received: 5, total: 9))
      #expect(story.tell(["a": 1]) == [.show(["a": 1])])
      #expect(story.machine.status.isLive)
      #expect(story.machine.visible == ["a": 1])
      #expect(story.machine.deadline == nil)
    }

    @Test("Starting twice is starting once")
    func startsOnce() {
      var story = ReplicaStory()
      _ = story.handle(.startRequested)
      #expect(story.handle(.startRequested) == [])
    }

    @Test("S4: a failed attempt is followed by a pause and the next attempt, without end")
    func failsAndWaits() {
      var story = ReplicaStory()
      _ = story.handle(.startRequested)
      for attempt in 1...50 {
        #expect(story.handle(.connectFailed(ID(attempt), reason: "no route")) == [.close(attempt)])
        guard case .waiting(attempt, "no route", let until) = story.machine.status else {
          Issue.record("status is \(story.machine.status)")
          return
        }
        #expect(until > story.now && until <= story.now + .seconds(5))
        #expect(story.handle(.timerFired) == [], "an early timer does nothing")
        #expect(story.fireTimer() == [.connect(attempt + 1)])
        #expect(story.machine.status == .connecting(attempt: attempt + 1))
      }
    }

    @Test("I7: a town that accepts and hangs up at once is met with growing pauses")
    func hangsUp() {
      var story = ReplicaStory.live()
      var pause = Duration.zero
      for connection in 1...6 {
        _ = story.handle(.lost(ID(connection), reason: "closed"))
        pause = (story.machine.deadline ?? story.now) - story.now
        _ = story.fireTimer()
        _ = story.handle(.connected(ID(connection + 1)))
        _ = story.tell(["a": 0], over: connection + 1)
      }
      #expect(pause >= .milliseconds(2500))
    }

    @Test("I7: after a connection that held, the first pause is short again")
    func held() {
      var story = ReplicaStory.live()
      _ = story.handle(.lost(ID(1), reason: "closed"))
      _ = story.fireTimer()
      _ = story.handle(.connected(ID(2)))
      _ = story.tell([:], over: 2)
      story.now += .seconds(5)
      _ = story.handle(.lost(ID(2), reason: "closed"))
      #expect(story.machine.deadline.map { $0 - story.now <= .milliseconds(500) } == true)
    }

    @Test("A town that connects and stays silent is given up; signs of life prolong its time")
    func silent() {
      var story = ReplicaStory()
      _ = story.handle(.startRequested)
      _ = story.handle(.connected(ID(1)))
      story.now += .seconds(14)
      _ = story.handle(.delivered(ID(1), .progress(received: 1, total: nil)))
      story.now += .seconds(14)
      #expect(story.handle(.timerFired) == [])
      #expect(story.fireTimer() == [.close(1)])
    }

    @Test("I10: what a former connection still says changes nothing")
    func latecomers() {
      var story = ReplicaStory.live()
      _ = story.handle(.lost(ID(1), reason: "closed"))
      _ = story.fireTimer()
      _ = story.handle(.connected(ID(2)))
      let late: [ReplicaMachine.Event] = [
        .delivered(ID(1), .change(StateChange(updates: ["a": 9]))),
        .delivered(ID(1), .progress(received: 1, total: 2)), .lost(ID(1), reason: "again"),
        .connectFailed(ID(1), reason: "late"), .closed(ID(1)),
      ]
      for event in late { #expect(story.handle(event) == []) }
      #expect(story.machine.status == .syncing(received: 0, total: nil))
      #expect(
        story.handle(.connected(ID(1))) == [.close(1)],
        "a connection nobody waits for is closed"
      )
    }
  }

  @Suite("What the town tells")
  struct Told {
    @Test(
      "Messages that were there at once do what they would do one by one",
      arguments: [false, true],
      [1, 40]
    )
    func together(writes: Bool, keys: Int) {
      let changes = (0..<5).map { number in
        var updates: [String: StateValue] = [ReplicaStory.counter: .int(number == 3 ? 2 : 1)]
        for key in 0..<keys { updates["k\((key + number) % 50)"] = .int(Int64(number)) }
        return StateChange(updates: updates, removals: ["k\(number)", "a"])
      }
      var (together, single) = (ReplicaStory.writing(), ReplicaStory.writing())
      if writes {
        _ = together.write(2, ["k3": "mine"])
        _ = single.write(2, ["k3": "mine"])
      }
      let ends = together.handle(.delivered(ReplicaStory.ConnectionID(1), .changes(changes)))
      let others = changes.flatMap {
        single.handle(.delivered(ReplicaStory.ConnectionID(1), .change($0)))
      }
      #expect(together.machine.visible == single.machine.visible)
      #expect(together.machine.confirmed == single.machine.confirmed)
      func rest(_ actions: [ReplicaStory.Action]) -> [ReplicaStory.Action] {
        actions.filter { if case .show = $0 { false } else { true } }
      }
      #expect(rest(ends) == rest(others))
      #expect(rest(ends).isEmpty != writes)
    }

    @Test("I6: changes are applied and shown as they come")
    func follows() {
      var story = ReplicaStory.live(in: ["a": 0, "b": 0])
      #expect(story.tell(["a": 1], removals: ["b"]) == [.show(["a": 1], removals: ["b"])])
      #expect(story.machine.visible == ["a": 1])
      #expect(story.machine.confirmed == ["a": 1])
    }

    @Test(
      "I5: after a new connection, what vanished while away is seen to vanish, and nothing else to change"
    )
    func vanished() {
      var story = ReplicaStory.live(in: ["a": 0, "b": 0, "c": 0])
      _ = story.handle(.lost(ID(1), reason: "closed"))
      #expect(story.machine.visible.count == 3, "the copy stays readable")
      _ = story.fireTimer()
      _ = story.handle(.connected(ID(2)))
      #expect(story.machine.visible.count == 3)
      #expect(
        story.tell(["a": 0, "b": 2, "d": 0], over: 2) == [.show(["b": 2, "d": 0], removals: ["c"])]
      )
      #expect(story.machine.visible == ["a": 0, "b": 2, "d": 0])
    }

    @Test("An empty town is a whole state too, and that it came is told")
    func empty() {
      var story = ReplicaStory.live(in: [:])
      #expect(story.machine.status.isLive)
      _ = story.handle(.lost(ID(1), reason: "closed"))
      _ = story.fireTimer()
      _ = story.handle(.connected(ID(2)))
      #expect(story.tell([:], over: 2) == [.show()])
      #expect(story.machine.status.isLive)
    }

    @Test("Removals in the first message, which has nothing to remove, are ignored")
    func removalsAtFirst() {
      var story = ReplicaStory()
      _ = story.handle(.startRequested)
      _ = story.handle(.connected(ID(1)))
      #expect(story.tell(["a": 1], removals: ["b"]) == [.show(["a": 1])])
    }
  }

  @Suite("Silence")
  struct Silence {
    @Test("I11: a live connection that brings nothing stays live, and says since when")
    func told() {
      var story = ReplicaStory.live()
      #expect(story.handle(.delivered(ID(1), .silence(lasting: .seconds(3)))) == [])
      #expect(story.machine.status.silentSince == story.now - .seconds(3))
      #expect(story.machine.status.isLive)
      #expect(story.write(1, ["a": 1]).count > 1)
      #expect(story.handle(.delivered(ID(1), .heard)) == [])
      #expect(story.machine.status.silentSince == nil)
    }

    @Test("I10, I11: nobody hears of the silence of a former connection, or of none")
    func former() {
      var story = ReplicaStory.live()
      _ = story.handle(.delivered(ID(2), .silence(lasting: .seconds(3))))
      #expect(story.machine.status.silentSince == nil)
      _ = story.handle(.lost(ID(1), reason: "cut"))
      #expect(story.handle(.delivered(ID(1), .silence(lasting: .seconds(3)))) == [])
      #expect(story.machine.status.silentSince == nil)
    }

    @Test("A state that is always coming in and never more is given up as one that does not come")
    func stuck() {
      var story = ReplicaStory()
      _ = story.handle(.startRequested)
      _ = story.handle(.connected(ID(1)))
      let due = story.machine.deadline
      story.now += .seconds(5)
      _ = story.handle(.delivered(ID(1), .progress(received: 0, total: nil)))
      #expect(story.machine.deadline == due)
      _ = story.handle(.delivered(ID(1), .progress(received: 10, total: nil)))
      #expect(story.machine.deadline != due)
    }
  }

  @Suite("Own writes")
  struct Writes {
    @Test(
      "C2: the first write of a connection claims the client's own id first, the next ones do not"
    )
    func claims() {
      var story = ReplicaStory.live()
      let actions = story.write(1, ["a": 1])
      #expect(actions.count == 4)
      guard case .send(ID(1), let claim, for: nil) = actions.first else {
        Issue.record("first comes \(actions)")
        return
      }
      #expect(claim.updates.keys == [avatar] && claim.removals.isEmpty)
      #expect(
        actions.dropFirst() == [
          .send(removals: [avatar]), .send(["a": 1, counter: 1], for: 1), .show(["a": 1]),
        ]
      )
      #expect(story.write(2, ["b": 1]) == [.send(["b": 1, counter: 2], for: 2), .show(["b": 1])])
    }

    @Test("C2: after a new connection the id is claimed anew")
    func claimsAgain() {
      var story = ReplicaStory.writing()
      _ = story.handle(.lost(ID(1), reason: "closed"))
      _ = story.fireTimer()
      _ = story.handle(.connected(ID(2)))
      _ = story.tell(["a": 0], over: 2)
      let actions = story.write(2, ["a": 2])
      #expect(actions.count == 4)
      #expect(actions[1] == .send(removals: [avatar], over: 2))
      #expect(actions[2] == .send(["a": 2, counter: 2], for: 2, over: 2))
    }

    @Test("I3: the echo of the counter accepts a write; its value, unchanged, is not shown again")
    func accepted() {
      var story = ReplicaStory.writing()
      _ = story.write(2, ["a": 1])
      #expect(story.machine.visible["a"] == 1)
      #expect(story.machine.confirmed["a"] == 0)
      story.now += .milliseconds(7)
      #expect(
        story.tell(["a": 1, counter: 2])
          == [.show([counter: 2]), .finish(2, .accepted(latency: .milliseconds(7)))]
      )
      #expect(story.machine.confirmed["a"] == 1)
      #expect(story.machine.latency == .milliseconds(7))
      #expect(story.machine.deadline == nil)
    }

    @Test("I3: a removal is accepted the same way")
    func acceptedRemoval() {
      var story = ReplicaStory.writing()
      #expect(story.write(2, removals: ["a"]).contains(.show(removals: ["a"])))
      #expect(story.machine.visible["a"] == nil)
      #expect(
        story.tell([counter: 2], removals: ["a"]) == [.show([counter: 2]), .finish(2, instant)]
      )
    }

    @Test("I3: what is pushed is not seen before the server tells it, and is taken with its echo")
    func pushed() {
      var story = ReplicaStory.writing()
      let seen = story.machine.visible
      let pushed = StateChange(updates: ["a": 2, "b": 3])
      let actions = story.handle(.pushRequested(ReplicaMachine.WriteID(2), pushed))
      #expect(actions.count == 1)
      guard case .send(_, let sent, for: ReplicaMachine.WriteID(2))? = actions.first else {
        Issue.record("asked for \(actions)")
        return
      }
      #expect(sent == StateChange(updates: ["a": 2, "b": 3, counter: 2]))
      #expect(story.machine.visible == seen)
      #expect(story.tell(["a": 5]) == [.show(["a": 5])])
      // The server tells neither key, as one that was asked for others only.
      #expect(story.tell([counter: 2]) == [.show([counter: 2]), .finish(2, instant)])
      #expect(story.machine.visible["a"] == 5 && story.machine.visible["b"] == nil)
      #expect(story.machine.pendingCount == 0)
    }

    @Test("I3: an echo with somebody else's value beside it tells that the write was written over")
    func overwritten() {
      var story = ReplicaStory.writing()
      _ = story.write(2, ["a": 1])
      #expect(
        story.tell(["a": 9, counter: 2])
          == [.show(["a": 9, counter: 2]), .finish(2, .overwritten(latency: .zero))]
      )
      #expect(story.machine.visible["a"] == 9)
    }

    @Test("I3: of a write to two keys, one that was written over or removed is enough")
    func overwrittenInPart() {
      var story = ReplicaStory.writing()
      _ = story.write(2, ["a": 1, "b": 1])
      #expect(
        story.tell(["a": 1, counter: 2], removals: ["b"]).last
          == .finish(2, .overwritten(latency: .zero))
      )
      #expect(story.machine.visible["b"] == nil)
    }

    @Test("I3: one echo may confirm several writes; an own later write is not somebody else's")
    func severalAtOnce() {
      var story = ReplicaStory.writing()
      _ = story.write(2, ["a": 1])
      _ = story.write(3, ["a": 2])
      _ = story.write(4, ["b": 3])
      #expect(
        story.tell(["a": 2, counter: 3]) == [
          .show([counter: 3]), .finish(2, instant), .finish(3, instant),
        ]
      )
      #expect(story.machine.pendingCount == 1)
      #expect(story.machine.visible["b"] == 3)
    }

    @Test(
      "I2: while an own write is on its way, neither others' values nor the echo of an older one show"
    )
    func noFlicker() {
      var story = ReplicaStory.writing()
      _ = story.write(2, ["a": 1])
      _ = story.write(3, ["a": 2])
      #expect(story.tell(["a": 9, "b": 1]) == [.show(["b": 1])])
      #expect(story.tell(["a": 1, counter: 2]) == [.show([counter: 2]), .finish(2, instant)])
      #expect(story.tell(removals: ["a"]) == [])
      #expect(story.machine.visible["a"] == 2)
      #expect(story.tell(["a": 2, counter: 3]) == [.show([counter: 3]), .finish(3, instant)])
      #expect(story.machine.visible["a"] == 2)
      #expect(story.machine.confirmed["a"] == 2)
    }

    @Test("I2: two spellings of one letter are two keys")
    func spellings() {
      var story = ReplicaStory.writing()
      _ = story.tell(["\u{e9}": 0])
      _ = story.tell(["e\u{301}": 0])
      _ = story.write(2, ["\u{e9}": 1])
      #expect(story.tell(["e\u{301}": 5]) == [.show(["e\u{301}": 5])])
      #expect(story.machine.visible["\u{e9}"] == 1)
    }

    @Test(
      "I9: echoes that cannot be ours confirm nothing, and the client asks once more",
      arguments: [
        .int(0), .int(3), .int(.max), .int(-1), .double(1.5), .double(1e300), .double(.nan), "2",
        .null, [2],
      ] as [StateValue]
    )
    func forgedEcho(value: StateValue) {
      var story = ReplicaStory.writing()
      _ = story.write(2, ["a": 1])
      #expect(
        story.tell(["a": 9, counter: value]) == [.show([counter: value]), .send([counter: 3])]
      )
      #expect(story.machine.pendingCount == 1)
      #expect(story.machine.visible["a"] == 1)
    }

    @Test(
      "I9: a late message of a former connection may cover an echo, so the client asks once more"
    )
    func formerCounter() {
      var story = ReplicaStory.writing()
      _ = story.handle(.lost(ID(1), reason: "cut"))
      _ = story.fireTimer()
      _ = story.handle(.connected(ID(2)))
      _ = story.tell(["a": 0], over: 2)
      _ = story.write(2, ["a": 1])
      #expect(
        story.tell(["a": 1, counter: 1], over: 2)
          == [.show([counter: 1]), .send([counter: 3], over: 2)]
      )
      #expect(
        story.tell([counter: 3], over: 2) == [.show([counter: 3]), .finish(2, instant)]
      )
    }

    @Test("An echo of an earlier own write is no reason to ask")
    func earlierEcho() {
      var story = ReplicaStory.writing()
      _ = story.write(2, ["a": 1])
      #expect(story.tell([counter: 1]) == [.show([counter: 1])])
    }

    @Test("A counter that comes back as a double counts, as the gRPC wire sends it")
    func doubleEcho() {
      var story = ReplicaStory.writing()
      _ = story.write(2, ["a": 1])
      #expect(story.tell(["a": 1, counter: 2.0]).last == .finish(2, instant))
    }

    @Test(
      "I8: without an echo a write is unconfirmed, and the client connects anew; later ones are disconnected"
    )
    func unconfirmed() {
      var story = ReplicaStory.writing()
      _ = story.write(2, ["a": 1])
      story.now += .seconds(1)
      _ = story.write(3, ["b": 1])
      let actions = story.fireTimer()
      #expect(
        actions == [
          .finish(2, .unconfirmed), .close(1), .show(["a": 0], removals: ["b"]),
          .finish(3, .disconnected),
        ]
      )
      #expect(story.machine.visible == story.machine.confirmed)
      guard case .waiting = story.machine.status else {
        Issue.record("status is \(story.machine.status)")
        return
      }
    }

    @Test("I8: a large write is given longer, and a large message on its way excuses silence")
    func patience() {
      var story = ReplicaStory.writing()
      let houses = Dictionary(
        uniqueKeysWithValues: (0..<10_000).map { ("k\($0)", StateValue.null) }
      )
      _ = story.write(2, houses)
      #expect(story.machine.deadline.map { $0 - story.now > .seconds(2.9) } == true)
      story = ReplicaStory.writing()
      _ = story.write(2, ["a": 1])
      story.now += .seconds(1.5)
      _ = story.handle(.delivered(ID(1), .progress(received: 1, total: nil)))
      story.now += .seconds(1)
      #expect(story.handle(.timerFired) == [])
      #expect(story.fireTimer().first == .finish(2, .unconfirmed))
    }

    @Test("I8: a town that confirms one write after the other is slow, and not given up")
    func slow() {
      var story = ReplicaStory.writing()
      for number in 2..<10 { _ = story.write(number, ["a": .int(Int64(number))]) }
      for number in 2..<9 {
        story.now += .seconds(1.5)
        let actions = story.tell(["a": .int(Int64(number)), counter: .int(Int64(number))])
        let ended = actions.compactMap { action in
          if case .finish(let id, _) = action { id } else { nil }
        }
        #expect(ended == [ReplicaStory.WriteID(number)])
        #expect(story.handle(.timerFired) == [])
      }
      #expect(story.machine.deadline == story.now + .seconds(2))
      #expect(story.fireTimer().first == .finish(9, .unconfirmed), "it is deaf after all")
    }

    @Test("I4: with the connection every write ends, and the copy is what the town last told")
    func disconnected() {
      var story = ReplicaStory.writing()
      _ = story.write(2, ["a": 1, "b": 1])
      _ = story.write(3, removals: ["first"])
      let actions = story.handle(.lost(ID(1), reason: "closed"))
      #expect(
        actions == [
          .close(1), .show(["a": 0, "first": true], removals: ["b"]), .finish(2, .disconnected),
          .finish(3, .disconnected),
        ]
      )
      #expect(story.machine.visible == ["a": 0, "first": true, counter: 1])
    }

    @Test("C5: an edit made without a connection ends at once, and is not kept for later")
    func offline() {
      var story = ReplicaStory()
      #expect(story.write(1, ["a": 1]) == [.finish(1, .disconnected)])
      _ = story.handle(.startRequested)
      #expect(story.write(2, ["a": 1]) == [.finish(2, .disconnected)])
      _ = story.handle(.connected(ID(1)))
      #expect(story.write(3, ["a": 1]) == [.finish(3, .disconnected)])
      #expect(story.tell([:]) == [.show()])
      _ = story.handle(.lost(ID(1), reason: "closed"))
      #expect(story.write(4, ["a": 1]) == [.finish(4, .disconnected)])
    }

    @Test("C3: an edit that changes nothing sends nothing, so a reader leaves no trace")
    func empty() {
      var story = ReplicaStory.live()
      #expect(story.write(1) == [.finish(1, instant)])
    }

    @Test("The own counter is not for editing: clearing its street gives it its next value")
    func ownCounter() {
      var story = ReplicaStory.writing()
      #expect(
        story.write(2, removals: [counter, "update.index.b"])
          == [
            .send([counter: 2], removals: ["update.index.b"], for: 2),
            .show(removals: ["update.index.b"]),
          ]
      )
    }

    @Test("I9: when somebody removes the counter with an echo in it, the client asks once more")
    func probes() {
      var story = ReplicaStory.writing()
      _ = story.write(2, ["a": 1])
      #expect(
        story.tell(["a": 1], removals: [counter]) == [
          .show(removals: [counter]), .send([counter: 3]),
        ]
      )
      #expect(story.machine.visible["a"] == 1)
      #expect(story.tell([counter: 3]) == [.show([counter: 3]), .finish(2, instant)])
    }

    @Test("A removed counter is nobody's business while nothing is on its way")
    func noProbe() {
      var story = ReplicaStory.writing()
      #expect(story.tell(removals: [counter]) == [.show(removals: [counter])])
    }

    @Test("A write that the wire cannot carry is refused, and what lay beneath shows again")
    func refused() {
      var story = ReplicaStory.writing()
      _ = story.write(2, ["a": 1])
      _ = story.write(3, ["a": 2, "b": 2])
      let write = ReplicaStory.WriteID(3)
      let actions = story.handle(.writeRefused(write, reason: "too large"))
      #expect(
        actions == [.show(["a": 1], removals: ["b"]), .finish(3, .refused(reason: "too large"))]
      )
      #expect(story.machine.status.isLive)
      #expect(story.handle(.writeRefused(write, reason: "too large")) == [])
      #expect(story.tell(["a": 1, counter: 2]).last == .finish(2, instant))
    }

    @Test(
      "A write that built on a refused one stays, and comes off to the town's own value if refused too"
    )
    func refusedInARow() {
      var story = ReplicaStory.writing(in: ["a": 0])
      _ = story.write(2, ["a": 1, "b": 1])
      _ = story.write(3, ["a": 2])
      _ = story.write(4, ["c": 3])
      let (first, second) = (ReplicaStory.WriteID(2), ReplicaStory.WriteID(3))
      #expect(
        story.handle(.writeRefused(first, reason: "locked"))
          == [.show(removals: ["b"]), .finish(2, .refused(reason: "locked"))]
      )
      #expect(story.machine.visible["a"] == 2)
      #expect(story.tell(["a": 7]) == [], "somebody else's, beneath ours")
      #expect(
        story.handle(.writeRefused(second, reason: "locked"))
          == [.show(["a": 7]), .finish(3, .refused(reason: "locked"))]
      )
      #expect(story.tell(["c": 3, counter: 4]).last == .finish(4, instant))
      #expect(story.machine.visible == story.machine.confirmed)
    }

    @Test("A refused write beneath a newer own one changes nothing to be seen")
    func refusedBeneath() {
      var story = ReplicaStory.writing()
      _ = story.write(2, ["a": 1])
      _ = story.write(3, ["a": 2])
      #expect(
        story.handle(.writeRefused(ReplicaStory.WriteID(2), reason: "no"))
          == [.finish(2, .refused(reason: "no"))]
      )
      #expect(story.machine.visible["a"] == 2)
    }
  }

  @Suite("Leaving")
  struct Leaving {
    @Test(
      "C4: who has written takes the counter along, then leaves, and is stopped when that is done"
    )
    func leaves() {
      var story = ReplicaStory.writing()
      #expect(story.handle(.stopRequested) == [.send(removals: [counter]), .leave(1)])
      #expect(story.machine.status == .stopped)
      #expect(!story.machine.isFinished)
      #expect(story.handle(.closed(ID(1))) == [])
      #expect(story.machine.isFinished)
    }

    @Test("C3: who has only read just leaves")
    func readerLeaves() {
      var story = ReplicaStory.live()
      #expect(story.handle(.stopRequested) == [.leave(1)])
    }

    @Test("C4: leaving takes a second at most")
    func bounded() {
      var story = ReplicaStory.writing()
      _ = story.handle(.stopRequested)
      #expect(story.machine.deadline == story.now + .seconds(1))
      #expect(story.fireTimer() == [.close(1)])
      #expect(story.machine.isFinished)
    }

    @Test("I4: writes on their way end as disconnected")
    func pending() {
      var story = ReplicaStory.writing()
      _ = story.write(2, ["a": 1])
      #expect(
        story.handle(.stopRequested) == [
          .send(removals: [counter]), .leave(1), .show(["a": 0]), .finish(2, .disconnected),
        ]
      )
      #expect(story.write(3, ["a": 1]) == [.finish(3, .disconnected)])
    }

    @Test("A connection that breaks while leaving is closed, and that is the end")
    func breaks() {
      var story = ReplicaStory.writing()
      _ = story.handle(.stopRequested)
      #expect(story.handle(.lost(ID(1), reason: "cut")) == [.close(1)])
      _ = story.handle(.closed(ID(1)))
      #expect(story.machine.isFinished)
    }

    @Test("From every other state it stops at once, and nothing wakes it again")
    func stops() {
      var connecting = ReplicaStory()
      _ = connecting.handle(.startRequested)
      #expect(connecting.handle(.stopRequested) == [.close(1)])
      #expect(connecting.handle(.connected(ID(1))) == [.close(1)])
      #expect(connecting.handle(.startRequested) == [])

      var syncing = ReplicaStory()
      _ = syncing.handle(.startRequested)
      _ = syncing.handle(.connected(ID(1)))
      #expect(syncing.handle(.stopRequested) == [.close(1)])

      var waiting = ReplicaStory.live()
      _ = waiting.handle(.lost(ID(1), reason: "cut"))
      #expect(waiting.handle(.stopRequested) == [])
      #expect(waiting.machine.deadline == nil)
      #expect(waiting.handle(.timerFired) == [])

      var idle = ReplicaStory()
      #expect(idle.handle(.stopRequested) == [])
      #expect(idle.machine.isFinished)
      #expect(idle.handle(.startRequested) == [])
    }
  }
}

private typealias ID = ReplicaMachine.ConnectionID
private let counter = ReplicaStory.counter
private let avatar = ReplicaStory.avatar
private let instant = WriteOutcome.accepted(latency: .zero)
