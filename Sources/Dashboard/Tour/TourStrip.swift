import Lessons
import ScreenKit

/// The lesson above the panes: its goal, what is still missing, and the keys that help, always on the screen.
///
///      Lesson 4 of 16 · A visit, and how it goes stale              ■■▣[□]□□□□□□□□□□□□
///      Take a snapshot of selection.base (n).
///     ○ You have kept no snapshot of selection.base yet.
///      F2 hint (1 of 3)   F3 show me   F4 begin again   F5 read the lesson
struct TourStrip {
  /// Where something is told, one below the other.
  private enum Part {
    case head, goal, answer, hint, keys
  }

  let desk: TourState
  /// The keys of the tour's actions.
  let label: (ActionID) -> String
  let glyphs: Glyphs
  let words: Vocabulary
  let size: Size
  /// Whether a pane is open that wants rows.
  let isWriting: Bool

  // MARK: Rows

  /// The rows that the strip takes: as many as its texts need, and the same throughout a lesson until a hint is asked for.
  var rows: Int { min(max(0, size.rows - 4), parts.reduce(0) { $0 + $1.rows }) }

  /// Whether there is room for no more than the goal and what is missing.
  private var isTiny: Bool { !size.isRoomy }

  /// The rows that may be taken from the panes; a hint and what is played are worth some more.
  private var budget: Int {
    let more = hasHint ? 2 : 0
    return (isTiny ? 2 : max(4, min(10, size.rows / 4))) + more
  }

  /// Whether the keys stand beside the title, to save a row.
  private var hasKeysInHead: Bool { isWriting || size.rows < 22 }

  private var columns: Int { max(1, size.columns - 2) }

  private var hasHint: Bool { desk.hints > 0 && desk.stage == .doing && desk.show == nil }

  private var parts: [(part: Part, rows: Int)] {
    var parts: [(part: Part, rows: Int)] = []
    if !isTiny { parts.append((.head, 1)) }
    parts.append((.goal, isTiny ? 1 : height(of: desk.lesson.goal, columns)))
    parts.append((.answer, isTiny ? 1 : answerHeight))
    if hasHint { parts.append((.hint, height(of: hint, columns - 2))) }
    if desk.show != nil || !(isTiny || hasKeysInHead) { parts.append((.keys, 1)) }
    // What gets shorter first can be read on the card.
    for part in [Part.goal, .answer, .hint] {
      let over = parts.reduce(0) { $0 + $1.rows } - budget
      guard over > 0, let index = parts.firstIndex(where: { $0.part == part }) else { continue }
      parts[index].rows = max(1, parts[index].rows - over)
    }
    return parts
  }

  /// The rows for the longest of all that may be said, so that the panes stay where they are.
  private var answerHeight: Int {
    var texts = [answer.text]
    if let show = desk.show {
      texts += show.strokes.compactMap { if case .say(let text) = $0 { text } else { nil } }
    } else if desk.stage != .solved {
      texts += desk.lesson.checks.map(\.missing) + desk.lesson.slips.map(\.say)
    }
    return texts.prefix(50).map { height(of: $0, columns - 2) }.max() ?? 1
  }

  private func height(of text: String, _ columns: Int) -> Int {
    max(1, TextFlow.rows(of: text, columns: columns, most: 3, glyphs: glyphs).count)
  }

  // MARK: Words

  /// What is said below the goal, the sign before it, and its look.
  var answer: (mark: String, text: String, style: Style) {
    if let show = desk.show, !desk.isPreparing {
      return (glyphs.folded, show.caption.isEmpty ? "Watch." : show.caption, Style(.title, .bold))
    }
    return switch desk.stage {
    case .preparing:
      (glyphs.ring, words("The \(.town) of this lesson is being put up."), Style(.muted))
    case .doing where desk.run.isSlip: (glyphs.warning, desk.answer, Style(.warning, .bold))
    case .doing: (glyphs.ring, desk.answer, Style(.plain, .bold))
    case .solved: (glyphs.check, praise, Style(.success, [.bold, .reverse]))
    }
  }

  /// What is said of a lesson that is solved, and where it goes on.
  var praise: String {
    let next = desk.hasNext ? desk.tour.lessons[desk.position + 1].title : ""
    let goesOn: String =
      switch (desk.celebrates || desk.isFinished && !desk.hasNext, desk.hasNext) {
      case (true, _): "All windows are lit! \(label(.lesson)) celebrates."
      case (false, true): "\(label(.lesson)) goes on to '\(next)'."
      case (false, false): "\(label(.lesson)) shows which lessons are left."
      }
    return desk.wasShown
      ? "That is how it is done. \(label(.beginAgain)) lets you do it yourself. \(goesOn)"
      : "Solved! \(goesOn)"
  }

  /// The hint that was given last.
  var hint: String {
    let hints = desk.lesson.hints
    let number = min(desk.hints, hints.count)
    return number > 0 ? "Hint \(number) of \(hints.count): \(hints[number - 1])" : ""
  }

  /// What one is told of a lesson that is being played.
  var stopping: String {
    desk.show?.isHeld == true
      ? "held: Space goes on, any other key stops" : "any key stops, Space holds"
  }

  /// The keys that help, as they are now.
  private var keys: [(id: ActionID, key: String, words: String)] {
    let count = desk.lesson.hints.count
    let given = min(desk.hints, count)
    let hint = hasKeysInHead ? "hint \(given)/\(count)" : "hint (\(given) of \(count))"
    let again = hasKeysInHead ? "again" : "begin again"
    let read = hasKeysInHead ? "lesson" : "read the lesson"
    let isSolved = desk.stage == .solved
    let all: [(id: ActionID, words: String)] = [
      (.hint, hint), (.showMe, "show me"), (.beginAgain, again),
      (.lesson, isSolved ? "go on" : read),
    ]
    return all.filter { !(isSolved && $0.id == .hint) }
      .map { ($0.id, label($0.id), $0.words) }
  }

  // MARK: Drawing

  func draw(into grid: inout Grid, _ rect: Rect) {
    grid.fill(rect)
    var rest = rect
    for (part, rows) in parts {
      let (place, below) = rest.top(rows)
      rest = below
      switch part {
      case .head: drawHead(into: &grid, place)
      case .goal: drawGoal(into: &grid, place)
      case .answer:
        let (mark, text, style) = answer
        draw(text, mark, style, into: &grid, place)
      case .hint: draw(hint, "?", Style(.hint), into: &grid, place)
      case .keys where desk.show != nil: drawStroke(into: &grid, place)
      case .keys: drawKeys(into: &grid, place.left(1).rest)
      }
    }
  }

  private func drawHead(into grid: inout Grid, _ place: Rect) {
    let look = Style(.title, [.bold, .reverse])
    grid.fill(place, style: look)
    var room = place
    if let keys = headKeys(in: place) {
      room = place.left(place.columns - keys.columns - 1).0
      grid.fill(place.left(room.columns).rest)
      drawKeys(into: &grid, keys)
    } else {
      let windows = ProgressWindows(desk: desk, glyphs: glyphs).text(in: place.columns / 3)
      room = grid.writeRight(
        Line(" \(windows) ", look),
        in: place,
        glyphs: glyphs
      )
    }
    grid.write(Line(" " + desk.heading(glyphs), look), in: room, glyphs: glyphs)
  }

  private func drawGoal(into grid: inout Grid, _ place: Rect) {
    var place = place
    if isTiny {
      let tag = " \(desk.number)/\(desk.tour.lessons.count) \(label(.lesson)) "
      let used = grid.write(Line(tag, .title, [.bold, .reverse]), in: place, glyphs: glyphs)
      place = place.left(used).rest
    }
    let field = place.inset(columns: 1, rows: 0)
    write(desk.lesson.goal, Style(.title), into: &grid, field)
  }

  /// Draws a text behind a sign.
  private func draw(
    _ text: String,
    _ mark: String,
    _ style: Style,
    into grid: inout Grid,
    _ place: Rect
  ) {
    let field = place.inset(columns: 1, rows: 0)
    let (sign, body) = field.left(2)
    grid.write(Line(mark, style), in: sign.line(0), glyphs: glyphs)
    write(text, style, into: &grid, body)
  }

  private func write(_ text: String, _ style: Style, into grid: inout Grid, _ place: Rect) {
    let rows = TextFlow.rows(of: text, columns: place.columns, most: place.rows, glyphs: glyphs)
    grid.write(rows.map { Line($0, style) }, in: place, glyphs: glyphs)
  }

  /// The key that was just pressed, and what stops it.
  private func drawStroke(into grid: inout Grid, _ place: Rect) {
    let (_, field) = place.left(3)
    guard let show = desk.show else { return }
    let isTyping = show.isTyping
    var room = field
    if size.columns >= 50 {
      room = grid.writeRight(Line(stopping + " ", .hint), in: field, glyphs: glyphs)
    }
    guard !show.lastKey.isEmpty else { return }
    let cursor = isTyping ? (glyphs.isASCII ? "_" : "▏") : ""
    let most = max(1, room.columns - 4)
    let text = TextWidth.end(of: show.lastKey, columns: most)
    grid.write(
      Line(" \(text)\(cursor) ", .selection, [.bold, .reverse]),
      in: room,
      glyphs: glyphs
    )
  }

  /// Where the keys stand beside the title, if they do.
  private func headKeys(in place: Rect) -> Rect? {
    guard hasKeysInHead, desk.show == nil else { return nil }
    let columns = keys.reduce(0) { $0 + TextWidth.columns(of: "\($1.key) \($1.words)") + 2 }
    return columns + 12 <= place.columns ? place.right(columns).0 : nil
  }

  /// Draws the keys that there is room for, and tells where each is.
  @discardableResult
  private func drawKeys(into grid: inout Grid, _ place: Rect) -> [(Rect, ActionID)] {
    var places: [(Rect, ActionID)] = []
    var rest = place
    for (id, key, words) in keys {
      let line = Hint(key, words).line
      let columns = line.columns
      guard columns <= rest.columns else { break }
      grid.write(line, in: rest, glyphs: glyphs)
      places.append((rest.left(columns).0, id))
      rest = rest.left(columns + 2).rest
    }
    return places
  }

  /// What a click on the strip asks for.
  func action(at point: Point, in rect: Rect) -> ActionID? {
    guard desk.show == nil else { return nil }
    var grid = Grid(size)
    var rest = rect
    for (part, rows) in parts {
      let (place, below) = rest.top(rows)
      rest = below
      guard place.contains(point) else { continue }
      switch part {
      case .keys:
        return drawKeys(into: &grid, place.left(1).rest).first { $0.0.contains(point) }?.1
      case .head:
        guard let keys = headKeys(in: place) else { return .lesson }
        return drawKeys(into: &grid, keys).first { $0.0.contains(point) }?.1 ?? .lesson
      default: return .lesson
      }
    }
    return nil
  }
}

extension TourState {
  /// Which lesson it is: `Lesson 3 of 12 · A visit`.
  func heading(_ glyphs: Glyphs) -> String {
    "Lesson \(number) of \(tour.lessons.count) \(glyphs.dot) \(lesson.title)"
  }
}
