import ScreenKit
import SharedState
import StateEditing

/// What is done to all marked entries at once: with one question, in one message, and taken back by one undo.
extension EditHost {
  /// So many entries are listed in a question; nobody reads more.
  static var mostAsked: Int { 200 }

  var markCount: Int { undo.marks.count }

  /// Whether a verb that can be done to several entries falls on the marked ones: not where something lies in front
  /// that is about an entry of its own.
  var actsOnMarks: Bool { !undo.marks.isEmpty && rowInFront == .beneath }

  /// The entries that such a verb falls on: the marked ones, in order, or the one that actions are about.
  var targets: [String] { actsOnMarks ? undo.markedKeys : currentKey.map { [$0] } ?? [] }

  /// Does something to the entry that was named, whatever is marked.
  mutating func ignoringMarks<Result>(_ body: (inout Self) -> Result) -> Result {
    let undo = undo
    self.undo.unmarkAll()
    defer { self.undo.takeMarks(of: undo) }
    return body(&self)
  }

  /// Asks whether several entries may go; no is what Enter means.
  ///
  /// What has gone since it was chosen is listed too.
  mutating func askToRemove(_ keys: [String], gone: [String] = []) {
    let count = words("\(keys.count, .house)")
    let removing = Choice<Self>("remove") { $0.remove(keys, gone.count) }
    let answers = [
      List<Self>.Item(label: Line("leave them as they are"), note: "n", choice: .leave),
      List<Self>.Item(label: Line("remove \(count)", .removed, .bold), note: "y", choice: removing),
    ]
    let rows = keys.prefix(Self.mostAsked).map { key in
      List<Self>.Item(label: Line("- ", .removed, .bold).adding(key, .key))
    }
    open(
      List(
        "remove",
        "Remove \(count)?",
        answers + rows + unlisted(keys.count) + items(ofGone: gone),
        keys: [
          ListKey(key: .character("y"), hint: "removes", applies: { _ in true }) { host, _ in
            host.list = nil
            return host.remove(keys, gone.count)
          },
          ListKey(key: .character("n"), hint: "leaves", applies: { _ in true }) { host, _ in
            host.list = nil
            return []
          },
        ]
      )
    )
  }

  /// What is said of marked entries that have gone since, behind what was done to the others.
  var goneWords: Phrase {
    actsOnMarks && !undo.lostMarks.isEmpty ? ", \(undo.lostMarks.count, .house) had gone" : ""
  }

  /// The marked entries that have gone since, for a question.
  func items(ofGone keys: [String]) -> [List<Self>.Item] {
    keys.prefix(Self.mostAsked).map { key in
      List<Self>.Item(label: Line("  \(key)", .muted), note: words("\(.nobodyLives) there"))
    }
  }

  /// The line for entries that a question does not list.
  func unlisted(_ count: Int) -> [List<Self>.Item] {
    let rest = count - Self.mostAsked
    guard rest > 0 else { return [] }
    return [List<Self>.Item(label: Line(words("and \(rest, "more", .house)"), .muted))]
  }

  /// Removes entries in one message; what has gone since the person was asked is left out, and told.
  private mutating func remove(_ keys: [String], _ lost: Int) -> [Effect] {
    let state = freshest
    let entries = keys.compactMap { key in
      state[key].map { EditRequest.Entry(key: key, base: $0, mine: nil) }
    }
    guard !entries.isEmpty else {
      say("nothing to remove: \(keys.count, .house) had gone already", .warning)
      return []
    }
    let request = EditRequest(id: outbox.next(), verb: .remove, entries: entries)
    let gone = keys.count - entries.count + lost
    if gone > 0 { outbox.asides[request.id] = ", \(gone, .house) had gone already" }
    return send(request)
  }
}
