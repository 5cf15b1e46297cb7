import ScreenKit

/// The line that shows how far a recording has come that is played, where much happened in it, and its marks.
struct ReplayBar {
  let status: ReplayStatus
  let glyphs: Glyphs

  func draw(into grid: inout Grid, _ rect: Rect) {
    guard !rect.isEmpty else { return }
    var head = Line(" \(status.isRunning ? "playing" : "paused") ", .warning, [.bold, .reverse])
    head.append(" \(ReplayStatus.text(status.time))", .warning, .bold)
    head.append(" of \(ReplayStatus.text(status.duration)) ", .muted)
    var tail = Line(" \(glyphs.isASCII ? "x" : "×")\(speed)", .muted)
    if status.loops { tail.append(" again", .muted) }
    if let mark = status.marks.last(where: { $0.time <= status.time }) {
      let words = TextWidth.truncate(
        TextWidth.safe(mark.text),
        to: max(rect.columns / 5, 8),
        ellipsis: glyphs.ellipsis
      )
      tail.append(" \(glyphs.pin) \(words)", .key)
    }
    tail.append(" ")
    let columns = rect.columns - head.columns - tail.columns
    guard columns >= 10 else {
      grid.write(head, in: rect, glyphs: glyphs)
      return
    }
    var line = head
    let marked = Set(status.marks.map { place(of: $0.time, in: columns) })
    for column in 0..<columns { line.append(cell(column, of: columns, marked)) }
    line.append(tail)
    grid.write(line, in: rect, glyphs: glyphs)
  }

  private var speed: String {
    status.speed == status.speed.rounded()
      ? "\(Int(status.speed))" : Phrases.decimal(status.speed, digits: 2)
  }

  private func cell(_ column: Int, of columns: Int, _ marked: Set<Int>) -> Line {
    let place = place(of: status.time, in: columns)
    let isMarked = marked.contains(column)
    let symbol = isMarked ? glyphs.pin : bar(column, of: columns)
    if column == place { return Line(symbol, .warning, [.bold, .reverse]) }
    return Line(symbol, isMarked ? .key : column < place ? .warning : .muted)
  }

  private func place(of time: Duration, in columns: Int) -> Int {
    guard status.duration > .zero else { return 0 }
    return min(columns - 1, max(0, Int(Double(columns) * (time / status.duration))))
  }

  /// How much happened there, beside the most that did anywhere.
  private func bar(_ column: Int, of columns: Int) -> String {
    let parts = status.activity
    guard let most = parts.max(), most > 0 else { return glyphs.horizontal }
    let begin = column * parts.count / columns
    let end = max(begin + 1, (column + 1) * parts.count / columns)
    let much = parts[begin..<min(end, parts.count)].max() ?? 0
    guard much > 0 else { return glyphs.horizontal }
    return glyphs.bars[min(glyphs.bars.count - 1, much * glyphs.bars.count / (most + 1))]
  }
}
