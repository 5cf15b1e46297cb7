import Lessons
import ScreenKit

/// The tour in lines, for a screen reader.
extension TourHost {
  /// All that the card, or else the strip, tells; empty without a tour.
  var spokenTour: [String] {
    guard let tour else { return [] }
    return card.map { spokenCard($0, tour) } ?? spokenStrip(tour)
  }

  private func spokenCard(_ card: LessonCard<Self>, _ tour: TourState) -> [String] {
    let keys = cardHints.map { "\($0.key) \($0.text)" }.joined(separator: ", ")
    guard !tour.showsEnd else {
      let learnt = tour.tour.lessons.map(\.title).joined(separator: "; ")
      let celebration = Celebration(desk: tour, glyphs: glyphs, columns: card.rect.columns)
      return [
        "the end of \(tour.tour.title): all windows are lit", celebration.summary,
        "what you know now: \(learnt)", keys,
      ]
    }
    var lines = [tour.heading(.ascii)] + text(of: tour.lesson)
    if let picture = tour.lesson.picture {
      lines.append(sketch(of: picture, columns: 200).spoken)
    }
    lines.append("goal: \(tour.lesson.goal)")
    return lines + [ProgressWindows(desk: tour, glyphs: glyphs).words, keys]
  }

  private func spokenStrip(_ tour: TourState) -> [String] {
    guard let strip = strip(size) else { return [] }
    var lines = [tour.heading(.ascii), "goal: \(tour.lesson.goal)"]
    if let show = tour.show, !tour.isPreparing {
      // A text is said once all of it is there.
      let key = show.isTyping || show.lastKey.isEmpty ? "" : "key \(show.keyCount): \(show.lastKey)"
      return lines + [strip.stopping, show.caption, key]
    }
    let words = strip.answer.text
    lines.append(tour.run.isSlip && tour.stage == .doing ? "careful: \(words)" : words)
    if tour.hints > 0, tour.stage == .doing { lines.append(strip.hint) }
    return lines
  }
}

extension Sketch {
  /// The rows in one line, without frames.
  fileprivate var spoken: String {
    let letters = lines.map { line in
      String(String.UnicodeScalarView(line.text.unicodeScalars.filter { !Self.isFrame($0) }))
        .split(separator: " ").joined(separator: " ")
    }
    return "\(title): " + letters.filter { !$0.isEmpty }.joined(separator: ", ")
  }

  private static func isFrame(_ scalar: Unicode.Scalar) -> Bool {
    (0x2500...0x257f).contains(scalar.value) || "|+".unicodeScalars.contains(scalar)
  }
}
