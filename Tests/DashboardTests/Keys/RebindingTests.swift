import ScreenKit
import StateEditing
import Testing
import TextScreen

@testable import Dashboard

@Suite("Keys of one's own")
struct RebindingTests {
  private func keys(_ choices: KeyChoice...) -> (keymap: Keymap<Model>, problems: [String]) {
    let (keymap, problems) = Keymap<Model>.standard.rebinding(choices)
    return (keymap, problems.map(\.description))
  }

  @Test("A command gets the keys that were chosen, and no other command changes")
  func rebinds() {
    let (keymap, problems) = keys(KeyChoice("set", keys: ["F7", "gs"], line: 3))
    #expect(problems == [])
    #expect(keymap[ActionID("set")]?.keys.map(\.label) == ["F7", "gs"])
    let others = { (keymap: Keymap<Model>) in keymap.actions.filter { $0.name != "set" }.map(\.keys)
    }
    #expect(others(keymap) == others(.standard))
  }

  @Test("Without choices nothing changes")
  func none() {
    #expect(keys().keymap.actions.map(\.keys) == Keymap<Model>.standard.actions.map(\.keys))
  }

  @Test("What is chosen takes the key from what had it, which is told")
  func takes() {
    let (keymap, problems) = keys(KeyChoice("set", keys: ["z"], line: 3))
    #expect(problems == ["line 3: z for set takes the key of undo (z)"])
    #expect(keymap[ActionID("undo")]?.keys == [])
  }

  @Test("Commands that were both chosen keep their keys when they swap them")
  func swaps() {
    let (keymap, problems) = keys(KeyChoice("set", keys: ["u"]), KeyChoice("update", keys: ["s"]))
    #expect(problems == [])
    #expect(keymap[ActionID("update")]?.keys.map(\.label) == ["s"])
  }

  @Test("Of two choices for one key the first holds, and the second is told")
  func collides() {
    let (keymap, problems) = keys(
      KeyChoice("set", keys: ["F7"], line: 1),
      KeyChoice("update", keys: ["F7", "F8"], line: 2)
    )
    #expect(problems == ["line 2: F7 for update collides with F7 for set, which keeps it"])
    #expect(keymap[ActionID("update")]?.keys.map(\.label) == ["F8"])
  }

  @Test("A key that hides sequences that begin with it is told, and so is the other way")
  func shadows() {
    let (_, short) = keys(KeyChoice("set", keys: ["g"]))
    #expect(short.count == 1 && short[0].contains("first (gg)") && short[0].contains("follow (gd)"))
    let (_, long) = keys(KeyChoice("set", keys: ["qq"]))
    #expect(long == ["qq for set takes the key of quit (q)"])
  }

  @Test(
    "What is no key, no command, or taken for good is told, and the rest holds",
    arguments: [
      (KeyChoice("set", keys: ["Ctrl-x", "F7"], line: 4), "line 4: Ctrl-x is no key"),
      (KeyChoice("set", keys: ["", "F7"]), " is no key"),
      (KeyChoice("set", keys: ["^c", "F7"]), "^c is always quit-at-once"),
      (KeyChoice("set", keys: ["7", "F7"]), "7 begins a count"),
      (KeyChoice("sett", keys: ["F7"]), "no command is called sett"),
    ]
  )
  func mistakes(choice: KeyChoice, complaint: String) {
    let (keymap, problems) = keys(choice)
    #expect(problems.count == 1 && problems[0].contains(complaint), "\(problems)")
    #expect(choice.name != "set" || keymap[ActionID("set")]?.keys.map(\.label) == ["F7"])
    #expect(keymap[ActionID("quit-at-once")]?.keys.map(\.label) == ["^c"])
  }

  @Test("Footer, help and palette show the keys in force, and they do what they say")
  func shown() {
    var scene = Scene(
      options: DashboardOptions(
        address: "a",
        settings: DashboardSettings(keys: [KeyChoice("remove", keys: ["F8"])])
      )
    )
    scene.join(Scene.smallTown)
    scene.press("j")
    #expect(scene.lines.last?.contains("F8 remove") == true)
    #expect(
      scene.model.helpItems.contains { $0.label.text.contains("F8          remove the house") }
    )
    scene.press("d")
    #expect(scene.model.edit == nil)
    scene.press(.function(8))
    #expect(scene.model.edit?.verb == .remove)
  }

  @Test("Settings that are read again hold at once, and what is wrong in them is said and logged")
  func reloads() {
    var scene = Scene()
    scene.join(Scene.smallTown)
    scene.send(.settings(DashboardSettings(keys: [KeyChoice("zoom", keys: ["F9"])])))
    scene.press(.function(9))
    #expect(scene.model.workbench.isZoomed)
    scene.send(
      .settings(
        DashboardSettings(
          keys: [KeyChoice("nope", keys: ["F9"], line: 2)],
          fileProblems: [SettingProblem(line: 1, "there is no setting colr")]
        )
      )
    )
    #expect(
      scene.model.notice?.text.hasPrefix("settings, line 1: there is no setting colr (and 1")
        == true
    )
    #expect(scene.model.activity.log.items.suffix(2).count == 2)
    scene.press("0")
    #expect(!scene.model.workbench.isZoomed)
  }

  @Test("The pane to begin in has the focus", arguments: Model.panes.map(\.id))
  func startPane(pane: PaneID) {
    let settings = DashboardSettings(startPane: pane.name.town.lowercased())
    let scene = Scene(options: DashboardOptions(address: "a", settings: settings))
    #expect(scene.model.focus == pane)
  }
}
