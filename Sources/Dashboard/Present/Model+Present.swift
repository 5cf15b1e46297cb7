import ScreenKit
import TextScreen

/// Showing the dashboard to a class: nobody's keys write, rows stand apart, and each key can be seen.
extension Model {
  /// From this on there is room for an empty row under each row.
  static let spaciousRows = 36

  /// Whether edits are refused; a tour that plays in front of a class may still do what it shows.
  var isReadOnly: Bool { options.readOnly || options.presents && tour?.show == nil }

  func isSpaced(_ terminal: Size) -> Bool {
    options.presents && terminal.rows >= Self.spaciousRows
  }

  /// What the picture is laid out for on a terminal of some size.
  func canvas(of terminal: Size) -> Size {
    guard isSpaced(terminal) else { return terminal }
    return Size(columns: terminal.columns, rows: terminal.rows / 2)
  }

  /// The picture as it is shown to a class.
  func stagePicture(_ terminal: Size) -> Grid {
    let isSpaced = isSpaced(terminal)
    var grid = picture(canvas(of: terminal))
    let footer = (grid.size.rows - 1) * (isSpaced ? 2 : 1)
    if isSpaced { grid = grid.spaced(toRows: terminal.rows, glyphs: glyphs) }
    // Between the last row of text and the footer are the frame and the air around it.
    let rows = isSpaced ? 3 : 1
    let place = Rect(column: 2, row: footer - rows, columns: terminal.columns - 4, rows: rows)
    keyStrip.draw(into: &grid, place.intersection(grid.bounds), glyphs: glyphs)
    return grid
  }

  // MARK: Keys

  /// Shows a key to those who watch, if there are any.
  mutating func showKey(_ key: Key) {
    if options.presents { keyStrip.press(stroke(for: key), at: now.uptime) }
  }

  /// What a key that comes now would do, in a word.
  func stroke(for key: Key) -> KeyStrip.Stroke {
    let named = KeyStrip.Stroke(keys: key.label)
    let text = Self.text(of: key) ?? named
    if asksToQuit || tour?.isReading == true { return named }
    if let chooser { return chooser.isTyping ? text : named }
    if isWriting {
      let hint = (call?.hints ?? edit?.hints ?? []).first { $0.key == key.label }
      return hint.map { KeyStrip.Stroke(keys: $0.key, words: $0.text) } ?? text
    }
    if isTypingSearch || finder.filter != nil { return text }
    return map == nil && countDigit(key) != nil ? text : stroke(for: typedKeys + [key])
  }

  private func stroke(for keys: [Key]) -> KeyStrip.Stroke {
    let label = KeySequence(keys).label
    let pane = map == nil ? focus : .tree
    switch keymap.meaning(of: keys, in: pane, isSearching: search != nil) {
    case .binding(let binding): return KeyStrip.Stroke(keys: label, words: binding.name)
    case .begun: return KeyStrip.Stroke(keys: label, isBegun: true)
    case .nothing: return KeyStrip.Stroke(keys: label)
    }
  }

  private static func text(of key: Key) -> KeyStrip.Stroke? {
    guard case .character(let letter) = key else { return nil }
    return KeyStrip.Stroke(keys: String(letter), isText: true)
  }
}
