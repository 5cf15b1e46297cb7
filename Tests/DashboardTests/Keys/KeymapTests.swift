import ScreenKit
import SharedState
import Testing
import TextScreen

@testable import Dashboard

@Suite("Keymap")
struct KeymapTests {
  private static let bindings = Keymap.standard.bindings

  @Test("Each key of the map is read as it is written")
  func sequences() {
    for sequence in Self.bindings.flatMap(\.keys) {
      #expect(KeySequence(sequence.label) == sequence, "\(sequence.label)")
    }
  }

  @Test("No key means two things in one pane")
  func unambiguous() {
    for pane in Pane.allCases {
      for isSearching in [false, true] {
        let keys = Self.bindings.filter {
          $0.panes.contains(pane) && $0.holds(isSearching: isSearching)
        }.flatMap(\.keys)
        #expect(Set(keys).count == keys.count, "\(pane)")
        for key in keys {
          #expect(!keys.contains { $0.isBegun(by: key.keys) }, "\(key.label) never ends")
        }
      }
    }
    #expect(Set(Self.bindings.map(\.name)).count == Self.bindings.count)
  }

  @Test("Each binding is found by each of its keys, and each is in the help")
  func complete() {
    let help = Model(options: DashboardOptions(address: "a")).helpItems.map(\.label.text)
    for binding in Self.bindings {
      for pane in binding.panes {
        for key in binding.keys {
          let meaning = Keymap.standard.meaning(
            of: key.keys,
            in: pane,
            isSearching: binding.mode == .searching
          )
          guard case .binding(let found) = meaning else {
            Issue.record("\(key.label) means nothing")
            continue
          }
          #expect(found.command == binding.command)
        }
      }
      #expect(help.contains { $0.contains(binding.help.town) })
    }
  }

  @Test("No key needs Alt, nor one that tmux or screen takes, and ^d never removes")
  func polite() {
    for binding in Self.bindings {
      for key in binding.keys.flatMap(\.keys) {
        if case .alt = key { Issue.record("\(binding.help)") }
        #expect(key != .control("a"))
      }
    }
    #expect(Keymap.standard.binding(for: .down(.halfPage))?.keys.map(\.label) == ["^d"])
  }

  @Test("At 80 columns no line of the help is cut")
  func width() {
    let items = Model(options: DashboardOptions(address: "a")).helpItems
    let tooWide = items.map(\.label).filter { $0.columns > 76 }.map(\.text)
    #expect(tooWide == [])
  }

  @Test("What the footer tells does something: no such key answers with a refusal")
  func hintsAreTrue() {
    for pane in ["1", "2", "3"] as [Key] {
      var scene = Scene()
      scene.join(Scene.smallTown)
      scene.change(["scene.box": false])
      scene.press("j", pane)
      let working = Self.bindings.filter { binding in
        binding.hint != nil && binding.panes.contains(scene.model.focus)
          && binding.holds(isSearching: false) && scene.model.reasonNot(to: binding.command) == nil
      }
      #expect(working.count > 3)
      for binding in working {
        var tried = scene
        for key in binding.keys[0].keys { tried.press(key) }
        let isRefusal = [.warning, .error, .muted].contains(tried.model.notice?.role)
        #expect(!isRefusal, "\(binding.help)")
      }
    }
  }
}
