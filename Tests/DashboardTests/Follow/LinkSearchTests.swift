import SharedState
import StateInspection
import Testing

@testable import Dashboard

@Suite("LinkSearch in what the dashboard knows")
struct LinkSearchTests {
  @Test("What changes is looked into again: a link that comes is found, one that goes is not")
  func follows() {
    let values: [String: StateValue] = [
      "selection.s": 1, "visualiser.a": ["selection": "s"], "visualiser.b": ["selection": "t"],
    ]
    var known = KnownState()
    known.settleIn(StateDictionary(values), StateChange(updates: values))
    var search = LinkSearch(.referrers(of: "selection.s"), in: known)
    while search.lookOn(in: known.state) {}
    var state = known.state
    for (key, value) in [
      ("visualiser.a", nil), ("visualiser.b", ["selection": "s"] as StateValue?), ("scene", 1),
    ] {
      let change =
        value.map { StateChange(updates: [key: $0]) } ?? StateChange(removals: [key])
      state.apply(change)
      let at = Moment(uptime: .zero, clock: .zero)
      search.follow(known.take(state, change, at: at) { _ in .others })
    }
    #expect(!search.isOver && search.progress.total == 2)
    while search.lookOn(in: known.state) {}
    #expect(search.found.map(\.key) == ["visualiser.b"] && search.count == 1)
  }
}
