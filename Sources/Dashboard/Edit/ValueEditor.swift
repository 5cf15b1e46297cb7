import ScreenKit
import SharedState
import Trajectory

/// A text editor whose text is read as a value after every change.
struct ValueEditor: Hashable, Sendable {
  private(set) var editor: TextEditor
  /// What the text says now, or where a reader stumbles.
  private(set) var parsed: Result<StateValue, StateTextError>
  /// The text as it was when the editor was opened.
  private let original: String
  /// Whether the value was short enough to be edited; otherwise there is no text.
  let isWhole: Bool
  let kind: FieldKind
  /// The query that is written where atoms could be, if one is.
  private(set) var query: AtomQuery?
  /// What the atoms are that are written, as far as anybody knows.
  private(set) var meaning: String?
  /// Of which text and which molecule that is.
  private var readText = -1
  private var readMolecule = -1

  /// Opens an editor on a value (or on nothing), laid out in one line or in a line for each field.
  init(_ value: StateValue?, isMultiline: Bool, kind: FieldKind = .raw) {
    self.kind = kind
    let text = isMultiline ? value?.text(indent: 2) ?? "" : kind.text(of: value)
    isWhole = text.utf8.count <= TextEditor.capacity
    original = isWhole ? text : ""
    editor = TextEditor(original, isMultiline: isMultiline)
    parsed = kind.read(original)
    if !isMultiline { moveInsideQuotes(ofLine: 0) }
  }

  var isChanged: Bool { editor.text != original }

  var value: StateValue? { try? parsed.get() }

  /// The value, or what is wrong with the text.
  var read: Result<StateValue?, DraftFlaw> {
    parsed.map { Optional($0) }.mapError { _ in DraftFlaw(message: Phrase(flawText ?? "")) }
  }

  /// Where the reader stumbles, if it does.
  var flaw: StateTextError? {
    guard case .failure(let error) = parsed else { return nil }
    return error
  }

  /// What is wrong and where, in one line.
  var flawText: String? {
    flaw.map { editor.isMultiline ? $0.description : "column \($0.column): \($0.message)" }
  }

  var flawPosition: TextEditor.Position? {
    flaw.map { TextEditor.Position(line: $0.line - 1, column: $0.column - 1) }
  }

  mutating func handle(_ key: Key) -> Bool {
    let before = editor.revision
    defer { if editor.revision != before { parse() } }
    if key == .control("u"), emptyQuotes() { return true }
    return editor.handle(key)
  }

  mutating func paste(_ text: String) {
    if editor.insert(text) { parse() }
  }

  @discardableResult
  mutating func replaceAll(with text: String) -> Bool {
    guard editor.replaceAll(with: text) else { return false }
    parse()
    return true
  }

  /// Replaces the text by one that was not typed letter by letter, and goes to its end.
  mutating func fill(with text: String) {
    replaceAll(with: text)
    editor.moveToEnd()
    if !editor.isMultiline { moveInsideQuotes(ofLine: 0) }
  }

  mutating func move(to place: TextEditor.Position) { editor.move(to: place) }

  mutating func moveToFlaw() {
    if let place = flawPosition { editor.move(to: place) }
  }

  /// Puts the cursor on the line where a field is written, if it is written by that name.
  mutating func move(toField path: ValuePath) {
    guard case .field(let name)? = path.steps.last else { return }
    let written = StateValue.string(name).text + ":"
    guard
      let line = editor.lines.firstIndex(where: {
        String($0.drop { $0 == " " }).hasPrefix(written)
      })
    else { return }
    let indent = editor.lines[line].prefix { $0 == " " }.count
    editor.move(to: .init(line: line, column: indent + written.count + 1))
    moveInsideQuotes(ofLine: line)
  }

  /// Puts the cursor at the end of a text, inside its quotes, if one stands behind the cursor or before it on its line:
  /// whoever begins to write goes on with the text.
  private mutating func moveInsideQuotes(ofLine line: Int) {
    let start = editor.isMultiline ? editor.cursor.column : 0
    var literal = editor.lines[line].dropFirst(start)
    if literal.last == "," { literal.removeLast() }
    guard Self.isText(literal) else { return }
    editor.move(to: .init(line: line, column: literal.endIndex - 1))
  }

  /// Whether characters are a text in quotes, and nothing else.
  private static func isText(_ characters: some Collection<Character>) -> Bool {
    guard characters.first == "\"" else { return false }
    return (try? StateValue(text: String(characters)))?.string != nil
  }

  /// Removes a text and leaves its quotes, with the cursor between them, if the cursor is inside of one; then the quotes.
  private mutating func emptyQuotes() -> Bool {
    let column = editor.cursor.column
    guard !editor.isMultiline, let line = editor.lines.first, line.count > 1, column > 0,
      column < line.count, Self.isText(line)
    else { return false }
    guard line.count > 2 else { return editor.replaceAll(with: "") }
    editor.replaceAll(with: "\"\"")
    editor.move(to: .init(column: 1))
    return true
  }

  private mutating func parse() {
    (parsed, query, meaning) = (kind.read(editor.text), nil, nil)
    guard kind == .atoms, case .failure = parsed,
      editor.text.first(where: { !$0.isWhitespace }).map({ $0.isLetter || $0 == "(" }) == true
    else { return }
    do throws(AtomQueryError) {
      query = try AtomQuery(editor.text)
      parsed = .failure(
        StateTextError(Self.noMolecule)
      )
    } catch {
      parsed = .failure(StateTextError(error.message, at: error.position ?? 0))
    }
  }

  private static let noMolecule = "nobody simulates here, so no query is answered"

  /// Has a query answered, and atoms put into words, unless that has been done.
  mutating func readAtoms(_ simulation: Simulation, in state: StateDictionary) {
    guard kind == .atoms, (readText, readMolecule) != (editor.revision, simulation.version)
    else { return }
    (readText, readMolecule) = (editor.revision, simulation.version)
    meaning = nil
    guard let topology = simulation.molecule?.topology else {
      if query != nil { parsed = .failure(StateTextError(Self.noMolecule)) }
      return
    }
    if let query {
      do {
        let atoms = try simulation.select(query, in: state)
        parsed = .success(.array(atoms.map { .int(Int64($0)) }))
      } catch {
        let words = (error as? AtomQueryError)?.message ?? "\(error)"
        parsed = .failure(StateTextError(words))
      }
    }
    guard let list = value?.array else { return }
    meaning =
      list.isEmpty
      ? topology.phrase(of: AtomSet(of: topology.atomCount))
      : Meanings(molecule: simulation.molecule).atoms(list)
  }
}
