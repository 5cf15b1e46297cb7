import SharedState

/// What a step or switch does to a field.
enum FieldSwitch: Hashable, Sendable {
  case increment, decrement, flip
}

/// The field that a step is meant for, as the pane with the focus sees it.
enum FieldMeant: Sendable {
  /// This field; one that is not written counts as flipped to a value, if one is named.
  case path(ValuePath, missing: StateValue? = nil)
  /// None, for the reason given.
  case none(String)
}
