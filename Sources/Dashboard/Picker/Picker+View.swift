import ScreenKit
public import TextScreen

/// Where everything is on the picker's screen.
struct PickerLayout {
  /// A list is no wider on a large screen, where the eye would lose the row.
  private static let widest = 84

  let status: Rect
  /// What the program is, on a start screen with room for it.
  let welcome: Rect
  /// What is wrong with the terminal.
  let trouble: Rect
  /// The list with its frame.
  let list: Rect
  /// What is known of the line under the cursor; on a small screen the list is more use.
  let words: Rect
  let footer: Rect

  init(_ size: Size, isStart: Bool, items: Int, hasTrouble: Bool) {
    var rest = Rect(size)
    (status, rest) = rest.top(1)
    (footer, rest) = rest.bottom(1)
    let (isHigh, isRoomy) = (size.rows >= 10, size.rows >= 16)
    guard isStart else {
      (words, list) = rest.bottom(isHigh ? 1 : 0)
      (welcome, trouble) = (rest.top(0).0, rest.top(0).0)
      return
    }
    let isWide = rest.columns > Self.widest + 6
    if isWide {
      let (_, below) = rest.top(rest.rows / 8)
      let side = (below.columns - Self.widest) / 2
      rest = below.left(side).rest.left(Self.widest).0
    }
    // On a large screen a blank row stands over the text, and one below it unless there is trouble to tell.
    (welcome, rest) = rest.top(isRoomy && rest.columns >= 80 ? 3 : isHigh ? 1 : 0)
    (trouble, rest) = rest.top(isRoomy || isHigh && hasTrouble ? 1 : 0)
    guard isWide else {
      (words, list) = rest.bottom(isHigh ? 1 : 0)
      return
    }
    // Its upper edge stays where it is while servers come and go.
    (list, rest) = rest.top(min(rest.rows - 1, max(items + 2, 12)))
    words = rest.line(0)
  }
}

extension Picker {
  func layout(_ size: Size) -> PickerLayout {
    PickerLayout(size, isStart: isStart, items: list.items.count, hasTrouble: trouble != nil)
  }

  /// Draws the screen.
  public func view(_ size: Size) -> Grid {
    var grid = Grid(size)
    let layout = layout(size)
    drawStatus(into: &grid, layout.status)
    drawWelcome(into: &grid, layout.welcome)
    drawTrouble(into: &grid, layout.trouble)
    list.draw(into: &grid, layout.list, glyphs: glyphs)
    grid.write(words(layout.words.columns - 1), in: layout.words.left(1).rest, glyphs: glyphs)
    drawFooter(into: &grid, layout.footer.left(1).rest)
    return grid
  }

  private func drawStatus(into grid: inout Grid, _ rect: Rect) {
    var line = Line("townhall", .title, .bold)
    if let deafness {
      line.append("  \(glyphs.failure) \(deafness)", .error, .bold)
    } else {
      line.append("  \(glyphs.bullet) listening for servers", .success)
    }
    grid.write(line, in: rect.left(1).rest, glyphs: glyphs)
  }

  private func drawWelcome(into grid: inout Grid, _ rect: Rect) {
    let place = rect.left(1).rest
    guard rect.rows > 1 else {
      grid.write(Line(Self.welcome.short), in: place.line(0), glyphs: glyphs)
      return
    }
    let (_, below) = place.top(1)
    let rows = TextFlow.rows(
      of: Self.welcome.long,
      columns: below.columns - 1,
      most: below.rows,
      glyphs: glyphs
    )
    grid.write(rows.map { Line($0) }, in: below, glyphs: glyphs)
  }

  private func drawTrouble(into grid: inout Grid, _ rect: Rect) {
    guard let trouble, rect.rows > 0 else { return }
    let place = rect.inset(columns: 1, rows: 0)
    // Where to read more is of more use than the end of the sentence.
    let advice = Line("  townhall doctor", .hintKey)
    let free = grid.writeRight(advice, in: place, glyphs: glyphs)
    grid.write(Line("\(glyphs.warning) \(trouble)", .warning, .bold), in: free, glyphs: glyphs)
  }

  private func words(_ columns: Int) -> Line {
    if let words = currentWords { return Line(words, .muted) }
    return Line(Self.fitting(explanations, columns), .muted)
  }

  /// The first of several texts that fits, or the last.
  private static func fitting(_ texts: [String], _ columns: Int) -> String {
    texts.first { TextWidth.columns(of: $0) <= columns } ?? texts.last ?? ""
  }

  private func drawFooter(into grid: inout Grid, _ place: Rect) {
    if let notice {
      grid.write(Line(notice.text, notice.role, .bold), in: place, glyphs: glyphs)
    } else if let input {
      draw(input, into: &grid, place)
    } else {
      grid.write(hints(place.columns), in: place, glyphs: glyphs)
    }
  }

  private func draw(_ input: TextEditor, into grid: inout Grid, _ place: Rect) {
    let prompt = Line("address: ", .plain, .bold)
    let (label, field) = place.left(prompt.columns)
    grid.write(prompt, in: label, glyphs: glyphs)
    guard input.isEmpty else {
      input.draw(into: &grid, rect: field, look: TextEditor.Look(glyphs: glyphs))
      return
    }
    let short = "such as ws://lab-3:38801   Esc goes back"
    let long = "such as ws://lab-3:38801, or a file: run.nanover.zip   Esc goes back"
    let example = Self.fitting(isStart ? [long, short] : [short], field.columns)
    grid.write(Line(example, .muted), in: field, glyphs: glyphs)
    grid.cursor = field.origin
  }

  /// The keys, as many as there is room for; the way out always has some.
  private func hints(_ columns: Int) -> Line {
    // The start screen has the keys of its rows at their right.
    let typing = isStart ? [] : [("a", "types an address")]
    let keys =
      [("Enter", isStart ? "opens" : "joins")] + typing
      + [(list.isTyping ? "Up Down" : "j k", "move"), ("/", "searches")]
    let last = Hint("q", "leaves").line
    var line = Line()
    for (key, words) in keys where !(list.isTyping && key != "Enter" && key != "Up Down") {
      let hint = Hint(key, words).line
      guard line.columns + hint.columns + last.columns + 4 <= columns else { continue }
      line.append(hint)
      line.append("  ")
    }
    line.append(list.isTyping ? Hint("Esc", "ends the search").line : last)
    return line
  }
}
