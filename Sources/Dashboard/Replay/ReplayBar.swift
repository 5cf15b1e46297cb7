import ScreenKit

/// The line that shows how far a recording, or the past of the session, has come that is shown, where much happened, and the
/// marks.
struct ReplayBar {
  /// What is told of a moment of the session.
  struct Past {
    /// The time of day.
    let clock: String
    /// How long ago it was.
    let age: Duration
    /// Whether one could come back to it.
    let isKept: Bool
  }

  /// Where there is less room for it, no line is drawn.
  private static let least = 10

  let status: ReplayStatus
  let glyphs: Glyphs
  var past: Past?

  func draw(into grid: inout Grid, _ rect: Rect) {
    guard !rect.isEmpty else { return }
    let (head, tail, line) = parts(of: rect)
    guard !line.isEmpty else {
      grid.write(head, in: rect, glyphs: glyphs)
      return
    }
    var all = head
    let most = status.activity.max() ?? 0
    let marked = Set(status.marks.map { place(of: $0.time, in: line.columns) })
    for column in 0..<line.columns { all.append(cell(column, of: line.columns, marked, most)) }
    all.append(tail)
    grid.write(all, in: rect, glyphs: glyphs)
  }

  /// The time that a place on the line stands for, as the pointer shows it.
  func time(at point: Point, in rect: Rect) -> Duration? {
    let line = parts(of: rect).line
    guard line.contains(point) else { return nil }
    // The middle of what the column stands for.
    return status.duration * ((Double(point.column - line.column) + 0.5) / Double(line.columns))
  }

  /// What stands before the line, behind it, and where the line is; that is empty where there is no room for it.
  private func parts(of rect: Rect) -> (head: Line, tail: Line, line: Rect) {
    let (head, tail) = (head, tail(max(rect.columns / 5, 8)))
    let columns = rect.columns - head.columns - tail.columns
    guard columns >= Self.least else { return (head, tail, rect.left(0).0) }
    return (head, tail, rect.left(head.columns).rest.left(columns).0)
  }

  private var head: Line {
    let word = status.isRunning ? "playing" : "paused"
    guard let past else {
      var head = Line(" \(word) ", .warning, [.bold, .reverse])
      head.append(" \(ReplayStatus.text(status.time))", .warning, .bold)
      head.append(" of \(ReplayStatus.text(status.duration)) ", .muted)
      return head
    }
    var head = Line(" \(status.isRunning ? "playing" : "past") ", .warning, [.bold, .reverse])
    head.append(" \(past.clock)", .warning, .bold)
    head.append(" \(ReplayStatus.text(past.age)) ago ", .muted)
    if !past.isKept { head.append("(no longer kept) ", .warning) }
    return head
  }

  /// The speed, and the mark that was made last.
  private func tail(_ room: Int) -> Line {
    var tail = Line()
    if past == nil || status.isRunning || status.speed != 1 {
      tail.append(" \(glyphs.isASCII ? "x" : "×")\(speed)", .muted)
    }
    if status.loops { tail.append(" again", .muted) }
    if let mark = status.marks.last(where: { $0.time <= status.time }) {
      let words = TextWidth.truncate(
        TextWidth.safe(mark.text),
        to: room,
        ellipsis: glyphs.ellipsis
      )
      tail.append(" \(glyphs.pin) \(words)", .key)
    }
    tail.append(past == nil ? " " : " now ", .muted)
    return tail
  }

  private var speed: String {
    status.speed == status.speed.rounded()
      ? "\(Int(status.speed))" : Phrases.decimal(status.speed, digits: 2)
  }

  private func cell(_ column: Int, of columns: Int, _ marked: Set<Int>, _ most: Int) -> Line {
    let place = place(of: status.time, in: columns)
    let isMarked = marked.contains(column)
    let symbol = isMarked ? glyphs.pin : bar(column, of: columns, most)
    if column == place { return Line(symbol, .warning, [.bold, .reverse]) }
    return Line(symbol, isMarked ? .key : column < place ? .warning : .muted)
  }

  private func place(of time: Duration, in columns: Int) -> Int {
    guard status.duration > .zero else { return 0 }
    return min(columns - 1, max(0, Int(Double(columns) * (time / status.duration))))
  }

  /// How much happened there, beside the most that did anywhere.
  private func bar(_ column: Int, of columns: Int, _ most: Int) -> String {
    let parts = status.activity
    guard most > 0 else { return glyphs.horizontal }
    let begin = column * parts.count / columns
    let end = max(begin + 1, (column + 1) * parts.count / columns)
    let much = parts[begin..<min(end, parts.count)].max() ?? 0
    guard much > 0 else { return glyphs.horizontal }
    return glyphs.bars[min(glyphs.bars.count - 1, much * glyphs.bars.count / (most + 1))]
  }
}
