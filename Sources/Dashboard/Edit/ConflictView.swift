import ScreenKit
import SharedState
import StateEditing

/// The fields that two people changed, with what each wants, and what has been chosen.
struct ConflictView {
  let proposal: Proposal
  let key: String
  let canvas: PaneCanvas

  private var glyphs: Glyphs { canvas.glyphs }

  func draw(into grid: inout Grid) {
    let rest = canvas.header(canvas.rows(heading, Style(.warning, .bold)), &grid)
    if proposal.isEntryGone {
      rest.draw(DiffRows(rest).rows(ValueDiff(from: nil, to: proposal.mine)), &grid)
    } else if rest.columns >= 76 {
      drawTable(into: &grid, rect: rest.rect)
    } else {
      drawBlocks(rest, &grid)
    }
  }

  private var heading: Phrase {
    if proposal.isEntryGone {
      return
        "\(key) was removed while you edited it. m \(.buildsAgain), l lets it go."
    }
    let open = proposal.settled.conflicts.count
    if open == 0 { return "All chosen\(proposal.movesWords): Enter goes on to the review." }
    return "Changed by you and by somebody else. Choose b base, m mine or l live: \(open) left."
  }

  private static let letters: [(side: ValueMerge.Side, letter: String, word: String)] = [
    (.base, "b", "base"), (.mine, "m", "mine"), (.live, "l", "live"),
  ]

  /// The three values of a place, cut so that what tells them apart is seen.
  private func texts(of conflict: ValueMerge.Conflict, room: Int) -> [String] {
    let values = Self.letters.map { conflict.value(of: $0.side) }
    return ValueExcerpt.texts(values, budget: room, ellipsis: glyphs.ellipsis)
      .map { $0 ?? "(nothing)" }
  }

  /// A chosen value has a mark and is bold, so that it shows without colour.
  private func mark(_ side: ValueMerge.Side, of conflict: ValueMerge.Conflict) -> (String, Style) {
    let isChosen = proposal.choice(for: conflict) == side
    let role: Role = side == .mine ? .added : side == .live ? .changed : .plain
    return (isChosen ? glyphs.check + " " : "  ", Style(role, isChosen ? [.bold, .reverse] : []))
  }

  // MARK: Wide: one row each, three columns

  private func drawTable(into grid: inout Grid, rect: Rect) {
    let name = min(
      rect.columns / 4,
      2 + (proposal.conflicts.map { TextWidth.columns(of: $0.path.description) }.max() ?? 0)
    )
    let column = (rect.columns - name - 2) / 3
    let (head, body) = rect.top(1)
    for (index, side) in Self.letters.enumerated() {
      let cell = head.left(name + index * column + 2).rest
      let title = Line("  \(side.letter) ", .hintKey, .bold).adding(side.word, Style(.title))
      grid.write(title, in: cell, glyphs: glyphs)
    }
    let first = TextEditor.firstVisible(
      proposal.focus,
      of: proposal.conflicts.count,
      room: body.rows
    )
    for (line, index) in proposal.conflicts.indices.dropFirst(first).prefix(body.rows).enumerated()
    {
      drawTableRow(index, name: name, column: column, in: body.line(line), &grid)
    }
  }

  private func drawTableRow(
    _ index: Int,
    name: Int,
    column: Int,
    in line: Rect,
    _ grid: inout Grid
  ) {
    let conflict = proposal.conflicts[index]
    grid.write(nameRow(index, columns: name), in: line.left(name).0, glyphs: glyphs)
    let texts = texts(of: conflict, room: column - 3)
    for (position, side) in Self.letters.enumerated() {
      let cell = line.left(name + position * column + 2).rest.left(column - 1).0
      let (mark, style) = mark(side.side, of: conflict)
      let choice = Line(mark, style.adding(.bold))
        .adding(texts[position], style)
      grid.write(choice, in: cell, glyphs: glyphs)
    }
  }

  private func nameRow(_ index: Int, columns: Int) -> Line {
    let isFocused = index == proposal.focus
    let name = TextWidth.cutInMiddle(
      proposal.conflicts[index].path.description,
      to: columns - 2,
      ellipsis: glyphs.ellipsis
    )
    return Line(isFocused ? glyphs.folded + " " : "  ", Style(.key, .bold))
      .adding(name, Style(.key, isFocused ? .bold : []))
  }

  // MARK: Narrow: one block each

  private func drawBlocks(_ canvas: PaneCanvas, _ grid: inout Grid) {
    let rect = canvas.rect
    let blocks = proposal.conflicts.indices.map { block($0, columns: rect.columns) }
    let rows = blocks.flatMap { $0 }
    let height = blocks.first?.count ?? 0
    let focused = proposal.focus * height
    let last = focused + height - 1
    // The whole block is seen if it fits, and its name in any case.
    let first =
      last < rect.rows ? 0 : min(focused, last - rect.rows + 1 + max(0, height - rect.rows))
    canvas.draw(Array(rows.dropFirst(first)), &grid)
  }

  private func block(_ index: Int, columns: Int) -> [Line] {
    let conflict = proposal.conflicts[index]
    let texts = texts(of: conflict, room: columns - 11)
    return [nameRow(index, columns: columns)]
      + zip(Self.letters, texts).map { side, text in
        let (mark, style) = mark(side.side, of: conflict)
        return Line("  \(side.letter) ", Style(.hintKey, .bold))
          .adding(side.word + " ", Style(.muted))
          .adding(mark, style.adding(.bold))
          .adding(text, style)
      }
  }
}
