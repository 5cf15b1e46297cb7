import ScreenKit
import StateEditing
import TextScreen

/// Something said in the footer until the next key, or for a while.
struct Notice: Hashable, Sendable {
  /// How long a notice stands.
  static let time = Duration.seconds(6)

  var text: String
  var role: Role
  var until: Duration
}

extension Model {
  /// What was said to the person and still stands.
  public var noticeText: String? { notice?.text }
}

/// The last line: the keys that do something now, or an answer.
struct Footer {
  let model: Model

  func draw(into grid: inout Grid, _ rect: Rect) {
    guard !rect.isEmpty else { return }
    let (_, place) = rect.left(1)
    if model.isCardOpen, model.notice == nil {
      draw(model.cardHints, into: &grid, place)
    } else if model.isTypingSearch {
      let after = [model.searchCount, "Enter stays here", "Esc goes back"]
      draw("/", model.search?.query ?? "", after, into: &grid, place)
    } else if let filter = model.finder.filter {
      let after = [model.filterCount, "Enter keeps it", "Esc drops it"]
      draw("filter: ", filter.text, after, into: &grid, place)
    } else if let notice = model.notice {
      grid.write(Line(notice.text, notice.role, .bold), in: place, glyphs: glyphs)
    } else if let chooser = model.chooser {
      let reason = chooser.current?.reason.map { Line("not now: \($0)", .muted) }
      grid.write(reason ?? Self.hint(for: chooser), in: place, glyphs: glyphs)
    } else if !model.typedKeys.isEmpty {
      drawContinuations(into: &grid, place)
    } else if model.count > 0 {
      grid.write(countLine, in: place, glyphs: glyphs)
    } else if let call = model.call {
      draw(call.hints, into: &grid, place)
    } else if let edit = model.edit {
      draw(edit, into: &grid, place)
    } else if let map = model.map {
      draw(map.hints, into: &grid, place)
    } else {
      drawBindings(into: &grid, place)
    }
  }

  private var glyphs: Glyphs { model.glyphs }

  private var countLine: Line {
    var line = Line("\(model.count)", .hintKey, .bold)
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

  /// The keys that work now, from the table of keys; the way to the help and out always has room.
  private func drawBindings(into grid: inout Grid, _ place: Rect) {
    let working = model.keymap.bindings.filter { binding in
      binding.hint != nil && !binding.keys.isEmpty && binding.panes.contains(model.focus)
        && binding.holds(isSearching: model.search != nil)
        && model.reasonNot(to: binding.command) == nil
    }
    let isLast = { (binding: Binding) in binding.command == .help || binding.command == .quit }
    let hints = (working.filter { !isLast($0) }).map(Self.hint)
    let last = working.filter(isLast).map(Self.hint)
    let lastColumns = last.reduce(0) { $0 + 2 + Self.line($1).columns }
    let used = draw(hints, into: &grid, place.left(place.columns - lastColumns).0)
    let (_, rest) = place.left(used > 0 ? used + 2 : 0)
    draw(last, into: &grid, rest)
  }

  private static func hint(for chooser: Chooser) -> Line {
    var line = Line("Enter", .hintKey, .bold)
    line.append(" chooses  ", .hint)
    line.append(chooser.isTyping ? "Up Down" : "j k", .hintKey, .bold)
    line.append(" move  ", .hint)
    if chooser.isPalette {
      line.append("Tab", .hintKey, .bold)
      line.append(" completes  ", .hint)
    }
    if !chooser.isTyping {
      line.append("/", .hintKey, .bold)
      line.append(" searches  ", .hint)
    }
    if case .call? = chooser.current?.choice, !chooser.isTyping {
      line.append("a", .hintKey, .bold)
      line.append(" with arguments  ", .hint)
      line.append("r", .hintKey, .bold)
      line.append(" asks again  ", .hint)
    }
    if let choice = chooser.current?.choice, !chooser.isTyping, choice.isPast {
      line.append("R", .hintKey, .bold)
      line.append(" restores  ", .hint)
    }
    line.append("Esc", .hintKey, .bold)
    line.append(" leaves", .hint)
    return line
  }

  /// The keys of an edit; beside one that has arrived, the way back and the call that would have done it.
  private func draw(_ edit: EditPane, into grid: inout Grid, _ place: Rect) {
    guard edit.hasArrived else {
      draw(edit.hints, into: &grid, place)
      return
    }
    var hints = edit.hints
    if let back = model.keymap.binding(for: .undo(.undo)),
      model.reasonNot(to: back.command) == nil
    {
      hints.append(Self.hint(back))
    }
    let used = draw(hints, into: &grid, place)
    var call = Line("python> ", .muted)
    call.append(model.undo.lastLine)
    grid.write(call, in: place.left(used + 2).rest, glyphs: glyphs)
  }

  /// The keys that may follow those typed so far.
  private func drawContinuations(into grid: inout Grid, _ place: Rect) {
    let typed = model.typedKeys
    let hints = model.keymap.bindings.compactMap { binding -> Hint? in
      guard let sequence = binding.keys.first(where: { $0.isBegun(by: typed) }) else { return nil }
      return Hint(sequence.label, model.known.words(binding.help))
    }
    draw(hints, into: &grid, place)
  }

  private static func hint(_ binding: Binding) -> Hint {
    Hint(binding.keys.first?.label ?? "", binding.hint ?? "")
  }

  private static func line(_ hint: Hint) -> Line {
    var line = Line(hint.key, .hintKey, .bold)
    line.append(" " + hint.text, .hint)
    return line
  }

  /// Draws as many hints as there is room for, none of them cut.
  @discardableResult
  private func draw(_ hints: [Hint], into grid: inout Grid, _ place: Rect) -> Int {
    var line = Line()
    for hint in hints.map(Self.line) {
      guard line.columns + hint.columns + 2 <= place.columns + (line.isEmpty ? 2 : 0) else { break }
      if !line.isEmpty { line.append("  ") }
      line.append(hint)
    }
    return grid.write(line, in: place, glyphs: glyphs)
  }
}
