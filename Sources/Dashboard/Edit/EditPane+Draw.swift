import ScreenKit
import SharedState
import StateEditing

extension EditPane {
  /// Draws the pane with its frame, and puts the terminal's cursor where text is typed.
  func draw(into grid: inout Grid, rect: Rect, glyphs: Glyphs, words: Vocabulary) {
    guard !rect.isEmpty else { return }
    // The verb stands at its beginning, and what tells keys apart often at its end.
    let short = TextWidth.cutInMiddle(title, to: rect.columns - 5, ellipsis: glyphs.ellipsis)
    let canvas = PaneCanvas(framing: rect, title: short, glyphs: glyphs, words: words, &grid)
    if canvas.rect != rect, case .yours? = lock {
      let edge = rect.line(rect.rows - 1).inset(columns: 2, rows: 0)
      grid.writeRight(Line(" \(glyphs.lock) locked by you ", .muted), in: edge, glyphs: glyphs)
    }
    drawBody(canvas.header(lockRows(canvas), &grid), &grid)
  }

  /// What the lock means for the edit, if it keeps it back or has just let it through.
  private func lockRows(_ canvas: PaneCanvas) -> [Line] {
    let glyphs = canvas.glyphs
    switch (lock, phase) {
    case (_, .pending), (.asked?, _), (nil, _): return []
    case (.another?, _):
      let text: Phrase = "\(glyphs.failure) locked by another: send once it is free"
      return canvas.rows(text, Style(.warning, .bold))
    case (.failed(let reason)?, _):
      return canvas.rows("\(glyphs.warning) without a lock: \(reason)", Style(.warning))
    case (.yours?, .done):
      let text: Phrase = "\(glyphs.lock) locked by you now: r sends it again"
      return canvas.rows(text, Style(.success, .bold))
    case (.yours?, _): return []
    }
  }

  private func drawBody(_ canvas: PaneCanvas, _ grid: inout Grid) {
    switch phase {
    case .blocked(let reason):
      canvas.draw(canvas.rows(reason, Style(.warning)), &grid)
    case .editing:
      drawDraft(canvas, &grid)
    case .leaving:
      let question: Phrase = "Throw away what you wrote? y throws it away, n (or Enter) goes on."
      drawDraft(canvas.footer(canvas.rows(question, Style(.warning, .bold)), &grid), &grid)
      grid.cursor = nil
    case .review(let proposal):
      drawReview(proposal, canvas, &grid)
    case .conflict(let proposal):
      let rest = canvas.footer(noticeRows(canvas), &grid)
      ConflictView(proposal: proposal, key: key ?? "", canvas: rest).draw(into: &grid)
    case .pending(let proposal):
      let text: Phrase = "\(canvas.glyphs.ring) sent, waiting for the \(.host)"
      drawEnd(canvas.rows(text, Style(.changed, .bold)), proposal, canvas, &grid)
    case .done(let outcome, let proposal, _):
      let (text, role) = outcome.words(canvas.glyphs)
      let rows = canvas.rows(text, Style(role, .bold))
      let end = outcome.isArrival ? rows + replacedRows(canvas) : rows
      drawEnd(end + noticeRows(canvas), proposal, canvas, &grid)
    }
  }

  /// What the next key takes away.
  func noticeRows(_ canvas: PaneCanvas) -> [Line] {
    notice.map { canvas.rows($0, Style(.warning, .bold)) } ?? []
  }

  private func drawReview(_ proposal: Proposal, _ canvas: PaneCanvas, _ grid: inout Grid) {
    let isNothing = proposal.diff.isEmpty
    // What is kept for want of a connection says itself what sends it.
    let question = isKept ? [] : [Hint("Enter", isNothing ? "closes" : "sends this").line]
    let rest = canvas.footer(
      atomRows(canvas) + followedRows(proposal.settled.fromLive) + movesRows(proposal, canvas)
        + noticeRows(canvas)
        + question,
      &grid
    )
    guard !isNothing else {
      let text: Phrase = "Nothing to send: the \(.town) holds exactly this."
      return rest.draw(rest.rows(text, Style(.plain, .bold)), &grid)
    }
    rest.draw(DiffRows(rest).rows(proposal.diff), from: scroll, &grid)
  }

  /// Which atoms are written, in words.
  private func atomRows(_ canvas: PaneCanvas) -> [Line] {
    guard case .fields(let form) = draft else { return [] }
    return form.atomsInWords.flatMap { canvas.rows("\($0.name): \($0.words)", Style(.muted)) }
  }

  private func movesRows(_ proposal: Proposal, _ canvas: PaneCanvas) -> [Line] {
    guard proposal.moves > 0 else { return [] }
    return canvas.rows("Your choice stands\(proposal.movesWords).", Style(.muted))
  }

  /// What an edit went over, where the person had chosen so.
  private func replacedRows(_ canvas: PaneCanvas) -> [Line] {
    replaced.prefix(3).flatMap { place in
      let old = place.live.map {
        ValueExcerpt.text($0, budget: canvas.columns / 2, ellipsis: canvas.glyphs.ellipsis)
      }
      let name = place.path.isRoot ? "" : "\(place.path): "
      return canvas.rows("\(name)it replaced \(old ?? "nothing")", Style(.muted))
    }
  }

  private func drawEnd(
    _ rows: [Line],
    _ proposal: Proposal?,
    _ canvas: PaneCanvas,
    _ grid: inout Grid
  ) {
    let rest = canvas.header(rows, &grid)
    rest.draw(sentRows(proposal, canvas), &grid)
  }

  /// What was sent; the proposal's own starting point, because the live value is the echo by now.
  private func sentRows(_ proposal: Proposal?, _ canvas: PaneCanvas) -> [Line] {
    if case .clearing(let clearing) = draft, proposal == nil { return clearing.rows }
    return DiffRows(canvas).rows(ValueDiff(from: proposal.map(\.base) ?? base, to: proposal?.mine))
  }
}

extension Proposal {
  /// How often what was chosen against has changed since, after other words.
  var movesWords: String {
    moves == 0 ? "" : "; live has moved on (\(Phrases.count(moves, "time")))"
  }
}

extension EditOutcome {
  /// How an edit ended, in words.
  fileprivate func words(_ glyphs: Glyphs) -> (Phrase, Role) {
    switch self {
    case .sent(.accepted(let time)):
      ("\(glyphs.check) accepted \(Phrases.after(time))", .success)
    case .sent(.overwritten(let time)):
      (
        "\(glyphs.warning) accepted, then overwritten by somebody else \(Phrases.later(time))",
        .warning
      )
    case .sent(.unconfirmed):
      (
        "\(glyphs.warning) unconfirmed: sent, but the \(.host) has not answered in 2 s; \(Self.unsure)",
        .warning
      )
    case .sent(.disconnected):
      ("\(glyphs.failure) disconnected before the \(.host) answered; \(Self.unsure)", .error)
    case .sent(.refused(let reason)): ("\(glyphs.failure) refused: \(reason)", .error)
    case .conflict(let key, _):
      ("\(glyphs.warning) not sent: \(key) was changed by somebody else", .warning)
    }
  }

  private static var unsure: String { "it may have the change or not" }
}
