@testable import CursesTerminal
@testable import Dashboard
import ScreenKit
import SharedState
import StateEditing
import TextScreen

extension FuzzTarget {
  static let commandLine = FuzzTarget(
    "command-line",
    "what is typed behind a colon, and any other keys",
    words: [
      ":set ", ":update ", ":add ", ":remove ", ":filter ", ":go ", "selection.a", "scene.box",
      "name=\"Q\"", "[1, 2]", "'{\"a\": 1}'", "\r", "\u{1b}", "\t", "\u{1b}[A", "\u{1b}[200~",
      "\u{1b}[201~", "?", "/", "gd", "u", "\u{3}",
    ],
    longest: 256,
    executions: 25
  ) { bytes in
    let text = String(decoding: bytes, as: UTF8.self)
    try expectWords(text)
    try expectKey(text)
    var choices = Choices(bytes)
    try expectKey(choices.text())
    try expectScreen(bytes)
  }

  /// Sees that no word of a line is lost.
  private static func expectWords(_ text: String) throws {
    let words = TypedWords.all(in: text)
    try expect(words.count <= text.count, "\(text.count) characters are \(words.count) words")
    // An accent makes one character with the space before it, and a word of its own.
    let joined = words.flatMap(\.unicodeScalars).filter { $0 != " " }
    try expect(
      joined.elementsEqual(text.unicodeScalars.filter { $0 != " " }),
      "the words of \(text.debugDescription): \(words)"
    )
    for word in TypedWords.fields(in: text) {
      do {
        let (name, _) = try TypedValue.field(word)
        try expect(!name.isEmpty, "a field without a name in \(word)")
      } catch let flaw as TypedValue.Flaw {
        try expect(!flaw.message.isEmpty, "\(word) is refused without a reason")
      }
    }
  }

  /// Sees that a key can be typed, whatever is in it, with something behind it.
  private static func expectKey(_ key: String) throws {
    let typed = TypedValue.text(ofKey: key)
    let (word, rest) = TypedWords.first(of: "\(typed) [1, 2]")
    try expect(word.isSame(as: typed) && rest == "[1, 2]", "\(typed) is read as \(word), \(rest)")
    let read = try TypedValue.key(word)
    try expect(read.isSame(as: key), "\(key.debugDescription) is read as \(read.debugDescription)")
  }

  private static let town: [String: StateValue] = [
    "selection.a": ["name": "A", "ids": [1, 2], "properties": ["a.b": true]],
    "selection.\"b c\u{301}": ["name": nil], "scene": [0.5, 1.0], "scene.box": "x",
    "avatar.1": ["playerid": "1", "name": "Ada"], "": 1, ".": 2, "a.\u{1b}": .bytes([1]),
  ]

  /// Sees that a dashboard takes what is typed, and always has a picture of the right size.
  private static func expectScreen(_ bytes: [UInt8]) throws {
    var model = Model(options: DashboardOptions(address: "ws://127.0.0.1:1", seed: 1))
    var uptime = Duration.seconds(1000)
    func send(_ message: Message) {
      _ = model.update(message, at: Moment(uptime: uptime, clock: uptime))
      uptime += .milliseconds(5)
    }
    var state = StateDictionary()
    let change = StateChange(updates: town)
    state.apply(change)
    send(.screen(.resized(Size(columns: 60, rows: 12))))
    send(.state(state, change))
    send(.link(.live(latency: .milliseconds(4))))
    var decoder = InputDecoder()
    for event in decoder.feed(bytes) + decoder.timedOut() { send(.screen(event)) }
    let picture = model.view(model.size)
    try expect(picture.size == model.size, "a picture of \(picture.size) for \(model.size)")
    for line in picture.lines {
      let control = line.unicodeScalars.first { $0.properties.generalCategory == .control }
      try expect(control == nil, "control characters on the screen: \(line.debugDescription)")
    }
  }
}
