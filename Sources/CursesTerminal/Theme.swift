/// Where the colours of the screen come from.
public enum Theme: String, Sendable, CaseIterable {
  /// Fixed colours that can be read on black and on white.
  case standard
  /// The sixteen colours that the person has chosen for their terminal, for what has a meaning only.
  case terminal
  /// No colours.
  case mono
}
