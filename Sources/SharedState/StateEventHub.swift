import Synchronization

/// Hands out what happens to a state to any number of readers: the `events()` of an endpoint.
///
/// A reader that is slow, or stopped reading for a while, costs memory only for the keys that it has missed: what
/// it has not fetched yet is merged into one batch. A reader that goes away is forgotten.
///
/// ```swift
/// let hub = StateEventHub()
/// let events = hub.events()
/// hub.publish(StateEvents(applying: change, to: state))
/// for await batch in events { … }
/// ```
public final class StateEventHub: Sendable {
  private struct Readers {
    var nextID = 0
    var mailboxes: [Int: WeakMailbox] = [:]
    var isFinished = false
  }

  private let readers = Mutex(Readers())

  /// Makes a hub without readers.
  public init() {}

  /// Whether anybody reads; without readers there is no need to make a batch.
  public var hasReaders: Bool { readers.withLock { !$0.mailboxes.isEmpty } }

  /// Hands a batch to all readers; call it in the order in which things happened.
  ///
  /// It never waits and runs no foreign code, so it may be called under an endpoint's lock.
  public func publish(_ batch: StateEvents) {
    for mailbox in mailboxes() { mailbox.put(batch) }
  }

  /// Ends all streams, those that exist and those to come, after what they have not read yet.
  public func finish() {
    readers.withLock { $0.isFinished = true }
    for mailbox in mailboxes() { mailbox.finish() }
  }

  /// What is published from now on.
  public func events() -> AsyncStream<StateEvents> {
    let mailbox = readers.withLock { readers in
      readers.nextID += 1
      let mailbox = EventMailbox(hub: self, id: readers.nextID)
      readers.mailboxes[mailbox.id] = WeakMailbox(mailbox: mailbox)
      return (mailbox, readers.isFinished)
    }
    if mailbox.1 { mailbox.0.finish() }
    return AsyncStream { [mailbox = mailbox.0] in await mailbox.next() }
  }

  private func mailboxes() -> [EventMailbox] {
    readers.withLock { $0.mailboxes.values.compactMap(\.mailbox) }
  }

  fileprivate func forget(_ id: Int) {
    readers.withLock { _ = $0.mailboxes.removeValue(forKey: id) }
  }

  private struct WeakMailbox {
    weak var mailbox: EventMailbox?
  }
}

/// What one reader has not fetched yet.
private final class EventMailbox: Sendable {
  private struct State {
    var pending: StateEvents?
    // One, unless somebody reads one stream from two tasks, of whom each batch then goes to one.
    var waiting: [CheckedContinuation<StateEvents?, Never>] = []
    var isFinished = false
  }

  let id: Int
  private let hub: StateEventHub
  private let state = Mutex(State())

  init(hub: StateEventHub, id: Int) {
    self.hub = hub
    self.id = id
  }

  deinit { hub.forget(id) }

  func put(_ batch: StateEvents) {
    let waiting = state.withLock { state -> CheckedContinuation<StateEvents?, Never>? in
      if !state.waiting.isEmpty { return state.waiting.removeFirst() }
      if state.pending?.merge(batch) == nil { state.pending = batch }
      return nil
    }
    waiting?.resume(returning: batch)
  }

  func finish() {
    let waiting = state.withLock { state in
      state.isFinished = true
      defer { state.waiting = [] }
      return state.waiting
    }
    for reader in waiting { reader.resume(returning: nil) }
  }

  /// The next batch; waits for one, and returns nil when the hub is finished or the reader's task cancelled.
  func next() async -> StateEvents? {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let now = state.withLock { state -> StateEvents?? in
          if let pending = state.pending.take() { return pending }
          if state.isFinished { return .some(nil) }
          state.waiting.append(continuation)
          return nil
        }
        if let now { continuation.resume(returning: now) }
      }
    } onCancel: {
      // A stream that has ended once stays ended, so this mailbox is of no more use to anybody.
      finish()
    }
  }
}
