import SharedState
import Synchronization
import Testing

@testable import StateInspection

@Suite("LinkSearch")
struct LinkSearchTests {
  private func search(_ aim: LinkSearch.Aim, in state: StateDictionary) -> LinkSearch {
    LinkSearch(aim, in: state) { KeyRun(state.keys(withPrefix: $0)) }
  }

  private func found(_ aim: LinkSearch.Aim, _ values: [String: StateValue]) -> [String] {
    let state = StateDictionary(values)
    var search = search(aim, in: state)
    while search.lookOn(in: state) {}
    return search.found.map { "\($0.key) \($0.link.path)" }.sorted()
  }

  /// As many keys as are asked for, and how many were.
  private struct Keys: IteratorProtocol, Sendable {
    final class Taken: Sendable { let count = Mutex(0) }

    let taken: Taken

    func next() -> String? {
      taken.count.withLock { count in
        count += 1
        return "visualiser.\(count)"
      }
    }
  }

  @Test("To begin a search takes no keys, and a slice of it no more than it looks at")
  func lazily() {
    let taken = Keys.Taken()
    var search = LinkSearch(.referrers(of: "selection.s"), in: StateDictionary()) { prefix in
      prefix == "visualiser." ? KeyRun(count: 1_000_000, Keys(taken: taken)) : KeyRun([])
    }
    #expect(taken.count.withLock(\.self) == 0 && search.progress.total == 1_000_000)
    let went = search.lookOn(in: StateDictionary())
    #expect(went)
    #expect(taken.count.withLock(\.self) == LinkSearch.entriesPerSlice)
    #expect(search.progress.done == LinkSearch.entriesPerSlice && !search.isOver)
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
    let state = StateDictionary(values)
    var search = search(.referrers(of: "selection.s"), in: state)
    var slices = 0
    var before = 0
    while search.lookOn(in: state) {
      #expect(search.count - before <= LinkSearch.entriesPerSlice)
      before = search.count
      slices += 1
    }
    #expect(slices == 4 && search.count == 3500 && search.found.count == LinkSearch.mostKept)
  }

  @Test("A slice decodes no more bytes than it may")
  func bytes() {
    var state = StateDictionary()
    for number in 0..<40 {
      let key = "panel.\(number)"
      let bytes = [UInt8](repeating: 0, count: 100_000)
      let entry = StateEntry(packed: PackedStateValue(checked: bytes, codec: CountedCodec.self))
      state.setEntry(entry, for: key)
    }
    var search = search(.referrers(of: "a.b"), in: state)
    _ = search.lookOn(in: state)
    #expect(search.count == 3)
  }

  /// Decodes anything as a panel that points at `a.b`.
  enum CountedCodec: StateValueCodec {
    static func decode(_ checkedBytes: RawSpan) -> StateValue {
      ["elements": [["variable": "a.b"]]]
    }
  }
}
