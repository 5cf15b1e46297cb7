import TextScreen

/// The lessons as the windows of one house: lit once solved, half lit where only shown.
struct ProgressWindows {
  let desk: TourDesk
  let glyphs: Glyphs

  /// The windows, or their number where there is no room for all.
  func text(in columns: Int) -> String {
    guard desk.tour.lessons.count + 2 <= columns else {
      return "\(desk.progress.solved.count) of \(desk.tour.lessons.count) solved"
    }
    return desk.tour.lessons.indices.map { index in
      index == desk.position ? "[\(window(index))]" : window(index)
    }.joined()
  }

  /// The window of a lesson.
  func window(_ index: Int) -> String {
    let name = desk.tour.lessons[index].name
    if desk.progress.solved.contains(name) { return glyphs.lit }
    return desk.progress.shown.contains(name) ? glyphs.dimming : glyphs.dark
  }

  /// The windows as words.
  var words: String {
    let shown = desk.progress.shown.count
    let solved = desk.tour.lessons.count { desk.progress.solved.contains($0.name) }
    let words = "\(solved) of \(desk.tour.lessons.count) solved"
    return shown > 0 ? "\(words), \(shown) shown" : words
  }
}
