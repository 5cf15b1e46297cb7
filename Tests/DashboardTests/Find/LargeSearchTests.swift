import ScreenKit
import SharedState
import Testing
import TextScreen

@testable import Dashboard

@Suite("Search in a large town")
struct LargeSearchTests {
  private static let houses = 60_000
  private static let pace = SearchRun.Pace()

  private static func street(_ number: Int) -> String { "s\(number / 50 + 1000)." }

  private static func key(_ number: Int) -> String {
    street(number) + String(number % 50 + 100)
  }

  /// A dashboard on the town, its cursor in the middle.
  private static func scene() -> Scene {
    var scene = Scene()
    scene.join(Dictionary(uniqueKeysWithValues: (0..<houses).map { (key($0), .null) }))
    scene.wait(.seconds(10))
    scene.model.goTree(to: .entry(key(houses / 2)))
    scene.press("/")
    return scene
  }

  private static func looks(_ scene: Scene) -> Int { scene.model.finder.hunt?.looks ?? 0 }

  @Test(
    "A letter looks at a few entries before its picture, from the cursor on, and finds the rest in slices"
  )
  func letter() throws {
    var scene = Self.scene()
    scene.type("1")
    #expect(Self.looks(scene) <= Self.pace.firstKeys.entries + Self.pace.firstValues.entries)
    #expect(scene.model.tree.key == Self.key(Self.houses / 2))
    #expect(scene.lines.last?.contains("/1   1/1,000…") == true, "\(scene.lines.last ?? "")")
    while scene.model.finder.nextLook != nil {
      let before = Self.looks(scene)
      scene.uptime = try #require(scene.model.wakeUp)
      scene.send(.wake)
      #expect(Self.looks(scene) - before <= Self.pace.keys.entries)
    }
    #expect(scene.lines.last?.contains("/1   30,001/60,000 ") == true, "\(scene.lines.last ?? "")")
    #expect(Self.looks(scene) == 2 * Self.houses)
  }

  @Test("A longer text costs no more than the first letter, though that had found everything")
  func narrowing() {
    var scene = Self.scene()
    scene.type("1")
    scene.wait(.seconds(1))
    #expect(scene.model.searchCount == "30,001/60,000")
    scene.type("4")
    #expect(Self.looks(scene) <= Self.pace.firstKeys.entries + Self.pace.firstValues.entries)
    scene.wait(.seconds(1))
    let plain = (0..<Self.houses).count { Self.key($0).contains("14") }
    #expect(scene.model.searchCount.hasSuffix("/\(Phrases.grouped(plain))"))
    scene.type("99.1")
    scene.wait(.seconds(1))
    #expect(scene.model.tree.key == "s1499.100", "on from the cursor, though 1149 comes before")
  }

  @Test("What is found by its key far away comes before what is found by its value near by")
  func tiers() {
    var scene = Self.scene()
    scene.change([
      Self.key(Self.houses / 2 + 1): "needle", Self.street(0) + "needle": .null,
    ])
    scene.type("needle")
    #expect(scene.model.tree.key == Self.key(Self.houses / 2), "nobody knows yet")
    scene.wait(.seconds(1))
    #expect(scene.model.tree.key == Self.street(0) + "needle")
    #expect(scene.model.searchCount == "1/2")
  }

  @Test("What was found does not dwindle while a town that goes on changing is looked at again")
  func renewal() {
    var scene = Self.scene()
    scene.type("1")
    scene.wait(.seconds(1))
    scene.press(.enter)
    for number in 0..<8 {
      scene.change(["zz\(number).1": .null])
      for _ in 0..<100 {
        scene.wait(.milliseconds(10))
        let count = scene.model.finder.hunt?.count ?? 0
        #expect(count >= Self.houses)
      }
    }
    #expect(scene.model.finder.hunt?.count ?? 0 > Self.houses)
    let others = Dictionary(
      uniqueKeysWithValues: (0..<30).map { (Self.key($0), StateValue.int(1)) }
    )
    scene.change(others)
    scene.wait(.seconds(5))
    #expect(scene.model.finder.hunt?.isDone == true && scene.model.nextSearchLook == nil)
  }

  @Test(
    "However a hunt is cut into slices and narrowed between them, it finds what a plain walk finds, and what it answers meanwhile is what it would answer in the end",
    arguments: 0..<40
  )
  func agrees(seed: UInt64) {
    var generator = SplitMix(seed: seed)
    var values: [String: StateValue] = ["12": "2", "21": .null]
    for _ in 0..<200 {
      let (street, house) = (
        Int.random(in: 0..<30, using: &generator), Int.random(in: 0..<40, using: &generator)
      )
      values["s\(street).\(house)"] = .string("\(house * 7)")
    }
    var known = KnownState()
    known.settleIn(StateDictionary(values), StateChange(updates: values))
    if seed % 3 == 0 { known.index.setFilter(TreeFilter("!s1*")) }
    let keys = known.index.shownKeys
    let slice = SearchRun.Slice(entries: Int.random(in: 1...30, using: &generator))
    let pace = SearchRun.Pace(firstKeys: slice, firstValues: slice, keys: slice, values: slice)
    let origin = keys.randomElement(using: &generator).map(TreeRow.entry)
    var query = "1"
    var hunt = SearchRun(EntrySearch(query), in: known, from: origin, glyphs: .unicode, pace: pace)
    var told: [(row: TreeRow, forward: Bool, key: String)] = []
    for _ in 0..<2 {
      for _ in 0..<Int.random(in: 0..<20, using: &generator) { hunt.look(in: known) }
      query += String(Int.random(in: 0...2, using: &generator))
      hunt = SearchRun(EntrySearch(query), within: hunt, in: known)
    }
    while true {
      let row = TreeRow.entry(keys.randomElement(using: &generator) ?? "")
      let forward = Bool.random(using: &generator)
      if case .found(let found) = hunt.next(from: row, forward: forward, including: false),
        found.key.contains(query)
      {
        told.append((row, forward, found.key))
      }
      guard !hunt.isDone else { break }
      hunt.look(in: known)
    }
    let byKey = keys.filter { $0.contains(query) }
    let all = keys.filter { key in
      key.contains(query)
        || known.entry(for: key).map {
          EntrySearch(query).finds($0)
            && Preview.line(key: key, entry: $0, known.meanings, glyphs: .unicode).text.contains(
              query
            )
        } ?? false
    }
    #expect(hunt.count == all.count, "\(query)")
    for (row, forward, key) in told {
      guard case .found(let found) = hunt.next(from: row, forward: forward, including: false) else {
        Issue.record("\(key) was found and is not there")
        continue
      }
      // Who stands on a value that was found goes on among the values, once all keys are known.
      let isOnValue = all.contains(row.text) && !byKey.contains(row.text)
      #expect(found.key == key || isOnValue, "\(row) \(forward)")
    }
  }
}
