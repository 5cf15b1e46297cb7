import ScreenKit
import Testing

@Suite("Letters in their order")
struct LooseSearchTests {
  private static func found(_ query: String, _ text: String) -> String? {
    guard let match = LooseSearch(query).match(in: text) else { return nil }
    let bytes = Array(text.utf8)
    return String(decoding: match.places.map { bytes[$0] }, as: UTF8.self)
  }

  @Test("They are found with others between them, and only in their order")
  func order() {
    #expect(Self.found("cv", "copy-value") == "cv")
    #expect(Self.found("cpvl", "copy-value") == "cpvl")
    #expect(Self.found("vc", "copy-value") == nil)
    #expect(Self.found("copyvaluex", "copy-value") == nil)
    #expect(Self.found("", "copy-value") == nil)
    #expect(Self.found("  ", "copy-value") == nil)
  }

  @Test("The first begins a word, and so does each behind a blank")
  func words() {
    #expect(Self.found("opy", "copy-value") == nil)
    #expect(Self.found("sh", "selection.hyperballs") == "sh")
    #expect(Self.found("se h", "selection.hyperballs") == "seh")
    #expect(Self.found("se y", "selection.hyperballs") == nil)
    #expect(Self.found("pc", "particleCount") == "pC")
  }

  @Test("A capital makes the query exact; letters beyond ASCII are found whole")
  func kinds() {
    #expect(Self.found("ada", "avatar.ADA") == "ADA")
    #expect(Self.found("Ada", "avatar.ADA") == nil)
    #expect(Self.found("sé", "selection.é") == "sé")
    #expect(Self.found("sè", "selection.é") == nil)
  }

  @Test("Beginnings of words and neighbours are worth more")
  func ranking() {
    func score(_ query: String, _ text: String) -> Int {
      LooseSearch(query).match(in: text)?.score ?? .min
    }
    #expect(score("sel", "select") > score("sel", "step-later"))
    #expect(score("cv", "copy-value") > score("cv", "changes-above"))
    #expect(score("map", "map") > score("map", "move-a-pin"))
    // The best place of a letter is not always the first.
    #expect(
      LooseSearch("sa").match(in: "stand a").map(\.places) == [0, 6],
      "the a of 'stand' begins no word"
    )
  }

  @Test("Nothing is slow or found behind the bounds")
  func bounds() {
    let long = String(repeating: "a", count: 100_000)
    #expect(LooseSearch(String(repeating: "a", count: 65)).match(in: long) == nil)
    #expect(LooseSearch(String(repeating: "a", count: 64)).match(in: long)?.places.count == 64)
    #expect(LooseSearch("ab").match(in: long + "b") == nil)
  }

  @Test("Whatever is found is in the text, in order, and holds the letters", arguments: 0..<200)
  func sound(seed: UInt64) {
    var state = seed
    let letters = Array("abcABC.- é")
    func text(_ count: Int) -> String {
      String(
        (0..<count).map { _ in
          state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          return letters[Int(state >> 33) % letters.count]
        }
      )
    }
    let (query, text) = (text(3), text(24))
    let search = LooseSearch(query)
    guard let match = search.match(in: text) else { return }
    let bytes = Array(text.utf8)
    let wanted = query.filter { $0 != " " }
    let said = String(decoding: match.places.map { bytes[$0] }, as: UTF8.self)
    #expect(zip(match.places, match.places.dropFirst()).allSatisfy { $0 < $1 })
    #expect(
      said == wanted || !query.contains(where: \.isUppercase) && said.lowercased() == wanted
    )
  }

  @Test("Marked characters stand out, also across spans, and the text stays")
  func marking() {
    var line = Line("sélect", .key, .bold)
    line.append(" it")
    let marked = line.marking(bytes: [0, 1, 2, 8])
    #expect(marked.text == line.text)
    #expect(marked.spans.filter { $0.style.role == .match }.map(\.text) == ["sé", "i"])
    #expect(marked.spans.first?.style.emphasis == [.bold, .underline])
  }
}
