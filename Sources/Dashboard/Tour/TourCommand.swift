import TextScreen
import ScreenKit

/// What a learner asks for.
enum TourCommand: Hashable, Sendable {
  /// Leave for the practice town, or begin the tour there.
  case open
  /// Read the lesson, or go on to the next once this one is solved.
  case card
  case hint
  case showMe
  case beginAgain
  /// Choose a lesson from the list of all.
  case list
}

extension Keymap {
  /// The keys that somebody wants; in a tour only its own can be others, since its lessons name the keys and play them.
  init(_ choices: [KeyChoice], inTour: Bool) {
    let own = Set(Self.tours.map(\.name))
    self =
      Self.standard.rebinding(inTour ? choices.filter { own.contains($0.name) } : choices).keymap
  }

  static let tours: [Binding] = [
    Binding("tour", [], .tour(.open), .tour, "learn the town by doing, in a town to practise in"),
    Binding("lesson", ["F5", "gl"], .tour(.card), .tour, "read the lesson, or go on to the next"),
    Binding("hint", ["F2"], .tour(.hint), .tour, "a hint for the lesson, then a better one"),
    Binding("show-me", ["F3"], .tour(.showMe), .tour, "see the lesson done"),
    Binding("begin-again", ["F4"], .tour(.beginAgain), .tour, "begin the lesson from its start"),
    Binding("lessons", [], .tour(.list), .tour, "go to any lesson of the tour"),
  ]
}

extension Model {
  func reasonNot(to command: TourCommand) -> String? {
    guard let tour else {
      return command == .open
        ? nil : "no tour is given; \(keymap.label(of: .tour(.open))) begins one"
    }
    switch command {
    case .open: return "this is the tour"
    case .hint where tour.stage == .solved: return "it is solved; \(label(.card)) goes on"
    case .hint, .card, .showMe, .beginAgain, .list: return nil
    }
  }

  mutating func run(_ command: TourCommand) -> [Effect] {
    switch command {
    case .open: return [.openTour]
    case .card: return turnCard()
    case .hint: return giveHint()
    case .showMe: return playLesson()
    case .list: listLessons()
    case .beginAgain:
      beginLesson()
      say("the lesson begins again", .muted)
    }
    return []
  }

  /// The key of a command of the tour, for texts that tell it.
  func label(_ command: TourCommand) -> String { keymap.label(of: .tour(command)) }

  // MARK: The lesson

  /// Opens the card, or goes on to the next lesson, or to the end, once this one is solved.
  private mutating func turnCard() -> [Effect] {
    guard let tour else { return [] }
    chooser = nil
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

  /// Begins the lesson from its start.
  mutating func beginLesson() {
    guard let tour else { return }
    self.tour?.begin(tour.position, reading: false)
    tidyUp()
  }

  private mutating func giveHint() -> [Effect] {
    guard let tour, tour.hints < tour.lesson.hints.count else {
      say("that was the last hint; \(label(.showMe)) shows it", .muted)
      return []
    }
    self.tour?.hints += 1
    self.tour?.progress.countHint()
    return keepTour()
  }

  private mutating func playLesson() -> [Effect] {
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
