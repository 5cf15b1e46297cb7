import SharedState
import TestSupport
import Testing
import TextScreen
import ScreenKit

@testable import Dashboard

@Suite("The words of the dashboard")
struct VocabularyTests {
  /// What only the town says.
  private static let townWords: Set = [
    "town", "towns", "house", "houses", "street", "streets", "lives", "live", "lived", "visit",
    "visits", "moved", "nobody", "somebody", "vacant", "address", "addresses",
  ]

  /// The words of the town that a text says.
  private static func townWords(in text: String) -> [String] {
    text.lowercased().split { !$0.isLetter }.map(String.init).filter {
      // A value that changes before one's eyes is live in all words.
      townWords.contains($0) && $0 != "live"
    }
  }

  private static func dict(_ columns: Int = 120, _ rows: Int = 30) -> Scene {
    var scene = Scene(columns, rows)
    scene.press("g", "v")
    return scene
  }

  @Test("In a dictionary's words: entries in collections that are added and removed")
  func picture() throws {
    var scene = Self.dict()
    scene.join(Scene.smallTown)
    scene.press("G", "k", "k", "k")
    scene.change(["selection.new": ["display_name": "New"]], remove: ["interaction.web-1"])
    scene.wait(.seconds(2))
    scene.press(":")
    scene.type("selection.base")
    scene.press(.enter)
    scene.wait(.seconds(7))
    try Golden.expect(scene.picture, "dict120")
  }

  @Test("One key says everything in the other words, in one line, and again brings all of it back")
  func toggle() {
    var scene = Scene(120, 30)
    scene.join(Scene.smallTown)
    scene.change(remove: ["interaction.web-1"])
    scene.wait(.seconds(1))
    let before = scene.picture
    scene.press("g", "v")
    #expect(scene.model.noticeText?.hasPrefix("in a dictionary's words: ") == true)
    #expect(scene.lines.last?.contains("gv says town") == true)
    scene.wait(.zero)
    #expect(scene.lines[0].contains("7 entries · 5 collections"))
    #expect(scene.picture.contains("─ State ─") || scene.picture.contains(" State ─"))
    #expect(scene.picture.contains("here is the state: "))
    #expect(scene.picture.contains("removed 1 s ago") && !scene.picture.contains("moved out"))
    scene.press("g", "v")
    #expect(scene.model.noticeText?.hasPrefix("in the town's words: ") == true)
    scene.model.notice = nil
    #expect(scene.picture == before)
  }

  @Test("Everything that a dictionary is told in is free of the town", arguments: [80, 120, 200])
  func whole(columns: Int) {
    var scene = Self.dict(columns, 40)
    scene.wait(.seconds(7))
    #expect(Self.townWords(in: scene.picture) == [])
    scene.send(.link(.syncing(received: 10, total: 100)))
    #expect(Self.townWords(in: scene.picture) == [])
    scene.join(["a.b": 1, "a.c": 2, "d": 3])
    scene.change(["a.n": 1], remove: ["a.b"])
    let walk = [
      "i", "gm", "Esc", "K", "gk", "Esc", "H", "Esc", "gh", "Esc", "p", "gp", "gp", "v", "V", "w",
      "w",
      "gb", "g!", "Esc", "f", "z", "Enter", "F", "x", "x", "t", "!", "gd", "gr", "go", "D", "R",
      "yw",
      "X", "L", ".",
    ]
    for row in 0..<4 {
      for keys in walk {
        for key in Key.sequence(keys) { scene.press(key) }
        let lines = scene.lines.filter { !Self.townWords(in: $0).isEmpty }
        #expect(lines == [], "\(keys) in row \(row)")
      }
      scene.press(.escape, "1", "j")
    }
  }

  @Test("Each sentence of the help, and each reason why a key does nothing, has words for both")
  func sentences() {
    // The tour is about the town, and one key says which words there are.
    for binding in Keymap<Model>.standard.actions
    where binding.group != .tour && binding.name != "words" {
      #expect(Self.townWords(in: binding.help.dict) == [], "\(binding.name)")
    }
    var empty = Self.dict()
    var full = Self.dict()
    full.join(Scene.smallTown)
    full.send(.link(.waiting(attempt: 1, reason: "gone", until: .seconds(2000))))
    for key in ["1", "2", "3", "4"] {
      empty.press(.character(Character(key)))
      full.press(.character(Character(key)))
      for model in [empty.model, full.model] {
        // What the edit panes refuse is said in the town's words so far.
        for binding in model.keymap.actions where binding.group != .edit && binding.group != .tour {
          #expect(Self.townWords(in: model.reasonNot(to: binding) ?? "") == [], "\(binding.name)")
        }
      }
    }
  }

  @Test("A town that is called by the nouns keeps every key and every value, in all panes")
  func untouched() {
    let nouns = Self.townWords.sorted() + ["entry", "key", "moved in", "nobody lives here"]
    for seed in 0..<20 {
      var random = SeededGenerator(seed: UInt64(seed))
      var noun: String { nouns[Int.random(in: 0..<nouns.count, using: &random)] }
      var values: [String: StateValue] = [:]
      for number in 0..<12 {
        values["\(noun).\(noun) \(number)"] =
          number.isMultiple(of: 3) ? [.string(noun)] : .object([noun: .string(noun)])
      }
      var scene = Scene(200, 50)
      scene.join(values)
      scene.press("j", "j")
      scene.change([values.keys.sorted()[0]: .string("the house of \(noun)")])
      scene.wait(.seconds(1))
      let town = Self.contents(of: scene)
      scene.press("g", "v")
      #expect(Self.contents(of: scene) == town)
      #expect(town.joined().contains("the house of "))
    }
  }

  /// What is in the panes of the keys and values, without their frames and titles.
  private static func contents(of scene: Scene) -> [String] {
    let (grid, layout) = (scene.model.view(scene.model.size), scene.model.layout)
    return Model.panes.map(\.id).flatMap { pane -> [String] in
      guard let inside = layout.inside(pane) else { return [] }
      // Above the fields of a house stands what the dashboard has to say about it.
      let head = pane == .detail ? DetailView.headRows : 0
      let rows = (inside.row + head..<inside.endRow).map { row in
        (inside.column..<inside.endColumn).map { grid[$0, row].text }.joined()
      }
      return rows.filter { !$0.contains("here is the ") }
    }
  }

  @Test("The words are found again in the same town, and the settings say which they are at first")
  func remembered() throws {
    func scene(_ memory: DashboardMemory?, _ words: Vocabulary) -> Scene {
      Scene(
        options: DashboardOptions(
          address: "ws://x:1",
          settings: DashboardSettings(words: words),
          memory: memory,
          seed: 1
        )
      )
    }
    var first = scene(DashboardMemory(), .town)
    first.press("g", "v")
    guard case .remember(let memory)? = first.effects.first else {
      Issue.record("nothing was remembered: \(first.effects)")
      return
    }
    let read = DashboardMemory(try StateValue(text: memory.value.text))
    #expect(read == memory && read.words == .dict)
    #expect(scene(read, .town).model.known.words == .dict)
    #expect(scene(nil, .dict).model.known.words == .dict)
    #expect(scene(DashboardMemory(), .dict).model.known.words == .dict)
    #expect(DashboardMemory(["words": "klingon"]).words == nil)
    // Settings that are read again change what nobody has chosen.
    var second = scene(nil, .town)
    second.send(.settings(DashboardSettings(words: .dict)))
    #expect(second.model.known.words == .dict)
    first.send(.settings(DashboardSettings(words: .dict)))
    first.send(.settings(DashboardSettings(words: .town)))
    #expect(first.model.known.words == .town, "the settings had come to what was chosen")
  }

  @Test("Without a screen the same words are spoken")
  func spoken() {
    var scene = Self.dict()
    scene.join(["a.b": 1])
    scene.wait(.seconds(7))
    var speaker = Speaker()
    let lines = speaker.lines(for: scene.model)
    #expect(lines.first == "live: ws://127.0.0.1:38801, 1 entry")
    #expect(lines.contains { $0.hasPrefix("collection a., 1 of 2, 1 entry, open") }, "\(lines)")
    scene.press("2")
    #expect(speaker.lines(for: scene.model).first?.hasPrefix("Entry ") == true)
  }
}
