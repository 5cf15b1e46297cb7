/// How a visit to `$EDITOR` ended.
public enum ExternalEditResult: Hashable, Sendable {
  /// The person saved this text (the header already taken off).
  case saved(String)
  /// The person left without changing anything.
  case unchanged
  /// The editor could not be run, or failed, for the reason given.
  case failed(String)
}
