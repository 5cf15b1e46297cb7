import SharedState
import Testing
import TextScreen

@testable import Dashboard

@Suite("The cursor")
struct CursorTests {
  @Test(
    "10,000 random comings, goings, orders, filters, folds and reconnects leave it on its house",
    arguments: 0..<2
  )
  func staysOnItsHouse(seed: UInt64) throws {
    var generator = SplitMix(seed: seed)
    var scene = Scene(100, 30)
    scene.join(["a.0": 1, "b.0": 2, "c": 3])
    var chosen: TreeRow?
    for step in 0..<5000 {
      switch Int.random(in: 0..<40, using: &generator) {
      case 0:
        scene.press(.down, .down)
        chosen = scene.model.tree.cursor
      case 1:
        scene.press(.up, .up, .up)
        chosen = scene.model.tree.cursor
      case 2: scene.wait(.milliseconds(Int.random(in: 1...4000, using: &generator)))
      case 3: reconnect(&scene, &generator)
      case 4: scene.press("S")
      case 5: Self.filter(&scene, &generator)
      case 6: scene.press(["o", "O"].randomElement(using: &generator) ?? "o")
      case 7: scene.press("x")
      default: Self.change(&scene, &generator)
      }
      guard let row = chosen else { continue }
      try check(scene, on: row, step: step)
      chosen = scene.model.tree.cursor
    }
  }

  private func check(_ scene: Scene, on row: TreeRow, step: Int) throws {
    let cursor = try #require(scene.model.tree.cursor)
    let index = scene.model.known.index
    if case .group(let prefix) = row, index.group(prefix) == nil {
      // A street without houses is the only thing that goes from under the cursor.
    } else if Self.isFilteredOut(row, in: index), index.rowCount > 0 {
      #expect(index.position(of: cursor) != nil, "step \(step): on a row that is shown")
    } else if case .entry(let key) = row, let street = index.group(KeyParts.prefix(of: key) ?? ""),
      !street.isOpen, !index.isHidden(row)
    {
      #expect(cursor == .group(street.prefix), "step \(step): in a folded street")
    } else {
      #expect(cursor == row, "step \(step)")
    }
    // What is drawn as chosen is what is stored as chosen.
    guard step % 10 == 0, index.rowCount > 0 else { return }
    let grid = scene.model.view(scene.model.size)
    let marked = (0..<30).filter {
      grid[3, $0].style.emphasis.contains(.reverse) && grid[3, $0].style.role == .selection
    }
    let line = try #require(marked.count == 1 ? grid.lines[marked[0]] : nil)
    let name =
      switch cursor {
      case .group(let prefix): String(prefix.dropLast())
      case .entry(let key): KeyParts(key).name
      }
    #expect(line.contains(name), "step \(step): \(line)")
  }

  private static func change(_ scene: inout Scene, _ generator: inout SplitMix) {
    var updates: [String: StateValue] = [:]
    for _ in 0..<Int.random(in: 0...3, using: &generator) {
      updates[key(&generator)] = .int(Int64.random(in: 0...9, using: &generator))
    }
    var removals: Set<String> = []
    for _ in 0..<Int.random(in: 0...3, using: &generator) { removals.insert(key(&generator)) }
    scene.change(updates, remove: removals)
  }

  private static func key(_ generator: inout SplitMix) -> String {
    let street = ["a", "b", "longer-name", "z"].randomElement(using: &generator) ?? ""
    let house = Int.random(in: 0..<40, using: &generator)
    return house == 0 ? street : "\(street).\(house)"
  }

  /// Whether a filter hides a row; a house that has moved out may meanwhile be gone for good.
  private static func isFilteredOut(_ row: TreeRow, in index: EntryIndex) -> Bool {
    if case .entry(let key) = row { return index.filter?.shows(key) == false }
    return index.isHidden(row)
  }

  private static func filter(_ scene: inout Scene, _ generator: inout SplitMix) {
    scene.press("f", .control("u"))
    scene.type(
      ["a.", "*1", "!b.", "?.1*", "", "", "nothing"].randomElement(using: &generator) ?? ""
    )
    scene.press(.enter)
  }

  /// The connection goes, others go on building, and the whole town comes back as one difference.
  private func reconnect(_ scene: inout Scene, _ generator: inout SplitMix) {
    scene.lose()
    scene.wait(.seconds(2))
    scene.send(.link(.connecting(attempt: 1)))
    scene.send(.link(.syncing(received: 10, total: 20)))
    Self.change(&scene, &generator)
    scene.send(.link(.live(latency: nil)))
  }

  @Test(
    "A house that moves out is stood beside until one looks elsewhere, then the neighbour is next"
  )
  func ghost() {
    var scene = Scene()
    scene.join(["s.a": 1, "s.b": 2, "s.c": 3])
    scene.press(.down, .down)
    #expect(scene.model.tree.key == "s.b")
    scene.change(remove: ["s.b"])
    scene.wait(.seconds(60))
    #expect(scene.model.tree.key == "s.b")
    #expect(scene.model.known.index.isGhost("s.b"))
    scene.press(.down)
    #expect(scene.model.tree.key == "s.c")
    #expect(scene.model.known.index.rowCount == 3)
  }

  @Test("When the street goes, the cursor goes to what follows it, or comes before it")
  func streetGoes() {
    var scene = Scene()
    scene.join(["a.1": 1, "b.1": 1, "c.1": 1])
    scene.press(.down, .down)
    #expect(scene.model.tree.cursor == .group("b."))
    scene.change(remove: ["b.1"])
    scene.wait(.seconds(10))
    #expect(scene.model.tree.cursor == .group("c."))
    scene.change(remove: ["c.1"])
    scene.wait(.seconds(10))
    #expect(scene.model.tree.cursor == .entry("a.1"))
    scene.press(.home)
    scene.change(remove: ["a.1"])
    scene.wait(.seconds(10))
    #expect(scene.model.known.index.isEmpty)
    #expect(scene.picture.contains("The town is empty."))
    scene.change(["x": 1])
    #expect(scene.model.tree.cursor == .entry("x"))
  }

  @Test("Rows that come above it move the list, not the line of the screen it is on")
  func staysOnItsLine() {
    var scene = Scene()
    scene.join(Dictionary(uniqueKeysWithValues: (100..<180).map { ("s.\($0)", 1) }))
    for _ in 0..<40 { scene.press("j") }
    let line = scene.lines.firstIndex { $0.contains(" 139 ") }
    #expect(line != nil)
    scene.change(Dictionary(uniqueKeysWithValues: (10..<30).map { ("s.0\($0)", 1) }))
    #expect(scene.model.tree.key == "s.139")
    #expect(scene.lines.firstIndex { $0.contains(" 139 ") } == line)
  }

  @Test("Until somebody moves it, it waits on the first row while the town comes in")
  func waitsOnTop() {
    var scene = Scene()
    scene.send(.link(.syncing(received: 1, total: 2)))
    scene.change(["m.1": 1])
    scene.change(["a.1": 1])
    scene.send(.link(.live(latency: nil)))
    #expect(scene.model.tree.cursor == .group("a."))
  }
}
