import ScreenKit
import SharedState

extension CallPane {
  private static func inside(_ rect: Rect) -> Rect {
    guard rect.rows >= 5, rect.columns >= 12 else { return rect }
    return rect.inset(columns: rect.columns >= 30 ? 2 : 1, rows: 1)
  }

  /// Where the form or the answer is drawn: below what is said about it.
  func body(in rect: Rect) -> Rect {
    let inside = Self.inside(rect)
    return inside.top(min(3, inside.rows / 2)).rest
  }

  /// Draws the pane with its frame, and puts the terminal's cursor where text is typed.
  func draw(into grid: inout Grid, rect: Rect, glyphs: Glyphs) {
    guard !rect.isEmpty else { return }
    grid.fill(rect)
    let inside = Self.inside(rect)
    if inside != rect {
      grid.box(
        rect,
        title: "run \(command.name)",
        style: Style(.focusedBorder, .bold),
        titleStyle: Style(.title, .bold),
        glyphs: glyphs
      )
    }
    let body = body(in: rect)
    let (head, _) = inside.top(inside.rows - body.rows)
    for (row, line) in headLines(glyphs).prefix(head.rows).enumerated() {
      grid.write(line, in: head.line(row), glyphs: glyphs)
    }
    switch phase {
    case .writing: drawForm(into: &grid, body, glyphs)
    case .running: break
    case .ended: drawReport(into: &grid, body, glyphs)
    }
  }

  /// How it stands, and what it is about.
  private func headLines(_ glyphs: Glyphs) -> [Line] {
    let words = Self.argumentWords(arguments, glyphs)
    let with = words.isEmpty ? Line("without arguments", .muted) : Line(words, .key)
    switch phase {
    case .writing:
      return [Line(command.label ?? "with these arguments", .muted), Line()]
    case .running(_, let since):
      let sent = "\(glyphs.ring) still running, since \(since.clockText)"
      return [Line(sent, .changed, .bold), with]
    case .ended(let result, let time):
      return [
        endLine(result, Phrases.length(time), glyphs), notice.map { Line($0, .warning) } ?? with,
      ]
    }
  }

  /// Arguments as one would write them on a command line: `index=1 loop=true`.
  static func argumentWords(_ arguments: StateObject, _ glyphs: Glyphs) -> String {
    let shown = arguments.prefix(8).map { field in
      let name = TextWidth.truncate(field.key, to: 30, ellipsis: glyphs.ellipsis)
      return name + "="
        + ValueExcerpt.text(field.value, budget: 40, ellipsis: glyphs.ellipsis)
    }
    return (shown + (arguments.count > 8 ? [glyphs.ellipsis] : [])).joined(separator: " ")
  }

  private func endLine(
    _ result: Result<StateValue, CommandFailure>,
    _ time: String,
    _ glyphs: Glyphs
  ) -> Line {
    switch result {
    case .success(.null):
      Line("\(glyphs.check) done after \(time), without a result", .success, .bold)
    case .success: Line("\(glyphs.check) done after \(time), with this result:", .success, .bold)
    case .failure: Line("\(glyphs.failure) not done, after \(time):", .error, .bold)
    }
  }

  private func drawForm(into grid: inout Grid, _ rect: Rect, _ glyphs: Glyphs) {
    let (foot, above) = rect.bottom(rect.rows > 2 ? 1 : 0)
    FormView(form: form, glyphs: glyphs).draw(into: &grid, rect: above)
    let line =
      if let trouble = notice ?? form.focusedFlaw {
        Line("\(glyphs.failure) \(trouble)", .error, .bold)
      } else {
        Line(form.focusedKind?.help ?? "", .muted)
      }
    grid.write(line, in: foot, glyphs: glyphs)
  }

  private func drawReport(into grid: inout Grid, _ rect: Rect, _ glyphs: Glyphs) {
    report.rows(columns: rect.columns).lazy.map { Line($0) }
      .draw(into: &grid, rect: rect, from: report.top, glyphs: glyphs)
  }
}
