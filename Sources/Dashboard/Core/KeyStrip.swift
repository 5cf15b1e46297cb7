import ScreenKit

/// The keys that were pressed lately and what they do, for those who watch somebody press them.
struct KeyStrip: Sendable {
  /// How long a key is shown.
  static let time = Duration.milliseconds(2500)
  /// So many are shown at most.
  static let most = 6
  /// No longer end of a typed text is shown.
  static let mostLetters = 40

  /// A key, a sequence of keys, or text.
  struct Stroke: Hashable, Sendable {
    /// The keys as the help writes them, or what was typed.
    var keys: String
    /// What they do; empty if that has no name.
    var words = ""
    /// Whether it is text, which grows while more is typed.
    var isText = false
    /// Whether more keys are to come.
    var isBegun = false
    /// How often it was pressed without anything in between.
    var times = 1
    /// When it goes.
    var until = Duration.zero
  }

  private(set) var strokes: [Stroke] = []

  /// When the first of them goes, as an uptime.
  var nextEnd: Duration? { strokes.first?.until }

  mutating func press(_ stroke: Stroke, at now: Duration) {
    settle(at: now)
    var stroke = stroke
    stroke.until = now + Self.time
    if let last = strokes.last, let joined = Self.join(last, stroke) {
      stroke = joined
      strokes.removeLast()
    }
    strokes.append(stroke)
    if strokes.count > Self.most { strokes.removeFirst() }
  }

  /// Takes away what has been shown long enough.
  mutating func settle(at now: Duration) { strokes.removeAll { $0.until <= now } }

  /// What a stroke is together with the one before it; `nil` if each stands by itself.
  private static func join(_ last: Stroke, _ stroke: Stroke) -> Stroke? {
    var joined = stroke
    // The end of a sequence is told with its beginning.
    if last.isBegun { return joined }
    if last.isText, stroke.isText {
      joined.keys = String((last.keys + stroke.keys).suffix(mostLetters))
    } else if last.keys == stroke.keys, last.words == stroke.words {
      joined.times = last.times + 1
    } else {
      return nil
    }
    return joined
  }
}

extension KeyStrip.Stroke {
  fileprivate func line(glyphs: Glyphs, isNewest: Bool) -> Line {
    let emphasis: Emphasis = isNewest ? [.reverse, .bold] : .reverse
    let repeated = times > 1 ? (glyphs.isASCII ? " x\(times)" : " ×\(times)") : ""
    var line = Line("  \(keys)\(repeated)", .selection, [.reverse, .bold])
    line.append(words.isEmpty ? "  " : "  \(words)  ", .selection, emphasis)
    return line
  }
}

extension KeyStrip {
  private static let gap = 2

  /// Draws the strip as blocks, the newest at the right; the oldest go where there is no room.
  func draw(into grid: inout Grid, _ rect: Rect, glyphs: Glyphs) {
    guard !rect.isEmpty else { return }
    var (lines, room) = ([Line](), rect.columns)
    for (index, stroke) in strokes.enumerated().reversed() {
      let line = stroke.line(glyphs: glyphs, isNewest: index == strokes.count - 1)
      guard lines.isEmpty || line.columns <= room else { break }
      lines.insert(line, at: 0)
      room -= line.columns + Self.gap
    }
    var rest = rect
    for line in lines {
      let (block, after) = rest.left(line.columns)
      grid.fill(block, style: Style(.selection, .reverse))
      grid.write(line, in: block.line(rect.rows / 2), glyphs: glyphs)
      rest = after.left(Self.gap).rest
    }
  }
}

extension KeyStrip.Stroke {
  /// A letter that is typed; `nil` for a key that asks for something.
  static func text(of key: Key) -> KeyStrip.Stroke? {
    guard case .character(let letter) = key else { return nil }
    return KeyStrip.Stroke(keys: String(letter), isText: true)
  }

  /// A key with the word that hints have for it; `nil` if they have none.
  static func hinted(_ key: Key, _ hints: [Hint]) -> KeyStrip.Stroke? {
    hints.first { $0.key == key.label }.map { KeyStrip.Stroke(keys: $0.key, words: $0.text) }
  }

  /// A sequence of keys with the name of what it asks for.
  static func sequence(_ keys: [Key], _ meaning: KeyMeaning) -> KeyStrip.Stroke {
    let label = KeySequence(keys).label
    return switch meaning {
    case .action(let id): KeyStrip.Stroke(keys: label, words: id.name)
    case .begun: KeyStrip.Stroke(keys: label, isBegun: true)
    case .nothing: KeyStrip.Stroke(keys: label)
    }
  }
}
