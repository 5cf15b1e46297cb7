extension EditPane {
  /// The keys of the editor for the help; `hints` names those that work at a moment.
  static let help: [EditHint] = [
    EditHint("Enter", "in a form or single value: review; in a text: new line"),
    EditHint("^s F2", "review what will change; Enter then sends it"),
    EditHint("^e F4", "open the text in $EDITOR"),
    EditHint("Tab", "next field, or between name and value"),
    EditHint("^n", "one more field in an update"),
    EditHint("^w ^u ^k", "remove a word, to the start, to the end of the line"),
    EditHint("^y ^r", "undo and redo what you typed"),
    EditHint("b m l", "in a conflict: take base, mine or live; M L for all"),
    EditHint("Esc", "back, or leave (asks if you wrote something)"),
  ]
}
