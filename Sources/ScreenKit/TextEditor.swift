package import TextScreen

/// A small text editor: lines of graphemes, a cursor between them, and what was done to them.
///
/// One type serves a single field and a whole value. It asks for no chord that a terminal, tmux or the shell
/// keeps for itself: `^z` suspends, `^a` and `^b` belong to tmux and screen, so the start and end of a line are
/// Home and End, and undo and redo are `^y` and `^r`.
///
/// | keys | what they do |
/// |---|---|
/// | arrows, Home, End, PgUp, PgDn | move; Home goes to the text first, then to the margin |
/// | Alt-b, Alt-f | move by a word |
/// | Backspace, Delete | remove a character |
/// | `^w` | remove the word on the left |
/// | `^u`, `^k` | remove to the start, to the end of the line |
/// | `^y`, `^r` | undo, redo |
package struct TextEditor: Hashable, Sendable {
  /// A place between two characters.
  package struct Position: Hashable, Sendable, Comparable {
    package var line = 0
    package var column = 0

    /// Names a place by its line and its column, both counted from 0.
    package init(line: Int = 0, column: Int = 0) { (self.line, self.column) = (line, column) }

    package static func < (left: Position, right: Position) -> Bool {
      (left.line, left.column) < (right.line, right.column)
    }
  }

  /// The most characters that are held; what would go beyond is refused as a whole.
  package static let capacity = 1_000_000

  /// Whether Enter makes a new line.
  package let isMultiline: Bool
  package private(set) var lines: [[Character]] = [[]]
  package private(set) var cursor = Position()
  /// Counts the changes of the text, so that an owner can see whether there was one.
  package private(set) var revision = 0
  /// Whether the last paste or key was refused because the text would have become too long.
  package private(set) var isFull = false
  private var history = EditHistory()
  /// The display column that up and down try to keep.
  private var wishedColumn: Int?

  /// Opens an editor with the cursor at the start of a multi-line text, or at the end of a single line.
  package init(_ text: String = "", isMultiline: Bool) {
    self.isMultiline = isMultiline
    lines = Self.pieces(of: text, isMultiline: isMultiline).map { Array($0) }
    if !isMultiline { cursor.column = lines[0].count }
  }

  /// The text, its lines joined by line feeds.
  package var text: String { lines.map { String($0) }.joined(separator: "\n") }

  /// The text without spaces at its ends.
  package var trimmedText: String {
    let start = text.drop { $0 == " " }
    return start.lastIndex { $0 != " " }.map { String(start[...$0]) } ?? ""
  }

  package var isEmpty: Bool { lines.allSatisfy(\.isEmpty) }

  /// How many characters there are, line ends included.
  package var count: Int { lines.reduce(lines.count - 1) { $0 + $1.count } }

  /// Puts the cursor at a place, or as near to it as there is text.
  package mutating func move(to position: Position) {
    place(at: position)
    history.breakOff()
  }

  private mutating func place(at position: Position) {
    let line = min(max(0, position.line), lines.count - 1)
    cursor = Position(line: line, column: min(max(0, position.column), lines[line].count))
    wishedColumn = nil
  }

  /// Puts the cursor after the last character.
  package mutating func moveToEnd() { move(to: Position(line: lines.count - 1, column: .max)) }

  /// Line ends of all kinds become lines, or spaces where there is only one line.
  private static func pieces(of text: String, isMultiline: Bool) -> [String] {
    var pieces = [""]
    for character in text {
      if !character.isNewline {
        pieces[pieces.count - 1].append(character)
      } else if isMultiline {
        pieces.append("")
      } else {
        pieces[0].append(" ")
      }
    }
    return pieces
  }
}

// MARK: - Changing text

extension TextEditor {
  /// Types or pastes text at the cursor, whole or (when it would not fit) not at all.
  @discardableResult
  package mutating func insert(_ text: String) -> Bool {
    replace(from: cursor, to: cursor, with: text, isTyping: text.count == 1)
  }

  /// Puts another text in place of the whole, as one step that can be undone.
  @discardableResult
  package mutating func replaceAll(with text: String) -> Bool {
    let end = Position(line: lines.count - 1, column: lines[lines.count - 1].count)
    guard replace(from: Position(), to: end, with: text, isTyping: false) else { return false }
    move(to: Position())
    return true
  }

  /// The one way in which text changes.
  @discardableResult
  private mutating func replace(
    from start: Position,
    to end: Position,
    with text: String,
    isTyping: Bool
  ) -> Bool {
    let removed = lines[start.line...end.line]
    let before = String(removed[start.line][..<start.column])
    let after = String(removed[end.line][end.column...])
    var pieces = Self.pieces(of: text, isMultiline: isMultiline)
    let going = removed.reduce(removed.count - 1) { $0 + $1.count } - before.count - after.count
    isFull = count - going + text.count > Self.capacity && !text.isEmpty
    guard !isFull else { return false }

    pieces[0] = before + pieces[0]
    // A mark that was typed after its letter becomes one character with it, so the place is counted anew.
    let column = pieces[pieces.count - 1].count
    pieces[pieces.count - 1] += after
    let step = EditHistory.Step(
      firstLine: start.line,
      before: removed.map { String($0) },
      after: pieces,
      cursorBefore: cursor,
      cursorAfter: Position(line: start.line + pieces.count - 1, column: column)
    )
    apply(step.after, over: step.firstLine..<step.firstLine + step.before.count)
    place(at: step.cursorAfter)
    history.record(step, isTyping: isTyping && text != " ")
    return true
  }

  private mutating func apply(_ pieces: [String], over range: Range<Int>) {
    lines.replaceSubrange(range, with: pieces.map { Array($0) })
    revision += 1
  }

  private mutating func undo() {
    guard let step = history.undo() else { return }
    apply(step.before, over: step.firstLine..<step.firstLine + step.after.count)
    move(to: step.cursorBefore)
  }

  private mutating func redo() {
    guard let step = history.redo() else { return }
    apply(step.after, over: step.firstLine..<step.firstLine + step.before.count)
    move(to: step.cursorAfter)
  }

  private mutating func remove(from start: Position, to end: Position) {
    guard start != end else { return }
    replace(from: min(start, end), to: max(start, end), with: "", isTyping: false)
  }

  /// Starts a line that is indented like the one it leaves, and deeper after an opening bracket.
  private mutating func breakLine() {
    let before = lines[cursor.line][..<cursor.column]
    var indent = String(before.prefix { $0 == " " })
    if let last = before.last(where: { $0 != " " }), last == "{" || last == "[" { indent += "  " }
    replace(from: cursor, to: cursor, with: "\n" + indent, isTyping: false)
  }
}

// MARK: - Keys

extension TextEditor {
  /// Does what a key asks for; `false` if the key has no meaning here, so that the owner may use it.
  package mutating func handle(_ key: Key) -> Bool {
    isFull = false
    switch key {
    case .character(let character): insert(String(character))
    case .enter where isMultiline: breakLine()
    case .backspace: remove(from: left(of: cursor), to: cursor)
    case .delete: remove(from: cursor, to: right(of: cursor))
    case .control("w"): remove(from: wordStart(before: cursor), to: cursor)
    case .control("u"): remove(from: Position(line: cursor.line), to: cursor)
    case .control("k"): removeToLineEnd()
    case .control("y"): undo()
    case .control("r"): redo()
    default: return handleMove(key)
    }
    return true
  }

  private mutating func handleMove(_ key: Key) -> Bool {
    switch key {
    case .left: move(to: left(of: cursor))
    case .right: move(to: right(of: cursor))
    case .alt("b"): move(to: wordStart(before: cursor))
    case .alt("f"): move(to: wordEnd(after: cursor))
    case .home: moveHome()
    case .end: move(to: Position(line: cursor.line, column: .max))
    case .up where isMultiline: moveVertically(by: -1)
    case .down where isMultiline: moveVertically(by: 1)
    case .pageUp where isMultiline: moveVertically(by: -Self.page)
    case .pageDown where isMultiline: moveVertically(by: Self.page)
    default: return false
    }
    return true
  }

  /// How far the page keys go; an editor does not know how much of it is seen.
  private static let page = 10

  /// At the end of a line the line end goes, as hands that know the shell's `^k` twice expect.
  private mutating func removeToLineEnd() {
    let end = Position(line: cursor.line, column: lines[cursor.line].count)
    remove(from: cursor, to: cursor == end ? right(of: cursor) : end)
  }

  private mutating func moveHome() {
    let text = lines[cursor.line].prefix { $0 == " " }.count
    move(to: Position(line: cursor.line, column: cursor.column == text ? 0 : text))
  }

  private mutating func moveVertically(by distance: Int) {
    let wish = wishedColumn ?? displayColumn(of: cursor)
    let line = min(max(0, cursor.line + distance), lines.count - 1)
    move(to: Position(line: line, column: column(at: wish, line: line)))
    wishedColumn = wish
  }

  private func left(of position: Position) -> Position {
    if position.column > 0 { return Position(line: position.line, column: position.column - 1) }
    guard position.line > 0 else { return position }
    return Position(line: position.line - 1, column: lines[position.line - 1].count)
  }

  private func right(of position: Position) -> Position {
    if position.column < lines[position.line].count {
      return Position(line: position.line, column: position.column + 1)
    }
    guard position.line < lines.count - 1 else { return position }
    return Position(line: position.line + 1)
  }

  private func wordStart(before position: Position) -> Position {
    guard position.column > 0 else { return left(of: position) }
    let line = lines[position.line]
    var column = position.column
    while column > 0, line[column - 1].isWhitespace { column -= 1 }
    guard column > 0 else { return Position(line: position.line) }
    let isWord = line[column - 1].isWordPart
    while column > 0, line[column - 1].isWordPart == isWord, !line[column - 1].isWhitespace {
      column -= 1
    }
    return Position(line: position.line, column: column)
  }

  private func wordEnd(after position: Position) -> Position {
    let line = lines[position.line]
    guard position.column < line.count else { return right(of: position) }
    var column = position.column
    while column < line.count, !line[column].isWordPart { column += 1 }
    while column < line.count, line[column].isWordPart { column += 1 }
    return Position(line: position.line, column: column)
  }
}

extension Character {
  fileprivate var isWordPart: Bool { isLetter || isNumber || self == "_" }
}

// MARK: - Columns of the screen

extension TextEditor {
  /// The display column of a place, counted from the start of its line.
  func displayColumn(of position: Position) -> Int {
    lines[position.line][..<position.column].reduce(0) { $0 + TextWidth.width(of: $1) }
  }

  /// The place in a line that lies at a display column, or just left of it.
  func column(at displayColumn: Int, line: Int) -> Int {
    var width = 0
    for (column, character) in lines[line].enumerated() {
      width += TextWidth.width(of: character)
      if width > displayColumn { return column }
    }
    return lines[line].count
  }
}

/// What was done to a text, so that it can be undone: lines before, lines after.
private struct EditHistory: Hashable, Sendable {
  struct Step: Hashable, Sendable {
    var firstLine: Int
    var before: [String]
    var after: [String]
    var cursorBefore: TextEditor.Position
    var cursorAfter: TextEditor.Position

    var size: Int { (before + after).reduce(64) { $0 + $1.utf8.count } }
  }

  /// The most bytes of old text that are kept; the oldest steps are forgotten first.
  private static let capacity = 4 << 20

  private var past: [Step] = []
  private var future: [Step] = []
  private var isOpen = false

  /// Ends a run of typing: the next character begins a step of its own.
  mutating func breakOff() { isOpen = false }

  mutating func record(_ step: Step, isTyping: Bool) {
    future = []
    if isTyping, isOpen, let last = past.last, last.cursorAfter == step.cursorBefore,
      last.after.count == 1, step.after.count == 1
    {
      past[past.count - 1].after = step.after
      past[past.count - 1].cursorAfter = step.cursorAfter
    } else {
      past.append(step)
      forgetOldest()
    }
    isOpen = isTyping
  }

  mutating func undo() -> Step? {
    guard let step = past.popLast() else { return nil }
    future.append(step)
    return step
  }

  mutating func redo() -> Step? {
    guard let step = future.popLast() else { return nil }
    past.append(step)
    return step
  }

  private mutating func forgetOldest() {
    var size = past.reduce(0) { $0 + $1.size }
    while size > Self.capacity, past.count > 1 { size -= past.removeFirst().size }
  }
}
