import SharedState
import StateSync
import TestSupport
import Testing

@Suite("KeyFilter")
struct KeyFilterTests {
  @Test(
    "A key fits a pattern, or it does not",
    arguments: [
      ("scene", "scene", true), ("scene", "scene.x", false), ("scene", "Scene", false),
      ("selection.*", "selection.", true), ("selection.*", "selection.a.b", true),
      ("selection.*", "selection", false), ("*", "", true), ("*", "é", true),
      ("*.x", "a.b.x", true), ("*.x", "a.x.b", false), ("a*b*c", "a.b.b.c", true),
      ("a*b*c", "a.c.b", false), ("**", "x", true), ("?", "雪", true), ("?", "ab", false),
      ("?", "", false), ("a?c", "aéc", true), ("\\*", "*", true), ("\\*", "x", false),
      ("a\\?*", "a?b", true), ("\\\\", "\\", true), ("e\u{301}", "é", false),
      ("*a*a*a*a*b", String(repeating: "a", count: 200), false),
    ]
  )
  func fits(pattern: String, key: String, isFitting: Bool) throws {
    let filter = try KeyFilter([pattern])
    #expect(filter.fits(key) == isFitting)
    let change = StateChange(updates: [key: 1], removals: ["other"])
    #expect(filter.narrowed(change).updates[key] == (isFitting ? StateEntry(1) : nil))
    #expect(filter.narrowed(StateDictionary([key: 1])).touches(key) == isFitting)
  }

  @Test("What is told is what fits one of the patterns, however they are looked for")
  func narrows() throws {
    var generator = SeededGenerator(seed: 9)
    let parts = ["a", "b", "*", "?", "a.", "\\*", "é"]
    for _ in 0..<300 {
      func text(_ count: ClosedRange<Int>) -> String {
        (0..<Int.random(in: count, using: &generator)).map { _ in
          parts.randomElement(using: &generator) ?? ""
        }.joined()
      }
      let filter = try KeyFilter(
        (0..<Int.random(in: 1...5, using: &generator)).map { _ in text(1...4) }
      )
      var (change, state, wanted) = (StateChange(), StateDictionary(), StateChange())
      for number in 0..<Int.random(in: 0...8, using: &generator) {
        let (key, value) = (text(0...3), StateValue.int(Int64(number)))
        if number % 3 == 0 { change.remove(key) } else { change.update(key, to: value) }
        state.setEntry(StateEntry(value), for: key)
      }
      for (key, entry) in change.updates where filter.fits(key) { wanted.update(key, to: entry) }
      for key in change.removals where filter.fits(key) { wanted.remove(key) }
      #expect(filter.narrowed(change) == wanted)
      #expect(Set(filter.narrowed(state).keys) == Set(state.keys.filter(filter.fits)))
    }
  }

  @Test("A text is made a pattern that it alone fits", arguments: ["a*b", "?", "\\", "é.雪", "a.b"])
  func literal(text: String) throws {
    let filter = try KeyFilter([KeyFilter.pattern(for: text)])
    #expect(filter.fits(text) && !filter.fits(text + "x") && !filter.fits("axb"))
  }

  @Test("Patterns have bounds, which are told in words")
  func bounds() throws {
    func problem(_ patterns: [String]) -> String? {
      do throws(KeyFilter.Problem) { _ = try KeyFilter(patterns) } catch { return error.words }
      return nil
    }
    #expect(problem((0..<64).map { "k\($0)" }) == nil)
    #expect(problem((0..<65).map { "k\($0)" }) == "there are 65 patterns, and 64 at most")
    #expect(problem([String(repeating: "x", count: 1024)]) == nil)
    #expect(
      problem([String(repeating: "x", count: 1025)])
        == "a pattern has 1 to 1024 bytes, and not 1025"
    )
    #expect(problem([""]) == "a pattern has 1 to 1024 bytes, and not 0")
    #expect(problem(["a\\"]) == "a pattern ends in “\\”")
  }

  @Test("Filters are told apart byte by byte, and not by the order of their patterns")
  func equality() throws {
    #expect(try KeyFilter(["a", "b*"]) == KeyFilter(["b*", "a", "a"]))
    #expect(try KeyFilter(["é"]) != KeyFilter(["e\u{301}"]))
  }

  @Test("Wishes name keys, beginnings and one's own counter, or nothing if that is too much to ask")
  func wishes() {
    var wishes = SubscriptionWishes(interval: .zero)
    wishes.narrow(to: ["a*"], prefixes: ["s."], as: "me")
    #expect(wishes.only == ["a\\*", "update.index.me", "s.*"])
    for keys in [(0..<65).map { "k\($0)" }, [""], [String(repeating: "x", count: 2000)]] {
      var wishes = SubscriptionWishes()
      wishes.narrow(to: keys)
      #expect(wishes.only == [])
    }
  }
}
