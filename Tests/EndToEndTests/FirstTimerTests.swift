import TestSupport
import Testing

/// Somebody who has read nothing: every key they press is one that the screen tells them, next to what it does.
private struct FirstTimer {
  struct NotTold: Error, CustomStringConvertible {
    let description: String
  }

  let screen: TmuxSession

  /// The key that the screen names before some words, looked for from the bottom up.
  func key(for words: String) throws -> String {
    for line in try screen.lines().reversed() {
      guard let range = line.firstRange(of: " " + words) else { continue }
      if let key = line[..<range.lowerBound].split(separator: " ").last { return String(key) }
    }
    let lines = try screen.lines().joined(separator: "\n")
    throw NotTold(description: "nothing on the screen says which key is for \(words):\n\(lines)")
  }

  /// Presses the key that the screen names before some words.
  ///
  /// An answer to the key before may hide it for some seconds.
  func press(_ words: String) throws {
    try screen.wait(for: "the key for \(words)") { $0.contains { $0.contains(" " + words) } }
    let key = try key(for: words)
    switch key {
    case "Enter", "Tab", "Space": try screen.press(key)
    case "Esc": try screen.press("Escape")
    default: try screen.type(key)
    }
  }

  func sees(_ text: String) throws { try screen.wait(for: text) }
}

extension EndToEndTests {
  @Suite("Somebody's first time")
  struct FirstTimerTests {
    @Test(
      "Finds a selection, sees it change, edits a field, takes it back, clears a street and restores it"
    )
    func firstTime() throws {
      let town = try ServerProcess()
      try town.run("load", ShownScene.town)
      let screen = try TmuxSession(columns: 80, rows: 24)
      let person = FirstTimer(screen: screen)
      try screen.enter("'\(try BuiltProducts.path(of: "townhall"))' \(town.address)")
      try person.sees("here is the town")

      try person.press("find")
      try screen.type("hyper")
      try person.sees("stays here")
      try person.press("stays here")
      try person.sees(#"display_name  "Pair""#)

      try town.run("update", "selection.hyperballs", #"display_name="Trio""#)
      try person.sees(#""Pair" → "Trio""#)

      try person.press("update")
      try person.sees(#"display_name = "Trio""#)
      // The cursor stands inside the quotes: one types at once.
      try screen.type(" of mine")
      try person.press("review")
      try person.sees("sends this")
      try person.press("sends this")
      try person.sees("accepted ")
      #expect(try town.run("get", "selection.hyperballs").contains("Trio of mine"))

      try person.press("undo")
      try person.sees("undo of update")
      #expect(try town.run("get", "selection.hyperballs").contains(#""Trio""#))

      let before = try town.run("dump")
      try screen.wait(for: "the edit to close") { !$0.contains { $0.contains("Enter close") } }
      try person.press("clear")
      try person.sees("All 5 houses will go")
      // The screen asks for the street's name, and its title says what that is.
      try screen.type("selection.")
      try person.press("clear")
      try person.sees("accepted ")
      #expect(try town.run("keys", "selection.").isEmpty)
      try person.press("undo")
      try person.sees("undo of clear")
      #expect(try lines(town.run("dump")) == lines(before))
      try person.press("quit")
    }

    /// A town in lines, without the counters that clients keep of their own writes.
    private func lines(_ dump: String) -> [Substring] {
      dump.split(separator: "\n").filter { !$0.contains("update.index.") }
    }
  }
}
