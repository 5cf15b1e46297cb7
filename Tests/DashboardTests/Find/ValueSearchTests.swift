import ScreenKit
import SharedState
import Testing
import TextScreen

@testable import Dashboard

@Suite("Search in values")
struct ValueSearchTests {
  private static let house: StateValue = [
    "name": "Root", "selected": ["particle_ids": [43, 563, 1.5]], "hide": false, "parent": .null,
    "nanover.rendering.hide": true, "tags": ["Alpha", "beta"],
  ]

  @Test(
    "=text is anywhere, field~text in one field, field=text the whole of it; numbers are found whole",
    arguments: [
      ("=root", true), ("=Root", true), ("=ROOT", false), ("=563", true), ("=56", false),
      ("=1.5", true), ("=1.50", true), ("=false", true), ("=fals", false), ("=null", true),
      ("=particle", true), ("=gamma", false), ("=", false),
      ("selected.particle_ids~563", true), ("selected.particle_ids~44", false),
      ("name~oo", true), ("name=oo", false), ("name=Root", true), ("name=root", true),
      ("name=ROOT", false), ("name~", false), ("hide=false", true), ("parent=null", true),
      ("nanover.rendering.hide=true", true), ("tags=beta", true), ("tags=bet", false),
      ("tags~bet", true), ("selected~563", true), ("selected~particle", false),
      ("nowhere~a", false), ("tags[0]=Alpha", true), ("tags[7]=Alpha", false),
    ]
  )
  func finds(_ query: String, _ expected: Bool) throws {
    let search = EntrySearch(query)
    #expect(search.finds(StateEntry(Self.house)) == expected)
    #expect(
      search.finds(Self.packed(Self.house)) == expected,
      "packed"
    )
  }

  /// Reads bytes that are the text form, as a wire might keep it.
  private enum Text: StateValueCodec {
    static func decode(_ bytes: RawSpan) -> StateValue {
      (try? StateValue(text: bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }))
        ?? .null
    }
  }

  /// Must not be asked.
  private enum Refusing: StateValueCodec {
    static func decode(_ bytes: RawSpan) -> StateValue {
      Issue.record("a value was decoded that cannot hold the text")
      return .null
    }
  }

  private static func packed(
    _ value: StateValue,
    _ codec: any StateValueCodec.Type = Text.self
  ) -> StateEntry {
    StateEntry(packed: PackedStateValue(checked: Array(value.text.utf8), codec: codec))
  }

  @Test("A packed value that does not have the bytes of the text is not decoded")
  func skips() {
    let entry = Self.packed("nothing of the kind", Refusing.self)
    #expect(!EntrySearch("=Root").finds(entry))
    #expect(!EntrySearch("name~Root").finds(entry))
  }

  private static func large(_ count: Int, hits: Set<Int>) -> [String: StateValue] {
    Dictionary(
      uniqueKeysWithValues: (0..<count).map { number in
        let name = String(number + 100_000).dropFirst()
        return ("s\(number % 7).\(name)", ["name": hits.contains(number) ? "Needle" : "hay"])
      }
    )
  }

  @Test("Thousands of values are looked at in slices, and the first hit does not wait for the last")
  func slices() throws {
    var scene = Scene()
    let count = SearchRun.Pace().values.entries * 5 / 2
    scene.join(Self.large(count, hits: [7, 5000, count - 1]))
    scene.press("/")
    scene.type("=needle")
    #expect(scene.model.tree.key == nil)
    #expect(scene.lines.last?.contains("/=needle   0…") == true)
    var (slices, counts) = (0, [String]())
    while scene.model.finder.nextLook != nil {
      let due = try #require(scene.model.wakeUp)
      scene.uptime = due
      scene.send(.wake)
      slices += 1
      counts.append(scene.model.searchCount)
      scene.press(.left)
    }
    #expect(slices == 3)
    #expect(counts.last == "1/3")
    #expect(counts.first?.hasSuffix("…") == true)
    #expect(scene.model.tree.key == "s0.00007")
    scene.press(.enter, "n")
    #expect(scene.model.tree.key == "s2.05000")
    scene.press("N", "N")
    #expect(scene.lines.last == " /=needle  3/3")
    scene.wait(.seconds(20))
    #expect(scene.model.wakeUp == nil)
  }

  @Test("n looks again where something has changed, and Esc leaves it all")
  func changes() {
    var scene = Scene()
    scene.join(Scene.smallTown)
    scene.press("/")
    scene.type("display_name=root")
    scene.wait(.milliseconds(10))
    #expect(scene.model.tree.key == "selection.root")
    scene.press(.enter)
    scene.change(["selection.zz": ["display_name": "Root"]])
    scene.press("n")
    scene.wait(.milliseconds(10))
    #expect(scene.model.tree.key == "selection.zz")
    #expect(scene.lines[0].contains("/display_name=ro… 2/2"), "\(scene.lines[0])")
    scene.press(.escape)
    #expect(scene.model.finder.search == nil && scene.model.finder.hunt == nil)
    #expect(scene.model.tree.key == "selection.zz")
  }

  @Test("Esc while it is typed brings back cursor and folds; what is nowhere says so")
  func escape() {
    var scene = Scene()
    scene.join(Scene.smallTown)
    scene.press("O", .home, "/")
    scene.type("=Hyper")
    scene.wait(.milliseconds(10))
    #expect(scene.lines.last?.contains("no house has that") == true)
    scene.press(.control("u"))
    scene.type("=hyper")
    scene.wait(.milliseconds(10))
    #expect(scene.model.tree.key == "visualiser.9f2")
    scene.press(.escape)
    #expect(scene.model.tree.cursor == .group("avatar."))
    #expect(scene.model.known.index.group("visualiser.")?.isOpen == false)
  }

  @Test(
    "From wherever a hunt begins, its steps lead over all that is found in the order of the town"
  )
  func steps() {
    let values = Self.large(40, hits: [])
    var known = KnownState()
    known.settleIn(StateDictionary(values), StateChange(updates: values))
    let keys = known.index.shownKeys
    let expected = keys.filter { $0.contains("1") && $0 != keys[0] }
    for origin in keys {
      let hunt = SearchRun(EntrySearch("1"), in: known, from: .entry(origin), glyphs: .unicode)
      for forward in [true, false] {
        var (row, walked, ranks) = (TreeRow.entry(keys[0]), [String](), [Int]())
        for _ in expected {
          guard case .found(let found) = hunt.next(from: row, forward: forward, including: false)
          else { break }
          row = .entry(found.key)
          walked.append(found.key)
          ranks.append(found.rank)
        }
        #expect(walked == (forward ? expected : expected.reversed()), "from \(origin)")
        #expect(ranks == (forward ? Array(1...expected.count) : (1...expected.count).reversed()))
      }
    }
  }

  @Test("Random queries, typed and taken back in a changing town, find what a plain walk finds")
  func agrees() {
    var generator = SplitMix(seed: 5)
    var scene = Scene()
    scene.join(Scene.smallTown)
    scene.press("/")
    let letters = Array("selro.=~?1")
    for _ in 0..<600 {
      switch Int.random(in: 0..<6, using: &generator) {
      case 0: scene.press(.backspace)
      case 1:
        let number = Int.random(in: 0..<30, using: &generator)
        scene.change(["sel.\(number)": .string("lo\(number)")], remove: ["sel.\(number + 1)"])
      default: scene.type(String(letters.randomElement(using: &generator) ?? "s"))
      }
      if !scene.model.isTypingSearch { scene.press("/") }
      scene.wait(.milliseconds(5))
      guard let search = scene.model.finder.search,
        scene.model.finder.hunt?.holds(for: scene.model.known) == true
      else { continue }
      let known = scene.model.known
      let expected = known.index.shownKeys.count { key in
        search.place == .keys && search.words.matches(key)
          || known.entry(for: key).map { entry in
            let row = Preview.line(key: key, entry: entry, known.meanings, glyphs: .unicode).text
            return search.finds(entry) && (search.place != .keys || search.words.matches(row))
          } ?? false
      }
      #expect(scene.model.finder.hunt?.count == expected, "\(search.query)")
    }
  }
}
