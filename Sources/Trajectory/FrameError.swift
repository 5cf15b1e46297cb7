/// What is wrong with a value of a frame.
public struct FrameError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The value.
  public let key: FrameKey
  /// What is wrong with it, to be read by a person.
  public let reason: String

  init(_ key: FrameKey, _ reason: String) { (self.key, self.reason) = (key, reason) }

  /// Both.
  public var description: String { "\(key): \(reason)" }
}
