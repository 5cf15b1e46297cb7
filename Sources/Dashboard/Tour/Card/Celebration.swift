import Lessons
import ScreenKit

/// The end of a tour: a town with a house for each lesson, all of its windows lit.
struct Celebration {
  /// No more houses are drawn.
  private static let mostEntries = 60
  private static let pictureColumns = 6

  let desk: TourState
  let glyphs: Glyphs
  let columns: Int

  var lines: [Line] {
    let banner = Line("  \(glyphs.check) ALL WINDOWS ARE LIT  ", .success, [.bold, .reverse])
    var lines = [Line(), centred(banner), centred(Line(desk.tour.title, .title, .bold)), Line()]
    lines += skyline
    lines += [Line(), centred(Line(summary, .plain, .bold)), Line()]
    lines.append(Line("What you know now:", .title, .bold))
    for (index, lesson) in desk.tour.lessons.enumerated() {
      lines.append(Line("\(glyphs.check) \(index + 1)  ", .success).adding(lesson.title))
    }
    return lines
  }

  /// How it went, in a line.
  var summary: String {
    let lessons = Phrases.count(desk.tour.lessons.count, "lesson")
    let hints = desk.progress.hints
    return hints == 0
      ? "\(lessons) solved, without a single hint."
      : "\(lessons) solved, with \(Phrases.count(hints, "hint"))."
  }

  private func centred(_ line: Line) -> Line {
    Line(String(repeating: " ", count: max(0, (columns - line.columns) / 2))).adding(line)
  }

  /// The houses in streets, as many as fit side by side.
  private var skyline: [Line] {
    let count = min(Self.mostEntries, desk.tour.lessons.count)
    let fit = max(1, columns / Self.pictureColumns)
    return stride(from: 0, to: count, by: fit).flatMap { first in
      group(first..<min(count, first + fit))
    }
  }

  private func group(_ lessons: Range<Int>) -> [Line] {
    let pictures = lessons.map(entry)
    let height = 2 + (pictures.map(\.count).max() ?? 0)
    var lines = (0..<height).map { row in
      var line = Line()
      for (index, picture) in pictures.enumerated() {
        let sky = height - picture.count
        line.append(row < sky ? star(row, index) : picture[row - sky])
      }
      return centred(line)
    }
    let ground = String(repeating: glyphs.horizontal, count: lessons.count * Self.pictureColumns)
    lines.append(centred(Line(ground, .border)))
    return lines
  }

  /// A house of one to three floors, with the number of its lesson at the door.
  private func entry(_ index: Int) -> [Line] {
    let window = ProgressWindows(desk: desk, glyphs: glyphs).window(index)
    let wall = { (text: String) in Line("|\(text)| ", .border) }
    let floor = Line("|", .border).adding("\(window) \(window)", Style(.changed, .bold))
      .adding("| ", Style(.border))
    let number = String(index + 1)
    let door = String(repeating: "_", count: max(0, 3 - number.count)) + number
    return [Line("  .   ", .border), Line(" / \\  ", .border), Line("/___\\ ", .border)]
      + Array(repeating: floor, count: 1 + index * 7 % 3) + [wall(door)]
  }

  /// What stands in the sky above the lower houses.
  private func star(_ row: Int, _ index: Int) -> Line {
    let isThere = (row * 5 + index * 3) % 4 == 0
    return Line(isThere ? "   *  " : "      ", .added, .bold)
  }
}
