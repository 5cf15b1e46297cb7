import ScreenKit
import SharedState
import StateEditing
import StateInspection

/// Draws the tree: one row for each group and entry that is seen.
///
/// Columns stand still, so that a value that changes sixty times a second moves nothing but itself:
///
///     ● ▾ selection        2 entries
///     +     hyperballs     "Pair" 3 atoms                 30/s
///     ^ ^   ^              ^                                 ^
///     | |   name           what it holds                   changes a second
///     | fold
///     what just happened
struct TreeView {
  let known: KnownState
  let pane: TreePane
  let moment: Moment
  let hasFocus: Bool
  let search: Search?
  /// What knows which entries are marked.
  let marks: UndoStack
  var pins: [String] = []
  let glyphs: Glyphs
  /// What is wrong with the entries in sight.
  var inspector = Inspector()
  /// The entries whose locks are held here.
  var locked: Set<StateKey> = []

  private static let rateColumns = 6
  private var now: Duration { moment.uptime }

  func draw(into grid: inout Grid, _ rect: Rect) {
    let top = pane.top(in: known.index, height: rect.rows)
    for line in 0..<rect.rows {
      guard let row = known.index.row(at: top + line) else { break }
      let place = rect.line(line)
      draw(row, into: &grid, place)
      if row == pane.cursor { grid.markCursor(place, hasFocus: hasFocus) }
    }
  }

  private func draw(_ row: TreeRow, into grid: inout Grid, _ place: Rect) {
    switch row {
    case .group(let prefix): drawGroup(prefix, into: &grid, place)
    case .entry(let key): drawEntry(key, into: &grid, place)
    }
  }

  // MARK: Groups

  private func drawGroup(_ prefix: String, into grid: inout Grid, _ place: Rect) {
    guard let group = known.index.group(prefix) else { return }
    let news = known.news(ofGroup: prefix)
    // An open group's entries speak for themselves.
    if !group.isOpen, let news,
      let mark = ChangeMark(age: now - news.at.uptime)?.span(glyphs)
    {
      grid.write(mark.text, at: place.origin, in: place, style: mark.style)
    }
    let (_, afterMark) = place.left(2)
    grid.write(
      group.isOpen ? glyphs.unfolded : glyphs.folded,
      at: afterMark.origin,
      in: afterMark,
      style: Style(.group)
    )
    let (_, rest) = afterMark.left(2)
    let (name, values) = rest.left(Self.nameColumns(place.columns) + 2)
    let isMuted = known.mutes.covers(.group(prefix))
    let isDim = group.presentCount == 0 || isMuted
    draw(
      name: String(prefix.dropLast()),
      Style(.group, isDim ? .dim : .bold),
      into: &grid,
      name
    )
    let count = Line(count(of: group), .muted)
    let room = max(6, count.columns + 1)
    let free = drawRate(news?.rate, isMuted: isMuted, leaving: room, into: &grid, values)
    let told = prefix == People.prefix ? count.adding(" \(glyphs.dot) who is here", .muted) : count
    grid.write(told.columns < free.columns ? told : count, in: free, glyphs: glyphs)
  }

  private func count(of group: EntryIndex.Group) -> String {
    let total = Phrases.grouped(group.presentCount)
    let isWhole = group.shownCount == group.presentCount
    let shown = isWhole ? total : "\(Phrases.grouped(group.shownCount)) of \(total)"
    let living = group.presentCount > 0 ? shown : nil
    let vacant = known.index.vacancyCount(in: group.prefix)
    guard vacant > 0 else { return living ?? "empty" }
    let held = known.words("\(Phrases.grouped(vacant)) \(.vacant) held")
    return living.map { "\($0), \(held)" } ?? held
  }

  // MARK: Entries

  private func drawEntry(_ key: String, into grid: inout Grid, _ place: Rect) {
    let parts = KeyParts(key)
    let news = known.news(of: key)
    let isVacancy = known.isVacancy(key)
    let isGone = known.index.isGhost(key) && !isVacancy
    let isMuted = known.mutes.covers(key)
    if isVacancy {
      grid.write(glyphs.ring, at: place.origin, in: place, style: Style(.muted))
    } else if !isMuted || isGone, let mark = ChangeMark(news, at: now)?.span(glyphs) {
      grid.write(mark.text, at: place.origin, in: place, style: mark.style)
    }
    if marks.isMarked(key) {
      let (_, field) = place.left(2)
      grid.write(glyphs.check, at: field.origin, in: field.left(1).0, style: Style(.key, .bold))
    }
    let indent = parts.prefix == nil ? 4 : 6
    let (margin, rest) = place.left(indent)
    if !inspector.marks(in: key, known.state).isEmpty {
      grid.markTrouble(place.left(2).0, glyphs)
    }
    let (name, values) = rest.left(Self.nameColumns(place.columns) + 6 - indent)
    if pins.contains(where: { $0.isSame(as: key) }) {
      grid.write(Line(glyphs.pin, .title), in: margin.right(2).0, glyphs: glyphs)
    }
    if !locked.isEmpty, locked.contains(StateKey(key)) {
      grid.write(Line(glyphs.lock, .title, .bold), in: margin.right(1).0, glyphs: glyphs)
    }
    draw(
      name: known.people.name(ofEntry: key, columns: name.columns - 1, glyphs),
      isGone
        ? Style(.removed, [.dim, .strikethrough]) : Style(.key, isVacancy || isMuted ? .dim : []),
      into: &grid,
      name
    )
    if isGone {
      let last = pane.preview(key, known, glyphs)
      DepartureLine(news, last: last, at: moment, known.words, glyphs: glyphs)
        .draw(into: &grid, values)
      return
    }
    if isVacancy {
      grid.write(Line(known.words("\(.nobodyLives) here yet"), .muted), in: values, glyphs: glyphs)
      return
    }
    let free = drawRate(news?.rate, isMuted: isMuted, leaving: 18, into: &grid, values)
    grid.write(pane.preview(key, known, glyphs), in: free, glyphs: glyphs)
  }

  private func draw(name: String, _ style: Style, into grid: inout Grid, _ place: Rect) {
    let name = name.named
    let (field, _) = place.left(place.columns - 1)
    let text = TextWidth.cutInMiddle(name, to: field.columns, ellipsis: glyphs.ellipsis)
    grid.write(text, at: field.origin, in: field, style: style)
    guard let search, let found = search.range(in: text) else { return }
    let start = TextWidth.columns(of: text[..<found.lowerBound])
    let columns = TextWidth.columns(of: text[found])
    let hit = Rect(column: field.column + start, row: field.row, columns: columns, rows: 1)
    grid.restyle(hit.intersection(field)) { $0 = Style(.match, .underline) }
  }

  /// The width of entry names, which depends on the pane alone so that nothing jumps.
  private static func nameColumns(_ columns: Int) -> Int {
    columns >= 30 ? max(6, min(40, columns * 2 / 5 - 4)) : columns
  }

  /// Whether the row of an entry says the whole key: its name as it is in its group, and not cut.
  static func tells(_ key: String, in columns: Int, _ people: People, _ glyphs: Glyphs) -> Bool {
    people.reading(ofEntry: key, glyphs) == nil
      && !TextWidth.exceeds(KeyParts(key).name, columns: nameColumns(columns) - 1)
  }

  // MARK: Marks

  /// Writes the rate and, where there is room, the last seconds beside it, always in the same columns.
  private func drawRate(
    _ meter: RateMeter?,
    isMuted: Bool,
    leaving least: Int,
    into grid: inout Grid,
    _ place: Rect
  ) -> Rect {
    guard place.columns > Self.rateColumns + 8 else { return place }
    let rate = isMuted ? 0 : meter?.perSecond(at: now) ?? 0
    let recent = isMuted ? [] : meter?.recent(at: now) ?? []
    guard rate > 0 || isMuted || !recent.isEmpty else { return place }
    let hasRoom = place.columns >= Self.rateColumns + Sparkline.columns + 1 + least
    guard rate > 0 || isMuted || hasRoom else { return place }
    let (field, rest) = place.right(Self.rateColumns)
    let words = isMuted ? "muted" : rate > 0 ? "\(Phrases.grouped(rate))/s" : ""
    grid.writeRight(Line(words, .muted), in: field, glyphs: glyphs)
    guard hasRoom, !recent.isEmpty else { return rest }
    let (bars, free) = rest.right(Sparkline.columns + 1)
    let text = Sparkline.text(recent, glyphs: glyphs)
    grid.write(Line(text, .changed), in: bars.right(Sparkline.columns).0, glyphs: glyphs)
    return free
  }
}
