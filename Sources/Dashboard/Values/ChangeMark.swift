import ScreenKit

/// What has just happened to an entry, or in a group, and is worth a sign.
enum ChangeMark: Hashable, Sendable {
  case movedIn, movedOut
  /// Something changed a moment ago.
  case fresh
  /// Something changed a while ago.
  case fading

  init?(_ news: EntryNews?, at uptime: Duration) {
    guard let news else { return nil }
    let age = uptime - news.at.uptime
    switch news.kind {
    case .removed: self = .movedOut
    case .added where age < KnownState.markTime: self = .movedIn
    case .added, .changed: self.init(age: age)
    }
  }

  init?(age: Duration) {
    switch age {
    case ..<KnownState.freshTime: self = .fresh
    case ..<KnownState.markTime: self = .fading
    default: return nil
    }
  }

  /// The sign in front of a row.
  func span(_ glyphs: Glyphs) -> Line.Span {
    switch self {
    case .movedOut: Line.Span(text: glyphs.failure, style: Style(.removed))
    case .movedIn: Line.Span(text: "+", style: Style(.added, .bold))
    case .fresh: Line.Span(text: glyphs.bullet, style: Style(.changed))
    case .fading: Line.Span(text: glyphs.ring, style: Style(.changed))
    }
  }

  /// The window of an entry on the map, in which the light goes out.
  func window(_ glyphs: Glyphs) -> Line.Span {
    switch self {
    case .movedIn, .movedOut: span(glyphs)
    case .fresh: Line.Span(text: glyphs.lit, style: Style(.changed, .bold))
    case .fading: Line.Span(text: glyphs.dimming, style: Style(.changed))
    }
  }
}

extension Grid {
  /// Marks at its left a row in whose entry something is wrong; what has just happened stands beside it.
  mutating func markTrouble(_ gutter: Rect, _ glyphs: Glyphs) {
    write(Line(glyphs.warning, .warning, .bold), in: gutter.right(1).0, glyphs: glyphs)
  }

  /// Dims what may be out of date; what is chosen stays to be found.
  mutating func markStale(_ place: Rect) {
    restyle(place) { style in
      guard style.role != .selection else { return }
      style = Style(.stale, style.emphasis.union(.dim).subtracting(.bold))
    }
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
