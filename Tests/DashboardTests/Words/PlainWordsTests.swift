import Lessons
import ScreenKit
import SharedState
import StateEditing
import Testing
import TextScreen

@testable import Dashboard

/// No picture that is told in a dictionary's words says one of the town's.
@Suite("A dictionary's words, picture by picture")
struct PlainWordsTests {
  /// The lines that say a word of the town.
  private static func townLines(_ lines: [String]) -> [String] {
    let town = /\b(town|houses?|streets?|lives|lived|moved (in|out)|neighbours?)\b/.ignoresCase()
    // The tour's server is called so.
    return lines.filter { $0.replacing("practice town", with: "").contains(town) }
  }

  /// A dashboard in a dictionary's words, of which each picture is looked at.
  private struct Walk {
    var scene: Scene
    var looked: Set<String> = []

    init(_ columns: Int, _ values: [String: StateValue]? = nil, locks: Bool = false) {
      scene = Scene(columns, 40)
      scene.press("g", "v")
      // It says which words there are, and so the others too.
      scene.model.notice = nil
      guard let values else { return }
      scene.join(values)
      if locks { scene.send(.link(.live(latency: nil, locks: true))) }
    }

    mutating func look(_ step: String) {
      let found = PlainWordsTests.townLines(scene.lines.filter { looked.insert($0).inserted })
      #expect(found == [], "\(step)")
    }

    /// Presses keys one after the other.
    mutating func press(_ keys: String...) {
      for keys in keys {
        for key in Key.sequence(keys) {
          scene.press(key)
          look("after \(keys)")
        }
      }
    }

    mutating func type(_ text: String) {
      scene.type(text)
      look("typed \(text)")
    }

    /// Goes to a key, whatever is open.
    mutating func go(to key: String) {
      scene.press(.escape, .escape, "1", ":")
      scene.type(key)
      scene.press(.enter)
      look("at \(key)")
    }

    func saw(_ text: String) -> Bool { looked.contains { $0.contains(text) } }
  }

  private static let values: [String: StateValue] = [
    "selection.a": ["id": "selection.b", "name": "A", "scale": 1.0],
    "selection.b": ["id": "selection.b", "name": "B"],
    "visualiser.v": ["selection": "selection.gone", "renderer": "hyperballs"],
    "avatar.x": 1, "interaction.i": ["interaction_type": .null, "owner.id": "nobody.here"],
    "scene": [0, 0, 0, 0, 0, 0, 1, 1, 1, 1], "n": 3,
  ]

  @Test(
    "Nothing there, findings, histories, pins, plots, snapshots, the map",
    arguments: [80, 160]
  )
  func panes(columns: Int) {
    var empty = Walk(columns, [:])
    empty.press("gm", "g!", "gp", "gk", "gh", "H", "K", "p", "w", "s", "a", "c", "u", "R", "!", "L")
    var walk = Walk(columns, Self.values)
    for key in ["avatar.x", "interaction.i", "selection.a", "visualiser.v", "n"] {
      walk.go(to: key)
      walk.press("!", "Esc", "K", "p", "P", "H", "Esc", "r", "2", "j", "w", "P", "1")
    }
    walk.press("g!", "j", "Esc")
    #expect(walk.saw("remove the entry") && walk.saw("there is no value at"))
    #expect(walk.saw("another entry"))
    walk.scene.change(["selection.n": 1], remove: ["selection.a", "n"])
    walk.look("after a change")
    walk.go(to: "selection.b")
    walk.press("gp", "gp", "gk", "Esc", "gh", "Esc", "gb", "Esc", "gm", "j", "l", "Esc", "4", "5")
    walk.press("1", "t", "f", "z", "Enter", "F", "x", "x", "D", "R", "go", "gr", "gd")
    walk.go(to: "selection.vacant")
    walk.press("H", "K", "<", ">", "D", "R", "!", "m", "u", "d")
    walk.scene.wait(.seconds(10))
    walk.look("later")
  }

  @Test("An edit from its key to each of its ends, and what is refused", arguments: [60, 160])
  func edits(columns: Int) throws {
    var walk = Walk(columns, Self.values, locks: true)
    walk.go(to: "selection.gone")
    walk.press("u", "m")
    #expect(walk.saw("there is no value at selection.gone"))
    walk.press("L", "V", "v", ".")
    for verb in ["s", "u", "m", "a", "d", "c"] {
      for key in ["selection.a", "scene", "n"] {
        walk.go(to: key)
        walk.press(verb, "Tab", "Enter", "x", "Enter", "Esc", "y")
      }
    }
    walk.go(to: "selection.a")
    walk.press("c")
    walk.type("another")
    walk.press("Enter")
    #expect(walk.saw("All 2 entries will go"))
    walk.go(to: "selection.a")
    walk.press("a", "^u", "^s")
    #expect(walk.saw("the new entry needs a name"))
    walk.type("b")
    walk.press("^s")
    #expect(walk.saw("there is a value at selection.b already"))
    walk.press("Esc", "y")
    walk.go(to: "selection.a")
    walk.press("u", "Enter")
    #expect(walk.saw("the state holds exactly this"))
    for outcome in [WriteOutcome.unconfirmed, .disconnected, .accepted(latency: .seconds(1))] {
      walk.go(to: "n")
      walk.press("s", "1", "Enter", "Enter")
      let request = try #require(walk.scene.requests.first)
      walk.look("on its way")
      walk.scene.send(.outcome(request.id, .sent(outcome)))
      walk.look("\(outcome)")
      walk.scene.model.edit = nil
      walk.scene.send(.wake)
      walk.look("\(outcome)")
    }
    #expect(walk.saw("waiting for the server") && walk.saw("but the server has not answered"))
    walk.press("U", "^r", "gu", ".")
    walk.go(to: "selection.a")
    walk.press("u", "Down", "Down", "+")
    walk.scene.change(remove: ["selection.a"])
    walk.press("Enter", "q")
    #expect(walk.saw("m adds it again"))
    walk.scene.lose()
    walk.press("X", "L", "s", "Esc")
  }

  /// A lesson in which nobody has written a word of the town.
  private static let tour: Tour = {
    let lessons = [Lesson.Picture.Kind.address, .snapshot, .sign, .town].map { kind in
      Lesson(
        name: "\(kind)",
        title: "One",
        text: ["Look."],
        picture: Lesson.Picture(kind, of: kind == .sign ? "selection." : "selection.a"),
        goal: "Be on selection.b.",
        hints: ["Press j."],
        start: ["selection.a": 1, "selection.b": 2],
        checks: [Lesson.Check(.been("selection.b"), missing: "Not yet.")],
        show: [.key("j"), .key("j"), .waitFor("it")]
      )
    }
    return Tour(name: "plain", title: "All of it", lessons: lessons)
  }()

  @Test("The frame of each lesson, its drawings, and the end of the tour", arguments: [60, 160])
  func lessons(columns: Int) throws {
    var looked: Set<String> = []
    for lesson in Self.tour.lessons {
      for answers in [false, true] {
        var scene = TourScene(Self.tour, columns, 40, lesson: lesson.name, answers: answers)
        scene.scene.model.known.words = .dict
        let keys = [
          "j", "Esc", "F2", "gm", "j", "Esc", "K", "d", "Esc", "j", "F3", "F5", "F5", "l", "Esc",
        ]
        for keys in keys {
          for key in Key.sequence(keys) { scene.press(key) }
          let new = scene.lines.filter { looked.insert($0).inserted }
          #expect(Self.townLines(new) == [], "\(lesson.name), after \(keys)")
        }
        for key in ["selection.a", "selection.b", "selection.none", "alone"] {
          for sketch in [
            scene.model.referenceCard(key, columns), scene.model.snapshotCard(of: key, columns),
            scene.model.groupSign(key, columns), scene.model.stateSketch(columns),
          ] {
            #expect(Self.townLines([sketch.title] + sketch.lines.map(\.text)) == [])
          }
          scene.change(remove: [key])
        }
        scene.scene.model.showEnd()
        #expect(Self.townLines(scene.lines) == [], "the end")
      }
    }
  }
}
