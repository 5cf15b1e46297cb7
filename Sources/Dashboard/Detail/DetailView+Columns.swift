import StateInspection
import ScreenKit
import SharedState

/// A snapshot beside the live entry, and pinned entries beside each other.
extension DetailView {
  /// From this on, live and snapshot have a column each; below, the snapshot is told only where it differs.
  private static let wideColumns = 60
  /// A pinned entry has at least so many columns.
  private static let leastPinColumns = 9

  private var separator: Line { Line(glyphs.vertical, .border) }

  // MARK: A snapshot

  /// Says at the right how much differs.
  func drawCount(of beside: Beside, into grid: inout Grid, _ place: Rect) -> Rect {
    guard place.columns >= Self.wideColumns else { return place }
    let count = Phrases.count(beside.marks.count, "field differs", "fields differ")
    let line = beside.marks.isEmpty ? Line("the same", .muted) : Line("~ \(count)", .changed)
    return grid.writeRight(line, in: place, glyphs: glyphs)
  }

  /// Says which snapshot stands beside, or what the columns are.
  func drawHead(of beside: Beside, into grid: inout Grid, _ place: Rect) {
    let number = beside.count > 1 ? " \(glyphs.dot) \(beside.number) of \(beside.count)" : ""
    let vacancy = beside.value == nil ? known.words(", \(.nobodyLived) here") : ""
    let title = beside.snapshot.title + vacancy + number
    guard place.columns >= Self.wideColumns else {
      let news =
        beside.marks.isEmpty ? "the same" : Phrases.count(beside.marks.count, "differs", "differ")
      grid.write(Line("\(title): \(news)", .title), in: place, glyphs: glyphs)
      return
    }
    let (live, past) = halves(place.left(2).rest.left(nameColumns(body(below: place))).rest)
    let now = pane.live == nil ? known.words("\(.nobodyLives) here now") : "live"
    grid.write(Line(now, .title, .bold), in: live, glyphs: glyphs)
    grid.write(separator, in: past.left(1).0, glyphs: glyphs)
    grid.write(Line(title, .title, .bold), in: past.left(2).rest, glyphs: glyphs)
  }

  /// The rows for fields, when the last line of the head is this.
  private func body(below head: Rect) -> Rect {
    Rect(column: head.column, row: head.row + 1, columns: head.columns, rows: bodyRows)
  }

  private func halves(_ place: Rect) -> (live: Rect, past: Rect) {
    let (live, past) = place.left((place.columns - 2) / 2)
    return (live.left(live.columns - 1).0, past)
  }

  func draw(
    _ line: FieldLine,
    _ beside: Beside,
    _ mark: FieldMark?,
    into grid: inout Grid,
    _ place: Rect
  ) {
    let live = line.id.page == nil ? pane.live?.value(at: line.id.path) : line.value
    let past = line.id.page == nil ? beside.value?.value(at: line.id.path) : nil
    let isWide = place.endColumn - frame.column >= Self.wideColumns
    guard isWide, line.id.page == nil else {
      return drawNarrow(line, mark, told(live, past, line, mark, room: place.columns), &grid, place)
    }
    let (left, right) = halves(place)
    let free = drawAge(mark, into: &grid, left)
    let texts = PairText(glyphs: glyphs, room: free.columns, meanings: known.meanings).pair(
      live,
      past,
      line
    )
    grid.write(texts.live, in: free, glyphs: glyphs)
    grid.write(separator, in: right.left(1).0, glyphs: glyphs)
    grid.write(texts.past, in: right.left(2).rest, glyphs: glyphs)
  }

  /// Writes the values, and how old the difference is if that leaves room for them.
  private func drawNarrow(
    _ line: FieldLine,
    _ mark: FieldMark?,
    _ text: Line,
    _ grid: inout Grid,
    _ place: Rect
  ) {
    var free = place
    if let mark {
      let age = age(of: mark)
      if text.columns + 1 + age.columns <= place.columns {
        free = grid.writeRight(age, in: place, glyphs: glyphs)
      }
    }
    grid.write(text, in: free, glyphs: glyphs)
  }

  /// Both values in one line, if they differ: `43–45 was 44–47`.
  private func told(
    _ live: StateValue?,
    _ past: StateValue?,
    _ line: FieldLine,
    _ mark: FieldMark?,
    room: Int
  ) -> Line {
    if mark == nil || line.fold == .open {
      return PairText(glyphs: glyphs, room: room, meanings: known.meanings).text(live, line)
    }
    let words = " was "
    var texts = PairText(glyphs: glyphs, room: (room - words.count) / 2, meanings: known.meanings)
      .pair(live, past, line)
    // What one of them does not need, the other may have.
    let half = (room - words.count) / 2
    let spare = max(0, half - texts.past.columns)
    if texts.live.columns > half + spare {
      texts.live = Line(
        TextWidth.truncate(texts.live.text, to: half + spare, ellipsis: glyphs.ellipsis),
        texts.live.spans.last?.style.role ?? .plain
      )
    }
    texts.live.append(words, .muted)
    texts.live.append(texts.past)
    return texts.live
  }

  // MARK: Pinned entries

  /// How many pinned entries there is room for, and how wide each is.
  private func pinColumns(_ place: Rect) -> (count: Int, width: Int) {
    let count = max(1, min(pane.pins.count, place.columns / Self.leastPinColumns))
    return (count, place.columns / count)
  }

  private func pinPlace(_ index: Int, _ place: Rect) -> Rect {
    let (count, width) = pinColumns(place)
    let (_, rest) = place.left(index * width)
    return index == count - 1 ? rest : rest.left(width).0
  }

  func drawPinHead(into grid: inout Grid, _ head: Rect) {
    guard head.rows > 1 else { return }
    let names = head.line(1)
    let place = names.left(2).rest.left(nameColumns(body(below: names))).rest
    let (count, _) = pinColumns(place)
    let rest = pane.pins.count - count
    var line = Line("\(pane.pins.count) pinned", .muted)
    if rest > 0 { line.append(", \(rest) out of sight", .warning) }
    grid.write(line, in: head.line(0), glyphs: glyphs)
    for (index, pin) in pane.pins.prefix(count).enumerated() {
      let column = pinPlace(index, place)
      grid.write(separator, in: column.left(1).0, glyphs: glyphs)
      var head = Line(pin.isGone ? "\(glyphs.failure) " : "", .removed)
      let name = known.people.name(ofEntry: pin.key, glyphs).named
      let room = column.columns - 2 - head.columns
      head.append(TextWidth.cutInMiddle(name, to: room, ellipsis: glyphs.ellipsis), .title, .bold)
      grid.write(head, in: column.left(1).rest.left(column.columns - 2).0, glyphs: glyphs)
    }
  }

  func drawPins(_ line: FieldLine, into grid: inout Grid, _ place: Rect) {
    let (count, _) = pinColumns(place)
    for (index, pin) in pane.pins.prefix(count).enumerated() {
      let column = pinPlace(index, place)
      grid.write(separator, in: column.left(1).0, glyphs: glyphs)
      guard line.id.page == nil else { continue }
      let (gutter, rest) = column.left(1).rest.left(1)
      if let mark = mark(of: line, in: pin.marks) {
        grid.write(sign(mark), in: gutter, glyphs: glyphs)
      }
      let value = pin.value?.value(at: line.id.path)
      let room = rest.left(rest.columns - 1).0
      let text = PairText(glyphs: glyphs, room: room.columns, meanings: known.meanings).text(
        value,
        line
      )
      grid.write(pin.isGone ? text.restyled(.stale, .dim) : text, in: room, glyphs: glyphs)
    }
  }
}
