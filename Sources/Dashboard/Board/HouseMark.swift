import TextScreen

/// The mark at a house that something has just happened to.
enum HouseMark {
  static func span(_ news: HouseNews?, at uptime: Duration, glyphs: Glyphs) -> Line.Span? {
    guard let news else { return nil }
    let age = uptime - news.at.uptime
    switch news.kind {
    case .removed: return Line.Span(text: glyphs.failure, style: Style(.removed))
    case .added where age < Town.markTime:
      return Line.Span(text: "+", style: Style(.added, .bold))
    case .added, .changed: return span(age: age, glyphs: glyphs)
    }
  }

  static func span(age: Duration, glyphs: Glyphs) -> Line.Span? {
    switch age {
    case ..<Town.freshTime: Line.Span(text: glyphs.bullet, style: Style(.changed))
    case ..<Town.markTime: Line.Span(text: glyphs.ring, style: Style(.changed))
    default: nil
    }
  }
}

extension Grid {
  /// Marks at its left a row in whose house something is wrong; what has just happened stands beside it.
  mutating func markTrouble(_ gutter: Rect, _ glyphs: Glyphs) {
    write(Line(glyphs.warning, .warning, .bold), in: gutter.right(1).0, glyphs: glyphs)
  }

  /// Marks the row of the cursor: in full where the focus is, and so that it can be found elsewhere.
  mutating func markCursor(_ place: Rect, hasFocus: Bool) {
    restyle(place) { style in
      if hasFocus {
        style = Style(.selection, style.emphasis.union(.reverse).subtracting(.dim))
      } else {
        style = style.adding([.bold, .underline])
      }
    }
  }
}
