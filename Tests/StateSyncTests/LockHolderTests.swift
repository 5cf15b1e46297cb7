import SharedState
import StateSync
import Synchronization
import TestSupport
import Testing

@Suite("LockHolder", .timeLimit(.minutes(1)))
struct LockHolderTests {
  private let clock = ManualClock()
  private let town: SyncServer

  init() {
    town = SyncServer(["a": 1], clock: clock.clock)
  }

  private func isOpen(_ key: String) -> Bool {
    town.apply(StateChange(updates: [key: 2]), as: "somebody else")
  }

  private struct Trouble: Error {}

  @Test("The lock is renewed at a third of its time, far beyond it, and given back in the end")
  func renewal() async throws {
    let keeper = try await LockHolder.take(["a", "b"], for: .seconds(9), in: town)
    for _ in 0..<10 {
      await clock.waitForSleeper()
      clock.advance(by: .seconds(3))
      #expect(!isOpen("a") && !isOpen("b"))
    }
    await clock.waitForSleeper()
    #expect(keeper.heldUntil == .seconds(39))
    await keeper.release()
    #expect(isOpen("a") && isOpen("b"))
    for await loss in keeper.losses { Issue.record("\(loss)") }
    #expect(town.updateLocks(["a": .hold(seconds: 9)], as: "somebody else"))
    await keeper.release()
    #expect(town.apply(StateChange(updates: ["a": 3]), as: "somebody else"))
  }

  @Test("Work that returns, throws or is cancelled leaves no lock behind")
  func waysOut() async throws {
    let town = town
    let result = try await town.holdingLocks(on: ["a"]) {
      #expect(!town.apply(StateChange(updates: ["a": 3]), as: "somebody else"))
      return 7
    }
    #expect(result == 7 && isOpen("a"))
    await #expect(throws: Trouble.self) {
      try await town.holdingLocks(on: ["a"]) { throw Trouble() }
    }
    #expect(isOpen("a"))
    let (begun, begin) = AsyncStream.makeStream(of: Void.self)
    let work = Task {
      try await town.holdingLocks(on: ["a"]) {
        begin.finish()
        try await Task.sleep(for: .seconds(600))
      }
    }
    for await _ in begun {}
    #expect(!isOpen("a"))
    work.cancel()
    await #expect(throws: CancellationError.self) { try await work.value }
    #expect(isOpen("a"))
  }

  @Test("A keeper that nobody keeps gives back its lock")
  func dropped() async throws {
    var keeper: LockHolder? = try await LockHolder.take(["a"], for: .seconds(9), in: town)
    #expect(keeper != nil && !isOpen("a"))
    keeper = nil
    try await TransportProbe.eventually("the lock is gone") { isOpen("a") }
  }

  @Test("What somebody else holds is refused, and nothing is taken")
  func refused() async throws {
    #expect(town.updateLocks(["b": .hold(seconds: 9)], as: "somebody else"))
    let error = await #expect(throws: LockError.self) {
      try await LockHolder.take(["a", "b"], for: .seconds(9), in: town)
    }
    #expect(error?.description == "one of 2 keys is locked by another")
    #expect(LockError.heldByAnother(keys: ["b"]).description == "b is locked by another")
    #expect(isOpen("a"))
  }

  @Test("A machine that slept past the end has lost the lock, and the work is called off")
  func lost() async throws {
    let work = Task { [town] in
      try await town.holdingLocks(on: ["a"], for: .seconds(9)) {
        try await Task.sleep(for: .seconds(600))
      }
    }
    await clock.waitForSleeper()
    clock.advance(by: .seconds(9))
    let error = await #expect(throws: LockError.self) { try await work.value }
    #expect(error == .lost(keys: ["a"], reason: "it was not renewed in time"))
    #expect(isOpen("a"))
  }

  @Test("Trouble with the town is borne while the lock lasts, and a lock that was taken is lost")
  func trouble() async throws {
    let town = ScriptedEndpoint(clock: clock.clock, answers: [true, nil, nil, true, false])
    let keeper = try await LockHolder.take(["a"], for: .seconds(10), in: town)
    // Asked at 0, 3⅓ and 4⅓ in vain, at 5⅓, then at 8⅔.
    while town.asked < 5, !Task.isCancelled {
      while !clock.hasSleeper, town.asked < 5, !Task.isCancelled { await Task.yield() }
      clock.advance(by: .milliseconds(250))
    }
    var losses = keeper.losses.makeAsyncIterator()
    #expect(await losses.next() == .lost(keys: ["a"], reason: "somebody else has taken it"))
    #expect(await losses.next() == nil)
    #expect(keeper.heldUntil > .seconds(15))
    await keeper.release()
    #expect(town.asked == 6, "it is given back all the same, as part of it may be held")
  }

  @Test("A town that does not answer until the lock is over has cost it")
  func unanswered() async throws {
    let town = ScriptedEndpoint(clock: clock.clock, answers: [true])
    let keeper = try await LockHolder.take(["a"], for: .seconds(10), in: town)
    let watch = Task { await keeper.losses.first { _ in true } }
    while clock.now < .seconds(10), !Task.isCancelled {
      await clock.waitForSleeper()
      clock.advance(by: .milliseconds(250))
    }
    #expect(await watch.value == .lost(keys: ["a"], reason: "not now"))
    #expect(town.asked > 3)
    await keeper.release()
  }
}

/// Answers requests for locks as a test says; nil stands for no answer, as does the end of the script.
private final class ScriptedEndpoint: LockingEndpoint {
  let clock: SyncClock
  let state = StateDictionary()
  private let answers: [Bool?]
  private let count = Mutex(0)

  init(clock: SyncClock, answers: [Bool?]) {
    self.clock = clock
    self.answers = answers
  }

  var asked: Int { count.withLock { $0 } }

  func updateLocks(_ requests: [String: LockRequest]) async throws -> Bool {
    let number = count.withLock { count in
      defer { count += 1 }
      return count
    }
    guard number < answers.count, let answer = answers[number] else {
      throw TransportError(.connectionLost, "not now")
    }
    return answer
  }

  func write(_ edit: @Sendable (StateDictionary) throws -> StateChange) async throws {
    throw TransportError(.connectionLost, "this town only knows locks")
  }

  func events() -> AsyncStream<StateEvents> { AsyncStream { $0.finish() } }
}
