import ScreenKit
import SharedState
import StateEditing

extension EditPane {
  /// Draws what is being written, and below it what is to be known about it.
  func drawDraft(_ canvas: PaneCanvas, _ grid: inout Grid) {
    switch draft {
    case .value(let editor):
      let rest = drawNotes(canvas, &grid)
      draw(editor, isFocused: true, in: rest.rect, &grid, rest.glyphs)
    case .fields(let form):
      let rest = drawNotes(canvas, &grid)
      FormView(form: form, glyphs: rest.glyphs).draw(into: &grid, rect: rest.rect)
    case .entry(let entry): draw(entry, drawNotes(canvas, &grid), &grid)
    case .removal: drawRemoval(canvas, &grid)
    case .clearing(let clearing): draw(clearing, canvas, &grid)
    }
  }

  /// A preview of the change where there is room, and at the bottom what is wrong; returns what is left for the text.
  private func drawNotes(_ canvas: PaneCanvas, _ grid: inout Grid) -> PaneCanvas {
    let proposal = (try? mine.get()).map { Proposal(base: base, mine: $0, live: live) }
    let rest = canvas.footer(writingRows(canvas, proposal), &grid)
    guard rest.rect.rows >= 12, verb != .add, let proposal else { return rest }
    let room = rest.rect.rows / 3
    let preview = previewRows(proposal, canvas, room: room)
    let (area, above) = rest.rect.bottom(min(preview.count, room))
    rest.covering(area).draw(preview, &grid)
    return rest.covering(above)
  }

  private func previewRows(_ proposal: Proposal, _ canvas: PaneCanvas, room: Int) -> [Line] {
    let rows = DiffRows(canvas, warns: false, room: room - 1).rows(proposal.diff)
    return rows.isEmpty ? [] : [ruler("changes", canvas)] + rows
  }

  private func ruler(_ title: String, _ canvas: PaneCanvas) -> Line {
    let room = canvas.columns - TextWidth.columns(of: title) - 4
    let line = canvas.glyphs.horizontal
    return Line(line + line + " ", Style(.border)).adding(title, Style(.muted))
      .adding(" " + String(repeating: line, count: max(0, room)), Style(.border))
  }

  /// What the person should know while writing: news of the entry, what the text is, what is wrong.
  private func writingRows(_ canvas: PaneCanvas, _ proposal: Proposal?) -> [Line] {
    let rows = meanwhileRows(proposal, canvas)
    guard let flaw = flawText else {
      return rows + summaryRows(canvas, proposal) + noticeRows(canvas)
    }
    return rows + canvas.rows("\(canvas.glyphs.failure) \(flaw)", Style(.error, .bold))
      + (notice == Phrase(flaw) ? [] : noticeRows(canvas))
  }

  private func meanwhileRows(_ proposal: Proposal?, _ canvas: PaneCanvas) -> [Line] {
    guard base != live, base != nil else { return [] }
    let style = Style(.warning, .bold)
    guard live != nil else {
      return canvas.rows("removed by somebody else while you write", style)
    }
    guard let proposal else { return [] }
    let followed = followedRows(proposal.settled.fromLive, isShownOlder: isWritingWhole)
    guard proposal.isOpen else { return followed }
    let places = proposal.conflicts.map(\.path.description).joined(separator: ", ")
    return followed + canvas.rows("changed by somebody else too: \(places)", style)
  }

  /// Whether all of the value stands in one text, which is as the value was when the text was begun.
  private var isWritingWhole: Bool { if case .value = draft { true } else { false } }

  /// The fields that are sent as they are live, on one row; a text may still show what they were.
  func followedRows(_ paths: [ValuePath], isShownOlder: Bool = false) -> [Line] {
    guard !paths.isEmpty else { return [] }
    let places = paths.prefix(8).map(\.description).joined(separator: ", ")
    let rest = paths.count > 8 ? " and \(paths.count - 8) more" : ""
    let what = isShownOlder ? "older here, sent as live: " : "followed live: "
    return [Line(what, Style(.muted)).adding(places + rest, Style(.key))]
  }

  private var flawText: String? {
    switch draft {
    case .value(let editor): editor.flawText
    case .entry(let entry): entry.value.flawText
    case .fields(let form): form.focusedFlaw
    case .removal, .clearing: nil
    }
  }

  /// What the text under the cursor is, and what to beware of.
  private func summaryRows(_ canvas: PaneCanvas, _ proposal: Proposal?) -> [Line] {
    let warning = proposal.flatMap { KindWarning.text(in: $0.diff) }.map {
      canvas.rows("\(canvas.glyphs.warning) \($0)", Style(.warning, .bold))
    }
    return (warning ?? []) + (summary.map { [Line($0, Style(.muted))] } ?? [])
  }

  private var summary: String? {
    switch draft {
    case .value(let editor): summary(of: editor)
    case .entry(let entry): summary(of: entry.value)
    case .fields(let form) where !form.isInName:
      [form.focusedRow.value.meaning ?? summary(of: form.focusedRow.value), form.focusedKind?.help]
        .compactMap { $0 }
        .joined(separator: "; ")
    case .fields, .removal, .clearing: nil
    }
  }

  private func summary(of editor: ValueEditor) -> String? {
    guard let value = editor.value else { return nil }
    let what =
      switch value {
      case .object(let object): "\(value.kind) of \(object.count) fields"
      case .array(let elements): "\(value.kind) of \(elements.count)"
      default: value.kind
      }
    let cursor = editor.editor.cursor
    return editor.editor.isMultiline ? "\(cursor.line + 1):\(cursor.column + 1) \(what)" : what
  }

  private func draw(
    _ editor: ValueEditor,
    isFocused: Bool,
    in rect: Rect,
    _ grid: inout Grid,
    _ glyphs: Glyphs
  ) {
    let look = TextEditor.Look(isFocused: isFocused, flaw: editor.flawPosition, glyphs: glyphs)
    editor.editor.draw(into: &grid, rect: rect, look: look)
  }

  private func draw(_ entry: NewEntry, _ canvas: PaneCanvas, _ grid: inout Grid) {
    let glyphs = canvas.glyphs
    let canvas = canvas.footer(beginningRows(entry, canvas), &grid)
    let (line, rest) = canvas.rect.top(1)
    let prefix = TextWidth.truncate(
      entry.givenPrefix,
      to: line.columns / 2,
      ellipsis: glyphs.ellipsis
    )
    let used = grid.write(prefix, at: line.origin, in: line, style: Style(.group))
    entry.name.draw(
      into: &grid,
      rect: line.left(used).rest,
      look: .init(isFocused: entry.isInName, flaw: nil, glyphs: glyphs)
    )
    let cursor = grid.cursor
    draw(entry.value, isFocused: !entry.isInName, in: rest, &grid, glyphs)
    if entry.isInName { grid.cursor = cursor }
  }

  /// How an entry that nobody has written on came to look as it does, and how it is named.
  private func beginningRows(_ entry: NewEntry, _ canvas: PaneCanvas) -> [Line] {
    guard !entry.isChanged else { return [] }
    let naming: Phrase =
      entry.isInName ? "Type its name, or a whole \(.address); Tab: its value." : "Tab names it."
    let like = entry.like.map { "begun like \($0). " } ?? ""
    return canvas.rows("\(like)\(naming)" as Phrase, Style(.muted))
  }

  private func drawRemoval(_ canvas: PaneCanvas, _ grid: inout Grid) {
    let question: Phrase =
      live == nil
      ? "somebody else has just removed it"
      : "Remove \(key ?? "")? y removes it, n (or Enter) leaves it."
    let rows = noticeRows(canvas) + canvas.rows(question, Style(.warning, .bold))
    let rest = canvas.footer(rows, &grid)
    rest.draw(DiffRows(rest).rows(ValueDiff(from: live, to: nil)), &grid)
  }

  private func draw(_ clearing: GroupClearing, _ canvas: PaneCanvas, _ grid: inout Grid) {
    let (line, above) = canvas.rect.bottom(1)
    let question: Phrase =
      "All \(clearing.keys.count, .house) will go, in one message. \(notice ?? clearing.request)"
    let rest = canvas.covering(above)
      .footer(canvas.rows(question, Style(.warning, .bold)), &grid)
    let used = grid.write("> ", at: line.origin, in: line, style: Style(.hintKey, .bold))
    clearing.typed.draw(
      into: &grid,
      rect: line.left(used).rest,
      look: .init(isFocused: true, flaw: nil, glyphs: canvas.glyphs)
    )
    rest.draw(Array(clearing.rows.prefix(rest.rect.rows)), &grid)
  }
}

extension GroupClearing {
  /// What would go, or has gone.
  var rows: [Line] { keys.map { Line("- ", Style(.removed, .bold)).adding($0, Style(.key)) } }
}

/// The fields of an update, one line each.
struct FormView {
  let form: FieldForm
  let glyphs: Glyphs

  func draw(into grid: inout Grid, rect: Rect) {
    let first = TextEditor.firstVisible(form.focus, of: form.rows.count, room: rect.rows)
    let width = nameWidth(in: rect)
    for (line, row) in form.rows.indices.dropFirst(first).prefix(rect.rows).enumerated() {
      draw(row, width, in: rect.line(line), &grid)
    }
  }

  private func nameWidth(in rect: Rect) -> Int {
    let widest =
      form.rows.map { row in
        TextWidth.columns(of: row.path?.description ?? row.name.text) + (row.path == nil ? 1 : 0)
      }.max() ?? 0
    return min(max(widest, 8), rect.columns * 2 / 5)
  }

  private func draw(_ index: Int, _ nameWidth: Int, in line: Rect, _ grid: inout Grid) {
    let row = form.rows[index]
    let isFocused = index == form.focus
    let mark = (isFocused ? glyphs.folded : " ") + (row.isTouched ? "~ " : "  ")
    let used = grid.write(mark, at: line.origin, in: line, style: Style(.changed, .bold))
    let (name, afterName) = line.left(used).rest.left(nameWidth)
    if let path = row.path {
      grid.write(
        label(path, columns: name.columns),
        at: name.origin,
        in: name,
        style: Style(.key, isFocused ? .bold : [])
      )
    } else {
      row.name.draw(
        into: &grid,
        rect: name,
        look: .init(isFocused: isFocused && form.isInName, flaw: nil, glyphs: glyphs)
      )
    }
    let equals = grid.write(" = ", at: afterName.origin, in: afterName, style: Style(.muted))
    let value = drawSwatch(row, into: &grid, afterName.left(equals).rest)
    let cursor = grid.cursor
    row.value.editor.draw(
      into: &grid,
      rect: value,
      look: .init(
        isFocused: isFocused && !form.isInName,
        flaw: row.isTouched ? row.value.flawPosition : nil,
        glyphs: glyphs
      )
    )
    if isFocused, form.isInName { grid.cursor = cursor }
  }

  /// The name of a field; of one that is too long, the end, in which it differs from the others.
  private func label(_ path: ValuePath, columns: Int) -> String {
    let name = path.description
    guard TextWidth.exceeds(name, columns: columns) else { return name }
    let room = columns - TextWidth.columns(of: glyphs.ellipsis)
    var end = name[...]
    while TextWidth.exceeds(String(end), columns: room), !end.isEmpty { end.removeFirst() }
    return glyphs.ellipsis + end
  }

  /// Shows a colour as it is typed, and what it is called; returns what is left for the text.
  private func drawSwatch(_ row: FieldForm.Row, into grid: inout Grid, _ place: Rect) -> Rect {
    guard case .colour = row.kind, let colour = row.value.value.flatMap({ Colour($0) }) else {
      return place
    }
    var line = Line(glyphs.swatch + " ", .swatch(colour.terminalIndex))
    // What is typed as a name needs no second one.
    if colour.words != row.value.editor.text {
      line.append(colour.words + " ", .muted)
    }
    guard line.columns < place.columns / 2 else { return place }
    return place.left(grid.write(line, in: place, glyphs: glyphs)).rest
  }
}
