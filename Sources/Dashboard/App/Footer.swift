import ScreenKit

/// The last line: the keys that do something now, or an answer.
struct Footer {
  let model: Model

  func draw(into grid: inout Grid, _ rect: Rect) {
    guard !rect.isEmpty else { return }
    let (_, place) = rect.left(1)
    let front = model.front?.footer(of: model)
    if case .typing(let prompt, let text, let after)? = front {
      draw(prompt, text, after, into: &grid, place)
    } else if let notice = model.notice {
      grid.write(Line(notice.text, notice.role, .bold), in: place, glyphs: glyphs)
    } else if !model.typedKeys.isEmpty {
      draw([Hint("Esc", "forgets \(KeySequence(model.typedKeys).label)")], into: &grid, place)
    } else if model.workbench.count > 0 {
      grid.write(countLine, in: place, glyphs: glyphs)
    } else if let front {
      draw(front, into: &grid, place)
    } else {
      drawActions(into: &grid, place)
    }
  }

  private func draw(_ footer: OverlayFooter, into grid: inout Grid, _ place: Rect) {
    switch footer {
    case .hints(let hints): draw(hints, into: &grid, place)
    case .line(let line): grid.write(line, in: place, glyphs: glyphs)
    case .hintsAndLine(var hints, let back, let line):
      if let action = model.keymap[back], model.reasonNot(to: action) == nil {
        hints.append(hint(action))
      }
      let used = draw(hints, into: &grid, place)
      grid.write(line, in: place.left(used + 2).rest, glyphs: glyphs)
    case .typing(let prompt, let text, let after): draw(prompt, text, after, into: &grid, place)
    }
  }

  private var glyphs: Glyphs { model.glyphs }

  private var countLine: Line {
    var line = Line("\(model.workbench.count)", .hintKey, .bold)
    line.append(" times: now a key that moves, such as j", .hint)
    return line
  }

  /// Draws a line that is being typed, and after it what it comes to and which keys end it.
  private func draw(
    _ prompt: String,
    _ text: String,
    _ after: [String],
    into grid: inout Grid,
    _ place: Rect
  ) {
    var line = Line(prompt + text, .plain, .bold)
    let column = place.column + line.columns
    for (index, words) in after.enumerated() {
      line.append("   \(words)", index == 0 ? .muted : .hint)
    }
    grid.write(line, in: place, glyphs: glyphs)
    grid.cursor = Point(column: min(column, place.endColumn - 1), row: place.row)
  }

  /// The keys that work now, first what Enter does on this row; the way to the help and out always has room.
  private func drawActions(into grid: inout Grid, _ place: Rect) {
    let working = model.keymap.actions.filter { action in
      action.hint != nil && !action.keys.isEmpty && model.reasonNot(to: action) == nil
    }
    let isLast = { (action: Action<Model>) in action.id == .help || action.id == .quit }
    let enter = working.first { $0.id == .toggle }.map {
      Hint($0.keys.first?.label ?? "", model.focusedPane.enterWord(in: model))
    }
    let next = Self.first.compactMap { id in working.first { $0.id == id } }
    let others =
      next + working.filter { !isLast($0) && $0.id != .toggle && !Self.first.contains($0.id) }
    let goesOn = model.pause.map { _ in Hint(model.label(of: .pause), "go on") }
    let hints =
      pastHints + (model.isInPast ? [] : [goesOn, enter].compactMap(\.self) + others.map(hint))
    let last = working.filter(isLast).map(hint)
    let marked = marksLine
    let lastColumns = last.reduce(0) { $0 + 2 + $1.line.columns }
    let room = place.left(place.columns - lastColumns).0
    let used =
      marked.map { line, hints in
        let words = grid.write(line, in: room, glyphs: glyphs)
        return words + draw(hints, into: &grid, room.left(words).rest)
      } ?? draw(hints, into: &grid, room)
    let (_, rest) = place.left(used > 0 ? used + 2 : 0)
    draw(last, into: &grid, rest)
  }

  /// The keys that go about in a recording, or in the past and out of it.
  private var pastHints: [Hint] {
    guard model.isInPast || model.replay != nil else { return [] }
    let runs = model.replay?.isRunning ?? (model.pause?.past?.run != nil)
    let moves: [(ActionID, String)] = [
      (.stepBack, "back"), ("step", "on"), ("play", runs ? "stop" : "play"),
    ]
    let told: [(ActionID, String)] =
      model.replay != nil
      ? moves + [("earlier", "5 s back"), ("later", "5 s on"), ("mark-before", "mark")]
      : [(.pause, "now")] + moves + [
        (.restore, "restore"), ("diff", "differs"), ("restore-all", "all back"),
        ("earlier", "5 s back"), ("later", "5 s on"), ("change-before", "its last change"),
        ("mark-before", "mark"),
      ]
    return told.filter { model.reasonNot(to: $0.0) == nil }
      .map { Hint(model.label(of: $0.0), $0.1) }
  }

  /// What stands in front of the others, behind Enter.
  private static let first: [ActionID] = [
    .search, "set", "update", "add", "remove", .undo, "clear",
  ]

  /// What is done to the marked entries, while some are and the keys fall on them.
  private var marksLine: (Line, [Hint])? {
    guard model.actsOnMarks else { return nil }
    let working = model.keymap.actions.filter {
      $0.onMarks != nil && !$0.keys.isEmpty && model.reasonNot(to: $0) == nil
    }
    let hints = working.map { Hint($0.keys.first?.label ?? "", $0.onMarks ?? "") }
    return (Line("\(Phrases.grouped(model.markCount)) marked: ", .title, .bold), hints)
  }

  private func hint(_ action: Action<Model>) -> Hint {
    let words = [action.hint, action.place(model)].compactMap(\.self).joined(separator: " ")
    return Hint(action.keys.first?.label ?? "", words)
  }

  /// Draws as many hints as there is room for, none of them cut.
  @discardableResult
  private func draw(_ hints: [Hint], into grid: inout Grid, _ place: Rect) -> Int {
    var line = Line()
    for hint in hints.map(\.line) {
      guard line.columns + hint.columns + 2 <= place.columns + (line.isEmpty ? 2 : 0) else { break }
      if !line.isEmpty { line.append("  ") }
      line.append(hint)
    }
    return grid.write(line, in: place, glyphs: glyphs)
  }
}
