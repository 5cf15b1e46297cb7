import ScreenKit
import SharedState

/// A house that is about to join a street: its name, and who moves in.
struct NewEntry: Hashable, Sendable {
  let street: String
  var name: TextEditor
  private(set) var value: ValueEditor
  private(set) var isInName = false
  /// A house for which the neighbours are the model; it follows the name until somebody touches it.
  private let siblings: SiblingEntries

  /// What is needed of the town to shape the house anew when its name changes.
  private struct SiblingEntries: Hashable, Sendable {
    let model: StateValue
    let name: String
    let street: String

    func entry(named other: String) -> StateValue {
      EntryTemplate.renamed(model, from: name, to: other, street: street)
    }
  }

  /// Prepares a house under a fresh name.
  ///
  /// - Complexity: O(*n*) in the keys of the town.
  init(named freshName: String, street: String, in state: StateDictionary) {
    self.street = street
    name = TextEditor(freshName, isMultiline: false)
    let model = EntryTemplate.entry(named: freshName, street: street, in: state)
    self.siblings = SiblingEntries(model: model, name: freshName, street: street)
    value = ValueEditor(model, isMultiline: true)
    value.move(to: .init(line: 1, column: .max))
  }

  var key: String { street + name.text }

  var isChanged: Bool { value.isChanged || name.text != siblings.name }

  var mine: Result<StateValue?, DraftFlaw> {
    if name.isEmpty { return .failure(DraftFlaw(message: "the new house needs a name")) }
    return value.parsed.map { Optional($0) }.mapError { _ in
      DraftFlaw(message: value.flawText ?? "")
    }
  }

  mutating func handle(_ key: Key) -> Bool {
    switch key {
    case .tab, .backTab: isInName.toggle()
    case .down where isInName: isInName = false
    case .up where !isInName && value.editor.cursor.line == 0: isInName = true
    default: return isInName ? handleName(key) : value.handle(key)
    }
    return true
  }

  mutating func paste(_ text: String) {
    guard isInName else { return value.paste(text) }
    let wasUntouched = !value.isChanged
    name.insert(text)
    if wasUntouched { shapeAnew() }
  }

  mutating func moveToFlaw() {
    isInName = name.isEmpty
    if !isInName { value.moveToFlaw() }
  }

  mutating func moveToName() {
    isInName = true
  }

  mutating func replaceValue(with text: String) -> Bool {
    value.replaceAll(with: text)
  }

  private mutating func handleName(_ key: Key) -> Bool {
    let wasUntouched = !value.isChanged
    let before = name.revision
    let isHandled = name.handle(key)
    if wasUntouched, name.revision != before { shapeAnew() }
    return isHandled
  }

  private mutating func shapeAnew() {
    value = ValueEditor(siblings.entry(named: name.text), isMultiline: true)
  }
}

/// A street that is about to be cleared, and its name as far as it has been typed.
struct GroupClearing: Hashable, Sendable {
  let street: String
  /// The houses that would go, sorted.
  private(set) var keys: [String]
  var typed = TextEditor(isMultiline: false)

  /// Lists the houses of a street.
  ///
  /// - Complexity: O(*n*) in the keys of the town.
  init(street: String, in state: StateDictionary) {
    self.street = street
    keys = state.keys(withPrefix: street)
  }

  /// Whether the name has been typed, with or without the dot at its end.
  var isConfirmed: Bool {
    typed.text == street || (street.hasSuffix(".") && typed.text == String(street.dropLast()))
  }

  /// Takes in houses that came and went.
  mutating func follow(_ change: StateChange, in state: StateDictionary) {
    let touched = change.keys.filter { $0.hasPrefix(street) }
    for key in touched {
      let place = keys.firstIndex { $0 >= key } ?? keys.endIndex
      let isListed = place < keys.endIndex && keys[place] == key
      if state.contains(key), !isListed { keys.insert(key, at: place) }
      if !state.contains(key), isListed { keys.remove(at: place) }
    }
  }

  /// Lists the houses afresh.
  mutating func refresh(in state: StateDictionary) {
    keys = state.keys(withPrefix: street)
  }
}
