import ScreenKit
import StateEditing

/// What takes edits back, and does them again elsewhere.
enum UndoCommand: Hashable, Sendable {
  case undo
  case redo
  case mark
  case unmarkAll
  case `repeat`
}

extension Keymap {
  static let undos: [Binding] = [
    Binding("undo", ["z"], .undo(.undo), .edit, hint: "undo", "take back your last edit"),
    Binding("redo", ["Z", "^r"], .undo(.redo), .edit, "do again what was taken back"),
    Binding("mark", ["v"], .undo(.mark), .edit, in: .places, "mark the \(.house), or unmark it"),
    Binding("unmark-all", ["V"], .undo(.unmarkAll), .edit, "unmark all \(many: .house)"),
    Binding(
      "repeat",
      ["."],
      .undo(.repeat),
      .edit,
      in: .places,
      "last edit again, on marked \(many: .house)"
    ),
  ]
}

extension Model {
  func reasonNot(to command: UndoCommand) -> String? {
    switch command {
    case .undo: reasonNot(toTakeBack: undo.done, nothing: "there is nothing to take back")
    case .redo: reasonNot(toTakeBack: undo.undone, nothing: "nothing was taken back")
    case .mark: targetKey == nil ? known.words("choose \(a: .house) to mark") : nil
    case .unmarkAll: undo.marks.isEmpty ? known.words("no \(.house) is marked; v marks one") : nil
    case .repeat: reasonNotToRepeat
    }
  }

  private func reasonNot(toTakeBack steps: [UndoStack.Step], nothing: String) -> String? {
    if isReadOnly { return "this dashboard is read only" }
    if steps.isEmpty { return nothing }
    let next = undo.next(in: steps) { pending[$0] != nil }
    return next == nil ? known.words("the \(.host) has not confirmed the last one yet") : nil
  }

  mutating func run(_ command: UndoCommand) -> [Effect] {
    switch command {
    case .undo: return takeBack(undo.done) { .undo($0) }
    case .redo: return takeBack(undo.undone) { .redo($0) }
    case .mark:
      if let house = targetKey { undo.toggleMark(house) }
    case .unmarkAll: undo.unmarkAll()
    case .repeat: proposeRepetition()
    }
    return []
  }

  private mutating func takeBack(
    _ steps: [UndoStack.Step],
    _ purpose: (Int) -> UndoStack.Purpose
  ) -> [Effect] {
    guard let step = undo.next(in: steps, isPending: { pending[$0] != nil }) else { return [] }
    let entries = step.entries
    nextEdit += 1
    let request = EditRequest(
      id: EditID(nextEdit),
      verb: step.verb(for: entries),
      entries: entries,
      merges: true
    )
    undo.begin(request, for: purpose(step.number), title: step.title)
    return send(request)
  }
}
