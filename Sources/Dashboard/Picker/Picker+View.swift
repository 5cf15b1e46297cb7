import ScreenKit
public import TextScreen

/// Where everything is on the picker's screen.
struct PickerLayout {
  let status: Rect
  let body: Rect
  /// What is known of the line under the cursor; on a small screen the list is more use.
  let words: Rect
  let footer: Rect

  init(_ size: Size) {
    var rest = Rect(size)
    (status, rest) = rest.top(1)
    (footer, rest) = rest.bottom(1)
    (words, body) = rest.bottom(size.rows >= 10 ? 1 : 0)
  }
}

extension Picker {
  /// Draws the screen.
  public func view(_ size: Size) -> Grid {
    var grid = Grid(size)
    let layout = PickerLayout(size)
    drawStatus(into: &grid, layout.status)
    list.draw(into: &grid, layout.body, glyphs: glyphs)
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

  private func words(_ columns: Int) -> Line {
    if let words = currentWords { return Line(words, .muted) }
    let long = "Not in the list? VPNs and campus networks hide servers: type its address."
    let short = "Not in the list? Type its address."
    return Line(TextWidth.columns(of: long) <= columns ? long : short, .muted)
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
    grid.write(
      Line("such as ws://lab-3:38801   Esc goes back", .muted),
      in: field,
      glyphs: glyphs
    )
    grid.cursor = field.origin
  }

  /// The keys, as many as there is room for; the way out always has some.
  private func hints(_ columns: Int) -> Line {
    let keys = [
      ("Enter", "joins"), ("a", "types an address"),
      (list.isTyping ? "Up Down" : "j k", "move"), ("/", "searches"),
    ]
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
