import ScreenKit
import SharedState

/// Draws the cards of other entries below the one under the cursor, side by side where there is room for two.
///
///     elsewhere
///     ● cursor Ada · left ──── 30/s    scene ──────────────────────
///       at 0.5 1.4 -0.3                  at 0.0 0.0 0.0  scale 1.0
///     ~   position  [0.5 1.4 -0.3]  now    [0]   0.0
struct NeighboursView {
  /// A card: its heading, what it says, and an empty row.
  static let cardRows = 6
  private static let gap = 2
  /// A card is never narrower than this.
  private static let leastColumns = 30
  /// A pane in which two do not fit side by side keeps to its own entry.
  private static let leastPaneColumns = 2 * leastColumns + gap
  private static let headRows = 1

  let neighbours: Neighbours
  let known: KnownState
  let pins: [String]
  let moment: Moment
  let glyphs: Glyphs

  // MARK: Where they are

  /// What stays free in a pane below so many rows of its own; empty if that is not enough for two rows of cards.
  ///
  /// It begins at one of few places, so that the cards stand still while the cursor goes from entry to entry.
  static func place(in pane: Rect, below used: Int) -> Rect {
    let start = max(8, pane.rows / 4)
    let steps = max(0, used + 1 - start + cardRows - 1) / cardRows
    let (_, free) = pane.top(start + steps * cardRows)
    let least = headRows + 2 * cardRows - 1
    return pane.columns >= leastPaneColumns && free.rows >= least ? free : free.top(0).0
  }

  /// How many cards there is room for.
  static func room(in place: Rect) -> Int {
    place.rows == 0 ? 0 : (place.rows - headRows + 1) / cardRows * columns(in: place)
  }

  private static func columns(in place: Rect) -> Int {
    max(1, (place.columns + gap) / (leastColumns + gap))
  }

  // MARK: The picture

  func draw(into grid: inout Grid, _ rect: Rect) {
    guard !neighbours.shown.isEmpty, rect.rows > 0 else { return }
    let (head, body) = rect.top(Self.headRows)
    grid.write(Line("elsewhere", .muted), in: head, glyphs: glyphs)
    let count = Self.columns(in: rect)
    let width = (rect.columns - (count - 1) * Self.gap) / count
    for (index, key) in neighbours.shown.prefix(Self.room(in: rect)).enumerated() {
      let (_, rows) = body.top(index / count * Self.cardRows)
      let (_, columns) = rows.left(index % count * (width + Self.gap))
      let card = columns.top(Self.cardRows - 1).0.left(width).0
      draw(key, into: &grid, card)
    }
  }

  private func draw(_ key: String, into grid: inout Grid, _ card: Rect) {
    let (head, body) = card.top(1)
    drawHead(key, into: &grid, head)
    guard let pane = neighbours.pane(of: key), let value = pane.value else {
      let entry = known.entry(for: key)
      let line = entry.map { Preview.line(key: key, entry: $0, known.meanings, glyphs: glyphs) }
      return grid.write([line ?? Line()], in: body.left(2).rest, glyphs: glyphs)
    }
    let digest = Preview.typed(key: key, value: value, known.meanings, glyphs: glyphs)
    let (first, fields) = body.top(digest == nil ? 0 : 1)
    if let digest { grid.write([digest], in: first.left(2).rest, glyphs: glyphs) }
    // A pose is ten numbers, and the digest has said them.
    if digest == nil || value.object != nil { draw(pane, into: &grid, fields) }
  }

  private func draw(_ pane: DetailPane, into grid: inout Grid, _ place: Rect) {
    let isCut = pane.lines.count > place.rows
    let (frame, foot) = place.top(isCut ? place.rows - 1 : place.rows)
    DetailView(
      pane: pane,
      known: known,
      moment: moment,
      hasFocus: false,
      glyphs: glyphs,
      frame: frame,
      hasHead: false
    ).draw(into: &grid)
    guard isCut else { return }
    let more = Phrases.grouped(pane.lines.count - frame.rows)
    let line = Line("\(glyphs.ellipsis) \(more) more", .muted)
    grid.write(line, in: foot.line(0).left(4).rest, glyphs: glyphs)
  }

  private func drawHead(_ key: String, into grid: inout Grid, _ place: Rect) {
    let (gutter, rest) = place.left(2)
    let news = known.news(of: key)
    let isGone = known.index.isGhost(key)
    if let mark = ChangeMark(news, at: moment.uptime)?.span(glyphs) {
      grid.write(mark.text, at: gutter.origin, in: gutter, style: mark.style)
    }
    let isPinned = pins.contains { $0.isSame(as: key) }
    let pin = isPinned ? glyphs.pin + " " : ""
    let name = TextWidth.cutInMiddle(
      known.people.title(of: key, glyphs).named,
      to: rest.columns - 10 - TextWidth.columns(of: pin),
      ellipsis: glyphs.ellipsis
    )
    let title = Line(pin, .title)
      .adding(name, isGone ? .removed : .group, isGone ? [.dim, .strikethrough] : .bold)
    grid.writeRuled(title, word(news, isGone: isGone), in: rest, glyphs: glyphs)
  }

  private func word(_ news: EntryNews?, isGone: Bool) -> Line {
    if isGone { return Line(known.words(.movedOut), .removed) }
    let rate = news?.rate.perSecond(at: moment.uptime) ?? 0
    return rate > 0 ? Line("\(Phrases.grouped(rate))/s", .muted) : Line()
  }
}
