import Dashboard
import SharedState
import Testing
import TextScreen

@testable import TownhallApp

@Suite("The dashboard's inbox")
struct InboxTests {
  private func change(_ keys: Range<Int>, to value: Int64) -> StateChange {
    StateChange(updates: .init(uniqueKeysWithValues: keys.map { ("k\($0)", .int(value)) }))
  }

  @Test(
    "A flood is taken in slice by slice, with what a person does between them, and nothing is lost"
  )
  func slices() {
    let inbox = Inbox()
    var town = StateDictionary()
    inbox.put(StateEvents(applying: change(0..<10_000, to: 1), to: &town))
    inbox.put(.screen(.key(.character("q"))))
    var (seen, slices, keys) = (StateDictionary(), 0, [Int]())
    for round in 0..<20 {
      let messages = inbox.take()
      for message in messages {
        switch message {
        case .state(let state, let change):
          #expect(change.count <= Inbox.slice)
          seen.apply(change)
          #expect(seen == state)
          slices += 1
        case .screen: keys.append(round)
        default: Issue.record("got \(message)")
        }
      }
      // What comes meanwhile waits for the rest of what came before, and is told after it.
      if round == 0 { inbox.put(StateEvents(applying: change(5_000..<10_001, to: 2), to: &town)) }
    }
    #expect(keys == [0])
    #expect(slices == 5)
    #expect(seen == town)
    #expect(inbox.take().isEmpty)
  }

  @Test("How much is taken in at once follows how long it takes")
  func pace() {
    var pace = SlicePace()
    let first = pace.houses
    pace.took(.milliseconds(5), for: first)
    #expect(pace.houses == 2 * first)
    pace.took(.milliseconds(200), for: pace.houses)
    #expect(pace.houses == first / 4)
    pace.took(.seconds(100), for: 1)
    #expect(pace.houses == first / 4)
    for _ in 0..<20 { pace.took(.seconds(10), for: pace.houses) }
    #expect(pace.houses == 100)
    for _ in 0..<20 { pace.took(.microseconds(1), for: pace.houses) }
    #expect(pace.houses == 16_000)
  }

  @Test("A whole state is taken in at once")
  func whole() {
    let inbox = Inbox()
    var town = StateDictionary()
    town.apply(change(0..<10_000, to: 1))
    inbox.put(StateEvents(from: [:], to: town))
    guard case .state(let state, let change)? = inbox.take().first else {
      Issue.record("nothing came")
      return
    }
    #expect(state == town && change.count == 10_000)
    #expect(inbox.take().isEmpty)
  }
}
