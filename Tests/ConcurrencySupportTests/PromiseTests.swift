import ConcurrencySupport
import Testing

@Suite("Promise", .timeLimit(.minutes(1)))
struct PromiseTests {
  @Test("The first to fulfil it wins, and all who wait get the same, before and after")
  func first() async {
    let promise = Promise<Int>()
    async let early = promise.value
    async let other = promise.value
    #expect(promise.fulfil(1))
    #expect(!promise.fulfil(2))
    #expect(await [early, other, promise.value] == [1, 1, 1])
  }

  @Test("A task that is cancelled while it waits is told so, and whoever comes later is too late")
  func cancelled() async {
    let promise = Promise<Result<Int, any Error>>()
    let waiter = Task { try await promise.get() }
    waiter.cancel()
    await #expect(throws: CancellationError.self) { try await waiter.value }
    #expect(!promise.fulfil(.success(1)))
  }

  @Test("What is there already is had by a cancelled task too")
  func alreadyThere() async throws {
    let promise = Promise<Result<Int, any Error>>()
    promise.fulfil(.success(1))
    let waiter = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await promise.get()
    }
    #expect(try await waiter.value == 1)
  }
}

@Suite("Deadlines and races", .timeLimit(.minutes(1)))
struct DeadlineTests {
  private struct Trouble: Error {}

  @Test("An operation that ends in time is what counts, whatever it ends with")
  func inTime() async throws {
    #expect(try await bounded(within: .seconds(60)) { 1 } == 1)
    await #expect(throws: Trouble.self) {
      try await bounded(within: .seconds(60)) { throw Trouble() }
    }
  }

  @Test("What cannot be cancelled is left behind, and what it brings too late is discarded")
  func tooLate() async throws {
    let (gate, late) = (Promise<Void>(), Promise<Int>())
    await #expect(throws: TimedOut.self) {
      try await bounded(within: .milliseconds(1)) {
        await gate.value
        return 1
      } discard: {
        late.fulfil($0)
      }
    }
    gate.fulfil()
    #expect(await late.value == 1)
  }

  @Test("A caller that is cancelled waits no longer, and what comes then is discarded")
  func cancelled() async throws {
    let (gate, late) = (Promise<Void>(), Promise<Int>())
    let caller = Task {
      try await bounded(within: .seconds(60)) {
        await gate.value
        return 1
      } discard: {
        late.fulfil($0)
      }
    }
    caller.cancel()
    await #expect(throws: CancellationError.self) { try await caller.value }
    gate.fulfil()
    #expect(await late.value == 1)
  }

  @Test("Of two that race the first to end counts, and the other is cancelled")
  func races() async throws {
    let isOver = Promise<Void>()
    let value = try await race {
      try? await Task.sleep(for: .seconds(60))
      isOver.fulfil()
      return 1
    } _: {
      2
    }
    #expect(value == 2)
    await isOver.value
    #expect(try await within(.milliseconds(1)) { try await Task.sleep(for: .seconds(60)) } == nil)
    #expect(try await within(nil) { 1 } == 1)
  }
}

@Suite("CoalescingMailbox", .timeLimit(.minutes(1)))
struct CoalescingMailboxTests {
  @Test("Mail is merged until it is fetched, and what is there at the end is still fetched")
  func merged() async {
    let mailbox = CoalescingMailbox<[Int]>([])
    for number in 0..<10 { mailbox.put { $0.append(number) } }
    var rings = mailbox.rings.makeAsyncIterator()
    #expect(await rings.next() != nil)
    #expect(
      mailbox.open { mail in
        defer { mail = [] }; return mail
      } == Array(0..<10)
    )
    mailbox.put { $0.append(10) }
    mailbox.finish()
    #expect(await rings.next() != nil)
    #expect(mailbox.open { $0 } == [10])
    #expect(await rings.next() == nil)
  }
}
