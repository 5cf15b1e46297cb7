import ScreenKit

/// Names an action as settings and the palette do; a name never changes.
struct ActionID: Hashable, Sendable, ExpressibleByStringLiteral {
  let name: String

  init(_ name: String) { self.name = name }
  init(stringLiteral name: String) { self.name = name }
}

/// The actions that texts name, so that whoever reads them is told the key that is in force.
extension ActionID {
  static let toggle: Self = "toggle"
  static let set: Self = "set"
  static let remove: Self = "remove"
  static let undo: Self = "undo"
  static let redo: Self = "redo"
  static let search: Self = "search"
  static let snapshot: Self = "snapshot"
  static let dropSnapshot: Self = "drop-snapshot"
  static let olderSnapshot: Self = "older-snapshot"
  static let restore: Self = "restore"
  static let history: Self = "history"
  static let pause: Self = "pause"
  static let stepBack: Self = "step-back"
  static let pins: Self = "pins"
  static let plot: Self = "plot"
  static let noPlots: Self = "no-plots"
  static let referrers: Self = "referrers"
  static let back: Self = "back"
  static let lock: Self = "lock"
  static let dismiss: Self = "dismiss"
  static let help: Self = "help"
  static let quit: Self = "quit"
  static let words: Self = "words"
  static let mouse: Self = "mouse"
  static let tour: Self = "tour"
  static let lesson: Self = "lesson"
  static let hint: Self = "hint"
  static let showMe: Self = "show-me"
  static let beginAgain: Self = "begin-again"
}

/// What the keys pressed so far come to.
enum KeyMeaning {
  case action(ActionID)
  /// More keys may follow.
  case begun
  case nothing
}

extension CursorMove {
  /// How far, and whether down, an action moves; `nil` if it moves no cursor.
  static func of(_ id: ActionID) -> (move: CursorMove, isDown: Bool)? {
    switch id {
    case "down": (.line, true)
    case "up": (.line, false)
    case "half-page-down": (.halfPage, true)
    case "half-page-up": (.halfPage, false)
    case "page-down": (.page, true)
    case "page-up": (.page, false)
    case "first": (.all, false)
    case "last": (.all, true)
    default: nil
    }
  }
}
