import SharedState
import Testing
import TextScreen

@testable import Dashboard

@Suite("The map")
struct MapTests {
  private func scene(
    _ values: [String: StateValue],
    _ columns: Int = 80,
    _ rows: Int = 24,
    ascii: Bool = false
  ) -> Scene {
    var options = DashboardOptions(title: "lab-3", address: "ws://127.0.0.1:38801", seed: 1)
    options.ascii = ascii
    var scene = Scene(columns, rows, options: options)
    scene.join(values)
    scene.wait(.seconds(20))
    scene.type("gm")
    return scene
  }

  /// Forty streets and a thousand houses.
  private static let town: [String: StateValue] = {
    let keys = (0..<1000).map { "street\(10 + $0 % 40).\(100 + $0 / 40)" }
    return Dictionary(uniqueKeysWithValues: keys.map { ($0, 1) })
  }()

  @Test("Each house is a window, lit while its change is fresh, and each state is another sign")
  func windows() {
    for (ascii, signs) in [
      (false, ["□□□", "■□□", "▣□□", "□□+", "✗□+"]), (true, ["...", "#..", "=..", "..+", "x.+"]),
    ] {
      var scene = scene(["s.a": 1, "s.b": 1], ascii: ascii)
      scene.change(["s.a": 2])
      #expect(scene.picture.contains(signs[1].dropLast()), "\(scene.picture)")
      scene.wait(.seconds(2))
      #expect(scene.picture.contains(signs[2].dropLast()), "\(scene.picture)")
      scene.wait(.seconds(20))
      #expect(scene.picture.contains(signs[0].dropLast()), "\(scene.picture)")
      scene.change(["s.c": 2])
      #expect(scene.picture.contains(signs[3]), "\(scene.picture)")
      scene.change(remove: ["s.a"])
      #expect(scene.picture.contains(signs[4]), "\(scene.picture)")
    }
  }

  @Test("Forty streets and a thousand houses are all on a screen of 80 × 24")
  func readable() {
    for ascii in [false, true] {
      let scene = scene(Self.town, ascii: ascii)
      for street in 10..<50 {
        #expect(scene.picture.contains("street\(street)"), "\(scene.picture)")
      }
      #expect(!scene.picture.contains("–"), "no districts yet")
    }
  }

  @Test("Walking on reaches each house once, in the order of the tree, and walking back as well")
  func walksEverywhere() {
    var scene = scene(Self.town)
    scene.type("gg")
    var seen: [String] = []
    for _ in 0..<1000 {
      if case .entry(let key)? = scene.model.map?.cursor { seen.append(key) }
      scene.press("l")
    }
    #expect(seen.count == 1000)
    #expect(Set(seen) == Set(Self.town.keys))
    #expect(seen == scene.model.known.index.shownKeys)
    #expect(scene.model.map?.cursor == .entry(seen[999]), "at the end one stays")
    for key in seen.reversed() {
      #expect(scene.model.map?.cursor == .entry(key))
      scene.press("h")
    }
  }

  @Test("From street to street one keeps to the same house number, past shorter streets too")
  func crosses() {
    var scene = scene(["a.1": 1, "a.2": 1, "a.3": 1, "b.1": 1, "c.1": 1, "c.2": 1, "c.3": 1])
    scene.type("gg")
    scene.press("l", "l", "j")
    #expect(scene.model.map?.cursor == .entry("b.1"))
    scene.press("j")
    #expect(scene.model.map?.cursor == .entry("c.3"))
    scene.press("k", "k")
    #expect(scene.model.map?.cursor == .entry("a.3"))
  }

  @Test(
    "It opens where one is; Enter goes to the house in the tree, Esc goes back to where one was"
  )
  func enters() {
    var scene = Scene()
    scene.join(Self.town)
    scene.model.known.index.setAllOpen(false)
    scene.type(":street30.110")
    scene.press(.enter)
    scene.type("gm")
    #expect(scene.model.map?.cursor == .entry("street30.110"))
    scene.press("l", "l")
    scene.press(.enter)
    #expect(scene.model.map == nil)
    #expect(scene.model.tree.cursor == .entry("street30.112"))
    scene.type("gm")
    scene.press("j", .escape)
    #expect(scene.model.map == nil)
    #expect(scene.model.tree.cursor == .entry("street30.112"))
    scene.type("[")
    #expect(scene.model.tree.cursor == .entry("street30.110"), "the way back is kept")
  }

  @Test("A town too large for its streets has districts, entered by Enter and left by Esc")
  func districts() {
    let keys = (0..<3000).flatMap { ["t\($0).a", "t\($0).b"] } + ["alone"]
    var scene = scene(Dictionary(uniqueKeysWithValues: keys.map { ($0, 1) }))
    #expect(scene.picture.contains(" – "))
    scene.type("G")
    #expect(scene.model.map?.cursor == .group(""), "houses in no street are a cell too")
    scene.type("gg")
    var depth = 0
    while case .group? = scene.model.map?.cursor, depth < 5 {
      scene.press(.enter)
      depth += 1
    }
    #expect(depth == 2)
    #expect(scene.model.map?.cursor == .entry("t0.a"))
    scene.press("l", .escape)
    #expect(scene.model.map?.cursor == .group("t0."), "from farther away it is a street")
    scene.press(.escape)
    #expect(scene.model.map != nil)
    scene.press(.escape)
    #expect(scene.model.map == nil)
  }

  @Test("Where one stands stays, or goes to a neighbour when it is gone", arguments: 0..<3)
  func stays(seed: UInt64) {
    var generator = SplitMix(seed: seed)
    var scene = scene(["a.0": 1, "b.0": 2, "c": 3])
    for step in 0..<600 {
      let before = scene.model.map?.cursor
      switch Int.random(in: 0..<8, using: &generator) {
      case 0: scene.type(["h", "j", "k", "l", "gg", "G"].randomElement(using: &generator) ?? "")
      case 1: scene.wait(.seconds(8))
      default:
        let key =
          "\(["a", "b", "longer", "z"][Int.random(in: 0..<4, using: &generator)])"
          + (Bool.random(using: &generator) ? "" : ".\(Int.random(in: 0..<30, using: &generator))")
        if Bool.random(using: &generator) {
          scene.change([key: 1])
        } else {
          scene.change(remove: [key])
        }
        if let before, case .entry(let house) = before, scene.model.known.index.isThere(before) {
          #expect(scene.model.map?.cursor == .entry(house), "step \(step)")
        }
      }
      guard scene.model.known.index.rowCount > 0, let cursor = scene.model.map?.cursor else {
        continue
      }
      #expect(scene.model.known.index.isThere(cursor), "step \(step)")
      guard step % 20 == 0 else { continue }
      let grid = scene.model.view(scene.model.size)
      let marked = (0..<80 * 24).count {
        let style = grid[$0 % 80, $0 / 80].style
        return style.role == .selection && style.emphasis.contains(.reverse)
      }
      #expect(marked == 1, "step \(step)\n\(scene.picture)")
    }
  }

  @Test("A click goes to a window, a second one to its house")
  func clicks() throws {
    var scene = scene(["a.1": 1, "a.2": 1, "b.1": 1])
    let row = try #require(scene.lines.firstIndex { $0.contains("│a ") })
    let column = try #require(Array(scene.lines[row]).firstIndex(of: "□"))
    let point = Point(column: column + 1, row: row)
    scene.send(.screen(.mouse(Mouse(.press, at: point))))
    #expect(scene.model.map?.cursor == .entry("a.2"))
    scene.send(.screen(.mouse(Mouse(.press, at: point))))
    #expect(scene.model.map == nil)
    #expect(scene.model.tree.cursor == .entry("a.2"))
  }

  @Test("On it nothing edits, and a quiet town asks for no waking")
  func isQuiet() {
    var scene = scene(["a.1": 1])
    #expect(scene.model.wakeUp == nil)
    for key in ["s", "u", "d", "a", "c", "z"] {
      scene.type(key)
      #expect(scene.effects.isEmpty)
      #expect(scene.model.edit == nil, "\(key)")
    }
    #expect(scene.model.map != nil)
  }

  @Test("An edit asked for by name leaves the map, and so does an address")
  func leavesForEdits() {
    var scene = scene(["a.1": 1, "b.1": 1])
    scene.type(":set a.1")
    scene.press(.enter)
    #expect(scene.model.edit != nil)
    #expect(scene.model.map == nil, "what is written is seen")
    scene.press(.escape)
    scene.type("gm:b.1")
    scene.press(.enter)
    #expect(scene.model.map == nil)
    #expect(scene.model.tree.cursor == .entry("b.1"))
  }

  @Test("Any size is safe, for strange keys too")
  func sizes() {
    var scene = scene(Scene.strangeTown.merging(Self.town) { one, _ in one })
    for columns in [1, 2, 3, 5, 9, 20, 39, 79, 200] {
      for rows in [1, 2, 3, 4, 5, 9, 30] {
        scene.send(.screen(.resized(Size(columns: columns, rows: rows))))
        scene.type("jlkhG")
        #expect(scene.lines.count == rows)
      }
    }
  }
}
