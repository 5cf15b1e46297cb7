import ScreenKit
import SharedState
import StateEditing

extension EditPane {
  /// Draws the pane with its frame, and puts the terminal's cursor where text is typed.
  func draw(into grid: inout Grid, rect: Rect, glyphs: Glyphs) {
    guard !rect.isEmpty else { return }
    grid.fill(rect)
    var inside = rect
    if rect.rows >= 5, rect.columns >= 12 {
      grid.box(
        rect,
        title: title,
        style: Style(.focusedBorder, .bold),
        titleStyle: Style(.title, .bold),
        glyphs: glyphs
      )
      inside = rect.inset(columns: rect.columns >= 30 ? 2 : 1, rows: 1)
    }
    if inside != rect, case .yours? = lock {
      let edge = rect.line(rect.rows - 1).inset(columns: 2, rows: 0)
      grid.writeRight(Line(" \(glyphs.lock) locked by you ", .muted), in: edge, glyphs: glyphs)
    }
    let body = PaneCanvas(rect: inside, glyphs: glyphs).header(
      lockRows(inside.columns, glyphs),
      &grid
    )
    drawBody(into: &grid, rect: body, glyphs: glyphs)
  }

  /// What the lock means for the edit, if it keeps it back or has just let it through.
  private func lockRows(_ columns: Int, _ glyphs: Glyphs) -> [Line] {
    switch (lock, phase) {
    case (_, .pending), (.asked?, _), (nil, _): []
    case (.another?, _):
      Line.wrapped(
        "\(glyphs.failure) locked by another: send once it is free",
        Style(.warning, .bold),
        columns: columns
      )
    case (.failed(let reason)?, _):
      Line.wrapped(
        "\(glyphs.warning) without a lock: \(reason)",
        Style(.warning),
        columns: columns
      )
    case (.yours?, .done):
      Line.wrapped(
        "\(glyphs.lock) locked by you now: r sends it again",
        Style(.success, .bold),
        columns: columns
      )
    case (.yours?, _): []
    }
  }

  private func drawBody(into grid: inout Grid, rect: Rect, glyphs: Glyphs) {
    let canvas = PaneCanvas(rect: rect, glyphs: glyphs)
    switch phase {
    case .blocked(let reason):
      canvas.text(reason, Style(.warning), &grid)
    case .editing:
      drawDraft(into: &grid, rect: rect, glyphs: glyphs)
    case .leaving:
      let question = "Throw away what you wrote? y throws it away, n (or Enter) goes on."
      let asked = canvas.footer(
        Line.wrapped(question, Style(.warning, .bold), columns: rect.columns),
        &grid
      )
      drawDraft(into: &grid, rect: asked, glyphs: glyphs)
      grid.cursor = nil
    case .review(let proposal):
      drawReview(proposal, canvas, &grid)
    case .conflict(let proposal):
      let rest = canvas.footer(noticeRows(rect.columns), &grid)
      ConflictView(proposal: proposal, key: key ?? "", glyphs: glyphs)
        .draw(into: &grid, rect: rest)
    case .pending(let proposal):
      drawEnd(pendingRows(rect.columns, glyphs), proposal, canvas, &grid)
    case .done(let outcome, let proposal, _):
      let words = OutcomeWords(outcome, glyphs: glyphs)
      let rows = Line.wrapped(words.text, Style(words.role, .bold), columns: rect.columns)
      drawEnd(rows + noticeRows(rect.columns), proposal, canvas, &grid)
    }
  }

  private func noticeRows(_ columns: Int) -> [Line] {
    notice.map { Line.wrapped($0, Style(.warning, .bold), columns: columns) } ?? []
  }

  private func pendingRows(_ columns: Int, _ glyphs: Glyphs) -> [Line] {
    Line.wrapped(
      "\(glyphs.ring) sent, waiting for the town",
      Style(.changed, .bold),
      columns: columns
    )
  }

  private func drawReview(_ proposal: Proposal, _ canvas: PaneCanvas, _ grid: inout Grid) {
    let columns = canvas.rect.columns
    let isNothing = proposal.diff.isEmpty
    let question = Line("Enter", Style(.hintKey, .bold))
      .adding(isNothing ? " closes" : " sends this", Style(.hint))
    let rest = canvas.footer(
      followedRows(proposal.settled.fromLive, columns) + noticeRows(columns) + [question],
      &grid
    )
    guard !isNothing else {
      let words = "Nothing to send: the town holds exactly this."
      return PaneCanvas(rect: rest, glyphs: canvas.glyphs).text(words, Style(.plain, .bold), &grid)
    }
    DiffRows(columns: columns, glyphs: canvas.glyphs).rows(proposal.diff)
      .draw(into: &grid, rect: rest, from: scroll, glyphs: canvas.glyphs)
  }

  private func drawEnd(
    _ rows: [Line],
    _ proposal: Proposal?,
    _ canvas: PaneCanvas,
    _ grid: inout Grid
  ) {
    let rest = canvas.header(rows, &grid)
    sentRows(proposal, canvas).draw(into: &grid, rect: rest, glyphs: canvas.glyphs)
  }

  /// What was sent; the proposal's own starting point, because the live value is the echo by now.
  private func sentRows(_ proposal: Proposal?, _ canvas: PaneCanvas) -> [Line] {
    if let proposal {
      let diff = ValueDiff(from: proposal.base, to: proposal.mine)
      return DiffRows(columns: canvas.rect.columns, glyphs: canvas.glyphs).rows(diff)
    }
    guard case .clearing(let clearing) = draft else {
      let diff = ValueDiff(from: base, to: nil)
      return DiffRows(columns: canvas.rect.columns, glyphs: canvas.glyphs).rows(diff)
    }
    return clearing.keys.map { Line("- ", Style(.removed, .bold)).adding($0, Style(.key)) }
  }
}

/// How an edit ended, in words.
struct OutcomeWords {
  let text: String
  let role: Role

  init(_ outcome: EditOutcome, glyphs: Glyphs) {
    switch outcome {
    case .sent(.accepted(let time)):
      text = "\(glyphs.check) accepted after \(Phrases.length(time))"
      role = .success
    case .sent(.overwritten(let time)):
      text =
        "\(glyphs.warning) accepted, then overwritten by somebody else \(Phrases.length(time)) later"
      role = .warning
    case .sent(.unconfirmed):
      text =
        "\(glyphs.warning) unconfirmed: sent, but the town has not answered in 2 s; "
        + "it may have the change or not"
      role = .warning
    case .sent(.disconnected):
      text =
        "\(glyphs.failure) disconnected before the town answered; it may have the change or not"
      role = .error
    case .sent(.refused(let reason)):
      text = "\(glyphs.failure) refused: \(reason)"
      role = .error
    case .conflict(let key, _):
      text = "\(glyphs.warning) not sent: \(key) was changed by somebody else"
      role = .warning
    }
  }
}
