import ScreenKit

/// What is said in the row of an entry that was removed: its last value, struck through where it stood, and since when.
struct DepartureLine {
  /// Where less is left for the value than this, it is not told.
  private static let leastColumns = 8

  let age: String
  let last: Line
  let words: Vocabulary
  let glyphs: Glyphs

  init(
    _ news: EntryNews?,
    last: Line,
    at moment: Moment,
    _ words: Vocabulary,
    glyphs: Glyphs
  ) {
    age = news.map { Phrases.age(of: $0.at, at: moment) } ?? ""
    (self.last, self.words, self.glyphs) = (last, words, glyphs)
  }

  func draw(into grid: inout Grid, _ place: Rect) {
    let long = Line(words("\(.movedOut) \(age)"), .removed)
    let isShort = long.columns + 1 + Self.leastColumns > place.columns
    let news = isShort ? Line("gone \(age)", .removed) : long
    let room = place.columns - news.columns - 1
    guard room >= Self.leastColumns, !last.isEmpty else {
      grid.write(long, in: place, glyphs: glyphs)
      return
    }
    let struck = last.restyled(.removed, [.dim, .strikethrough])
    let free = grid.writeRight(news, in: place, glyphs: glyphs)
    grid.write(struck, in: free.left(room).0, glyphs: glyphs)
  }
}
