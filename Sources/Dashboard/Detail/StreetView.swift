import TextScreen

/// Draws what there is to say about a street as a whole.
struct StreetView {
  let town: Town
  let prefix: String
  let moment: Moment
  let glyphs: Glyphs

  func draw(into grid: inout Grid, _ rect: Rect) {
    for (row, line) in lines.enumerated() {
      grid.write(line, in: rect.line(row), glyphs: glyphs)
    }
  }

  private var lines: [Line] {
    guard let street = town.index.street(prefix) else { return [] }
    let head = Line(town.words("\(.street) of \(street.livingCount, .house)"), .muted)
    guard let news = town.news(ofStreet: prefix) else {
      return [head, Line("unchanged since you came", .muted)]
    }
    let age = Line("changed \(Phrases.age(of: news.at, at: moment))", .muted)
    let rate = news.rate.perSecond(at: moment.uptime)
    guard rate > 0 else { return [head, age] }
    return [head, age, Line("\(Phrases.count(rate, "change")) a second", .muted)]
  }
}
