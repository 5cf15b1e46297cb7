import ScreenKit
import SharedState

extension CallPane {
  /// Where the form or the answer is drawn: below what is said about it.
  func body(in rect: Rect) -> Rect {
    let inside = PaneCanvas.inside(rect)
    return inside.top(min(3, inside.rows / 2)).rest
  }

  /// Draws the pane with its frame, and puts the terminal's cursor where text is typed.
  func draw(into grid: inout Grid, rect: Rect, glyphs: Glyphs, words: Vocabulary) {
    guard !rect.isEmpty else { return }
    let title = "run \(command.name)"
    let inside = PaneCanvas(framing: rect, title: title, glyphs: glyphs, words: words, &grid)
    let body = body(in: rect)
    let (head, _) = inside.rect.top(inside.rect.rows - body.rows)
    grid.write(headLines(glyphs, words), in: head, glyphs: glyphs)
    let canvas = inside.covering(body)
    switch phase {
    case .writing: drawForm(canvas, &grid)
    case .running: break
    case .ended:
      canvas.draw(report.rows(columns: body.columns).map { Line($0) }, from: report.top, &grid)
    }
  }

  /// How it stands, and what it is about.
  private func headLines(_ glyphs: Glyphs, _ vocabulary: Vocabulary) -> [Line] {
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
        endLine(result, Phrases.length(time), glyphs),
        notice.map { Line(vocabulary($0), .warning) } ?? with,
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

  private func drawForm(_ canvas: PaneCanvas, _ grid: inout Grid) {
    let glyphs = canvas.glyphs
    let (foot, above) = canvas.rect.bottom(canvas.rect.rows > 2 ? 1 : 0)
    FormView(form: form, glyphs: glyphs).draw(into: &grid, rect: above)
    let line =
      if let trouble = notice.map({ canvas.words($0) }) ?? form.focusedFlaw {
        Line("\(glyphs.failure) \(trouble)", .error, .bold)
      } else {
        Line(form.focusedKind?.help ?? "", .muted)
      }
    grid.write(line, in: foot, glyphs: glyphs)
  }
}
