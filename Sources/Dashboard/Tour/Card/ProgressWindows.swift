import Lessons
import ScreenKit

/// The lessons as the windows of one house: lit once solved, half lit where only shown.
struct ProgressWindows {
  let desk: TourState
  let glyphs: Glyphs

  /// The windows, or how many are lit where there is no room for all.
  func text(in columns: Int) -> String { row(in: columns) ?? count }

  /// The windows, as far as there is room, and in words how many are lit.
  func line(in columns: Int) -> Line {
    guard let row = row(in: columns - TextWidth.columns(of: words) - 2) else {
      return Line(words, .muted)
    }
    return Line(row, .title, .bold).adding("  " + words, Style(.muted))
  }

  /// The windows; `nil` where there is no room for all.
  private func row(in columns: Int) -> String? {
    guard desk.tour.lessons.count + 2 <= columns else { return nil }
    return desk.tour.lessons.indices.map { index in
      index == desk.position ? "[\(window(index))]" : window(index)
    }.joined()
  }

  func window(_ index: Int) -> String {
    switch desk.standing(of: index) {
    case .solved: glyphs.lit
    case .shown: glyphs.dimming
    case .open: glyphs.dark
    }
  }

  var words: String {
    let shown = desk.progress.shown.count
    return shown > 0 ? "\(count), \(shown) shown" : count
  }

  private var count: String { "\(desk.progress.solved.count) of \(desk.tour.lessons.count) solved" }
}
