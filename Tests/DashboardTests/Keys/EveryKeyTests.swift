import SharedState
import Testing
import TextScreen

@testable import Dashboard

@Suite("No key is silent")
struct EveryKeyTests {
  /// A situation in which every key is pressed.
  private static let situations: [(name: String, scene: Scene)] = {
    var empty = Scene()
    empty.join([:])
    var top = Scene()
    top.join(Scene.smallTown)
    var house = top
    house.press("j")
    var bottom = top
    bottom.press("G")
    var searching = top
    searching.type("/selection")
    searching.press(.enter)
    var lost = house
    lost.lose()
    var onlyLooking = Scene(
      options: DashboardOptions(address: "a", readOnly: true, settings: DashboardSettings())
    )
    onlyLooking.join(Scene.smallTown)
    onlyLooking.press("j")
    var past = house
    past.wait(.seconds(9))
    past.change(["selection.root": ["n": 1]])
    past.wait(.seconds(9))
    past.change(["selection.root": ["n": 2]])
    past.press(",")
    var small = Scene(40, 12)
    small.join(Scene.smallTown)
    return [
      ("no town yet", Scene()), ("empty town", empty), ("first row", top), ("a house", house),
      ("last row", bottom), ("searching", searching), ("lost", lost), ("read only", onlyLooking),
      ("one pane", small), ("the past", past),
    ]
  }()

  @Test(
    "In every pane each key changes the picture, asks for something, or says why it does not",
    arguments: Model.panes.map(\.id)
  )
  func speaks(pane: PaneID) {
    for situation in Self.situations {
      var start = situation.scene
      start.model.focus = pane
      start.wait(.seconds(7))
      let before = start.model.view(start.model.size)
      for action in Keymap<Model>.standard.actions {
        for sequence in action.keys {
          var scene = start
          var effects: [Effect] = []
          for key in sequence.keys {
            scene.press(key)
            effects += scene.effects
          }
          let isSilent =
            effects.isEmpty && scene.model.notice == nil
            && scene.model.view(scene.model.size) == before
          #expect(
            !isSilent,
            "\(sequence.label) (\(action.name)) in \(pane.name), \(situation.name)"
          )
        }
      }
    }
  }

  @Test("The reason of a key that does nothing names the key")
  func namesKey() {
    var scene = Scene()
    scene.join(Scene.smallTown)
    scene.press("3", "s")
    #expect(scene.model.notice?.text.hasPrefix("s: not in Activity") == true)
    scene.press("%")
    #expect(scene.model.notice?.text.hasPrefix("% does nothing") == true)
  }
}
