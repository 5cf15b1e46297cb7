import ScreenKit
import SharedState
import StateEditing
import Trajectory

/// Fields of an entry, one line each: `name = value`.
struct FieldForm: Hashable, Sendable {
  struct Row: Hashable, Sendable {
    /// The field; `nil` in a line whose name is still being typed.
    let path: ValuePath?
    var name = TextEditor(isMultiline: false)
    var value: ValueEditor
    /// What the field holds in the entry.
    let original: StateValue?
    /// What the field is for.
    var kind = FieldKind.raw

    /// Whether the line says something else than the entry does.
    var isTouched: Bool { path == nil ? !(name.isEmpty && value.editor.isEmpty) : value.isChanged }

    /// Opens a line on a field of an entry.
    init(_ path: ValuePath, of whole: StateValue, in prefix: String) {
      self.path = path
      original = whole.value(at: path)
      kind = FieldKind(path, in: prefix, holding: original)
      value = ValueEditor(original, isMultiline: false, kind: kind)
    }

    /// Opens a line for a field that is still to be named.
    init() {
      (path, original) = (nil, nil)
      value = ValueEditor(nil, isMultiline: false)
    }
  }

  private(set) var rows: [Row]
  private(set) var focus = 0
  /// Whether the cursor is in the name of a new field.
  private(set) var isInName = false

  /// The prefix of the entry's group, which says what its fields are for.
  private let prefix: String

  /// Opens a form on one field of an entry, or on all of them when the path is that of the whole.
  init(_ whole: StateValue, field: ValuePath, prefix: String = "") {
    self.prefix = prefix
    rows = Self.paths(of: whole, field, prefix).map { Row($0, of: whole, in: prefix) }
    if rows.isEmpty { addRow() }
  }

  /// The fields that get a line: in a dictionary whose fields are known here, each of these its own.
  private static func paths(of whole: StateValue, _ field: ValuePath, _ prefix: String)
    -> [ValuePath]
  {
    guard let object = whole.value(at: field)?.object, !object.isEmpty else {
      return field.isRoot ? [] : [field]
    }
    guard field.isRoot || opens(field, prefix) else { return [field] }
    return object.keys.flatMap { paths(of: whole, field.appending(.field($0)), prefix) }
  }

  private static func opens(_ path: ValuePath, _ prefix: String) -> Bool {
    prefix == KeyKind.selectionPrefix && (path == ["selected"] || path == ["properties"])
  }

  var isChanged: Bool { rows.contains(where: \.isTouched) }

  var focusedRow: Row { rows[focus] }

  /// What is wrong with the value under the cursor, if it is one that would be sent.
  var focusedFlaw: String? { isInName || !focusedRow.isTouched ? nil : focusedRow.value.flawText }

  /// The fields that the form has something to say about.
  func touchedPaths(in whole: StateValue) -> [ValuePath] {
    rows.indices.filter { rows[$0].isTouched }.compactMap { try? path(of: $0, in: whole) }
  }

  /// Takes up new values for all lines that nobody has touched.
  mutating func follow(_ whole: StateValue) {
    for (index, row) in rows.enumerated() where !row.isTouched {
      guard let path = row.path, let value = whole.value(at: path), value != row.original else {
        continue
      }
      rows[index] = Row(path, of: whole, in: prefix)
    }
  }

  /// The entry with the fields as the form has them.
  func applied(to whole: StateValue) throws(DraftFlaw) -> StateValue {
    var changed = whole
    var seen: Set<ValuePath> = []
    for (index, row) in rows.enumerated() where row.isTouched {
      let path = try path(of: index, in: whole)
      guard let value = row.value.value else {
        throw DraftFlaw(message: Phrase(row.value.flawText ?? ""), row: index)
      }
      guard seen.insert(path).inserted, let next = changed.replacing(path, with: value) else {
        throw DraftFlaw(message: "\(path) stands twice: keep one line of them", row: index)
      }
      changed = next
      if row.kind == .atoms { changed = keepingQuery(row.value.query, in: changed) }
    }
    return changed
  }

  /// A selection with the query that its atoms were chosen by; one whose atoms were typed has none any more.
  private func keepingQuery(_ query: AtomQuery?, in whole: StateValue) -> StateValue {
    guard prefix == KeyKind.selectionPrefix,
      var selection = try? ParticleSelection(stateValue: whole),
      selection.query != query?.description
    else { return whole }
    selection.query = query?.description
    return selection.stateValue
  }

  /// Has queries answered, and atoms put into words.
  mutating func readAtoms(_ simulation: Simulation, in state: StateDictionary) {
    for index in rows.indices { rows[index].value.readAtoms(simulation, in: state) }
  }

  /// Whether a query stands where atoms do.
  var hasQuery: Bool { rows.contains { $0.value.query != nil } }

  /// The fields with atoms that are written anew, and which atoms these are.
  var atomsInWords: [(name: String, words: String)] {
    rows.compactMap { row in
      guard row.isTouched, let words = row.value.meaning else { return nil }
      return (row.path?.description ?? row.name.text, words)
    }
  }

  private func path(of index: Int, in whole: StateValue) throws(DraftFlaw) -> ValuePath {
    let row = rows[index]
    if let path = row.path { return path }
    let name = row.name.trimmedText
    let quoted = ValuePath([.field(name)])
    if whole[name] != nil { return quoted }
    guard let path = ValuePath(text: name) else {
      let message: Phrase = name.isEmpty ? "a field needs a name" : "quote this name: \(quoted)"
      throw DraftFlaw(message: message, row: index)
    }
    let parent = ValuePath(Array(path.steps.dropLast()))
    if case .field? = path.steps.last, whole.value(at: parent)?.object != nil { return path }
    if case .element? = path.steps.last, whole.value(at: path) != nil { return path }
    throw DraftFlaw(
      message:
        "there is no dictionary at \(parent); one field whose name has a dot is written \(quoted)",
      row: index
    )
  }
}

// MARK: - Keys

extension FieldForm {
  /// Does what a key asks for; `false` if the key has no meaning here.
  mutating func handle(_ key: Key) -> Bool {
    switch key {
    case .down,
      .tab where isInName || focus < rows.count - 1:
      step(1)
    case .up, .backTab: step(-1)
    case .tab: move(to: 0)
    case .control("n"): addRow()
    case .control("t"): return switchNotation()
    case .character(" ") where canFlip: flip()
    case .character("+") where canStep: return step(up: true)
    case .character("-") where canStep: return step(up: false)
    case .backspace where !isInName && focusedRow.path == nil && focusedRow.value.editor.isEmpty:
      isInName = true
    case .backspace where isInName && !focusedRow.isTouched && rows.count > 1: dropRow()
    case .character("=") where isInName && !isInQuotes: isInName = false
    default:
      return isInName ? rows[focus].name.handle(key) : rows[focus].value.handle(key)
    }
    return true
  }

  private var isInQuotes: Bool { !focusedRow.name.text.count { $0 == "\"" }.isMultiple(of: 2) }

  mutating func paste(_ text: String) {
    if isInName { rows[focus].name.insert(text) } else { rows[focus].value.paste(text) }
  }

  /// Shows the line in which something is wrong.
  mutating func showFlaw(in row: Int) {
    move(to: row)
    rows[focus].value.moveToFlaw()
    isInName = rows[focus].path == nil && rows[focus].value.flaw == nil
  }

  private mutating func addRow() {
    rows.append(Row())
    focus = rows.count - 1
    isInName = true
  }

  private mutating func dropRow() {
    rows.remove(at: focus)
    move(to: focus - 1)
  }

  private mutating func move(to row: Int) {
    focus = min(max(0, row), rows.count - 1)
    isInName = false
  }

  private mutating func step(_ distance: Int) {
    if isInName, distance > 0 {
      isInName = false
    } else if !isInName, distance < 0, focusedRow.path == nil {
      isInName = true
    } else {
      let isBack = distance < 0
      move(to: focus + distance)
      isInName = !isBack && focusedRow.path == nil && focusedRow.name.isEmpty
    }
  }
}

// MARK: - Typed fields

extension FieldForm {
  /// How the value under the cursor is written now; nothing while the cursor is in a name.
  var focusedKind: FieldKind? { isInName ? nil : focusedRow.value.kind }

  /// Whether Space opens a list to choose from.
  var canChoose: Bool {
    switch focusedKind {
    case .choice?, .colour?: true
    default: false
    }
  }

  struct List: Hashable, Sendable {
    let kind: FieldKind
    let name: String
    let holding: StateValue?
  }

  /// The list for the field under the cursor, if there is one.
  var list: List? {
    guard canChoose, let kind = focusedKind else { return nil }
    let row = focusedRow
    let name = row.path?.description ?? row.name.text
    return List(kind: kind, name: name, holding: row.value.value ?? row.original)
  }

  /// Whether Space turns true into false, and back.
  var canFlip: Bool { focusedKind == .flag && focusedRow.value.value?.bool != nil }

  /// Whether `+` and `-` step a number; not while an exponent is being written, which has a sign of its own.
  var canStep: Bool {
    guard focusedKind == .whole || focusedKind == .measure else { return false }
    return focusedRow.value.value?.double != nil
  }

  /// Whether the line can be written in another way than it is.
  var canSwitchNotation: Bool { !isInName && focusedRow.kind.isTyped }

  /// Puts a value into the line under the cursor, as if it had been typed.
  mutating func fill(_ value: StateValue) {
    let text = rows[focus].value.kind.text(of: value)
    rows[focus].value.fill(with: text)
  }

  private mutating func flip() {
    guard let truth = focusedRow.value.value?.bool else { return }
    fill(.bool(!truth))
  }

  private mutating func step(up: Bool) -> Bool {
    guard let value = focusedRow.value.value, let next = FieldStep.next(value, up: up) else {
      return false
    }
    fill(next)
    return true
  }

  /// Goes from the words of the field's kind to JSON and back, with what has been typed.
  private mutating func switchNotation() -> Bool {
    guard canSwitchNotation else { return false }
    let row = focusedRow
    let kind = row.value.kind == .raw ? row.kind : .raw
    var editor = ValueEditor(row.original, isMultiline: false, kind: kind)
    if row.isTouched {
      guard let value = row.value.value else { return false }
      editor.fill(with: kind.text(of: value))
    }
    rows[focus].value = editor
    return true
  }
}
