import SharedState

/// Somewhere that a person can come back to.
struct Location: Hashable, Sendable {
  var row: TreeRow
  /// The field that the cursor was on, for a person who was inside the entry.
  var field: ValuePath?
}
