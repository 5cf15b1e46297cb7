import SharedState
import StateEditing
import Testing
import TextScreen
import ScreenKit

@testable import Dashboard

@Suite("Pause")
struct PauseTests {
  private func scene() -> Scene {
    var scene = Scene()
    scene.join(Scene.smallTown)
    scene.press("/")
    scene.type("hyper")
    scene.press(.enter, .escape)
    return scene
  }

  /// The picture without the line that counts.
  private func body(_ scene: Scene) -> [String] { Array(scene.lines.dropFirst()) }

  private func rows(_ scene: Scene) -> [TreeRow?] {
    let index = scene.model.known.index
    return (0..<index.rowCount).map { index.row(at: $0) }
  }

  @Test("While paused nothing of the town moves on the screen, and what waits is counted")
  func still() {
    var scene = scene()
    scene.change(["scene.box": false], remove: ["scene"])
    scene.press("w")
    let before = body(scene)
    for tick in 0..<100 {
      scene.wait(.milliseconds(200))
      scene.change([
        "selection.hyperballs": ["n": .int(Int64(tick))], "new.\(tick)": 1,
      ])
    }
    scene.change(remove: ["selection.root"])
    #expect(body(scene) == before)
    #expect(scene.lines[0].contains("paused +201"))
    #expect(scene.lines[1].contains("paused at 12:00:00"))
    #expect(scene.model.wakeUp == nil)
  }

  @Test("w again shows everything at once, with marks, and nothing was dropped")
  func goesOn() {
    var paused = scene()
    var live = paused
    paused.press("w")
    for number in 0..<50 {
      let values: [String: StateValue] = ["selection.hyperballs": ["n": .int(Int64(number))]]
      paused.change(values)
      live.change(values)
    }
    paused.change(["new.a": 1], remove: ["selection.root", "never.there"])
    live.change(["new.a": 1], remove: ["selection.root", "never.there"])
    paused.press("w")
    #expect(paused.model.known.state == live.model.known.state)
    #expect(rows(paused) == rows(live))
    #expect(paused.model.detail.value == ["n": 49])
    #expect(paused.model.detail.marks.mapValues(\.kind)[["n"]] == .added)
    #expect(!paused.lines[0].contains("paused"))
    #expect(paused.model.watch.past.entry("selection.hyperballs")?.past.count == 50)
    let notes = paused.model.activity.log.items.compactMap { item -> String? in
      guard case .note(let phrase, _) = item.subject else { return nil }
      return phrase.town
    }
    #expect(notes.contains("the picture goes on: 52 changes at 4 houses since 12:00:00"))
  }

  @Test("An edit begun while paused begins with the house as it is now, and says so")
  func edits() {
    var scene = scene()
    scene.press("w")
    scene.change(["selection.hyperballs": ["display_name": "Newer"]])
    scene.press("m")
    #expect(scene.model.edit?.base == ["display_name": "Newer"])
    #expect(scene.picture.contains("paused: this edit begins with the live value"))
    scene.change(["selection.hyperballs": ["display_name": "Newest"]])
    #expect(scene.model.edit?.live == ["display_name": "Newest"])
    scene.press(.escape)
    scene.change(remove: ["selection.hyperballs"])
    scene.press("m")
    #expect(scene.lines.last?.contains("nobody lives at selection.hyperballs") == true)
  }

  @Test("A lost connection and the end of an edit are told while paused; what was missed waits")
  func connection() {
    var scene = scene()
    scene.press("d", "y", .escape, "w")
    let id = scene.model.outbox.pending.keys.first
    scene.lose()
    #expect(scene.lines[0].contains("lost: the server closed"))
    if let id { scene.send(.outcome(id, .sent(.disconnected))) }
    #expect(scene.picture.contains("the connection broke before the town had it"))
    scene.send(.link(.syncing(received: 1, total: nil)))
    scene.change(["scene.box": false])
    scene.send(.link(.live(latency: nil)))
    #expect(scene.picture.contains("while you were away waits until"))
    #expect(scene.lines[0].contains("paused +1"))
    scene.press("w")
    #expect(scene.model.known.state["scene.box"] == false)
    #expect(scene.model.activity.log.items.last?.key == "scene.box")
  }

  @Test("Before a town has come there is nothing to hold still")
  func noTown() {
    var scene = Scene()
    scene.press("w")
    #expect(scene.model.pause == nil)
    #expect(scene.lines.last == " w: there is no picture to hold still yet")
  }

  @Test("How busy the town is is not said before that is known again")
  func rateAfterwards() {
    var scene = Scene(200, 60)
    scene.join(Scene.smallTown)
    scene.press("w")
    scene.wait(.seconds(5))
    scene.press("w")
    #expect(!scene.lines[0].contains("quiet") && !scene.lines[0].contains("changes/s"))
    scene.wait(.seconds(4))
    #expect(scene.lines[0].contains("quiet"))
  }

  @Test("0 widens the pinned houses, wherever the cursor is")
  func wide() {
    var scene = Scene()
    scene.join(Scene.smallTown)
    scene.press("j", "p", "j", "j", "p")
    scene.type("gp0")
    #expect(scene.picture.contains("Pinned houses") && scene.picture.contains("0 narrows"))
  }
}
