import ScreenKit
import SharedState
import StateEditing

extension EditPane {
  /// Draws what is being written, and below it what is to be known about it.
  func drawDraft(into grid: inout Grid, rect: Rect, glyphs: Glyphs) {
    let canvas = PaneCanvas(rect: rect, glyphs: glyphs)
    switch draft {
    case .value(let editor):
      drawWriting(canvas, &grid) { grid, rest in
        draw(editor, isFocused: true, in: rest, &grid, glyphs)
      }
    case .fields(let form):
      drawWriting(canvas, &grid) { grid, rest in
        FormView(form: form, glyphs: glyphs).draw(into: &grid, rect: rest)
      }
    case .entry(let house):
      drawWriting(canvas, &grid) { grid, rest in draw(house, in: rest, &grid, glyphs) }
    case .removal: drawRemoval(canvas, &grid)
    case .clearing(let clearing): draw(clearing, canvas, &grid)
    }
  }

  /// The text above, a preview of the change where there is room, and at the bottom what is wrong.
  private func drawWriting(
    _ canvas: PaneCanvas,
    _ grid: inout Grid,
    _ drawText: (inout Grid, Rect) -> Void
  ) {
    let proposal = (try? mine.get()).map { Proposal(base: base, mine: $0, live: live) }
    var rest = canvas.footer(writingRows(canvas, proposal), &grid)
    if rest.rows >= 12, verb != .add, let proposal {
      let preview = previewRows(proposal, canvas)
      let (area, above) = rest.bottom(min(preview.count, rest.rows / 3))
      preview.draw(into: &grid, rect: area, glyphs: canvas.glyphs)
      rest = above
    }
    drawText(&grid, rest)
  }

  private func previewRows(_ proposal: Proposal, _ canvas: PaneCanvas) -> [Line] {
    let rows = DiffRows(columns: canvas.rect.columns, glyphs: canvas.glyphs, warns: false)
      .rows(proposal.diff)
    return rows.isEmpty ? [] : [ruler("changes", canvas)] + rows
  }

  private func ruler(_ title: String, _ canvas: PaneCanvas) -> Line {
    let room = canvas.rect.columns - TextWidth.columns(of: title) - 4
    let line = canvas.glyphs.horizontal
    return Line(line + line + " ", Style(.border)).adding(title, Style(.muted))
      .adding(" " + String(repeating: line, count: max(0, room)), Style(.border))
  }

  /// What the person should know while writing: news of the house, what the text is, what is wrong.
  private func writingRows(_ canvas: PaneCanvas, _ proposal: Proposal?) -> [Line] {
    let columns = canvas.rect.columns
    var rows = meanwhileRows(proposal, columns)
    let flaw = flawText
    if let flaw {
      rows += Line.wrapped(
        "\(canvas.glyphs.failure) \(flaw)",
        Style(.error, .bold),
        columns: columns
      )
    } else {
      rows += summaryRows(canvas, proposal)
    }
    if let notice, notice != flaw {
      rows += Line.wrapped(notice, Style(.warning, .bold), columns: columns)
    }
    return rows
  }

  private func meanwhileRows(_ proposal: Proposal?, _ columns: Int) -> [Line] {
    guard base != live, base != nil else { return [] }
    let style = Style(.warning, .bold)
    guard live != nil else {
      return Line.wrapped("removed by somebody else while you write", style, columns: columns)
    }
    guard let proposal else { return [] }
    let followed = followedRows(proposal.settled.fromLive, columns)
    guard proposal.isOpen else { return followed }
    let places = proposal.conflicts.map(\.path.description).joined(separator: ", ")
    return followed
      + Line.wrapped("changed by somebody else too: \(places)", style, columns: columns)
  }

  /// The fields that follow the live value, on one row.
  func followedRows(_ paths: [ValuePath], _ columns: Int) -> [Line] {
    guard !paths.isEmpty else { return [] }
    let places = paths.prefix(8).map(\.description).joined(separator: ", ")
    let rest = paths.count > 8 ? " and \(paths.count - 8) more" : ""
    return [Line("followed live: ", Style(.muted)).adding(places + rest, Style(.key))]
  }

  private var flawText: String? {
    switch draft {
    case .value(let editor): editor.flawText
    case .entry(let house): house.value.flawText
    case .fields(let form): form.focusedFlaw
    case .removal, .clearing: nil
    }
  }

  /// What the text under the cursor is, and what to beware of.
  private func summaryRows(_ canvas: PaneCanvas, _ proposal: Proposal?) -> [Line] {
    let warning = proposal.flatMap { KindWarning.text(in: $0.diff) }.map {
      Line.wrapped(
        "\(canvas.glyphs.warning) \($0)",
        Style(.warning, .bold),
        columns: canvas.rect.columns
      )
    }
    return (warning ?? []) + (summary.map { [Line($0, Style(.muted))] } ?? [])
  }

  private var summary: String? {
    switch draft {
    case .value(let editor): summary(of: editor)
    case .entry(let house): summary(of: house.value)
    case .fields(let form) where !form.isInName:
      [summary(of: form.focusedRow.value), form.focusedKind?.help].compactMap { $0 }
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

  private func draw(
    _ house: NewEntry,
    in rect: Rect,
    _ grid: inout Grid,
    _ glyphs: Glyphs
  ) {
    let (line, rest) = rect.top(1)
    let street = TextWidth.truncate(house.street, to: line.columns / 2, ellipsis: glyphs.ellipsis)
    let used = grid.write(street, at: line.origin, in: line, style: Style(.street))
    house.name.draw(
      into: &grid,
      rect: line.left(used).rest,
      look: .init(isFocused: house.isInName, flaw: nil, glyphs: glyphs)
    )
    let cursor = grid.cursor
    draw(house.value, isFocused: !house.isInName, in: rest, &grid, glyphs)
    if house.isInName { grid.cursor = cursor }
  }

  private func drawRemoval(_ canvas: PaneCanvas, _ grid: inout Grid) {
    let columns = canvas.rect.columns
    let question =
      live == nil
      ? Line.wrapped(
        "somebody else has just removed it",
        Style(.warning, .bold),
        columns: columns
      )
      : Line.wrapped(
        "Remove \(key ?? "")? y removes it, n (or Enter) leaves it.",
        Style(.warning, .bold),
        columns: columns
      )
    let rest = canvas.footer(noticeRowsForWriting(columns) + question, &grid)
    DiffRows(columns: columns, glyphs: canvas.glyphs).rows(ValueDiff(from: live, to: nil))
      .draw(into: &grid, rect: rest, glyphs: canvas.glyphs)
  }

  private func draw(_ clearing: GroupClearing, _ canvas: PaneCanvas, _ grid: inout Grid) {
    let columns = canvas.rect.columns
    let (line, above) = canvas.rect.bottom(1)
    let count = clearing.keys.count
    let question =
      "All \(Phrases.count(count, "house")) will go, in one message. "
      + (notice ?? "Type \(clearing.street) and Enter, or Esc.")
    let rest = PaneCanvas(rect: above, glyphs: canvas.glyphs).footer(
      Line.wrapped(question, Style(.warning, .bold), columns: columns),
      &grid
    )
    let used = grid.write("> ", at: line.origin, in: line, style: Style(.hintKey, .bold))
    clearing.typed.draw(
      into: &grid,
      rect: line.left(used).rest,
      look: .init(isFocused: true, flaw: nil, glyphs: canvas.glyphs)
    )
    clearing.keys.prefix(rest.rows).map {
      Line("- ", Style(.removed, .bold)).adding($0, Style(.key))
    }.draw(into: &grid, rect: rest, glyphs: canvas.glyphs)
  }

  private func noticeRowsForWriting(_ columns: Int) -> [Line] {
    notice.map { Line.wrapped($0, Style(.warning, .bold), columns: columns) } ?? []
  }
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
