import ScreenKit

/// What is always there to choose, however many servers are heard, and what is said about it.
extension Picker {
  /// The rows below the servers, each with its key.
  var standing: [Chooser<Choice>.Item] {
    guard isStart else { return [row("Type an address", key: "a", .typing, .hintKey)] }
    let demo = offers.filter { $0 == .demo }
    let recordings = offers.compactMap { if case .recording(let path) = $0 { path } else { nil } }
    let tour = offers.filter { $0 == .tour }
    return demo.map { row("  A town to try out", key: "d", .offer($0)) }
      + [row("  Type an address or a path", key: "a", .typing)]
      + recordings.enumerated().map { number, path in
        // There are nine such keys; more recordings than that are still chosen by the cursor.
        let key = number < 9 ? "\(number + 1)" : ""
        return row("  Play \(path.named)", key: key, .offer(.recording(path: path)))
      }
      + tour.map { row("  Take the tour", key: "t", .offer($0)) }
  }

  private func row(
    _ text: String,
    key: String,
    _ choice: Choice,
    _ role: Role = .plain
  ) -> Chooser<Choice>.Item {
    var item = Chooser<Choice>.Item(label: Line(text, role), choice: choice)
    item.note = key
    return item
  }

  /// What the row under the cursor does, the longest text first.
  var explanations: [String] {
    switch list.current?.choice {
    case .server: []
    case .offer(.demo):
      [
        "A town inside this program: people move about in it, and nothing can break.",
        "People move about, nothing can break.",
      ]
    case .offer(.tour):
      [
        "Lessons in a town of your own, each learnt by doing; leaving them leads back here.",
        "Lessons in a town of your own; leaving them leads back here.",
        "Learn by doing; then you are back here.",
      ]
    case .offer(.recording):
      [
        "Plays what was recorded; you can pause, step and seek, and change nothing.",
        "Plays what was recorded.",
      ]
    case .typing, nil:
      [
        "Not in the list? VPNs and campus networks hide servers: type its address.",
        "Not in the list? Type its address.",
      ]
    }
  }

  /// What this program is, for somebody who sees it for the first time.
  static let welcome = (
    long:
      "Watch the shared state of a NanoVer or Narupa session as it changes, and edit it by "
      + "keyboard without losing what others do meanwhile.",
    short: "See and edit what a session shares."
  )
}
