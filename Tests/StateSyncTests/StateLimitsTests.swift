import ConcurrencySupport
import SharedState
import Testing

@testable import StateSync

@Suite("How much clients may put into a state")
struct StateLimitsTests {
  private static let ada = Visitor(number: 1, role: .owner, peer: "10.0.0.1")

  private static func hub(
    _ state: StateDictionary = [:],
    _ change: (inout StateLimits) -> Void
  ) -> HubMachine {
    var limits = StateLimits()
    change(&limits)
    return HubMachine(state, limits: limits)
  }

  private func words(_ hub: HubMachine, _ updates: StateChange) -> String? {
    hub.refusal(of: updates, by: Self.ada)?.reason
  }

  @Test("Entries are counted as they will be: what is replaced or goes makes room")
  func entries() {
    let hub = Self.hub(["a": 0, "b": 0]) { $0.entries = 3 }
    #expect(words(hub, StateChange(updates: ["c": 0])) == nil)
    #expect(words(hub, StateChange(updates: ["a": 1, "b": 1, "c": 1])) == nil)
    #expect(words(hub, StateChange(updates: ["c": 0, "d": 0], removals: ["a"])) == nil)
    let full = words(hub, StateChange(updates: ["c": 0, "d": 0]))
    #expect(full == "this shared state is full: 2 of 3 entries")
    // The program itself is not held to it.
    #expect(hub.refusal(of: StateChange(updates: ["c": 0, "d": 0]), by: .program) == nil)
  }

  @Test("Bytes follow what is written and what goes, and a smaller value is always taken")
  func bytes() {
    let large = StateValue.string(String(repeating: "x", count: 1000))
    var hub = Self.hub(["a": large]) { $0.bytes = 2000 }
    let before = hub.bytes
    #expect(before > 1000 && before < 1200)
    #expect(words(hub, StateChange(updates: ["b": large]))?.contains("of 2000 bytes") == true)
    #expect(words(hub, StateChange(updates: ["a": large])) == nil)
    #expect(words(hub, StateChange(updates: ["b": large], removals: ["a"])) == nil)
    _ = hub.handle(
      .written(StateChange(updates: ["b": 1], removals: ["a"]), by: Self.ada),
      at: .zero
    )
    #expect(hub.bytes < 200)
    _ = hub.handle(.written(StateChange(removals: ["b"]), by: Self.ada), at: .zero)
    #expect(hub.bytes == 0)
  }

  @Test("A full state takes what makes it smaller, though it stays too large")
  func overfull() {
    let hub = Self.hub(["a": 0, "b": 0, "c": 0]) { $0.entries = 1 }
    #expect(words(hub, StateChange(updates: ["a": 5])) == nil)
    #expect(words(hub, StateChange(updates: ["d": 5], removals: ["a"])) == nil)
    #expect(words(hub, StateChange(updates: ["d": 5])) != nil)
  }

  @Test("A key and a value have their own limits")
  func single() {
    let hub = Self.hub { ($0.keyBytes, $0.valueBytes) = (10, 100) }
    #expect(words(hub, StateChange(updates: ["0123456789": 1])) == nil)
    #expect(words(hub, StateChange(updates: ["0123456789é": 1]))?.contains("12 bytes") == true)
    let text = String(repeating: "x", count: 90)
    #expect(words(hub, StateChange(updates: ["a": .string(text)])) == nil)
    #expect(words(hub, StateChange(updates: ["a": [.string(text), .string(text)]])) != nil)
    // What is too long can be removed all the same.
    #expect(words(hub, StateChange(removals: ["01234567890123456789"])) == nil)
  }

  @Test("A client of a full town is told, has the town's state again, and goes on")
  func told() async throws {
    var limits = StateLimits()
    limits.entries = 2
    let server = SyncServer(["a": 0], limits: limits)
    let heard = Locked<[WriteRefusal]>([])
    let session = server.join(interval: .zero, as: Self.ada) { refusal in
      heard.withLock { $0.append(refusal) }
    }
    #expect(await session.next()?.change.updates["a"]?.value == 0)
    session.receive(StateChange(updates: ["b": 1, "c": 1]))
    #expect(heard.withLock { $0.map { Set($0.keys) } } == [["b", "c"]])
    #expect(await session.next()?.change.removals.contains("b") == true)
    session.receive(StateChange(updates: ["b": 1]))
    #expect(server.state == ["a": 0, "b": 1])
    #expect(server.figures.refusals == 1 && server.figures.entries == 2)
  }

  @Test("Values are as deep as is allowed, in lists and dictionaries alike, and no deeper")
  func nesting() {
    let hub = Self.hub { $0.nesting = 2 }
    let allowed: [StateValue] = [1, [1], [[]], ["a": ["b": 1]], [["b": 1], ["c": 1]]]
    for value in allowed {
      #expect(words(hub, StateChange(updates: ["a": value])) == nil, "\(value)")
    }
    let refused: [StateValue] = [[[[]]], ["a": ["b": [:]]], [1, [2, ["c": 3]]]]
    for value in refused {
      let reason = words(hub, StateChange(updates: ["a": value]))
      #expect(reason == "a value has more than 2 lists and dictionaries inside each other")
    }
  }

  @Test("A server grants as many locks, and takes as many commands and calls, as it is told to")
  func server() async throws {
    var limits = StateLimits()
    (limits.locks, limits.commands, limits.running) = (2, 1, 1)
    let server = SyncServer(limits: limits)
    let hold = LockRequest.hold(seconds: 100)
    #expect(server.updateLocks(["a": hold, "b": hold], as: "me"))
    #expect(!server.updateLocks(["c": hold], as: "me"))
    #expect(server.updateLocks(["a": .release], as: "me"))
    #expect(server.updateLocks(["c": hold], as: "me"))

    let (asked, requests) = AsyncStream<CommandMessage>.makeStream()
    let session = server.joinCommands { requests.yield($0) }
    for name in ["one", "two", "three"] { session.handle(.register(["name": .string(name)])) }
    #expect(server.listCommands().map(\.name).filter { !$0.contains("/") } == ["one"])
    var reports = server.reports.makeAsyncIterator()
    #expect(
      await reports.next() == "a client offers more than 1 commands; the others are passed over"
    )

    let caller = server.joinCommands { requests.yield($0) }
    for id in 1...2 { caller.handle(.request(["name": "one", "id": .int(Int64(id))])) }
    var messages = asked.makeAsyncIterator()
    guard case .request? = await messages.next(),
      case .exception(_, let failure)? = await messages.next()
    else {
      Issue.record("the second call was not refused")
      return
    }
    #expect(failure.message == "too many commands are waiting for an answer")
    withExtendedLifetime(session) {}
    // Of the two offers that were passed over one report is enough.
    server.shutDown()
    #expect(await reports.next() == nil)
  }
}
