import SharedState
import StateEditing
import Testing
import TextScreen
import ScreenKit

@testable import Dashboard

@Suite("An edit in the town's words")
struct EditSentenceTests {
  private func sentence(
    _ verb: EditVerb,
    _ entries: (String, StateValue?, StateValue?)...
  ) -> EditSentence {
    let entries = entries.map { EditRequest.Entry(key: $0.0, base: $0.1, mine: $0.2) }
    return EditSentence(EditRequest(id: EditID(1), verb: verb, entries: entries), .unicode)
  }

  private static let base: StateValue = [
    "display_name": "A", "particle_ids": [1, 2], "hide": true,
  ]

  @Test("Each verb is told in the town and of a dictionary")
  func verbs() {
    let key = "selection.base"
    for verb in [EditVerb.set, .add] {
      let told = sentence(verb, (key, nil, Self.base)).line
      #expect(told.town == "someone moved into selection.base")
      #expect(told.dict == "selection.base added")
    }
    #expect(
      sentence(.set, (key, Self.base, ["display_name": "B"])).line.town
        == "selection.base was given a whole new value"
    )
    #expect(
      sentence(.set, ("score", 1, 2.5)).line.dict == "score was given a whole new value, 2.5"
    )
    let renamed = Self.base.replacing(["display_name"], with: "B")
    for verb in [EditVerb.update, .modify] {
      let told = sentence(verb, (key, Self.base, renamed)).line
      #expect(told.town == "in selection.base display_name is now \"B\"")
      #expect(told.dict == told.town)
    }
    let more = renamed?.replacing(["hide"], with: nil)
    #expect(
      sentence(.modify, (key, Self.base, more)).line.town
        == "in selection.base display_name is now \"B\", hide is gone"
    )
    #expect(
      sentence(.update, (key, Self.base, Self.base)).line.town
        == "selection.base was given the value it had already"
    )
    #expect(sentence(.remove, (key, 1, nil)).line.town == "someone moved out of selection.base")
    #expect(sentence(.remove, (key, 1, nil)).line.dict == "selection.base removed")
    let cleared = sentence(.clear, ("selection.a", 1, nil), ("selection.b", 1, nil))
    #expect(cleared.line.town == "the street selection. was cleared: 2 moved out")
    #expect(cleared.line.dict == "the collection selection. was cleared: 2 removed")
    #expect(cleared.text == cleared.line)
  }

  @Test("Several houses are a line for each, and in one line the first and a count")
  func several() {
    let told = sentence(.remove, ("a.a", 1, nil), ("a.b", 1, nil), ("a.c", 1, nil))
    #expect(told.line.town == "someone moved out of a.a, and so on in 2 more houses")
    #expect(told.line.dict == "a.a removed, and so on in 2 more entries")
    #expect(told.text.dict == "a.a removed\na.b removed\na.c removed")
  }

  @Test("However large the edit, the sentence is bounded, and nothing in it commands a terminal")
  func bounded() {
    let long = "selection." + String(repeating: "k\u{1B}[2J", count: 5000)
    let fields = (0..<500).map {
      ("f\($0)\u{7}", StateValue.string(String(repeating: "x\n", count: 9000)))
    }
    let request = EditRequest(
      id: EditID(1),
      verb: .update,
      entries: (0..<3000).map {
        .init(key: "\(long)\($0)", base: [:], mine: .object(StateObject(fields)))
      }
    )
    let told = EditSentence(request, .ascii)
    #expect(told.line.town.count < 600)
    #expect(
      told.line.town.hasSuffix("and so on in 497 more fields, and so on in 2,999 more houses")
    )
    let lines = told.text.town.split(separator: "\n")
    #expect(lines.count == EditSentence.mostEntries + 1 && lines.last == "and 2,900 more houses")
    for scalar in told.text.dict.unicodeScalars where scalar != "\n" {
      #expect(scalar.properties.generalCategory != .control)
    }
  }

  /// A dashboard on which a selection was removed.
  private func removed(_ columns: Int, _ rows: Int, _ words: Vocabulary = .town) -> Scene {
    var scene = Scene(
      columns,
      rows,
      options: DashboardOptions(
        address: "ws://x:1",
        settings: DashboardSettings(words: words),
        seed: 1
      )
    )
    scene.join(["selection.base": ["display_name": "A"]])
    scene.press("j")
    scene.act("d", "y")
    return scene
  }

  @Test("Where Activity has room an edit is told three times; else in one line, the sentence first")
  func activity() {
    let roomy = removed(120, 40)
    for line in [
      "town> someone moved out of selection.base", "python> del client.selections['base']",
      "swift> try await client.selections.remove(\"base\")",
    ] {
      #expect(
        roomy.lines.contains { $0.contains("  \(line)") || $0.contains(" \(line)") },
        "\(line)"
      )
      #expect(roomy.notes.contains(line))
    }
    let small = removed(80, 24)
    #expect(
      small.notes.contains {
        $0.hasPrefix("town> someone moved out of selection.base  python> del client.")
      }
    )
    let dict = removed(120, 40, .dict)
    #expect(dict.picture.contains("dict> selection.base removed"))
  }

  @Test(
    "yw copies the sentence, in the words that are on; before an edit it says that there is none"
  )
  func copy() {
    var scene = removed(80, 24)
    scene.press(.escape, "y", "w")
    #expect(scene.effects == [.copy("someone moved out of selection.base")])
    scene.press("g", "v", "y", "w")
    #expect(scene.effects == [.copy("selection.base removed")])
    var fresh = Scene()
    fresh.press("y", "w")
    #expect(
      fresh.effects.isEmpty && fresh.model.noticeText?.contains("not edited anything") == true
    )
  }
}
