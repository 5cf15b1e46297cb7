import SharedState
import Testing
import TextScreen

@testable import Dashboard

@Suite("Keymap")
struct KeymapTests {
  @Test("No key means two things in one pane")
  func unambiguous() {
    for pane in Pane.allCases {
      let keys = Keymap.bindings.filter { $0.panes.contains(pane) }.flatMap(\.keys)
      #expect(Set(keys).count == keys.count, "\(pane)")
    }
  }

  @Test("Each binding is found by each of its keys, and each is in the help")
  func complete() {
    let help = HelpPane.lines(.unicode).map(\.text)
    for binding in Keymap.bindings {
      for pane in binding.panes {
        for key in binding.keys {
          #expect(Keymap.binding(for: key, in: pane)?.command == binding.command)
        }
      }
      #expect(help.contains { $0.contains(binding.help) })
    }
  }

  @Test("No key needs Alt, nor one that tmux or screen takes, and ^d never removes")
  func polite() {
    for binding in Keymap.bindings {
      for key in binding.keys {
        if case .alt = key { Issue.record("\(binding.help)") }
        #expect(key != .control("a"))
      }
    }
    #expect(Keymap.binding(for: .control("d"), in: .tree)?.command == .down(.halfPage))
  }

  @Test("At 80 columns no line of the help is cut")
  func width() {
    let tooWide = HelpPane.lines(.unicode).filter { $0.columns > 76 }.map(\.text)
    #expect(tooWide == [])
  }

  @Test("What the footer tells does something: no such key answers with a refusal")
  func hintsAreTrue() {
    for pane in ["1", "2", "3"] as [Key] {
      var scene = Scene()
      scene.join(Scene.smallTown)
      scene.change(["scene.box": false])
      scene.press("j", pane)
      let working = Keymap.bindings.filter { binding in
        binding.hint != nil && binding.panes.contains(scene.model.focus)
          && scene.model.reasonNot(to: binding.command) == nil
      }
      #expect(working.count > 3)
      for binding in working {
        var tried = scene
        tried.press(binding.keys[0])
        #expect(tried.model.notice == nil, "\(binding.help)")
      }
    }
  }
}
