import ScreenKit
import SharedState
import Testing
import TextScreen

@testable import Dashboard

@Suite("Keymap")
struct KeymapTests {
  private static let actions = Keymap<Model>.standard.actions

  @Test("Each key of the map is read as it is written")
  func sequences() {
    for sequence in Self.actions.flatMap(\.keys) {
      #expect(KeySequence(sequence.label) == sequence, "\(sequence.label)")
    }
  }

  @Test("No key means two things in one pane")
  func unambiguous() {
    for pane in Model.panes.map(\.id) {
      let keys = Self.actions.filter { $0.scope.includes(pane) }.flatMap(\.keys)
      #expect(Set(keys).count == keys.count, "\(pane)")
      for key in keys {
        #expect(!keys.contains { $0.isBegun(by: key.keys) }, "\(key.label) never ends")
      }
    }
    #expect(Set(Self.actions.map(\.name)).count == Self.actions.count)
  }

  @Test("No key stands twice in the settings: it means one thing, whatever is going on")
  func once() {
    var names: [KeySequence: [String]] = [:]
    for action in Self.actions {
      for key in action.keys { names[key, default: []].append(action.name) }
    }
    #expect(names.filter { $0.value.count > 1 } == [:])
  }

  @Test("Each action is found by each of its keys, and each is in the help")
  func complete() {
    let help = Model(options: DashboardOptions(address: "a")).helpItems.map(\.label.text)
    for action in Self.actions {
      for pane in Model.panes.map(\.id) where action.scope.includes(pane) {
        for key in action.keys {
          let meaning = Keymap<Model>.standard.meaning(of: key.keys, in: pane)
          guard case .action(let found) = meaning else {
            Issue.record("\(key.label) means nothing")
            continue
          }
          #expect(found.id == action.id)
        }
      }
      #expect(help.contains { $0.contains(action.help.town) })
    }
  }

  @Test("No key needs Alt, nor one that tmux or screen takes, and ^d never removes")
  func polite() {
    for action in Self.actions {
      for key in action.keys.flatMap(\.keys) {
        if case .alt = key { Issue.record("\(action.help)") }
        #expect(key != .control("a"))
      }
    }
    #expect(Keymap<Model>.standard["half-page-down"]?.keys.map(\.label) == ["^d"])
  }

  @Test("At 80 columns no line of the help is cut")
  func width() {
    let items = Model(options: DashboardOptions(address: "a")).helpItems
    let tooWide = items.filter { item in
      item.label.columns + (item.note.isEmpty ? 0 : 2 + item.note.count) > 76
    }.map(\.label.text)
    #expect(tooWide == [])
  }

  @Test("What the footer tells does something: no such key answers with a refusal")
  func hintsAreTrue() {
    for pane in ["1", "2", "3"] as [Key] {
      var scene = Scene()
      scene.join(Scene.smallTown)
      scene.change(["scene.box": false])
      scene.press("j", pane)
      let working = Self.actions.filter { action in
        action.hint != nil && action.scope.includes(scene.model.focus)
          && scene.model.reasonNot(to: action) == nil
      }
      #expect(working.count > 3)
      for action in working {
        var tried = scene
        for key in action.keys[0].keys { tried.press(key) }
        let isRefusal = [.warning, .error, .muted].contains(tried.model.notice?.role)
        #expect(!isRefusal, "\(action.help)")
      }
    }
  }
}
