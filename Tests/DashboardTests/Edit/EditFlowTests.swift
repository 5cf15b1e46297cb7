import ScreenKit
import SharedState
import StateEditing
import TextScreen
import Testing

@testable import Dashboard

/// Each verb from the first key to the last word.
@Suite("EditPane: flows")
struct EditFlowTests {
  @Suite("set")
  struct Set {
    @Test("A changed text is reviewed, sent on Enter, and ends in a word")
    func wholeWay() throws {
      var bench = EditBench(.set, .entry("selection.a"))
      bench.type("<down><end><left><left>s^s")
      #expect(bench.takeActions().isEmpty, "nothing is sent before the review")
      #expect(bench.picture(40, 5).joined().contains("Proteins"))
      bench.type("<enter>")
      let mine = EditBench.selection.replacing(["name"], with: "Proteins")
      #expect(
        bench.takeRequest()
          == EditRequest(
            id: EditID(7),
            verb: .set,
            entries: [.init(key: "selection.a", base: EditBench.selection, mine: mine)]
          )
      )
      #expect(bench.pane.isPending)
      #expect(bench.pane.closesAt == nil)
      bench.ends(.sent(.accepted(latency: .milliseconds(4))))
      #expect(bench.pane.closesAt == .seconds(103))
      #expect(bench.picture(60, 8).joined().contains("accepted after 4 ms"))
      bench.type("x")
      #expect(bench.takeActions() == [.close])
    }

    @Test("F2 reviews like ^s")
    func functionKey() {
      var bench = EditBench(.set, .entry("selection.a"))
      bench.type("<down><end><left><left>s<f2><enter>")
      #expect(bench.takeRequest() != nil)
    }

    @Test("A text that is no value cannot be sent, and the cursor goes to the place")
    func flawed() {
      var bench = EditBench(.set, .entry("selection.a"))
      bench.type("<down><end>x<up>^s<enter>")
      #expect(bench.takeActions().isEmpty)
      #expect(bench.pane.phase == .editing)
      bench.type("^y")
      bench.type("<down><end>x<up><up>^s")
      #expect(bench.pane.focusedEditor?.cursor == .init(line: 1, column: 20))
      #expect(bench.notice?.contains("line 2, column 21") == true)
    }

    @Test("A single value is sent with Enter; 1 and 1.0 are kept apart")
    func scalar() throws {
      var bench = EditBench(.set, .entry("suggested.scale"), in: ["suggested.scale": 1.0])
      bench.type("^u1<enter>")
      #expect(bench.picture(60, 8).joined().contains("was a float, becomes an int"))
      bench.type("<enter>")
      #expect(bench.takeRequest()?.entries == [.init(key: "suggested.scale", base: 1.0, mine: 1)])
    }

    @Test("A vacant address is built on")
    func vacant() {
      var bench = EditBench(.set, .entry("selection.new"))
      bench.type("<right>\"a\": 1^s<enter>")
      #expect(
        bench.takeRequest()?.entries
          == [.init(key: "selection.new", base: Optional.none, mine: ["a": 1])]
      )
    }

    @Test("What changes nothing is not sent, and said to be nothing")
    func nothing() {
      var bench = EditBench(.set, .entry("selection.a"))
      bench.type("^s")
      #expect(bench.picture(60, 8)[1].contains("Nothing to send: the town holds exactly this."))
      bench.type("<enter>")
      #expect(bench.takeActions() == [.close])
    }

    @Test("Esc leaves at once when nothing was written, and asks otherwise; no is the safe answer")
    func leaving() {
      var bench = EditBench(.set, .entry("selection.a"))
      bench.type("<esc>")
      #expect(bench.takeActions() == [.close])
      bench = EditBench(.set, .entry("selection.a"))
      bench.type("<down><end><left>x<esc>")
      #expect(bench.pane.phase == .leaving)
      bench.type("<enter>")
      #expect(bench.pane.phase == .editing)
      #expect(bench.takeActions().isEmpty)
      bench.type("<esc>y")
      #expect(bench.takeActions() == [.close])
    }

    @Test("A paste lands whole and runs no key")
    func paste() {
      var bench = EditBench(.set, .entry("note"), in: ["note": "x"])
      bench.type("^u^u")
      bench.paste("\"q\u{1b}y\n\"\n")
      #expect(bench.takeActions().isEmpty)
      #expect(bench.pane.focusedEditor?.text == "\"q\u{1b}y \"")
    }

    @Test("In the review nothing is typed, and Esc goes back to the text as it was")
    func reviewAndBack() {
      var bench = EditBench(.set, .entry("selection.a"))
      bench.type("<down><end><left><left>s^s")
      bench.paste("junk")
      bench.type("z<esc>")
      #expect(bench.pane.phase == .editing)
      #expect(bench.pane.focusedEditor?.text.contains("Proteins") == true)
      #expect(bench.pane.focusedEditor?.text.contains("junk") == false)
    }
  }

  @Suite("update")
  struct Update {
    @Test("One field is changed, the others are not in the base's way")
    func oneField() {
      var bench = EditBench(.update, .entry("selection.a", field: ["selected", "particle_ids"]))
      bench.type(", 3<enter><enter>")
      let mine = EditBench.selection.replacing(["selected", "particle_ids"], with: [0, 1, 2, 3])
      #expect(
        bench.takeRequest()?.entries
          == [.init(key: "selection.a", base: EditBench.selection, mine: mine)]
      )
    }

    @Test("At the cursor on a house all its fields are there, and Tab walks them")
    func allFields() {
      var bench = EditBench(.update, .entry("selection.a"))
      bench.type("<tab>^utrue<tab>^u2.5<enter><enter>")
      let mine = EditBench.selection.replacing(["hide"], with: true)?
        .replacing(["scale"], with: 2.5)
      #expect(bench.takeRequest()?.entries.first?.mine == mine)
    }

    @Test("Further fields are added by name; a name with a dot is quoted")
    func newFields() {
      var bench = EditBench(.update, .entry("selection.a", field: ["hide"]))
      bench.type(#"^ncolour=[1.0, 0.5]^n"owner.id"="U"^nselected.extra = null<enter><enter>"#)
      let mine = EditBench.selection.replacing(["colour"], with: [1.0, 0.5])?
        .replacing(["owner.id"], with: "U")?.replacing(["selected", "extra"], with: .null)
      #expect(bench.takeRequest()?.entries.first?.mine == mine)
    }

    @Test(
      "A form that makes no sense is not sent, and says why",
      arguments: [
        ("^nfoo=bar<enter>", "text needs double quotes"),
        ("^nowner.id=1<enter>", "no dictionary at owner"),
        ("^n=1<enter>", "a field needs a name"),
        ("^na b=1<enter>", "quote this name"),
        ("^nhide=true^nhide=false<enter>", "stands twice"),
        ("^u^u<enter>", "expected a value"),
      ]
    )
    func flaws(script: String, words: String) {
      var bench = EditBench(.update, .entry("selection.a"))
      bench.type(script + "<enter>")
      #expect(bench.takeActions().isEmpty)
      #expect(bench.notice?.contains(words) == true, "\(bench.notice ?? "–")")
    }

    @Test("A line that was added by mistake goes with Backspace")
    func dropLine() {
      var bench = EditBench(.update, .entry("selection.a", field: ["hide"]))
      bench.type("^nab<bs><bs><bs>^utrue<enter><enter>")
      #expect(
        bench.takeRequest()?.entries.first?.mine
          == EditBench.selection.replacing(["hide"], with: true)
      )
    }

    @Test("A literal field name with a dot is found before a path is")
    func literalDot() {
      var bench = EditBench(.update, .entry("x"), in: ["x": ["owner.id": "A", "owner": ["id": 1]]])
      bench.type(#"^nowner.id="B"<enter><enter>"#)
      #expect(
        bench.takeRequest()?.entries.first?.mine == ["owner.id": "B", "owner": ["id": 1]]
      )
    }

    @Test("A number that becomes another kind of number is warned of while it is typed")
    func kinds() {
      var bench = EditBench(.update, .entry("selection.a", field: ["scale"]))
      #expect(!bench.picture(60, 10).joined().contains("becomes"))
      bench.type("<bs><bs>")
      #expect(!bench.picture(60, 10).joined().contains("becomes"), "1 is put back as 1.0")
      bench.type("^t^u1")
      #expect(bench.picture(60, 10).joined().contains("was a float, becomes an int"))
    }
  }

  @Suite("modify")
  struct Modify {
    @Test("The cursor begins at the field that was under it in the tree")
    func atField() {
      let bench = EditBench(.modify, .entry("selection.a", field: ["selected", "note"]))
      #expect(bench.pane.focusedEditor?.cursor.line == 6)
    }

    @Test("$EDITOR gets the text and the call; what it saves goes to the review")
    func externalEditor() throws {
      var bench = EditBench(.modify, .entry("selection.a"))
      bench.type("^e")
      let asked = bench.takeActions()
      guard case .externalEdit(let text, let header, nil)? = asked.first, asked.count == 1 else {
        Issue.record("asked for \(asked)")
        return
      }
      #expect(text == EditBench.selection.text(indent: 2))
      #expect(header.contains(#"sharedState["selection.a"].modify"#))
      let saved = text.replacing("Protein", with: "Lipid") + "\n"
      #expect(bench.pane.externalEdit(.saved(saved)).isEmpty)
      bench.type("<enter>")
      #expect(
        bench.takeRequest()?.entries.first?.mine
          == EditBench.selection.replacing(["name"], with: "Lipid")
      )
    }

    @Test("A mistake opens $EDITOR again at its line, until the person gives up")
    func externalMistake() {
      var bench = EditBench(.modify, .entry("selection.a"))
      let again = bench.pane.externalEdit(.saved("{\n  \"a\": x\n}\n"))
      guard case .externalEdit(let text, let header, let line)? = again.first else {
        Issue.record("asked for \(again)")
        return
      }
      #expect(text == "{\n  \"a\": x\n}")
      #expect(line == 2)
      #expect(header.hasPrefix("Not a value yet: line 2, column 8: expected"))
      #expect(bench.pane.externalEdit(.unchanged).isEmpty)
      #expect(bench.pane.phase == .editing)
      #expect(bench.picture(60, 12).joined().contains("line 2, column 8"))
    }

    @Test("An editor that cannot run says why, and nothing is lost")
    func externalFailure() {
      var bench = EditBench(.modify, .entry("selection.a"))
      bench.type("<down><end><left><left>s")
      #expect(bench.pane.externalEdit(.failed("vi: not found")).isEmpty)
      #expect(bench.notice == "vi: not found")
      #expect(bench.pane.focusedEditor?.text.contains("Proteins") == true)
    }
  }

  @Suite("add")
  struct Add {
    @Test("A new house has a fresh name and the shape of its neighbours")
    func template() {
      var bench = EditBench(.add, .group("selection."), freshName: "9f2")
      bench.type("^s<enter>")
      #expect(
        bench.takeRequest()?.entries
          == [
            .init(
              key: "selection.9f2",
              base: Optional.none,
              mine: EditBench.selection.replacing(["name"], with: "9f2")
            )
          ]
      )
    }

    @Test("What hides a neighbour does not hide the new house")
    func hidden() {
      let town: StateDictionary = [
        "selection.a": [
          "name": "A", "hide": true, "properties": ["narupa.rendering.hide": true, "own": true],
        ]
      ]
      var bench = EditBench(.add, .entry("selection.a"), in: town, freshName: "9f2")
      bench.type("^s<enter>")
      #expect(
        bench.takeRequest()?.entries.first?.mine == [
          "name": "9f2", "hide": false,
          "properties": ["narupa.rendering.hide": false, "own": true],
        ]
      )
    }

    @Test("The name can be written, and values that repeat the address follow it")
    func named() {
      let town: StateDictionary = [
        "avatar.U": [
          "playerid": "U", "id": "avatar.U", "name": "Ana",
          "list": .array(.init(repeating: 1, count: 99)),
        ]
      ]
      var bench = EditBench(.add, .entry("avatar.U"), in: town)
      bench.type("^ubob")
      #expect(bench.pane.title == "add avatar.bob")
      bench.type("^s<enter>")
      #expect(
        bench.takeRequest()?.entries
          == [
            .init(
              key: "avatar.bob",
              base: Optional.none,
              mine: ["playerid": "bob", "id": "avatar.bob", "name": "bob", "list": []]
            )
          ]
      )
    }

    @Test(
      "What is typed or pasted takes the place of the proposed name, and what follows goes on from there"
    )
    func proposal() {
      var bench = EditBench(.add, .group("selection."), freshName: "9f2")
      bench.type("mi")
      #expect(bench.pane.title == "add selection.mi")
      bench.type("<bs>yne")
      #expect(bench.pane.title == "add selection.myne")
      bench = EditBench(.add, .group("selection."), freshName: "9f2")
      bench.type("<bs>3")
      #expect(bench.pane.title == "add selection.9f3")
    }

    @Test(
      "A name may be written as the whole key, in this street or in another that is there",
      arguments: [
        ("s.mine", "s.mine", ["x": "s.mine"]), ("mine", "s.mine", ["x": "s.mine"]),
        ("other.mine", "other.mine", ["y": 1]),
        ("nobody.mine", "s.nobody.mine", ["x": "s.nobody.mine"]),
        ("s.", nil, [:]), ("other.", nil, [:]),
      ] as [(String, String?, StateValue)]
    )
    func wholeKey(written: String, key: String?, value: StateValue) {
      let town: StateDictionary = ["s.a": ["x": "s.a"], "other.a": ["y": 1]]
      var bench = EditBench(.add, .group("s."), in: town)
      bench.type("\(written)^s<enter>")
      guard let key else {
        #expect(bench.notice == "the new house needs a name")
        return
      }
      #expect(bench.pane.title == "add \(key)")
      #expect(
        bench.takeRequest()?.entries == [.init(key: key, base: Optional.none, mine: value)]
      )
    }

    @Test("A name that is taken, or none, is refused")
    func taken() {
      var bench = EditBench(.add, .group("selection."))
      bench.type("^u^s")
      #expect(bench.notice == "the new house needs a name")
      bench.type("a^s")
      #expect(bench.notice?.contains("somebody lives at selection.a already") == true)
      #expect(bench.takeActions().isEmpty)
    }

    @Test("A name that is taken between Enter and the town is asked for again")
    func takenJustNow() {
      var bench = EditBench(.add, .group("selection."))
      bench.type("^s<enter>")
      bench.ends(.conflict(key: "selection.f0", live: ["other": 1]))
      #expect(bench.pane.phase == .editing)
      #expect(bench.notice?.contains("choose another name") == true)
    }

    @Test("In an empty street the house is an empty dictionary; the most common shape wins")
    func shapes() {
      #expect(EntryTemplate.begun(named: "x", prefix: "empty.", in: [:]).value == [:])
      let town: StateDictionary = [
        "s.a": ["odd": 1], "s.b": ["x": "s.b", "y": ""], "s.c": ["x": "s.c", "y": ""], "s.d": 7,
      ]
      #expect(
        EntryTemplate.begun(named: "n", prefix: "s.", in: town).value == ["x": "s.n", "y": ""]
      )
    }

    @Test("A street without a name is refused rather than taken for the whole town")
    func noStreet() {
      #expect(EditPane.refusal(of: .add, on: .group(""), in: EditBench.town) != nil)
      var bench = EditBench(.add, .group(""))
      bench.type("x")
      #expect(bench.takeActions() == [.close])
    }
  }

  @Suite("remove")
  struct Remove {
    @Test("It asks; only y removes", arguments: ["n", "<enter>", "<esc>"])
    func safeAnswer(key: String) {
      var bench = EditBench(.remove, .entry("selection.a"))
      bench.type(key)
      #expect(bench.takeActions() == [.close])
    }

    @Test("Other keys do nothing but say what to press")
    func otherKeys() {
      var bench = EditBench(.remove, .entry("selection.a"))
      bench.type("xd^s<tab>")
      #expect(bench.takeActions().isEmpty)
      #expect(bench.notice?.contains("y removes it") == true)
    }

    @Test("The last value is shown as it lives, and goes with y")
    func removal() {
      var bench = EditBench(.remove, .entry("selection.a"))
      #expect(bench.picture(50, 10)[1].contains("- name = \"Protein\""))
      bench.somebody(changes: ["name"], of: "selection.a", to: "Lipid")
      #expect(bench.picture(50, 10)[1].contains("- name = \"Lipid\""))
      bench.type("y")
      #expect(
        bench.takeRequest()?.entries
          == [.init(key: "selection.a", base: bench.town["selection.a"], mine: Optional.none)]
      )
      bench.somebody(sets: "selection.a", to: Optional.none)
      bench.ends(.sent(.accepted(latency: .milliseconds(12))))
      #expect(bench.picture(50, 10).joined().contains("accepted after 12 ms"))
    }

    @Test("A house that somebody else removed first is not removed again")
    func gone() {
      var bench = EditBench(.remove, .entry("selection.a"))
      bench.somebody(sets: "selection.a", to: Optional.none)
      #expect(bench.picture(60, 8).joined().contains("somebody else has just removed it"))
      bench.type("y")
      #expect(bench.takeActions() == [.close])
    }
  }

  @Suite("clear")
  struct Clear {
    @Test(
      "It asks for the street's name; all houses go in one request",
      arguments: ["selection.", "selection"]
    )
    func typedName(name: String) {
      var bench = EditBench(.clear, .group("selection."))
      bench.type("<enter>y<enter>")
      #expect(bench.takeActions().isEmpty)
      bench.type("<bs>" + name + "<enter>")
      let request = bench.takeRequest()
      #expect(request?.verb == .clear)
      #expect(
        request?.entries == [
          .init(key: "selection.a", base: EditBench.selection, mine: Optional.none),
          .init(key: "selection.b", base: EditBench.town["selection.b"], mine: Optional.none),
        ]
      )
    }

    @Test("Houses that come and go while it asks are counted")
    func counted() {
      var bench = EditBench(.clear, .group("selection."))
      bench.somebody(sets: "selection.aa", to: 1)
      bench.somebody(sets: "avatar.x", to: 1)
      #expect(bench.picture(60, 9)[2].contains("- selection.aa"))
      #expect(bench.picture(60, 9).joined().contains("All 3 houses"))
      bench.somebody(sets: "selection.a", to: Optional.none)
      bench.somebody(sets: "selection.b", to: Optional.none)
      #expect(bench.picture(60, 9).joined().contains("All 1 house will go"))
      bench.type("selection.<enter>")
      #expect(bench.takeRequest()?.entries.map(\.key) == ["selection.aa"])
    }

    @Test("An empty street, and a street without a name, are refused")
    func nothingThere() {
      #expect(
        EditBench(.clear, .group("x.")).picture(60, 5)[1].contains("no house in x. to clear")
      )
      #expect(EditPane.refusal(of: .clear, on: .group(""), in: EditBench.town) != nil)
      #expect(EditBench(.clear, .entry("scene")).picture(60, 5)[1].contains("no house in scene."))
    }
  }

  @Suite("the last word")
  struct LastWord {
    private func sent() -> EditBench {
      var bench = EditBench(.update, .entry("selection.a", field: ["scale"]))
      bench.type("5<enter><enter>")
      _ = bench.takeActions()
      return bench
    }

    @Test(
      "Every end has its words",
      arguments: [
        (.sent(.accepted(latency: .milliseconds(4))), "accepted after 4 ms"),
        (.sent(.accepted(latency: .microseconds(400))), "accepted in under 1 ms"),
        (
          .sent(.overwritten(latency: .milliseconds(12))),
          "overwritten by somebody else 12 ms later"
        ),
        (.sent(.overwritten(latency: .milliseconds(1250))), "1.2 s later"),
        (.sent(.unconfirmed), "unconfirmed"),
        (.sent(.disconnected), "disconnected"),
        (.sent(.refused(reason: "read-only")), "refused: read-only"),
      ] as [(EditOutcome, String)]
    )
    func words(outcome: EditOutcome, words: String) {
      var bench = sent()
      bench.ends(outcome)
      #expect(bench.picture(100, 10).joined().contains(words))
    }

    @Test("What was not heard of can be reviewed and sent again")
    func again() {
      var bench = sent()
      bench.ends(.sent(.disconnected))
      bench.type("x")
      #expect(bench.takeActions().isEmpty)
      bench.somebody(changes: ["hide"], of: "selection.a", to: true)
      bench.type("r<enter>")
      let entry = bench.takeRequest()?.entries.first
      #expect(entry?.base == bench.town["selection.a"])
      #expect(entry?.mine == bench.town["selection.a"]?.replacing(["scale"], with: 1.05))
    }

    @Test("What had arrived after all is not sent twice")
    func arrivedAfterAll() {
      var bench = sent()
      bench.ends(.sent(.unconfirmed))
      bench.somebody(changes: ["scale"], of: "selection.a", to: 1.05)
      bench.type("r")
      #expect(bench.picture(60, 8)[1].contains("Nothing to send"))
      bench.type("<enter>")
      #expect(bench.takeActions() == [.close])
    }

    @Test("A later word replaces the first")
    func laterWord() {
      var bench = sent()
      bench.ends(.sent(.unconfirmed))
      bench.ends(.sent(.accepted(latency: .milliseconds(2100))))
      #expect(bench.picture(60, 9).joined().contains("accepted after 2.1 s"))
    }

    @Test("A word on an edit that is still being written is not ours")
    func stray() {
      var bench = EditBench(.set, .entry("selection.a"))
      bench.ends(.sent(.accepted(latency: .zero)))
      #expect(bench.pane.phase == .editing)
    }
  }

  @Test(
    "What cannot be edited says why at once",
    arguments: [
      (EditVerb.update, EditTarget.entry("scene"), "update changes fields, and scene is a list"),
      (.update, .entry("nobody"), "nobody lives at nobody"),
      (.modify, .entry("nobody"), "nobody lives at nobody"),
      (.remove, .entry("nobody"), "nobody lives at nobody"),
      (.set, .group("selection."), "set needs a house"),
    ]
  )
  func refusals(verb: EditVerb, target: EditTarget, words: String) {
    #expect(
      EditPane.refusal(of: verb, on: target, in: EditBench.town)?.town.hasPrefix(words) == true
    )
    let bench = EditBench(verb, target)
    #expect(bench.picture(60, 8).joined().contains(words))
  }

  @Test(
    "A value that is too long for an editor is not cut but refused",
    arguments: [EditVerb.set, .modify, .update]
  )
  func tooLong(verb: EditVerb) {
    let town: StateDictionary = [
      "big": ["text": .string(String(repeating: "x", count: TextEditor.capacity))]
    ]
    var bench = EditBench(verb, .entry("big"), in: town)
    #expect(bench.picture(60, 8).joined().contains("big is too long to be edited here"))
    bench.type("x")
    #expect(bench.takeActions() == [.close])
  }

  @Test("What $EDITOR saved is not cut if it is too long, but refused")
  func savedTooLong() {
    var bench = EditBench(.modify, .entry("selection.a"))
    let before = bench.pane.focusedEditor?.text
    let actions = bench.pane.externalEdit(
      .saved("\"" + String(repeating: "x", count: TextEditor.capacity) + "\"")
    )
    #expect(actions.isEmpty)
    #expect(bench.pane.focusedEditor?.text == before)
    #expect(bench.notice?.contains("too long") == true)
  }

  @Test("What can be edited is not refused")
  func noRefusals() {
    for verb in EditVerb.allCases {
      #expect(EditPane.refusal(of: verb, on: .entry("selection.a"), in: EditBench.town) == nil)
    }
  }

  @Test("Every phase says which keys work")
  func hints() {
    var bench = EditBench(.set, .entry("selection.a"))
    #expect(bench.pane.hints.first == Hint("^s", "review"))
    bench.type("<down><end><left><left>s^s")
    #expect(bench.pane.hints.first == Hint("Enter", "send"))
    bench.somebody(changes: ["name"], of: "selection.a", to: "Lipid")
    #expect(bench.pane.hints.map(\.key).prefix(3) == ["b", "m", "l"])
    bench.type("m")
    #expect(bench.pane.hints.first == Hint("Enter", "review"))
  }
}
