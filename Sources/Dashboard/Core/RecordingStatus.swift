import ScreenKit

/// How a recording stands that is being made of the session.
public struct RecordingStatus: Hashable, Sendable {
  /// The file.
  public var path: String
  /// How long it is, in whole seconds.
  public var seconds: Int
  /// What keeps it from being written, if anything does.
  public var trouble: String?

  /// Tells how it stands.
  public init(path: String, seconds: Int = 0, trouble: String? = nil) {
    (self.path, self.seconds, self.trouble) = (path, seconds, trouble)
  }
}
