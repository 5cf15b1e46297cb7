import TextScreen

/// Showing the dashboard to a class: nobody's keys write, rows stand apart, and each key can be seen.
extension Model {
  /// From this on there is room for an empty row under each row.
  static let spaciousRows = 36

  func isSpaced(_ terminal: Size) -> Bool { options.presents && terminal.rows >= Self.spaciousRows }

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
    stage.keys.draw(into: &grid, place.intersection(grid.bounds), glyphs: glyphs)
    return grid
  }

  // MARK: Keys

  /// Shows a key to those who watch, if there are any.
  mutating func showKey(_ key: Key) {
    if options.presents { stage.keys.press(stroke(for: key), at: now.uptime) }
  }

  /// What a key that comes now would do, in a word.
  func stroke(for key: Key) -> KeyStrip.Stroke {
    let named = KeyStrip.Stroke(keys: key.label)
    if let front { return front.stroke(for: key, in: self) ?? named }
    if countDigit(key) != nil { return .text(of: key) ?? named }
    return .sequence(typedKeys + [key], meaning(of: typedKeys + [key], in: focus))
  }
}
