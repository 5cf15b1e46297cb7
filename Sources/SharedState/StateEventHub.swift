import ConcurrencySupport
import Synchronization

/// Hands out what happens to a state to any number of readers: the `events()` of an endpoint.
///
/// A reader that is slow, or stopped reading for a while, costs memory only for the keys that it has missed: what
/// it has not fetched yet is merged into one batch. A reader that goes away is forgotten.
///
/// ```swift
/// let hub = StateEventHub()
/// let events = hub.events()
/// hub.publish(StateEvents(applying: change, to: &state))
/// for await batch in events { … }
/// ```
public final class StateEventHub: Sendable {
  /// What a reader has not fetched yet.
  ///
  /// Batches wait as they are, because a reader that keeps up gets them so at no cost; small ones are merged when they
  /// are fetched, by the reader, which is mostly on another core, and here only when the reader has fallen behind.
  private struct Waiting: Sendable {
    /// So many keys and batches wait as they are: a hundredth of a second at full speed, for a reader that the system
    /// has put off its core.
    static let most = (keys: 16_384, batches: 4_096)
    /// So few keys a batch has on average that merging costs less than telling each.
    static let fewKeys = 16

    private var batches: ArraySlice<StateEvents> = []
    private var keys = 0

    mutating func add(_ new: [StateEvents]) {
      batches += new
      keys += new.reduce(0) { $0 + $1.change.count }
      guard keys > Self.most.keys || batches.count > Self.most.batches else { return }
      guard let whole = StateEventHub.merged(takeAll()) else { return }
      (batches, keys) = ([whole], whole.change.count)
    }

    /// What is told next: one batch, or many small ones, which are still to be merged.
    mutating func next() -> ArraySlice<StateEvents> {
      guard keys >= Self.fewKeys * batches.count, let first = batches.popFirst() else {
        return takeAll()
      }
      keys -= first.change.count
      return [first]
    }

    private mutating func takeAll() -> ArraySlice<StateEvents> {
      defer { (batches, keys) = ([], 0) }
      return batches
    }
  }

  /// It goes away with its reader.
  private typealias Mail = CoalescingMailbox<Waiting>

  private struct Reader {
    weak var mailbox: Mail?
  }

  private struct Contents {
    var readers: [Reader] = []
    var isFinished = false
  }

  private let contents = Mutex(Contents())

  /// Makes a hub without readers.
  public init() {}

  /// Whether anybody reads; without readers there is no need to make a batch.
  public var hasReaders: Bool { contents.withLock { $0.readers.contains { $0.mailbox != nil } } }

  /// Hands a batch to all readers; call it in the order in which things happened.
  ///
  /// It never waits and runs no foreign code, so it may be called under an endpoint's lock.
  public func publish(_ batch: StateEvents) { publish([batch]) }

  /// Hands batches to all readers, in the order in which they happened.
  package func publish(_ batches: [StateEvents]) {
    guard !batches.isEmpty else { return }
    contents.withLock { contents in
      var hasLost = false
      for reader in contents.readers {
        guard let mailbox = reader.mailbox else {
          hasLost = true
          continue
        }
        mailbox.put { $0.add(batches) }
      }
      if hasLost { contents.readers.removeAll { $0.mailbox == nil } }
    }
  }

  private static func merged(_ batches: ArraySlice<StateEvents>) -> StateEvents? {
    guard var merged = batches.first else { return nil }
    guard batches.count > 1 else { return merged }
    merged.reserveCapacity(min(batches.reduce(0) { $0 + $1.change.count }, 4096))
    for batch in batches.dropFirst() { merged.merge(batch) }
    return merged
  }

  /// Ends all streams, those that exist and those to come, after what they have not read yet.
  public func finish() {
    let mailboxes = contents.withLock { contents in
      contents.isFinished = true
      return contents.readers.compactMap(\.mailbox)
    }
    for mailbox in mailboxes { mailbox.finish() }
  }

  /// What is published from now on.
  public func events() -> AsyncStream<StateEvents> {
    let mailbox = Mail(Waiting())
    let isFinished = contents.withLock { contents in
      contents.readers.append(Reader(mailbox: mailbox))
      return contents.isFinished
    }
    if isFinished { mailbox.finish() }
    // A stream that is read by two tasks shares its batches between them, and a cancelled one has ended for both.
    return AsyncStream {
      if Task.isCancelled { return nil }
      if let batch = Self.next(in: mailbox) { return batch }
      for await _ in mailbox.rings {
        if let batch = Self.next(in: mailbox) { return batch }
      }
      return Task.isCancelled ? nil : Self.next(in: mailbox)
    }
  }

  private static func next(in mailbox: Mail) -> StateEvents? {
    merged(mailbox.open { $0.next() })
  }
}
