import Lessons
import ScreenKit

extension ActionID {
  /// What a learner asks for.
  static let tours: Set<Self> = [.tour, .lesson, .hint, .showMe, .beginAgain, "lessons"]
}

extension Action where Host: TourHost {
  static var touring: [Self] {
    [
      Action(.tour, [], .tour, "learn the town by doing, in a town to practise in") { _ in
        [.openTour]
      }
      .unless { $0.tour == nil ? nil : "this is the tour" },
      Action(.lesson, ["F5", "gl"], .tour, "read the lesson, or go on to the next") {
        $0.turnCard()
      }
      .unless { $0.reasonNoTour },
      Action(.hint, ["F2"], .tour, "a hint for the lesson, then a better one") { $0.giveHint() }
        .unless {
          $0.reasonNoTour
            ?? ($0.tour?.stage == .solved
              ? "it is solved; \($0.label(of: .lesson)) goes on" : nil)
        },
      Action(.showMe, ["F3"], .tour, "see the lesson done") { $0.playLesson() }
        .unless { $0.reasonNoTour },
      Action(.beginAgain, ["F4"], .tour, "begin the lesson from its start") { $0.beginAgain() }
        .unless { $0.reasonNoTour },
      Action("lessons", [], .tour, "go to any lesson of the tour") { $0.listLessons() }
        .unless { $0.reasonNoTour },
    ]
  }
}

extension TourHost {
  fileprivate var reasonNoTour: String? {
    tour == nil ? "no tour is given; \(label(of: .tour)) begins one" : nil
  }

  // MARK: The lesson

  /// Opens the card, or goes on to the next lesson, or to the end, once this one is solved.
  fileprivate mutating func turnCard() -> [Effect] {
    guard let tour else { return [] }
    list = nil
    if tour.celebrates || tour.stage == .solved && tour.isFinished && !tour.hasNext {
      showEnd()
    } else if tour.stage == .solved, tour.hasNext, !tour.isReading {
      return goToLesson(tour.position + 1)
    } else {
      turnPage(isOpen: !tour.isReading)
    }
    return []
  }

  /// Begins another lesson, with its card.
  mutating func goToLesson(_ position: Int) -> [Effect] {
    guard let tour, tour.tour.lessons.indices.contains(position) else { return [] }
    self.tour?.begin(position, reading: true)
    tidyUp()
    return keepTour()
  }

  fileprivate mutating func beginAgain() {
    beginLesson()
    say("the lesson begins again", .muted)
  }

  mutating func beginLesson() {
    guard let tour else { return }
    self.tour?.begin(tour.position, reading: false)
    tidyUp()
  }

  mutating func giveHint() -> [Effect] {
    guard let tour, tour.hints < tour.lesson.hints.count else {
      say("that was the last hint; \(label(of: .showMe)) shows it", .muted)
      return []
    }
    self.tour?.hints += 1
    self.tour?.progress.countHint()
    return keepTour()
  }

  mutating func playLesson() -> [Effect] {
    guard let tour else { return [] }
    play(tour.lesson.show, isOwn: true)
    return []
  }

  /// Plays a way through the lesson, from its start; its own is what "show me" shows.
  mutating func play(_ strokes: [Lesson.Stroke], isOwn: Bool) {
    beginLesson()
    tour?.show = ShowMe(strokes)
    tour?.wasShown = isOwn
  }

  func keepTour() -> [Effect] { tour.map { [.keepTour($0.progress)] } ?? [] }
}
