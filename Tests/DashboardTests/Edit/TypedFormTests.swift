import SharedState
import StateEditing
import Testing
import TextScreen

@testable import Dashboard

/// Typed fields under a person's hands: in the form, in House and in Selections.
@Suite("Typed editing")
struct TypedFormTests {
  private static let key = "selection.P.0"

  private func scene(_ columns: Int = 80, _ rows: Int = 24) -> Scene {
    var scene = Scene(columns, rows)
    scene.join(SelectionsPaneTests.studio)
    scene.press("4")
    return scene
  }

  /// What was asked to be sent of the house last.
  private func sent(_ scene: Scene) -> StateValue? {
    scene.effects.compactMap { effect -> StateValue? in
      guard case .edit(let request) = effect else { return nil }
      return request.entries.first?.mine
    }.first
  }

  private func go(to key: String, _ scene: inout Scene) {
    for _ in 0..<20 where scene.model.selections.cursor != key { scene.press("j") }
    #expect(scene.model.selections.cursor == key)
  }

  @Test("The form shows each kind in its own words, with a swatch")
  func picture() throws {
    var scene = scene()
    go(to: Self.key, &scene)
    scene.press("u")
    try Golden.expect(scene.picture, "typedForm")
    scene.press(.down, .down, .down)
    #expect(scene.picture.contains("Space choose"))
    scene.press(" ")
    #expect(scene.model.chooser != nil)
    try Golden.expect(scene.picture, "typedMenu")
  }

  @Test("A map is chosen with its defaults, and keeps the colour of the one before")
  func chooseMap() {
    var scene = scene()
    go(to: Self.key, &scene)
    scene.press("u", .down, .down, .down, " ", "/")
    scene.type("goodsell {}")
    scene.press(.enter)
    #expect(scene.model.chooser == nil)
    scene.press(.enter, .enter)
    let renderer = sent(scene)?.value(at: ["properties", "narupa.rendering.renderer"])
    #expect(renderer == ["render": "goodsell", "color": "red", "scale": 0.6])
  }

  @Test("In the form Space flips, + and - step, and ^t shows the JSON of it")
  func formKeys() {
    var bench = EditBench(
      .update,
      .entry("visualiser.a"),
      in: ["visualiser.a": ["hide": false, "layer": 1, "priority": 1.0, "color": [1.0, 0.0, 0.0]]]
    )
    bench.type(" <tab>+<tab>--<tab>^ublue")
    #expect(bench.picture(70, 12).joined().contains("■ blue"))
    bench.type("^t")
    #expect(bench.picture(70, 12).joined().contains("[0.0,0.0,1.0]"))
    bench.type("<enter><enter>")
    #expect(
      bench.takeRequest()?.entries.first?.mine
        == ["hide": true, "layer": 2, "priority": 0.89, "color": [0.0, 0.0, 1.0]]
    )
  }

  @Test("A sign and an exponent can still be typed")
  func signs() {
    var bench = EditBench(.update, .entry("a.b"), in: ["a.b": ["x": 1.0]])
    bench.type("^u-2e-3<enter><enter>")
    #expect(bench.takeRequest()?.entries.first?.mine == ["x": -0.002])
  }

  @Test("~ in Selections hides and shows, at once, in either schema and generation")
  func flip() {
    var scene = scene()
    go(to: Self.key, &scene)
    scene.press("~")
    #expect(sent(scene)?.value(at: ["properties", "narupa.rendering.hide"]) == false)
    go(to: "selection.root", &scene)
    scene.press("~")
    #expect(sent(scene)?.value(at: ["properties", "nanover.rendering.hide"]) == true)
    #expect(scene.model.edit == nil)
    scene.press("g", "g", "j", "~")
    #expect(sent(scene)?["hide"] == true)
  }

  @Test("+ and - raise and lower a visualiser, and a number in House, in its own kind")
  func step() {
    var scene = scene()
    scene.press("j", "+")
    #expect(sent(scene)?["priority"] == 1.6)
    // The first is still on its way, and the second begins with it.
    scene.press("-")
    #expect(sent(scene)?["priority"] == 1.5)
    scene.press("j")
    #expect(scene.model.selections.cursor == "visualiser.base")
    scene.press("+")
    #expect(sent(scene)?["priority"] == 1)
    scene.press(.enter, "j", "j", "-")
    #expect(sent(scene)?["layer"] == -1)
  }

  @Test("What cannot be switched says why, and nothing is sent")
  func reasons() {
    var scene = scene()
    go(to: "selection.pair", &scene)
    for (key, words) in [("~", "cannot be hidden"), ("+", "no priority"), ("-", "no priority")] {
      scene.press(.character(Character(key)))
      #expect(scene.picture.contains(words), "\(key)")
      #expect(scene.effects.isEmpty)
    }
    scene.press(.enter, "~")
    #expect(scene.picture.contains("only true and false are flipped"))
    scene.press("1", "+")
    #expect(scene.picture.contains("choose a house first"))
  }
}
