import Foundation
import TestSupport
import Testing

/// A town with a house to edit and one that points at it.
private func fill(_ town: ServerProcess) throws {
  try town.run("set", "selection.a", #"{"display_name":"Pair","particle_ids":[1,2]}"#)
  try town.run("set", "visualiser.v", #"{"selection":"selection.a","renderer":"cartoon"}"#)
}

private func start(
  _ arguments: [String],
  type: String,
  columns: Int = 80,
  rows: Int = 24
) throws -> PTYProgram {
  try PTYProgram(
    [try BuiltProducts.path(of: "townhall")] + arguments,
    environment: ["TERM": type, "SWIFT_BACKTRACE": "enable=no"],
    columns: columns,
    rows: rows
  )
}

extension EndToEndTests {
  @Suite("Any terminal")
  struct AnyTerminalTests {
    static let unknown = "nobody-knows-this-one"

    @Test(
      "A town is walked through from the first look to the last key, and the terminal is as it was",
      arguments: [
        "xterm-256color", "xterm", "screen", "tmux-256color", "linux", "vt100", unknown,
      ]
    )
    func walk(type: String) throws {
      let town = try ServerProcess()
      try fill(town)
      let screen = try start([town.address], type: type)
      try #require(screen.wait(for: #""Pair" 2 atoms"#), "\(screen.text)")
      try look(screen)
      try edit(screen)
      #expect(try town.run("get", "selection.a", "--field", "display_name") == #""Paired""#)
      try undo(screen)
      #expect(try town.run("get", "selection.a", "--field", "display_name") == #""Pair""#)
      screen.send("q")
      #expect(screen.waitForExit(), "\(screen.text)")
      #expect(screen.exitStatus == 0 && screen.unrestored == [])
      let said = screen.text.contains("does not know the terminal \"\(type)\"")
      #expect(said == (type == Self.unknown), "\(screen.text)")
    }

    /// Moves, folds, searches, follows and asks for help.
    private func look(_ screen: PTYProgram) throws {
      // Arrows in both of the forms that terminals send.
      try screen.press(("\u{1b}OB", "┌ selection.a "), ("\u{1b}[A", "┌ selection. "))
      screen.send("h")
      try #require(screen.wait { !$0.text.contains("2 atoms") }, "\(screen.text)")
      try screen.press(("l", "2 atoms"), ("/ser.v\r", "┌ visualiser.v "))
      try screen.press(("gd", "┌ selection.a "), ("?", "half a page on"))
      screen.send("\u{1b}")
      try #require(screen.wait { !$0.text.contains("half a page on") }, "\(screen.text)")
    }

    private func edit(_ screen: PTYProgram) throws {
      try screen.press(
        ("u", "next field"),
        ("\u{1b}[F\u{7f}ed\"", #"+ display_name = "Paired""#),
        ("\r", "Enter sends this"),
        ("\r", "accepted after"),
        ("\u{1b}", "? help")
      )
    }

    private func undo(_ screen: PTYProgram) throws {
      screen.send("z")
      let isBack = screen.wait { !$0.text.contains(#""Paired" 2"#) && $0.text.contains("Pair\" 2") }
      try #require(isBack, "\(screen.text)")
    }

    @Test("A terminal that cannot show a screen gets one honest line, a status, and nothing else")
    func dumb() throws {
      let screen = try start(["ws://127.0.0.1:1"], type: "dumb")
      #expect(screen.waitForExit())
      #expect(screen.exitStatus == 2)
      #expect(screen.modes == screen.modesBefore && !screen.output.contains(0x1B))
      let text = String(decoding: screen.output, as: UTF8.self)
      #expect(text.contains(#"of the type "dumb" cannot show a full screen"#))
      #expect(text.split(whereSeparator: \.isNewline).count == 1, "\(text)")
    }

    @Test("200 sizes in two seconds end in the picture of a fresh start")
    func storm() throws {
      let town = try ServerProcess()
      try fill(town)
      let screen = try start([town.address], type: "xterm-256color", columns: 200, rows: 60)
      try #require(screen.wait(for: #""Pair" 2 atoms"#), "\(screen.text)")
      let sizes = [(200, 60), (40, 12), (80, 24), (1, 1), (300, 5), (12, 90), (119, 17), (160, 50)]
      for step in 0..<200 {
        let (columns, rows) = sizes[step % sizes.count]
        screen.resize(columns: columns + step % 7, rows: rows + step % 3)
        screen.wait(seconds: 0.01) { _ in false }
      }
      screen.resize(columns: 120, rows: 40)
      let fresh = try start([town.address], type: "xterm-256color", columns: 120, rows: 40)
      try #require(fresh.wait(for: #""Pair" 2 atoms"#), "\(fresh.text)")
      let isSame = screen.wait(seconds: 20) { screen in
        fresh.settle(milliseconds: 50)
        return Self.picture(screen) == Self.picture(fresh)
      }
      let rows = zip(Self.picture(screen), Self.picture(fresh)).filter { $0 != $1 }
      #expect(isSame, "\(rows.first.map(String.init(describing:)) ?? "")\n\(screen.text)")
    }

    /// All but the status line, with all its looks; when a line came is told by digits, which differ.
    private static func picture(_ screen: PTYProgram) -> [[String]] {
      (1..<screen.rows).map { row in
        (0..<screen.columns).map { column in
          var cell = screen.cell(column: column, row: row)
          if cell.text.isEmpty { cell.text = " " }
          if cell.text.first?.isNumber == true { cell.text = "a digit" }
          return cell.description
        }
      }
    }
  }
}
