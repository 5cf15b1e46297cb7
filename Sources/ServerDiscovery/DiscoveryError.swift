/// Servers cannot be heard, or nothing can be announced.
public struct DiscoveryError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What happened, in one line.
  public let description: String
}
