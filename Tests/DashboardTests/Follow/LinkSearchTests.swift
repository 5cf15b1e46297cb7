import SharedState
import Testing

@testable import Dashboard

@Suite("LinkSearch")
struct LinkSearchTests {
  private func town(_ values: [String: StateValue]) -> KnownState {
    var known = KnownState()
    known.settleIn(StateDictionary(values), StateChange(updates: values))
    return known
  }

  private func found(_ aim: LinkSearch.Aim, _ values: [String: StateValue]) -> [String] {
    let known = town(values)
    var search = LinkSearch(aim, in: known)
    while search.lookOn(in: known.state) {}
    return search.found.map { "\($0.key) \($0.link.path)" }.sorted()
  }

  @Test("Who points at a house is found in every street from which one can")
  func referrers() {
    let values: [String: StateValue] = [
      "avatar.U": ["playerid": "U"], "avatar.V": ["playerid": "U"], "user-origin.U": 1,
      "update.index.U": 3, "update.index.V": 3, "interaction.a": ["owner.id": "U"],
      "interaction.b": ["owner.id": "V"], "cursor.U.left": ["ownerid": "U"],
      "selection.s": ["id": "selection.s"], "visualiser.a": ["selection": "s"],
      "visualisation.a": ["selection": "selection.s"], "visualiser.b": ["selection": "t"],
      "panel.p": ["elements": [["variable": "selection.s"], ["variable": "selection.s"]]],
      "transform.a": ["parent": "root"], "handle.h": ["parent": "a"],
    ]
    #expect(
      found(.referrers(of: "avatar.U"), values) == [
        "avatar.V playerid", "cursor.U.left ownerid", #"interaction.a "owner.id""#,
        "update.index.U (whole value)", "user-origin.U (whole value)",
      ]
    )
    #expect(
      found(.referrers(of: "selection.s"), values) == [
        "panel.p elements[1].variable", "visualisation.a selection", "visualiser.a selection",
      ]
    )
    #expect(found(.referrers(of: "transform.a"), values) == ["handle.h parent"])
    #expect(found(.referrers(of: "selection.none"), values) == [])
  }

  @Test("A reference is dangling if nobody lives there, and the places that need no house are not")
  func dangling() {
    let values: [String: StateValue] = [
      "selection.s": 1, "visualiser.a": ["selection": "s"], "visualiser.b": ["selection": "gone"],
      "user-origin.U": 1, "playarea.V": 1, "avatar.V": 1, "update.index.W": 1,
      "transform.simulation": ["parent": "root"], "handle.h": ["parent": "away"],
      "cursor.W.left": ["ownerid": "W"],
    ]
    #expect(
      found(.dangling, values) == [
        "cursor.W.left ownerid", "handle.h parent", "user-origin.U (whole value)",
        "visualiser.b selection",
      ]
    )
  }

  @Test("A slice looks into no more houses than it may, and all slices together into each of them")
  func slices() {
    let values = Dictionary(
      uniqueKeysWithValues: (0..<3500).map {
        ("visualiser.\($0)", ["selection": "s"] as StateValue)
      }
    )
    let known = town(values)
    var search = LinkSearch(.referrers(of: "selection.s"), in: known)
    var slices = 0
    var before = 0
    while search.lookOn(in: known.state) {
      #expect(search.count - before <= LinkSearch.housesPerSlice)
      before = search.count
      slices += 1
    }
    #expect(slices == 4 && search.count == 3500 && search.found.count == LinkSearch.mostKept)
  }

  @Test("A slice decodes no more bytes than it may")
  func bytes() {
    var known = KnownState()
    var state = StateDictionary()
    var change = StateChange()
    for number in 0..<40 {
      let key = "panel.\(number)"
      let bytes = [UInt8](repeating: 0, count: 100_000)
      let entry = StateEntry(packed: PackedStateValue(checked: bytes, codec: CountedCodec.self))
      state.setEntry(entry, for: key)
      change.update(key, to: entry)
    }
    known.settleIn(state, change)
    var search = LinkSearch(.referrers(of: "a.b"), in: known)
    _ = search.lookOn(in: known.state)
    #expect(search.count == 3)
  }

  /// Decodes anything as a panel that points at `a.b`.
  enum CountedCodec: StateValueCodec {
    static func decode(_ checkedBytes: [UInt8]) -> StateValue {
      ["elements": [["variable": "a.b"]]]
    }
  }

  @Test("What changes is looked into again: a link that comes is found, one that goes is not")
  func follows() {
    var known = town([
      "selection.s": 1, "visualiser.a": ["selection": "s"], "visualiser.b": ["selection": "t"],
    ])
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
