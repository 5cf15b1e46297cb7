import ScreenKit

/// Draws the room from above, to scale: outlines in dots, people as arrows with their names.
struct RoomView {
  let plan: RoomPlan
  let people: People
  let glyphs: Glyphs

  /// What is seen is this wide at least, in metres, so that two who stand close do not fill the screen.
  private static let leastSpan = 2.0
  /// Room around what there is, as a part of it.
  private static let margin = 0.08

  /// How metres become dots.
  private struct Scale {
    let low, high: RoomPlan.Place
    let dots: Double
    let width, height: Int

    func dot(_ place: RoomPlan.Place) -> (x: Int, y: Int) {
      let middle = (low + high) / 2
      let offset = (place - middle) * dots
      return (Int(offset.x.rounded()) + width / 2, height / 2 - Int(offset.y.rounded()))
    }
  }

  private func scale(_ canvas: PlotCanvas) -> Scale? {
    guard let (low, high) = plan.bounds, canvas.width > 0, canvas.height > 0 else { return nil }
    let span =
      pointwiseMax(high - low, RoomPlan.Place(repeating: Self.leastSpan)) * (1 + 2 * Self.margin)
    let dots = min(Double(canvas.width - 1) / span.x, Double(canvas.height - 1) / span.y)
    return Scale(low: low, high: high, dots: dots, width: canvas.width, height: canvas.height)
  }

  func draw(into grid: inout Grid, _ rect: Rect) {
    let (foot, body) = rect.bottom(min(1, rect.rows))
    var (areas, box) = (
      PlotCanvas(columns: body.columns, rows: body.rows),
      PlotCanvas(columns: body.columns, rows: body.rows)
    )
    guard let scale = scale(areas) else {
      grid.write(
        Line("nobody is here, and no play area is known", .muted),
        in: body,
        glyphs: glyphs
      )
      return
    }
    for outline in plan.outlines {
      if outline.isBox {
        draw(outline, scale, into: &box)
      } else {
        draw(outline, scale, into: &areas)
      }
    }
    // The box lies over the areas, where both have dots.
    grid.write(areas.lines(glyphs).map { Line($0, .muted) }, in: body, glyphs: glyphs)
    for (row, text) in box.lines(glyphs).enumerated() {
      for (column, character) in text.enumerated() where character != " " {
        let point = Point(column: body.column + column, row: body.row + row)
        grid.write(String(character), at: point, in: body, style: Style(.number))
      }
    }
    for person in plan.people { draw(person, scale, into: &grid, body) }
    grid.write(legend(scale), in: foot, glyphs: glyphs)
  }

  private func draw(_ outline: RoomPlan.Outline, _ scale: Scale, into canvas: inout PlotCanvas) {
    for (start, end) in zip(
      outline.corners,
      outline.corners.dropFirst() + outline.corners.prefix(1)
    ) {
      let (a, b) = (scale.dot(start), scale.dot(end))
      let steps = max(abs(b.x - a.x), abs(b.y - a.y), 1)
      // No more dots than the picture is wide and high, since everything is inside of it.
      for step in 0...steps {
        canvas.set(a.x + (b.x - a.x) * step / steps, a.y + (b.y - a.y) * step / steps)
      }
    }
  }

  private func draw(_ person: RoomPlan.Person, _ scale: Scale, into grid: inout Grid, _ body: Rect)
  {
    let dot = scale.dot(person.place)
    let point = Point(column: body.column + dot.x / 2, row: body.row + dot.y / 4)
    guard body.contains(point) else { return }
    let role: Role = person.isOrigin ? .muted : .title
    grid.write(mark(person), at: point, in: body, style: Style(role, .bold))
    guard !person.isOrigin else { return }
    let name = TextWidth.truncate(
      (people.name(of: person.id) ?? person.id).named,
      to: 16,
      ellipsis: glyphs.ellipsis
    )
    let columns = TextWidth.columns(of: name) + 2
    let right = Point(column: point.column + 1, row: point.row)
    let fits = right.column + columns <= body.column + body.columns
    let left = Point(column: point.column - columns, row: point.row)
    grid.write(" \(name) ", at: fits ? right : left, in: body, style: Style(.key))
  }

  /// An arrow for who looks somewhere, in eight directions or, in ASCII, in four.
  private func mark(_ person: RoomPlan.Person) -> String {
    if person.isOrigin { return "+" }
    guard let heading = person.heading else { return glyphs.bullet }
    let arrows = glyphs.isASCII ? ["^", ">", "v", "<"] : ["↑", "↗", "→", "↘", "↓", "↙", "←", "↖"]
    let index = Int((heading * Double(arrows.count)).rounded()) % arrows.count
    return arrows[index]
  }

  private func legend(_ scale: Scale) -> Line {
    let columns = max(1, Int((scale.dots / 2).rounded()))
    var line = Line(String(repeating: glyphs.horizontal, count: min(columns, 40)), .plain)
    line.append(columns > 40 ? "" : " 1 m", .plain)
    let here = plan.people.count { !$0.isOrigin }
    let areas = plan.outlines.count { !$0.isBox }
    let words: [String?] = [
      Phrases.count(here, "person", "people"), Phrases.count(areas, "play area"),
      plan.outlines.contains(where: \.isBox) ? "the box" : nil,
      plan.people.contains(where: \.isOrigin) ? "+ origins" : nil,
    ]
    line.append("   " + words.compactMap(\.self).joined(separator: ", "), .muted)
    return line
  }
}
