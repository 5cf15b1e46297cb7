/// What happened to one key: it was added, changed or removed.
public struct StateEvent: Sendable, Equatable {
  /// What can happen to a key.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// It had no value and has one now.
    case added
    /// It has another value now.
    case changed
    /// It had a value and has none now.
    case removed
  }

  /// The key.
  public let key: String
  /// What happened.
  public let kind: Kind
  /// The entry before, decoded or not.
  public let oldEntry: StateEntry?
  /// The entry after, decoded or not.
  public let newEntry: StateEntry?

  /// Compares what a key held before and after; nil if that is the same.
  ///
  /// - Complexity: O(*n*) in the size of the values, without decoding if their bytes are equal.
  public init?(key: String, old: StateEntry?, new: StateEntry?) {
    switch (old, new) {
    case (nil, nil): return nil
    case (nil, _?): kind = .added
    case (_?, nil): kind = .removed
    case (let old?, let new?):
      guard old != new else { return nil }
      kind = .changed
    }
    self.key = key
    oldEntry = old
    newEntry = new
  }

  /// The value before.
  ///
  /// - Complexity: O(*n*) in the size of the value if it has not been decoded, each time.
  public var old: StateValue? { oldEntry?.value }

  /// The value after.
  ///
  /// - Complexity: O(*n*) in the size of the value if it has not been decoded, each time.
  public var new: StateValue? { newEntry?.value }
}

extension StateEvents {
  /// What happened to each key that begins with a prefix: what has a value first, then what was removed, each
  /// sorted by key.
  ///
  /// A key that was set to the value that it had is not named.
  ///
  /// - Complexity: O(*n* log *n*) in the keys of the change.
  public func events(under prefix: String = "") -> [StateEvent] {
    let events = touched.lazy.filter { $0.key.text.begins(with: prefix) }
      .compactMap { StateEvent(key: $0.key.text, old: $0.old, new: $0.new) }
    return events.sorted { left, right in
      let (isLeftGone, isRightGone) = (left.kind == .removed, right.kind == .removed)
      return isLeftGone == isRightGone ? left.key.precedes(right.key) : isRightGone
    }
  }
}

/// What happens to the keys that begin with a prefix, one by one, as it happens.
///
/// A reader that is slow sees only the newest value of each key, as clients on the wire do.
public struct SharedStateChanges: AsyncSequence, Sendable {
  /// What happened to one key.
  public typealias Element = StateEvent
  /// Following a state does not fail; the sequence ends instead.
  public typealias Failure = Never

  private let batches: AsyncStream<StateEvents>
  private let prefix: String

  init(batches: AsyncStream<StateEvents>, prefix: String) {
    self.batches = batches
    self.prefix = prefix
  }

  /// Starts to follow.
  public func makeAsyncIterator() -> Iterator {
    Iterator(batches: batches.makeAsyncIterator(), prefix: prefix)
  }

  /// Follows what happens.
  public struct Iterator: AsyncIteratorProtocol {
    fileprivate var batches: AsyncStream<StateEvents>.Iterator
    fileprivate let prefix: String
    fileprivate var waiting: ArraySlice<StateEvent> = []

    /// What happened next; waits for it, and returns nil when the endpoint has ended.
    public mutating func next(isolation actor: isolated (any Actor)?) async -> StateEvent? {
      while waiting.isEmpty {
        guard let batch = await batches.next(isolation: actor) else { return nil }
        waiting = batch.events(under: prefix)[...]
      }
      return waiting.removeFirst()
    }

    /// What happened next; waits for it, and returns nil when the endpoint has ended.
    public mutating func next() async -> StateEvent? { await next(isolation: #isolation) }
  }
}
