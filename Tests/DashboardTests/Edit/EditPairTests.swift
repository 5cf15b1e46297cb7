import SharedState
import StateEditing
import TestSupport
import Testing
import TextScreen

@testable import Dashboard

/// Two people at two dashboards edit one house at the same time, and one town takes what they send.
@Suite("EditPane: two people")
struct EditPairTests {
  private static let fields = ["name", "hide", "scale", "colour"]
  private static let house: StateValue = [
    "name": "A", "hide": false, "scale": 1, "colour": [1.0, 0.0, 0.0],
  ]

  private struct Server {
    var state: StateDictionary = ["x": house]

    /// Does what the runner does: puts the edit on the freshest state, and applies it or hands back the conflict.
    mutating func take(_ request: EditRequest) -> EditOutcome {
      switch request.rebased(on: state) {
      case .conflict(let key, let live): return .conflict(key: key, live: live)
      case .change(let change):
        state.apply(change)
        return .sent(.accepted(latency: .zero))
      }
    }
  }

  private func person(setting field: String, to value: Int) -> EditBench {
    var bench = EditBench(.update, .entry("x", field: [.field(field)]), in: ["x": Self.house])
    bench.type("^u^u\(value)")
    return bench
  }

  /// Sends what a person has written; what they had not seen of the town they see only when `sees` is true.
  private func send(_ bench: inout EditBench, to known: inout Server, sees: Bool) {
    if sees { bench.somebody(sets: "x", to: known.state["x"]) }
    bench.type("<enter><enter>")
    guard let request = bench.takeRequest() else { return }
    bench.ends(known.take(request))
  }

  @Test("Of 1,000 pairs who edit different fields, nobody loses anything")
  func differentFields() {
    for seed in 0..<1000 as Range<UInt64> {
      var random = SeededGenerator(seed: seed)
      let first = random.next(below: 4)
      let second = (first + 1 + random.next(below: 3)) % 4
      var known = Server()
      var people = [
        person(setting: Self.fields[first], to: 7), person(setting: Self.fields[second], to: 8),
      ]
      for index in [0, 1].shuffled(using: &random) {
        send(&people[index], to: &known, sees: random.next(below: 2) == 0)
      }
      #expect(known.state["x"]?[Self.fields[first]] == 7, "seed \(seed)")
      #expect(known.state["x"]?[Self.fields[second]] == 8, "seed \(seed)")
    }
  }

  @Test(
    "Of 1,000 pairs who edit the same field, the second is always asked, and nothing is overwritten unseen"
  )
  func sameField() {
    for seed in 0..<1000 as Range<UInt64> {
      var random = SeededGenerator(seed: seed)
      let field = Self.fields[random.next(below: 4)]
      var known = Server()
      var first = person(setting: field, to: 7)
      var second = person(setting: field, to: 8)
      send(&first, to: &known, sees: false)
      send(&second, to: &known, sees: random.next(below: 2) == 0)
      #expect(known.state["x"]?[field] == 7, "seed \(seed)")
      guard case .conflict(let proposal) = second.pane.phase else {
        Issue.record("seed \(seed): not asked but \(second.pane.phase)")
        continue
      }
      #expect(
        proposal.conflicts == [
          .init(path: [.field(field)], base: Self.house[field], mine: 8, live: 7)
        ]
      )
      second.town = known.state
      second.type("m<enter><enter>")
      if let request = second.takeRequest() { second.ends(known.take(request)) }
      #expect(known.state["x"]?[field] == 8, "seed \(seed): chosen, and so sent")
    }
  }
}
