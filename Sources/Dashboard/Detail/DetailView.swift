import ScreenKit
import SharedState
import StateInspection

/// Draws an entry from inside: a line about it, then its fields.
struct DetailView {
  /// Lines above the fields.
  static let headRows = 2

  let pane: DetailPane
  let known: KnownState
  let moment: Moment
  let hasFocus: Bool
  let glyphs: Glyphs
  /// Where all of it is drawn.
  let frame: Rect
  var findings: [Finding] = []
  /// By whom the entry was written last, where that is known of another: `by Ada`.
  var author: String?
  /// Whether the line about it is drawn, if there is room.
  var hasHead = true

  private var isRoomy: Bool { hasHead && frame.rows > Self.headRows + 1 }
  var bodyRows: Int { isRoomy ? frame.rows - Self.headRows : frame.rows }

  func draw(into grid: inout Grid) {
    let (head, body) = frame.top(isRoomy ? Self.headRows : 0)
    drawHead(into: &grid, head)
    drawFields(into: &grid, body)
  }

  private func drawHead(into grid: inout Grid, _ head: Rect) {
    if !pane.pins.isEmpty { return drawPinHead(into: &grid, head) }
    guard let key = pane.key else { return }
    if let beside = pane.beside {
      let free = drawCount(of: beside, into: &grid, head.line(0))
      grid.write(newsLine(key), in: free, glyphs: glyphs)
      return drawHead(of: beside, into: &grid, head.line(1))
    }
    let (kind, news) = (kindLine(key), newsLine(key))
    var both = kind
    if !kind.isEmpty { both.append(" \(glyphs.dot) ", .muted) }
    both.append(news)
    if let finding = findings.first {
      grid.write(both.columns <= head.columns ? both : news, in: head.line(0), glyphs: glyphs)
      drawFinding(finding, into: &grid, head.line(1))
    } else if both.columns <= head.columns {
      grid.write(both, in: head.line(0), glyphs: glyphs)
    } else {
      grid.write(kind.isEmpty ? news : kind, in: head.line(0), glyphs: glyphs)
      if !kind.isEmpty { grid.write(news, in: head.line(1), glyphs: glyphs) }
    }
  }

  /// The worst of what is wrong, and how to see all of it.
  private func drawFinding(_ finding: Finding, into grid: inout Grid, _ place: Rect) {
    let more = Line("  \(glyphs.warning) tells more", .hint)
    let free = place.columns > 40 ? grid.writeRight(more, in: place, glyphs: glyphs) : place
    var line = Line(glyphs.warning, .warning, .bold)
    line.append(known.words(" \(finding.what)"), .warning)
    grid.write(line, in: free, glyphs: glyphs)
  }

  private func kindLine(_ key: String) -> Line {
    guard !known.index.isGhost(key), let value = pane.value else { return Line() }
    return Line(Self.kind(of: value), .muted)
  }

  private func newsLine(_ key: String) -> Line {
    guard let news = known.news(of: key) else {
      let isVacant = known.index.isGhost(key)
      return Line(
        isVacant ? known.words("\(.nobodyLives) here") : "unchanged since you came",
        .muted
      )
    }
    let age = Phrases.age(of: news.at, at: moment)
    let other = news.author == .you ? nil : author
    let by = news.author == .you ? "by you" : other ?? "by others"
    return switch news.kind {
    case .removed:
      Line(
        known.words(
          "\(glyphs.failure) \(.movedOut) \(age)\(other.map { " " + $0 } ?? ""); its last value:"
        ),
        .removed
      )
    case .added: Line(known.words("\(.movedIn) \(age) \(by)"), .muted)
    case .changed: changedLine("changed \(age) \(by)")
    }
  }

  /// Fields that have gone have no line of their own, so they are named here for a while.
  private func changedLine(_ text: String) -> Line {
    let gone = pane.marks.filter { path, mark in
      mark.kind == .removed && path.steps.count == 1 && isFresh(mark)
    }
    var line = Line(text, .muted)
    for path in gone.keys.map(\.description).sorted() { line.append("  -" + path, .removed, .bold) }
    return line
  }

  static func kind(of value: StateValue) -> String {
    switch value {
    case .object(let object): "dictionary of " + Phrases.count(object.count, "field")
    case .array(let elements): "list of \(Phrases.grouped(elements.count))"
    case .bytes(let bytes): "bytes, \(Phrases.size(bytes.count))"
    case .string(let text): "string of " + Phrases.count(text.count, "character")
    default: value.kind
    }
  }

  // MARK: Fields

  private func drawFields(into grid: inout Grid, _ rect: Rect) {
    let top = pane.top(height: rect.rows)
    let names = nameColumns(rect)
    for row in 0..<rect.rows where top + row < pane.lines.count {
      let line = pane.lines[top + row]
      draw(line, names: names, into: &grid, rect.line(row))
      if hasFocus, line.id == pane.cursor {
        grid.restyle(rect.line(row)) { style in
          style = Style(.selection, style.emphasis.union(.reverse).subtracting(.dim))
        }
      }
    }
  }

  /// The width of the names that are seen.
  func nameColumns(_ rect: Rect) -> Int {
    let top = min(pane.top(height: rect.rows), pane.lines.count)
    let seen = pane.lines[top...].prefix(rect.rows)
    let widest =
      seen.map { $0.depth * 2 + 2 + TextWidth.columns(of: Self.label($0, glyphs)) }.max() ?? 0
    // Several values beside each other need the room.
    let isAlone = pane.pins.isEmpty && pane.beside == nil
    let most =
      !isAlone ? rect.columns / 3 : hasHead ? rect.columns * 2 / 5 : rect.columns / 2
    return min(widest, max(8, most)) + 2
  }

  /// A field's name or, for a page, the positions it holds.
  static func label(_ line: FieldLine, _ glyphs: Glyphs) -> String {
    guard let page = line.id.page else { return line.name }
    return "[\(page.lowerBound) \(glyphs.ellipsis) \(page.upperBound - 1)]"
  }

  private func draw(_ line: FieldLine, names: Int, into grid: inout Grid, _ place: Rect) {
    let isRoot = line.id == FieldID(.root)
    let mark = pane.pins.isEmpty ? mark(of: line) : nil
    let (gutter, rest) = place.left(2)
    if let mark { grid.write(sign(mark), in: gutter, glyphs: glyphs) }
    if isTroubled(line) {
      let second = gutter.right(1).0
      grid.write(Line(glyphs.warning, .warning, .bold), in: second, glyphs: glyphs)
    }
    let (name, values) = rest.left(isRoot ? 0 : names)
    let (_, indented) = name.left(line.depth * 2)
    drawFold(line.fold, into: &grid, indented)
    let (field, _) = indented.left(2).rest.left(indented.columns - 3)
    let label = Self.label(line, glyphs)
    grid.write(
      label.named,
      at: field.origin,
      in: field,
      style: Style(.key),
      ellipsis: glyphs.ellipsis
    )
    if !pane.pins.isEmpty { return drawPins(line, into: &grid, values) }
    if let beside = pane.beside { return draw(line, beside, mark, into: &grid, values) }
    let free = drawAge(mark, into: &grid, values)
    grid.write(
      FieldText(glyphs: glyphs, room: free.columns, meanings: known.meanings).line(line),
      in: free,
      glyphs: glyphs
    )
  }

  private func drawFold(_ fold: FieldLine.Fold, into grid: inout Grid, _ place: Rect) {
    switch fold {
    case .leaf: break
    case .open: grid.write(Line(glyphs.unfolded, .muted), in: place, glyphs: glyphs)
    case .closed: grid.write(Line(glyphs.folded, .muted), in: place, glyphs: glyphs)
    }
  }

  // MARK: Marks

  /// Whether something is wrong with a field or, while it is closed, inside of it.
  private func isTroubled(_ line: FieldLine) -> Bool {
    guard pane.pins.isEmpty, line.id.page == nil else { return false }
    let path = line.id.path
    return findings.contains { finding in
      finding.path == path || line.fold == .closed && path.contains(finding.path)
    }
  }

  private func isFresh(_ mark: FieldMark) -> Bool {
    moment.uptime - mark.at.uptime < KnownState.markTime
  }

  /// The sign of a mark: what it means is told by its shape.
  func sign(_ mark: FieldMark) -> Line {
    let (text, role): (String, Role) =
      switch mark.kind {
      case .added: ("+", .added)
      case .changed: ("~", .changed)
      case .removed: ("-", .removed)
      }
    return isFresh(mark) ? Line(text, role, .bold) : Line(text, .muted)
  }

  /// Writes how old a change is at the right, if that leaves room for the value.
  func drawAge(_ mark: FieldMark?, into grid: inout Grid, _ place: Rect) -> Rect {
    guard let mark else { return place }
    let age = age(of: mark)
    let columns = age.columns > 4 ? 10 : 5
    guard place.columns >= columns + 12 else { return place }
    let (field, rest) = place.right(columns)
    grid.writeRight(age, in: field, glyphs: glyphs)
    return rest
  }

  /// How old a change is: `3 s`, and the time of day once seconds do not matter any more.
  func age(of mark: FieldMark) -> Line {
    let seconds = (moment.uptime - mark.at.uptime).components.seconds
    let age =
      seconds < Phrases.relativeSeconds ? seconds < 1 ? "now" : "\(seconds) s" : mark.at.clockText
    return Line(age, isFresh(mark) ? .changed : .muted)
  }

  /// The mark of a field; while it is closed, the newest one inside of it counts too.
  private func mark(of line: FieldLine) -> FieldMark? {
    guard line.id.page == nil else { return nil }
    guard let beside = pane.beside else { return mark(of: line, in: pane.marks) }
    return beside.mark(at: line.id.path, live: pane.live)
      ?? (line.fold == .closed ? mark(of: line, in: beside.marks) : nil)
  }

  func mark(of line: FieldLine, in marks: [ValuePath: FieldMark]) -> FieldMark? {
    let path = line.id.path
    guard line.fold != .leaf else { return marks[path] }
    let seen = marks.filter { inner, mark in
      guard path.contains(inner) else { return false }
      // A field that is gone has no line of its own.
      let isGoneChild = mark.kind == .removed && inner.steps.count == path.steps.count + 1
      return line.fold == .closed || inner == path || isGoneChild
    }
    return seen.values.max { $0.at.uptime < $1.at.uptime }
  }
}
