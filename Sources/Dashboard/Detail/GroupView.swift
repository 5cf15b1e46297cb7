import ScreenKit

/// Draws what there is to say about a group as a whole.
struct GroupView {
  let known: KnownState
  let prefix: String
  let moment: Moment
  let glyphs: Glyphs

  func draw(into grid: inout Grid, _ rect: Rect) { grid.write(lines, in: rect, glyphs: glyphs) }

  private var lines: [Line] {
    guard let group = known.index.group(prefix) else { return [] }
    let head = Line(known.words("\(.street) of \(group.presentCount, .house)"), .muted)
    guard let news = known.news(ofGroup: prefix) else {
      return [head, Line("unchanged since you came", .muted)]
    }
    let age = Line("changed \(Phrases.age(of: news.at, at: moment))", .muted)
    let rate = news.rate.perSecond(at: moment.uptime)
    guard rate > 0 else { return [head, age] }
    return [head, age, Line("\(Phrases.count(rate, "change")) a second", .muted)]
  }
}
