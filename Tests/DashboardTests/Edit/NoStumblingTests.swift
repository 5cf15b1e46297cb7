import ScreenKit
import SharedState
import StateEditing
import Testing
import TextScreen

@testable import Dashboard

@Suite("Editing without stumbling")
struct NoStumblingTests {
  // MARK: The cursor of a field

  @Test(
    "Whoever opens a text types at once",
    arguments: [EditVerb.update, .modify, .set]
  )
  func types(verb: EditVerb) {
    var bench = EditBench(verb, .entry("selection.a", field: ["name"]))
    bench.type(verb == .update ? "s<enter><enter>" : "s^s<enter>")
    #expect(bench.takeRequest()?.entries.first?.mine?["name"] == "Proteins")
  }

  @Test("So does who walks to a text, or opens a text that is no field")
  func walks() {
    var bench = EditBench(.update, .entry("selection.a"))
    bench.type("<tab><tab><tab><tab>y<enter><enter>")
    #expect(
      bench.takeRequest()?.entries.first?.mine?.value(at: ["selected", "note"]) == "xy"
    )
    let town: StateDictionary = ["a.text": "a \"quoted\", odd"]
    bench = EditBench(.set, .entry("a.text"), in: town)
    bench.type("!<enter><enter>")
    #expect(bench.takeRequest()?.entries.first?.mine == "a \"quoted\", odd!")
  }

  @Test("^u empties the quotes, and then takes them too; a number is gone at once")
  func clears() {
    var bench = EditBench(.update, .entry("selection.a", field: ["name"]))
    bench.type("^uNew")
    #expect(bench.pane.focusedEditor?.text == "\"New\"")
    bench.type("^u^u")
    #expect(bench.pane.focusedEditor?.isEmpty == true)
    bench = EditBench(.update, .entry("selection.a", field: ["scale"]))
    bench.type("^u")
    #expect(bench.pane.focusedEditor?.isEmpty == true)
  }

  // MARK: A new house

  @Test("a opens at the beginning, unscrolled, however long the first line is")
  func opensUnscrolled() {
    let long = String(repeating: "long ", count: 40)
    let town: StateDictionary = ["s.a": ["text": .string(long), "x": 1]]
    var bench = EditBench(.add, .group("s."), in: town)
    let rows = bench.picture(60, 12)
    #expect(rows[2].contains("1 {") && rows[3].contains(#"2   "text": "long long"#))
    bench.type("<tab>")
    #expect(bench.pane.focusedEditor?.cursor == .init(line: 1, column: 2))
    bench = EditBench(.add, .group("empty."), in: town)
    bench.type("<tab>\"x\": 1^s<enter>")
    #expect(bench.takeRequest()?.entries.first?.mine == ["x": 1])
  }

  private func scene() -> Scene {
    var scene = Scene()
    scene.join(["s.a": ["x": 1], "s.b": ["x": 2], "t.c": 3])
    scene.press("j")
    return scene
  }

  private func add(_ scene: inout Scene) -> String {
    scene.press("a")
    let key = scene.model.edit?.key ?? ""
    scene.press(.control("s"), .enter)
    return key
  }

  @Test("The tree goes to the new house once it is accepted, and [ leads back")
  func goesThere() {
    var scene = scene()
    #expect(scene.model.tree.key == "s.a")
    let key = add(&scene)
    #expect(scene.model.tree.key == "s.a")
    scene.settleEdits()
    #expect(scene.model.tree.key == key)
    scene.act(.escape, "[")
    #expect(scene.model.tree.key == "s.a")
  }

  @Test("It does so also if the word comes before the house does")
  func wordFirst() {
    var scene = scene()
    let key = add(&scene)
    scene.send(.outcome(EditID(1), .sent(.accepted(latency: .milliseconds(4)))))
    #expect(scene.model.tree.key == "s.a")
    scene.change([key: 1])
    #expect(scene.model.tree.key == key)
  }

  @Test(
    "It does not if the house was refused, or nobody has confirmed it",
    arguments: [.refused(reason: "read-only"), .unconfirmed, .disconnected] as [WriteOutcome]
  )
  func staysIfRefused(outcome: WriteOutcome) {
    var scene = scene()
    let key = add(&scene)
    scene.send(.outcome(EditID(1), .sent(outcome)))
    scene.change([key: 1])
    #expect(scene.model.tree.key == "s.a")
  }

  @Test("It does not if the person has gone elsewhere meanwhile")
  func staysIfMoved() {
    var scene = scene()
    _ = add(&scene)
    let effects = scene.effects
    scene.press(.escape, "j")
    scene.effects = effects
    scene.settleEdits()
    #expect(scene.model.tree.key == "s.b")
  }

  // MARK: The review

  private static let longPath: ValuePath = [
    "a-first-name-that-is-long", "another-name-that-is-longer-still", "and-then-one-more-of-them",
    "down-to-this", "value",
  ]

  private func deep(_ value: StateValue) -> StateValue {
    Self.longPath.steps.reversed().reduce(value) { inner, step in
      if case .field(let name) = step { [name: inner] } else { inner }
    }
  }

  @Test(
    "However deep the path, both values are seen, and both ends of the path",
    arguments: [40, 60, 78]
  )
  func deepPaths(columns: Int) {
    let town: StateDictionary = ["s.a": deep("the old one")]
    var bench = EditBench(.modify, .entry("s.a"), in: town)
    bench.pane.phase = .review(
      Proposal(base: deep("the old one"), mine: deep("the new one"), live: deep("the old one"))
    )
    let rows = bench.picture(columns, 10)
    #expect(rows.contains { $0.contains(#"- "the old one""#) }, "\(rows)")
    #expect(rows.contains { $0.contains(#"+ "the new one""#) }, "\(rows)")
    #expect(rows[1].contains("a-first") && rows[1].contains("value = "), "\(rows)")
  }

  @Test("A long value is wrapped and not cut, and the new one is seen below the old")
  func wraps() {
    let old = String(repeating: "word ", count: 30)
    let new = old + "and the end"
    let town: StateDictionary = ["s.a": ["text": .string(old), "b": 1]]
    var bench = EditBench(.update, .entry("s.a"), in: town)
    bench.type("and the end<enter>")
    let rows = bench.picture(60, 20)
    #expect(rows[1].contains("  text = "))
    let text = rows.map { $0.dropFirst(4).dropLast(2) }.joined()
      .split(separator: " ").joined(separator: " ")
    #expect(text.contains(new.dropLast(0)), "\(rows)")
    #expect(rows.count { $0.hasPrefix("│ - ") } == 1 && rows.count { $0.hasPrefix("│ + ") } == 1)
  }

  @Test("Also where there is little room both values are seen")
  func littleRoom() {
    let old = String(repeating: "x", count: 4000)
    let town: StateDictionary = ["s.a": ["text": .string(old)]]
    var bench = EditBench(.update, .entry("s.a"), in: town)
    bench.type("y<enter>")
    for rows in 7...24 {
      let picture = bench.picture(78, rows)
      #expect(picture.contains { $0.contains("│ - ") && $0.contains("\"…xx") }, "\(rows)")
      #expect(picture.contains { $0.contains("│ + ") && $0.contains("\"…xx") }, "\(rows)")
      #expect(picture.contains { $0.contains("xy\"") }, "\(rows)")
    }
  }

  @Test("In a conflict the values are cut so that they differ", arguments: [60, 120])
  func conflict(columns: Int) {
    let long = String(repeating: "x", count: 300)
    let values = ["1", "2", "3"].map { deep(.string(long + $0)) }
    var bench = EditBench(.set, .entry("s.a"), in: ["s.a": values[0]])
    bench.pane.phase = .conflict(Proposal(base: values[0], mine: values[1], live: values[2]))
    let picture = bench.picture(columns, 14).joined(separator: "\n")
    #expect(["x1\"", "x2\"", "x3\""].allSatisfy(picture.contains), "\(picture)")
    #expect(picture.contains("value"), "\(picture)")
  }

  // MARK: When it has ended

  private func ended(_ outcome: WriteOutcome = .accepted(latency: .milliseconds(4))) -> Scene {
    var scene = scene()
    scene.press("d", "y")
    scene.settleEdits(.sent(outcome))
    return scene
  }

  @Test(
    "A key that means something elsewhere closes what has ended, and does that",
    arguments: [
      .accepted(latency: .milliseconds(4)), .overwritten(latency: .milliseconds(4)), .unconfirmed,
      .disconnected, .refused(reason: "read-only"),
    ] as [WriteOutcome]
  )
  func notEaten(outcome: WriteOutcome) {
    var scene = ended(outcome)
    #expect(scene.model.edit != nil)
    scene.press("q")
    #expect(scene.effects == [.quit])
    scene = ended(outcome)
    scene.press("3")
    #expect(scene.model.edit == nil && scene.model.focus == .activity)
    scene = ended(outcome)
    scene.press(":")
    #expect(scene.model.edit == nil && scene.model.chooser != nil)
    scene = ended(outcome)
    let row = scene.model.tree.cursor
    scene.type("gg")
    #expect(scene.model.edit == nil && scene.model.tree.cursor != row)
  }

  @Test("Enter, Esc and Space only close it", arguments: [.enter, .escape, " "] as [Key])
  func closers(key: Key) {
    var scene = ended()
    let row = scene.model.tree.cursor
    scene.press(key)
    #expect(scene.model.edit == nil && scene.model.tree.cursor == row && scene.effects.isEmpty)
  }

  @Test("What asks goes on at once; what acts at once falls on no house that nobody looked at")
  func rightHouse() {
    var scene = ended()
    #expect(scene.model.edit?.key == "s.a")
    scene.model.tree.stand(on: .entry("s.b"))
    scene.press("d")
    #expect(scene.model.edit?.key == "s.b" && scene.requests.isEmpty)
    scene = ended()
    scene.model.tree.stand(on: .entry("s.b"))
    scene.press("p")
    #expect(scene.model.edit == nil && scene.model.watch.pins.isEmpty)
    scene.press("p")
    #expect(scene.model.watch.pins == ["s.b"])
    scene = self.scene()
    let key = add(&scene)
    scene.settleEdits()
    scene.press("p")
    #expect(scene.model.watch.pins == [key])
  }

  @Test("What was written and has not arrived is not lost by a slip, but q quits")
  func kept() {
    var scene = scene()
    scene.press("u", "0", .enter, .enter)
    scene.settleEdits(.sent(.refused(reason: "no")))
    scene.press("j")
    #expect(scene.model.edit != nil)
    #expect(scene.picture.contains("r reviews and sends again"))
    scene.press("q")
    #expect(scene.effects == [.quit])
  }
}
