import ScreenKit
import SharedState
import StateEditing
import TextScreen
import Testing

@testable import Dashboard

/// The house changes while somebody edits it.
@Suite("EditPane: conflicts")
struct EditConflictTests {
  /// An edit that renames the house, ready for review.
  private func renaming(_ verb: EditVerb = .set) -> EditBench {
    var bench = EditBench(verb, .entry("selection.a"))
    bench.type(verb == .update ? "s" : "<down><end><left><left>s")
    return bench
  }

  @Test("A field that I left alone follows the live value, while I write and in the review")
  func follows() {
    var bench = renaming()
    bench.somebody(changes: ["hide"], of: "selection.a", to: true)
    // The text still shows what it was.
    #expect(bench.picture(60, 14).joined().contains("older here, sent as live: hide"))
    bench.type("^s")
    bench.somebody(changes: ["scale"], of: "selection.a", to: 3.0)
    #expect(bench.picture(60, 14).joined().contains("followed live: hide, scale"))
    bench.type("<enter>")
    let entry = bench.takeRequest()?.entries.first
    #expect(entry?.base == bench.town["selection.a"])
    #expect(entry?.mine == bench.town["selection.a"]?.replacing(["name"], with: "Proteins"))
  }

  @Test("Lines of a form that I left alone show the live value")
  func formFollows() {
    var bench = renaming(.update)
    bench.somebody(changes: ["scale"], of: "selection.a", to: 3.0)
    #expect(bench.picture(60, 10).joined().contains("scale                 = 3.0"))
    #expect(bench.picture(60, 10).joined().contains("name                  = \"Proteins\""))
    bench.type("<tab><tab>5<enter><enter>")
    #expect(
      bench.takeRequest()?.entries.first?.mine
        == bench.town["selection.a"]?.replacing(["name"], with: "Proteins")?
        .replacing(["scale"], with: 3.05)
    )
  }

  @Test(
    "A field that both changed waits for a choice; Enter does not send it",
    arguments: [EditVerb.set, .update, .modify]
  )
  func waits(verb: EditVerb) {
    var bench = renaming(verb)
    bench.somebody(changes: ["name"], of: "selection.a", to: "Lipid")
    #expect(bench.picture(70, 14).joined().contains("changed by somebody else too: name"))
    bench.type("^s<enter><enter><enter>")
    #expect(bench.takeActions().isEmpty)
    let picture = bench.picture(60, 12).joined(separator: "\n")
    for words in ["base   \"Protein\"", "mine   \"Proteins\"", "live   \"Lipid\""] {
      #expect(picture.contains(words))
    }
  }

  @Test(
    "The choice is what is sent",
    arguments: [("b", "Protein"), ("m", "Proteins")] as [(String, StateValue)]
  )
  func choices(key: String, name: StateValue) {
    var bench = renaming()
    bench.somebody(changes: ["name"], of: "selection.a", to: "Lipid")
    bench.type("^s" + key + "<enter><enter>")
    let entry = bench.takeRequest()?.entries.first
    #expect(entry?.base == bench.town["selection.a"])
    #expect(entry?.mine == bench.town["selection.a"]?.replacing(["name"], with: name))
  }

  @Test("Choosing live for all leaves nothing to send")
  func allLive() {
    var bench = renaming()
    bench.somebody(changes: ["name"], of: "selection.a", to: "Lipid")
    bench.type("^sl<enter>")
    #expect(bench.picture(60, 8)[1].contains("Nothing to send"))
    bench.type("<enter>")
    #expect(bench.takeActions() == [.close])
  }

  @Test("Each conflict has its own choice; the cursor goes on to the next open one")
  func several() {
    var bench = EditBench(.update, .entry("selection.a"))
    bench.type("s<tab>^unull<tab>5<enter><esc>")
    bench.somebody(
      sets: "selection.a",
      to: ["name": "Lipid", "hide": true, "scale": 2.0, "selected": ["particle_ids": [9]]]
    )
    bench.type("<enter>")
    bench.type("mlb<enter><enter>")
    #expect(
      bench.takeRequest()?.entries.first?.mine
        == ["name": "Proteins", "hide": true, "scale": 1.0, "selected": ["particle_ids": [9]]]
    )
  }

  @Test("M takes mine for all that is open")
  func allMine() {
    var bench = EditBench(.update, .entry("selection.a"))
    bench.type("s<tab>^unull<enter><esc>")
    bench.somebody(
      sets: "selection.a",
      to: EditBench.selection.replacing(["name"], with: "Lipid")?
        .replacing(["hide"], with: true)
    )
    bench.type("<enter>lM<enter><enter>")
    #expect(bench.takeRequest()?.entries.first?.mine?["hide"] == .null)
  }

  @Test("A conflict that comes in the review stops the Enter that would have sent it")
  func inReview() {
    var bench = renaming()
    bench.type("^s")
    bench.town["selection.a"] = EditBench.selection.replacing(["name"], with: "Lipid")
    bench.type("<enter>")
    #expect(bench.takeActions().isEmpty)
    #expect(bench.pane.hints.first?.key == "b")
  }

  @Test(
    "A choice once made stays, however often the field changes, and it is said how often that was"
  )
  func busy() {
    var bench = renaming()
    bench.somebody(changes: ["name"], of: "selection.a", to: "Lipid")
    bench.type("^sm")
    for number in 1...12 {
      bench.somebody(changes: ["name"], of: "selection.a", to: .string("Sugar \(number)"))
    }
    #expect(bench.picture(60, 12).joined().contains("live has moved on (12 times)"))
    bench.type("<enter>")
    bench.somebody(changes: ["name"], of: "selection.a", to: "Sugar 13")
    #expect(bench.picture(60, 12).joined().contains("live has moved on (13 times)"))
    bench.type("<enter>")
    let entry = bench.takeRequest()?.entries.first
    #expect(entry?.mine?["name"] == "Proteins" && entry?.decided == [["name"]])
  }

  @Test("A choice of the live value follows it")
  func liveFollows() {
    var bench = EditBench(.update, .entry("selection.a"))
    bench.type("s<tab>^unull<enter><esc>")
    bench.somebody(changes: ["name"], of: "selection.a", to: "Lipid")
    bench.type("<enter>l")
    bench.somebody(changes: ["name"], of: "selection.a", to: "Sugar")
    bench.type("<enter><enter>")
    #expect(bench.takeRequest()?.entries.first?.mine?["name"] == "Sugar")
  }

  @Test("A conflict found at the last moment comes back to the same question")
  func fromTheRunner() {
    var bench = renaming()
    bench.type("^s<enter>")
    _ = bench.takeActions()
    let live = EditBench.selection.replacing(["name"], with: "Lipid")
    bench.ends(.conflict(key: "selection.a", live: live))
    bench.town["selection.a"] = live
    #expect(bench.picture(60, 12).joined().contains("live   \"Lipid\""))
    bench.type("<enter>m<enter><enter>")
    let entry = bench.takeRequest()?.entries.first
    #expect(entry?.base == live)
    #expect(entry?.mine == live?.replacing(["name"], with: "Proteins"))
  }

  @Suite("a house removed meanwhile")
  struct Removed {
    private func gone() -> EditBench {
      var bench = EditBench(.set, .entry("selection.a"))
      bench.type("<down><end><left><left>s")
      bench.somebody(sets: "selection.a", to: Optional.none)
      return bench
    }

    @Test("It is said while I write, and asked when I send; Enter does nothing")
    func asks() {
      var bench = gone()
      #expect(bench.picture(60, 14).joined().contains("removed by somebody else"))
      bench.type("^s<enter>")
      #expect(bench.takeActions().isEmpty)
      #expect(bench.picture(90, 14).joined().contains("m builds it again, l lets it go"))
    }

    @Test("m builds it again, after the review")
    func buildAgain() {
      var bench = gone()
      bench.type("^sm")
      #expect(bench.takeActions().isEmpty)
      bench.type("<enter>")
      let mine = EditBench.selection.replacing(["name"], with: "Proteins")
      #expect(
        bench.takeRequest()?.entries
          == [.init(key: "selection.a", base: Optional.none, mine: mine, decided: [.root])]
      )
    }

    @Test("l and Esc let it go", arguments: ["l", "<esc>"])
    func letGo(key: String) {
      var bench = gone()
      bench.type("^s" + key)
      #expect(bench.takeActions() == [.close])
    }

    @Test("A house that was removed in the review asks too")
    func inReview() {
      var bench = EditBench(.update, .entry("selection.a"))
      bench.type("s<enter>")
      bench.somebody(sets: "selection.a", to: Optional.none)
      bench.type("<enter>")
      #expect(bench.takeActions().isEmpty)
      #expect(bench.pane.hints.first?.key == "m")
    }

    @Test("A house that somebody built where I build is a conflict of the whole")
    func builtMeanwhile() {
      var bench = EditBench(.set, .entry("selection.new"))
      bench.type("<right>\"a\": 1")
      bench.somebody(sets: "selection.new", to: ["b": 2])
      bench.type("^s<enter>")
      #expect(bench.takeActions().isEmpty)
      #expect(bench.picture(60, 12).joined().contains("(whole value)"))
      bench.type("m<enter><enter>")
      #expect(
        bench.takeRequest()?.entries
          == [.init(key: "selection.new", base: ["b": 2], mine: ["a": 1], decided: [.root])]
      )
    }
  }
}

@Suite("EditRequest.rebased(on:)")
struct EditRebaseTests {
  private func request(_ verb: EditVerb, _ entries: EditRequest.Entry...) -> EditRequest {
    EditRequest(id: EditID(1), verb: verb, entries: entries)
  }

  private let base: StateValue = ["a": 1, "b": 2]

  @Test("Fields that others changed since are kept")
  func keepsOthers() {
    let edit = request(.update, .init(key: "x", base: base, mine: ["a": 9, "b": 2]))
    #expect(
      edit.rebased(on: ["x": ["a": 1, "b": 3]])
        == .change(StateChange(updates: ["x": ["a": 9, "b": 3]]))
    )
  }

  @Test("A true conflict is handed back, whatever the other houses of the edit")
  func conflict() {
    let edit = request(
      .set,
      .init(key: "y", base: Optional.none, mine: 1),
      .init(key: "x", base: base, mine: ["a": 9, "b": 2])
    )
    #expect(
      edit.rebased(on: ["x": ["a": 8, "b": 2]]) == .conflict(key: "x", live: ["a": 8, "b": 2])
    )
    #expect(edit.rebased(on: [:]) == .conflict(key: "x", live: Optional.none))
  }

  @Test("What is to be removed or cleared goes, whatever it holds by now")
  func removal() {
    for verb in [EditVerb.remove, .clear] {
      let edit = request(
        verb,
        .init(key: "x", base: base, mine: Optional.none),
        .init(key: "gone", base: base, mine: Optional.none)
      )
      #expect(edit.rebased(on: ["x": 7, "z": 1]) == .change(StateChange(removals: ["x"])))
    }
  }

  @Test("A removal by any other verb, as undo sends it, is merged like every edit")
  func mergedRemoval() {
    let edit = request(.set, .init(key: "x", base: base, mine: Optional.none))
    #expect(edit.rebased(on: ["x": base]) == .change(StateChange(removals: ["x"])))
    #expect(edit.rebased(on: ["x": 7]) == .conflict(key: "x", live: 7))
    #expect(edit.rebased(on: [:]) == .change(StateChange()))
  }

  @Test("Null is a value that is stored, not a removal")
  func null() {
    let edit = request(.set, .init(key: "x", base: 1, mine: .null))
    #expect(edit.rebased(on: ["x": 1]) == .change(StateChange(updates: ["x": .null])))
  }

  @Test("What the town holds already is not sent")
  func nothing() {
    let edit = request(.set, .init(key: "x", base: 1, mine: 2))
    #expect(edit.rebased(on: ["x": 2]) == .change(StateChange()))
  }
}
