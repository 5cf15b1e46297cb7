import ScreenKit

extension Grid {
  /// Writes a heading with a rule behind it, and a word at the end of the rule if there is room for both.
  mutating func writeRuled(_ title: Line, _ word: Line, in place: Rect, glyphs: Glyphs) {
    var free = place
    if !word.isEmpty, word.columns + 12 <= place.columns {
      free = writeRight(word, in: place, glyphs: glyphs)
      free = free.left(free.columns - 1).0
    }
    let used = write(title, in: free, glyphs: glyphs)
    let (_, rule) = free.left(used + 1)
    fill(rule.line(0), with: glyphs.horizontal, style: Style(.border))
  }
}
