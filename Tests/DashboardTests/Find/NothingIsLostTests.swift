import SharedState
import Testing
import TextScreen
import ScreenKit

@testable import Dashboard

@Suite("Nothing is lost")
struct NothingIsLostTests {
  @Test(
    "Every coming, change and going of a random stream is told in Activity or counted as muted",
    arguments: 0..<3
  )
  func everyChange(seed: UInt64) {
    var generator = SplitMix(seed: seed)
    var scene = Scene(120, 30)
    scene.join(["a.0": 1, "b.0": 2, "c": 3])
    for step in 0..<50 {
      Self.meddle(&scene, &generator)
      let (told, muted) = (Self.told(scene), scene.model.known.mutes.count)
      let happened = Self.change(&scene, &generator)
      #expect(
        Self.told(scene) - told + scene.model.known.mutes.count - muted == happened,
        "step \(step)"
      )
      if let words = scene.model.known.mutes.words {
        #expect(scene.lines[0].contains("\(words.town) muted"))
      }
    }
    #expect(scene.model.activity.log.items.first?.id == 0, "no line was dropped from the count")
  }

  private static func meddle(_ scene: inout Scene, _ generator: inout SplitMix) {
    switch Int.random(in: 0..<8, using: &generator) {
    case 0: scene.press("x")
    case 1: scene.press("O", "S", .down)
    case 2: scene.press("o", .down, .down)
    case 3:
      scene.press("f", .control("u"))
      scene.type(["a", "!b", "zzz", ""].randomElement(using: &generator) ?? "")
      scene.press(.enter)
    case 4: scene.wait(.milliseconds(Int.random(in: 1...9000, using: &generator)))
    default: break
    }
  }

  /// Changes a few houses or many, and says how many.
  private static func change(_ scene: inout Scene, _ generator: inout SplitMix) -> Int {
    let most = [3, 3, 3, 200].randomElement(using: &generator) ?? 3
    var updates: [String: StateValue] = [:]
    for _ in 0..<Int.random(in: 0...most, using: &generator) { updates[key(&generator)] = 1 }
    var removals: Set<String> = []
    for _ in 0..<Int.random(in: 0...most, using: &generator) { removals.insert(key(&generator)) }
    removals.subtract(updates.keys)
    let happened = updates.count + removals.count { scene.town.contains($0) }
    scene.change(updates, remove: removals)
    return happened
  }

  private static func key(_ generator: inout SplitMix) -> String {
    let street = ["a", "b"].randomElement(using: &generator) ?? ""
    let number = Int.random(in: 0..<120, using: &generator)
    return number < 60 ? "\(street).\(number)" : "s\(number).x"
  }

  /// How many changes the lines of Activity stand for.
  private static func told(_ scene: Scene) -> Int {
    scene.model.activity.log.items.reduce(0) { sum, item in
      guard case .note(let phrase, _) = item.subject else { return sum + item.times }
      let text = phrase.town
      let isSummary = text.contains(": ") && !text.hasPrefix("here is") || text.hasPrefix("and ")
      guard isSummary else { return sum }
      let words = text.split { " ,".contains($0) }
      let counts = zip(words, words.dropFirst()).filter {
        ["moved", "changed", "more"].contains($0.1) && $0.0 != "in"
      }
      return sum + counts.prefix(text.hasPrefix("and ") ? 1 : 3).reduce(0) { $0 + (Int($1.0) ?? 0) }
    }
  }

  @Test(
    "Twenty reconnects under load keep folds, cursor, filter, order, mutes, search and the open edit"
  )
  func reconnects() {
    var scene = Scene(120, 30)
    scene.join(Scene.smallTown)
    scene.press("f")
    scene.type("!update")
    scene.press(.enter, "S", "/")
    scene.type("box")
    scene.press(.enter, "x", "/")
    scene.type("selection.h")
    scene.press(.enter, "u")
    scene.type("x")
    let before = Kept(scene)
    #expect(before.draft.contains("update selection.hyperballs"), "\(before.draft)")
    for turn in 0..<20 {
      scene.lose()
      #expect(scene.model.isStale)
      scene.wait(.seconds(2))
      scene.send(.link(.connecting(attempt: turn + 1)))
      scene.send(.link(.syncing(received: 1, total: nil)))
      scene.change(["scene.box": .int(Int64(turn)), "new.\(turn)": 1], remove: ["new.\(turn - 1)"])
      scene.send(.link(.live(latency: nil)))
      for tick in 0..<5 { scene.change(["interaction.web-1": .int(Int64(tick))]) }
      #expect(Kept(scene) == before, "turn \(turn)")
    }
    #expect(scene.picture.contains("back in the town") || scene.model.edit != nil)
  }

  /// What must not change by itself.
  private struct Kept: Equatable {
    let folds: TreeFolds
    let cursor: TreeRow?
    let filter: TreeFilter?
    let sort: TreeSort
    let muted: Bool
    let search: EntrySearch?
    let draft: String

    init(_ scene: Scene) {
      let model = scene.model
      (folds, cursor) = (model.known.index.folds, model.tree.cursor)
      (filter, sort) = (model.known.index.filter, model.known.index.sort)
      muted = model.known.mutes.covers("scene.box")
      search = model.finder.search
      var grid = Grid(model.size)
      model.edit?.draw(into: &grid, rect: Rect(model.size), glyphs: .unicode, words: .town)
      draft = grid.lines.joined(separator: "\n")
    }
  }
}
