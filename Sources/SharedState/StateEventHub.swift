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
  /// What a reader has not fetched yet; it goes away with its reader.
  ///
  /// Batches are merged by the reader that fetches them, which is mostly on another core, and here only when many wait.
  private typealias Mail = CoalescingMailbox<[StateEvents]>

  /// So many batches wait as they are.
  private static let mostWaiting = 64

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
        mailbox.put { mail in
          mail += batches
          if mail.count > Self.mostWaiting { mail = [Self.merged(mail)].compactMap(\.self) }
        }
      }
      if hasLost { contents.readers.removeAll { $0.mailbox == nil } }
    }
  }

  private static func merged(_ batches: [StateEvents]) -> StateEvents? {
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
    let mailbox = Mail([])
    let isFinished = contents.withLock { contents in
      contents.readers.append(Reader(mailbox: mailbox))
      return contents.isFinished
    }
    if isFinished { mailbox.finish() }
    // A stream that is read by two tasks shares its batches between them, and a cancelled one has ended for both.
    return AsyncStream {
      for await _ in mailbox.rings {
        let batches = mailbox.open { mail in
          defer { mail = [] }
          return mail
        }
        if let batch = Self.merged(batches) { return batch }
      }
      return nil
    }
  }
}
