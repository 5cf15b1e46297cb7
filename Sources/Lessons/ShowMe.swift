import TextScreen

/// A way through a lesson that is played key by key, where everybody can see it.
package struct ShowMe: Hashable, Sendable {
  /// How long a key stands before the next.
  static let keyTime = Duration.milliseconds(800)
  /// How long a letter of a text stands.
  static let letterTime = Duration.milliseconds(90)
  /// How long something that is said stands, and how much longer for each letter of it.
  static let sayTime = (least: Duration.milliseconds(1200), letter: Duration.milliseconds(35))
  /// Nothing is waited for any longer.
  package static let patience = Duration.seconds(20)

  package let strokes: [Lesson.Stroke]
  private(set) var index = 0
  package private(set) var nextAt: Duration?
  /// What is said about what is being played.
  package private(set) var caption = ""
  package private(set) var lastKey = ""
  /// Whether the learner holds it to look.
  package var isHeld = false

  package init(_ strokes: [Lesson.Stroke]) { self.strokes = strokes }

  /// What is to be played next; `nil` after the last stroke.
  package var next: Lesson.Stroke? { index < strokes.count ? strokes[index] : nil }

  package var keyCount: Int {
    strokes[..<index].count { stroke in
      switch stroke {
      case .key, .letter: true
      case .say, .waitFor: false
      }
    }
  }

  /// Whether a text has been begun and more of it is to be typed.
  package var isTyping: Bool {
    guard index > 0, case .letter? = next, case .letter = strokes[index - 1] else { return false }
    return true
  }

  /// Whether the time of the next stroke has come.
  package func isDue(at now: Duration) -> Bool { !isHeld && now >= nextAt ?? now }

  /// Begins to wait, if it has not begun yet.
  package mutating func start(at now: Duration) { nextAt = nextAt ?? now }

  /// Takes the next stroke as played.
  package mutating func step(at now: Duration) {
    guard let stroke = next else { return }
    let wasTyping = isTyping
    index += 1
    switch stroke {
    case .key(let key):
      lastKey = key.label
      nextAt = now + Self.keyTime
    case .letter(let letter):
      lastKey = wasTyping ? lastKey + String(letter) : String(letter)
      // The end of a text stands as long as a key does.
      nextAt = now + (isTyping ? Self.letterTime : Self.keyTime)
    case .say(let text):
      caption = text
      nextAt = now + Self.sayTime.least + Self.sayTime.letter * text.count
    case .waitFor: nextAt = now + Self.keyTime
    }
  }

  /// Whether it has waited too long for somebody.
  package func isTired(at now: Duration) -> Bool {
    nextAt.map { now - $0 > Self.patience } ?? false
  }
}
