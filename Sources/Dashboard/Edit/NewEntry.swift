import ScreenKit
import SharedState

/// An entry that is about to be added: its name and its value.
///
/// It goes to the group that was asked for, unless its name is written as the whole key in a group that is there.
struct NewEntry: Hashable, Sendable {
  /// The group that was asked for.
  private let home: String
  /// The group that it goes to.
  private(set) var prefix: String
  var name: TextEditor
  private(set) var value: ValueEditor
  /// Whether the name is being written, which is what is asked for first.
  private(set) var isInName = true
  /// The value under the name that it had first, like those of the entries beside it; it is shaped anew for another
  /// name until somebody touches it.
  private var template: StateValue
  /// The key whose value it began with, if there is one beside it.
  private(set) var like: String?
  private let firstName: String
  /// The name that the value was shaped for.
  private var settled: String
  /// Whether the name is still the one that was proposed, which typing replaces as a whole.
  private var isProposed = true

  /// Prepares an entry under a fresh name.
  ///
  /// - Complexity: O(*n*) in the keys of the state.
  init(named freshName: String, prefix: String, in state: StateDictionary) {
    (home, self.prefix, firstName, settled) = (prefix, prefix, freshName, freshName)
    name = TextEditor(freshName, isMultiline: false)
    (like, template) = EntryTemplate.begun(named: freshName, prefix: prefix, in: state)
    value = Self.editor(template)
  }

  /// Opens a value at its beginning: at its first field, or where that will be.
  private static func editor(_ value: StateValue) -> ValueEditor {
    var editor = ValueEditor(value, isMultiline: true)
    let isEmpty = editor.editor.lines.count == 1
    editor.move(to: isEmpty ? .init(column: 1) : .init(line: 1, column: 2))
    return editor
  }

  /// Where it goes.
  var key: String { prefix + ownName }

  /// The name in its group; what is written may be the whole key.
  private var ownName: String {
    name.text.begins(with: prefix) ? String(name.text.dropFirst(prefix.count)) : name.text
  }

  /// What is written before the name and goes without writing.
  var givenPrefix: String { name.text.begins(with: prefix) ? "" : prefix }

  var isChanged: Bool { value.isChanged || name.text != firstName }

  var mine: Result<StateValue?, DraftFlaw> {
    if ownName.isEmpty { return .failure(DraftFlaw(message: "the new \(.house) needs a name")) }
    return value.read
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
    write(text)
  }

  /// Brings the group and an untouched value into line with the name.
  ///
  /// - Complexity: O(*n*) in the keys of the state where the name has come to be one in another group.
  mutating func settle(in state: StateDictionary) {
    guard settled != name.text else { return }
    let wasUntouched = !value.isChanged
    let street = street(in: state)
    if street != prefix {
      prefix = street
      (like, template) = EntryTemplate.begun(named: firstName, prefix: street, in: state)
    }
    if wasUntouched { shapeAnew() }
    settled = name.text
  }

  private func street(in state: StateDictionary) -> String {
    guard !name.text.begins(with: home), let other = KeyParts.prefix(of: name.text) else {
      return home
    }
    return state.contains { $0.key.begins(with: other) } ? other : home
  }

  mutating func moveToFlaw() {
    isInName = ownName.isEmpty
    if !isInName { value.moveToFlaw() }
  }

  mutating func moveToName() { isInName = true }

  mutating func replaceValue(with text: String) -> Bool { value.replaceAll(with: text) }

  private mutating func handleName(_ key: Key) -> Bool {
    if case .character(let letter) = key { return write(String(letter)) }
    isProposed = false
    return name.handle(key)
  }

  /// Writes in place of the name that was proposed, or into one that has been begun.
  @discardableResult
  private mutating func write(_ text: String) -> Bool {
    defer { isProposed = false }
    guard isProposed else { return name.insert(text) }
    let isWritten = name.replaceAll(with: text)
    name.moveToEnd()
    return isWritten
  }

  private mutating func shapeAnew() {
    let renamed = EntryTemplate.renamed(template, from: firstName, to: ownName, prefix: prefix)
    value = Self.editor(renamed)
  }
}

/// A group that is about to be cleared, and its name as far as it has been typed.
struct GroupClearing: Hashable, Sendable {
  let prefix: String
  /// The keys that would go, sorted.
  private(set) var keys: [String]
  var typed = TextEditor(isMultiline: false)

  /// Lists the entries of a group.
  ///
  /// - Complexity: O(*n*) in the keys of the state.
  init(prefix: String, in state: StateDictionary) {
    self.prefix = prefix
    keys = state.keys(withPrefix: prefix)
  }

  /// Whether the name has been typed, with or without the dot at its end.
  var isConfirmed: Bool {
    typed.text == prefix || (prefix.hasSuffix(".") && typed.text == String(prefix.dropLast()))
  }

  /// What is to be typed.
  var request: Phrase { "Type \(prefix) and Enter, or Esc." }

  /// Takes in entries that came and went.
  mutating func follow(_ change: StateChange, in state: StateDictionary) {
    let touched = change.keys.filter { $0.hasPrefix(prefix) }
    for key in touched {
      let place = keys.firstIndex { $0 >= key } ?? keys.endIndex
      let isListed = place < keys.endIndex && keys[place] == key
      if state.contains(key), !isListed { keys.insert(key, at: place) }
      if !state.contains(key), isListed { keys.remove(at: place) }
    }
  }

  /// Lists the entries afresh.
  mutating func refresh(in state: StateDictionary) { keys = state.keys(withPrefix: prefix) }
}
