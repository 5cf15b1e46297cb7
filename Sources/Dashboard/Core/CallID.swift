/// Names one call of a command, from the key press to its result.
public struct CallID: Hashable, Sendable {
  /// The number of the call in this session.
  public let number: Int

  /// Names a call.
  public init(_ number: Int) { self.number = number }
}
