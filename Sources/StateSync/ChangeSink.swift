/// Takes changes for many subscribers at once, so that a wire needs no task for each of them.
package protocol ChangeSink: AnyObject, Sendable {
  /// Takes a change for subscribers, each of whom has said that it is ready, and is not until it says so again.
  ///
  /// Called outside of the server's lock by whoever brought the delivery about, and never on an event loop.
  func deliver(_ change: SharedChange, to subscribers: [HubMachine.SubscriberID])

  /// Hears that nothing more will come for some subscribers, because the server has shut down.
  func end(_ subscribers: [HubMachine.SubscriberID])
}

/// What a server hands out once its lock is free again.
struct Deliveries {
  typealias Reader = CheckedContinuation<SharedChange?, Never>

  private struct Batch {
    let sink: any ChangeSink
    let change: SharedChange
    var receivers: [HubMachine.SubscriberID]
  }

  private var readers: [(reader: Reader, change: SharedChange?)] = []
  private var batches: [Batch] = []
  private var errands: [@Sendable () -> Void] = []

  var isEmpty: Bool { readers.isEmpty && batches.isEmpty && errands.isEmpty }

  /// Adds some work that takes long.
  mutating func add(_ errand: @escaping @Sendable () -> Void) { errands.append(errand) }

  mutating func add(_ reader: Reader, _ change: SharedChange?) { readers.append((reader, change)) }

  /// Adds one receiver; those of one change and one sink become one batch.
  mutating func add(
    _ receiver: HubMachine.SubscriberID,
    _ change: SharedChange,
    by sink: any ChangeSink
  ) {
    if let last = batches.indices.last, batches[last].sink === sink, batches[last].change === change
    {
      batches[last].receivers.append(receiver)
    } else {
      batches.append(Batch(sink: sink, change: change, receivers: [receiver]))
    }
  }

  mutating func append(_ others: Deliveries) {
    readers += others.readers
    batches += others.batches
    errands += others.errands
  }

  func hand() {
    for (reader, change) in readers { reader.resume(returning: change) }
    for batch in batches { batch.sink.deliver(batch.change, to: batch.receivers) }
    for errand in errands { Task { errand() } }
  }
}
