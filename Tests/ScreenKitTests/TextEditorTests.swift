import TestSupport
import Testing
import TextScreen

@testable import ScreenKit

@Suite("TextEditor")
struct TextEditorTests {
  /// Types into an editor and shows the text with `|` for the cursor.
  private func typed(_ script: String, into text: String = "", isMultiline: Bool = true) -> String {
    var editor = TextEditor(text, isMultiline: isMultiline)
    for key in KeyScript.keys(script) { _ = editor.handle(key) }
    return shown(editor)
  }

  private func shown(_ editor: TextEditor) -> String {
    var lines = editor.lines
    lines[editor.cursor.line].insert("|", at: editor.cursor.column)
    return lines.map { String($0) }.joined(separator: "\n")
  }

  @Test(
    "Keys do what hands expect",
    arguments: [
      ("abc", "abc|"),
      ("abc<left><left>x", "ax|bc"),
      ("abc<bs>", "ab|"),
      ("abc<home><del>", "|bc"),
      ("abc<home><bs>", "|abc"),
      ("abc<del>", "abc|"),
      ("  abc<home>", "  |abc"),
      ("  abc<home><home>", "|  abc"),
      ("abc<home><end>", "abc|"),
      ("ab<enter>cd", "ab\ncd|"),
      ("ab<enter>cd<home><bs>", "ab|cd"),
      ("ab<enter>cd<up><end><del>", "ab|cd"),
      ("ab<enter>cd<up><end><right>", "ab\n|cd"),
      ("ab<enter>cd<home><left>", "ab|\ncd"),
      ("one two^w", "one |"),
      ("one two  ^w", "one |"),
      ("one ==^w", "one |"),
      ("a<enter>^w", "a|"),
      ("one two<alt-b>", "one |two"),
      ("one two<alt-b><alt-b><alt-f>", "one| two"),
      ("one two<left><left>^u", "|wo"),
      ("one two<left><left>^k", "one t|"),
      ("ab<enter>cd<up><end>^k", "ab|cd"),
      ("abcd<enter>x<up><end>", "abcd|\nx"),
      ("abcd<enter>x<enter>abcd<up><up>", "abcd|\nx\nabcd"),
      ("{<enter>", "{\n  |"),
      ("{<enter>\"a\": [<enter>1", "{\n  \"a\": [\n    1|"),
      ("  a<enter>b", "  a\n  b|"),
    ]
  )
  func keys(script: String, expected: String) {
    #expect(typed(script) == expected)
  }

  @Test("Page keys move by ten lines and stop at the ends")
  func pages() {
    let text = (0..<30).map(String.init).joined(separator: "\n")
    var editor = TextEditor(text, isMultiline: true)
    _ = editor.handle(.pageDown)
    #expect(editor.cursor.line == 10)
    for _ in 0..<5 { _ = editor.handle(.pageDown) }
    #expect(editor.cursor.line == 29)
    for _ in 0..<5 { _ = editor.handle(.pageUp) }
    #expect(editor.cursor.line == 0)
  }

  @Test("Up and down keep the column of the screen, not the count of characters")
  func screenColumns() {
    #expect(typed("<down>", into: "|") == "||")
    var editor = TextEditor("日本語\nabcdef", isMultiline: true)
    editor.move(to: .init(line: 0, column: 2))
    _ = editor.handle(.down)
    #expect(editor.cursor == .init(line: 1, column: 4))
  }

  @Suite("undo and redo")
  struct Undo {
    private func typed(_ script: String) -> String {
      var editor = TextEditor("", isMultiline: true)
      for key in KeyScript.keys(script) { _ = editor.handle(key) }
      return editor.text
    }

    @Test(
      "A word goes at a time, and comes back",
      arguments: [
        ("one two^y", "one "),
        ("one two^y^y^y", ""),
        ("one two^y^y^y^y^y", ""),
        ("one two^y^r", "one two"),
        ("one two^y^y^r", "one "),
        ("one^yx^r", "x"),
        ("ab<left>c^y", "ab"),
        ("ab<enter>cd^w^y", "ab\ncd"),
        ("ab<enter>cd<home><bs>^y", "ab\ncd"),
        ("abc^u^y", "abc"),
      ]
    )
    func steps(script: String, expected: String) {
      #expect(typed(script) == expected)
    }

    @Test("After any keys, undoing all leads back to the start and redoing all to the end")
    func thereAndBack() {
      let keys: [Key] = [
        .character("a"), .character(" "), .character("\u{301}"), .character("😎"), .enter,
        .backspace, .delete, .left, .right, .up, .home, .control("w"), .control("k"),
        .control("u"), .character("{"),
      ]
      for seed in 0..<200 as Range<UInt64> {
        var random = SeededGenerator(seed: seed)
        var editor = TextEditor("start\nhere", isMultiline: true)
        for _ in 0..<60 { _ = editor.handle(keys[random.next(below: keys.count)]) }
        let end = editor.text
        for _ in 0..<60 { _ = editor.handle(.control("y")) }
        #expect(editor.text == "start\nhere", "seed \(seed)")
        for _ in 0..<60 { _ = editor.handle(.control("r")) }
        #expect(editor.text == end, "seed \(seed)")
      }
    }
  }

  @Suite("text from outside")
  struct Outside {
    @Test("A paste lands whole, with all kinds of line ends, and is undone as one")
    func paste() {
      var editor = TextEditor("[]", isMultiline: true)
      editor.move(to: .init(line: 0, column: 1))
      editor.insert("1,\r\n2,\r3,\n4")
      #expect(editor.text == "[1,\n2,\n3,\n4]")
      #expect(editor.cursor == .init(line: 3, column: 1))
      _ = editor.handle(.control("y"))
      #expect(editor.text == "[]")
    }

    @Test("In a single line, line ends become spaces")
    func singleLine() {
      var editor = TextEditor("", isMultiline: false)
      editor.insert("[1,\n2]")
      #expect(editor.text == "[1, 2]")
      let isHandled = editor.handle(.enter)
      #expect(!isHandled, "Enter is for the owner")
    }

    @Test("A mark typed after its letter becomes one character with it")
    func combining() {
      var editor = TextEditor("", isMultiline: false)
      for character in ["e", "\u{301}", "x"] as [Character] {
        _ = editor.handle(.character(character))
      }
      #expect(editor.lines[0].count == 2)
      #expect(editor.cursor.column == 2)
      _ = editor.handle(.backspace)
      _ = editor.handle(.backspace)
      #expect(editor.isEmpty)
    }

    @Test("What is too long is refused whole, and said to be")
    func tooLong() {
      var editor = TextEditor("ab", isMultiline: true)
      let isInserted = editor.insert(String(repeating: "x", count: TextEditor.capacity))
      #expect(!isInserted)
      #expect(editor.isFull)
      #expect(editor.text == "ab")
      _ = editor.handle(.backspace)
      #expect(!editor.isFull)
    }
  }

  @Suite("draw(into:rect:look:)")
  struct Draw {
    private func drawn(
      _ editor: TextEditor,
      _ columns: Int,
      _ rows: Int,
      flaw: TextEditor.Position? = nil
    ) -> Grid {
      var grid = Grid(Size(columns: columns, rows: rows))
      editor.draw(into: &grid, rect: grid.bounds, look: .init(flaw: flaw, glyphs: .unicode))
      return grid
    }

    @Test("The cursor is always seen, wherever it is and however small the room")
    func cursorIsSeen() {
      let lines = (0..<40).map { String(repeating: "日a", count: $0) }
      for rows in [1, 2, 3, 7, 60] {
        for columns in [2, 3, 9, 31, 200] {
          for line in stride(from: 0, to: 40, by: 3) {
            var editor = TextEditor(lines.joined(separator: "\n"), isMultiline: true)
            editor.move(to: .init(line: line, column: line))
            let cursor = drawn(editor, columns, rows).cursor
            #expect(
              cursor.map { Rect(column: 0, row: 0, columns: columns, rows: rows).contains($0) }
                == true
            )
          }
        }
      }
    }

    @Test("The cursor stands on the character that comes next, after wide ones too")
    func cursorPlace() {
      var editor = TextEditor("日本x", isMultiline: false)
      editor.move(to: .init(line: 0, column: 2))
      let grid = drawn(editor, 20, 1)
      #expect(grid.cursor == Point(column: 4, row: 0))
      #expect(grid[4, 0].text == "x")
    }

    @Test("A long line is scrolled and says so at its edges")
    func longLine() {
      var editor = TextEditor((0..<60).map { String($0 % 10) }.joined(), isMultiline: false)
      editor.move(to: .init(line: 0, column: 30))
      #expect(drawn(editor, 20, 1).lines == ["<123456789012345678>"])
      editor.move(to: .init(line: 0, column: 0))
      #expect(drawn(editor, 20, 1).lines == ["0123456789012345678>"])
    }

    @Test("The flaw is marked without the help of colour, at the end of a line too")
    func flaw() {
      let editor = TextEditor("[1,x]", isMultiline: false)
      let marks = drawn(editor, 8, 1, flaw: .init(line: 0, column: 3))
        .marks { $0.emphasis.contains(.reverse) ? "^" : " " }
      #expect(marks == ["   ^"])
      let atEnd = drawn(editor, 8, 1, flaw: .init(line: 0, column: 5))
        .marks { $0.emphasis.contains(.reverse) ? "^" : " " }
      #expect(atEnd == ["     ^"])
    }

    @Test("Names, texts, numbers and words look different")
    func roles() {
      let roles = ValueSyntax.roles(of: Array(#"{"a": -1.5, "b": ["x\"", true]}"#))
      let letters = String(
        roles.map { role -> Character in
          switch role {
          case .key: "k"
          case .text: "t"
          case .number: "n"
          case .literal: "l"
          default: "."
          }
        }
      )
      #expect(letters == ".kkk..nnnn..kkk...ttttt..llll..")
      #expect(ValueSyntax.roles(of: Array("\"open\\")).count == 6)
    }
  }
}
