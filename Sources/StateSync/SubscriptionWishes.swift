/// What a client would like of a server, which may know nothing of wishes and then tells everything at its own rate.
public struct SubscriptionWishes: Sendable, Hashable {
  /// How often to be told of changes, on average; zero means of each at once, nil as often as the server likes.
  public var interval: Duration?
  /// Patterns for the keys to be told of, as our server reads them; none for all keys.
  public private(set) var only: [String] = []

  /// How long the patterns may be in all: they are sent in the first line of a request.
  private static let most = 4096

  /// Wishes for nothing in particular.
  public init(interval: Duration? = nil) { self.interval = interval }

  /// Wishes to be told of nothing but some keys, those that begin in certain ways, and what a client needs for itself.
  ///
  /// If that cannot be asked for, because there are too many, everything is asked for; so whoever wishes has to look
  /// for what they want in any case.
  ///
  /// - Parameters:
  ///   - keys: The keys.
  ///   - prefixes: How other keys may begin.
  ///   - userID: Who the client is, if it writes: the echo of its counter confirms its writes.
  public mutating func narrow(to keys: [String], prefixes: [String] = [], as userID: String? = nil)
  {
    let own = userID.map { ["update.index.\($0)"] } ?? []
    let patterns =
      (keys + own).map { KeyFilter.pattern(for: $0) }
      + prefixes.map { KeyFilter.pattern(for: $0) + "*" }
    guard patterns.reduce(0, { $0 + $1.utf8.count }) <= Self.most,
      (try? KeyFilter(patterns)) != nil
    else { return }
    only = patterns
  }
}
