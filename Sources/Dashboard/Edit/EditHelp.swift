import ScreenKit

extension EditPane {
  /// The keys of the editor for the help; `hints` names those that work at a moment.
  static let help: [Hint] = [
    Hint("Enter", "in a form or single value: review; in a text: new line"),
    Hint("^s F2", "review what will change; Enter then sends it"),
    Hint("^e F4", "open the text in $EDITOR"),
    Hint("Tab", "next field, or between name and value"),
    Hint("^n", "one more field in an update"),
    Hint("^w ^u ^k", "remove a word, to the start, to the end of the line"),
    Hint("^y ^r", "undo and redo what you typed"),
    Hint("b m l", "in a conflict: take base, mine or live; M L for all"),
    Hint("Esc", "back, or leave (asks if you wrote something)"),
  ]
}
