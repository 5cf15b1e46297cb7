import TextScreen
import ScreenKit

/// One line of the table of keys.
struct Binding: Sendable {
  /// Where a binding stands in the help.
  enum Group: String, Sendable, CaseIterable {
    case move = "Moving"
    case fold = "Opening and closing"
    case find = "Finding"
    case follow = "Following"
    case watch = "Watching"
    case edit = "Editing"
    case code = "Copying"
    case screen = "The screen"
    case tour = "The tour"
  }

  /// When a binding holds, for a key that means something else while a search is on.
  enum Mode: Hashable, Sendable {
    case always, searching, notSearching
  }

  /// What settings and the palette call it; never changes.
  let name: String
  var keys: [KeySequence]
  let command: Command
  let group: Group
  /// The panes in which it does something.
  let panes: Set<Pane>
  let mode: Mode
  /// A word for the footer; `nil` if it is not told there.
  let hint: String?
  /// A sentence for the help.
  let help: Phrase

  /// Describes a binding; keys are written as ``KeySequence`` reads them.
  init(
    _ name: String,
    _ keys: [String],
    _ command: Command,
    _ group: Group,
    in panes: Set<Pane> = Set(Pane.allCases),
    during mode: Mode = .always,
    hint: String? = nil,
    _ help: Phrase
  ) {
    self.name = name
    self.keys = keys.compactMap { KeySequence($0) }
    self.command = command
    self.group = group
    self.panes = panes
    self.mode = mode
    self.hint = hint
    self.help = help
  }

  /// Whether the binding holds while a search is on, or is not.
  func holds(isSearching: Bool) -> Bool {
    switch mode {
    case .always: true
    case .searching: isSearching
    case .notSearching: !isSearching
    }
  }
}

extension Set<Pane> {
  /// Panes in which there is a house or street to act on.
  static let places: Self = [.tree, .detail, .selections]
}
