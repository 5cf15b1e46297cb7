/// The edits that can be taken back, and those that were.
struct UndoStack: Sendable {}
