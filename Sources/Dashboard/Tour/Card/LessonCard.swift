import Lessons
import ScreenKit

private enum CardSize {
  /// From this on, the drawing stands beside the text.
  static let wide = 100
  /// Longer rows are hard to read.
  static let text = 76
  static let sketch = (least: 36, most: 56)
  /// Between text and drawing.
  static let gap = 3
}

/// The card on which a lesson is read: its text, what it draws of the state, its goal, and how far one is.
struct LessonCard<Host: TourHost> {
  let desk: TourState
  let host: Host
  /// Where the card lies.
  let rect: Rect

  private var glyphs: Glyphs { host.glyphs }

  private var isFramed: Bool { rect.rows >= 5 && rect.columns >= 12 }

  /// What is inside of the frame, no wider than can be read well.
  private var inside: Rect {
    guard isFramed else { return rect }
    let inside = rect.inset(columns: 2, rows: 1)
    let most = CardSize.text + CardSize.gap + CardSize.sketch.most
    return inside.inset(columns: max(0, (inside.columns - most) / 2), rows: 0)
  }

  private var places: (text: Rect, foot: Rect) {
    let (foot, text) = inside.bottom(footLines.count)
    return (text, foot)
  }

  private var hasSketchBeside: Bool {
    rect.columns >= CardSize.wide && desk.lesson.picture != nil && !desk.showsEnd
  }

  private var sketchWidth: Int {
    guard hasSketchBeside else { return min(CardSize.sketch.most, inside.columns) }
    let rest = inside.columns - CardSize.gap - CardSize.text
    return max(CardSize.sketch.least, min(CardSize.sketch.most, rest))
  }

  // MARK: Rows

  /// What is read, and scrolled where there is no room for all of it.
  var lines: [Line] {
    guard !desk.showsEnd else {
      return Celebration(desk: desk, glyphs: glyphs, columns: inside.columns).lines
    }
    let columns = hasSketchBeside ? inside.columns - CardSize.gap - sketchWidth : inside.columns
    var lines = LessonText(columns: min(CardSize.text, columns), glyphs: glyphs)
      .lines(host.text(of: desk.lesson))
    if !hasSketchBeside, let picture = desk.lesson.picture {
      let sketch = host.sketch(of: picture, columns: sketchWidth)
      lines += [Line()] + sketch.framed(columns: sketchWidth, glyphs: glyphs)
    }
    return lines
  }

  /// The number of rows that are seen at once.
  var height: Int { places.text.rows }

  /// What always stays in sight: the goal and how far one is.
  private var footLines: [Line] {
    let progress = ProgressWindows(desk: desk, glyphs: glyphs).line(in: inside.columns)
    guard !desk.showsEnd else { return inside.rows >= 8 ? [Line(), progress] : [] }
    let most = inside.rows >= 8 ? 3 : 1
    var lines = TextFlow.rows(
      of: "Goal: " + desk.lesson.goal,
      columns: inside.columns,
      most: most,
      glyphs: glyphs
    ).map { Line($0, .title, .bold) }
    guard inside.rows >= 8 else { return inside.rows > 2 ? lines : [] }
    let rule = String(repeating: glyphs.horizontal, count: inside.columns)
    lines.insert(Line(rule, .border), at: 0)
    return lines + [progress]
  }

  // MARK: Drawing

  func draw(into grid: inout Grid) {
    grid.fill(rect)
    grid.cursor = nil
    let title = desk.showsEnd ? desk.tour.title : desk.heading(glyphs) + state
    if isFramed {
      grid.box(
        rect,
        title: title,
        style: Style(.focusedBorder, .bold),
        titleStyle: Style(.title, [.bold, .reverse]),
        glyphs: glyphs
      )
    }
    let (text, foot) = places
    let lines = lines
    let top = min(desk.cardTop, max(0, lines.count - text.rows))
    grid.write(lines.dropFirst(top), in: text, glyphs: glyphs)
    if hasSketchBeside, let picture = desk.lesson.picture {
      host.sketch(of: picture, columns: sketchWidth)
        .draw(into: &grid, text.right(sketchWidth).0, glyphs: glyphs)
    }
    grid.write(footLines, in: foot, glyphs: glyphs)
    drawMore(lines.count - top - text.rows, top, into: &grid)
  }

  /// How the lesson stands, behind its title.
  private var state: String {
    switch desk.standing(of: desk.position) {
    case .solved: " \(glyphs.check) solved"
    case .shown: " \(glyphs.dimming) shown"
    case .open: ""
    }
  }

  /// Says on the lower edge what is out of sight.
  private func drawMore(_ below: Int, _ above: Int, into grid: inout Grid) {
    guard isFramed, below > 0 || above > 0 else { return }
    let words = below > 0 ? "\(below) more rows: j or PgDn" : "k or PgUp goes back up"
    let edge = rect.line(rect.rows - 1).inset(columns: 2, rows: 0)
    grid.writeRight(Line(" \(words) ", .title, .bold), in: edge, glyphs: glyphs)
  }
}
