import TextScreen

/// The lesson above the panes: its goal, what is still missing, and the keys that help, always on the screen.
struct TourStrip {
  /// The rows that it takes on a screen of some size.
  static func rows(in size: Size) -> Int { size.rows < 18 ? 2 : 5 }

  let desk: TourDesk
  let model: Model

  func draw(into grid: inout Grid, _ rect: Rect) {
    guard !rect.isEmpty else { return }
    let lines = [Line(title, .title, .bold), Line(desk.lesson.goal), Line(words)]
    for (row, line) in lines.prefix(rect.rows).enumerated() {
      grid.write(line, in: rect.line(row), glyphs: model.glyphs)
    }
  }

  private var title: String {
    "Lesson \(desk.number) of \(desk.tour.lessons.count) \(desk.lesson.title)"
  }

  /// What is said below the goal.
  var words: String {
    switch desk.stage {
    case .preparing: "The town of this lesson is being put up."
    case .doing: desk.answer
    case .solved: "Solved."
    }
  }
}

extension Model {
  func drawTour(into grid: inout Grid, _ layout: Layout) {
    guard let tour else { return }
    TourStrip(desk: tour, model: self).draw(into: &grid, layout.lesson)
  }
}
