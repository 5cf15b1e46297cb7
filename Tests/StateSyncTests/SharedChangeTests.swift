import SharedState
import StateSync
import Synchronization
import Testing

@Suite("SharedChange")
struct SharedChangeTests {
  private struct Failed: Error {}

  private final class Count: Sendable {
    private let count = Mutex(0)
    var value: Int { count.withLock { $0 } }
    func add() { count.withLock { $0 += 1 } }
  }

  @Test("A form is made once, whoever and however many ask")
  func once() async {
    let shared = SharedChange(StateChange(updates: ["a": 1]))
    let made = Count()
    await withTaskGroup { group in
      for _ in 0..<50 {
        group.addTask {
          let form = shared.encoded(by: Self.self) { change in
            made.add()
            return "\(change.count) key"
          }
          #expect(form == "1 key")
        }
      }
    }
    #expect(made.value == 1)
  }

  @Test("Each wire has its own form")
  func perCodec() {
    let shared = SharedChange(StateChange())
    #expect(shared.encoded(by: Int.self) { _ in 1 } == 1)
    #expect(shared.encoded(by: String.self) { _ in "one" } == "one")
    #expect(shared.encoded(by: Int.self) { _ in 2 } == 1)
  }

  @Test("A form that could not be made is tried again by the next")
  func retries() throws {
    let shared = SharedChange(StateChange())
    #expect(throws: Failed.self) {
      try shared.encoded(by: Int.self) { _ -> Int in throw Failed() }
    }
    #expect(shared.encoded(by: Int.self) { _ in 7 } == 7)
  }
}
