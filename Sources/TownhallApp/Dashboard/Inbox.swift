import ConcurrencySupport
import Dashboard
import SharedState
import Synchronization

/// The mailbox in which everything that happens waits for the dashboard's loop.
///
/// Changes of the town that have not been fetched yet are merged into one, so a busy town costs the loop no
/// more than the houses that changed; everything else stays in the order in which it came. Very many are taken in slice by
/// slice, so that a flood of them does not stand between a key and its picture.
final class Inbox: Sendable {
  private let mailbox = CoalescingMailbox<[Message]>([])
  /// What has happened to the town and has not been fetched, apart from the rest: to merge very much takes its time, and a
  /// key does not wait for that.
  private let news = Mutex<StateEvents?>(nil)
  /// The town as it has been fetched, kept up here so that nobody's copy stands in the way of the next change.
  private let town = Locked(Town())

  private struct Town {
    var state = StateDictionary()
    /// What has been fetched, and how much of it has been told.
    var rest: (change: StateChange, told: Int)?
  }

  /// So many houses are taken in before a key is looked at, unless somebody knows better.
  static let slice = 4_000

  /// Tells that there is something to fetch, once for any number of messages.
  var rings: AsyncStream<Void> { mailbox.rings }

  func put(_ message: Message) {
    mailbox.put { messages in
      // Of what a simulation says the newest is all.
      if case .simulation = message, case .simulation? = messages.last { messages.removeLast() }
      messages.append(message)
    }
  }

  /// Puts in what happened to the town.
  func put(_ batch: StateEvents) {
    news.withLock { news in
      if news?.merge(batch) == nil { news = batch }
    }
    mailbox.ring()
  }

  /// Has the loop look again, though nothing new has been put in.
  func ring() { mailbox.ring() }

  /// Whether something waits that a person did.
  var isUrgent: Bool {
    mailbox.open { messages in
      messages.contains { message in
        if case .screen = message { true } else { false }
      }
    }
  }

  /// Ends the loop after what has been put in.
  func close() { mailbox.finish() }

  /// Takes out everything, the town first: what a key means is decided on the newest state.
  ///
  /// If very much has happened in the town, the rest of that stays, and it rings again.
  func take(upTo slice: Int = Inbox.slice) -> [Message] {
    [takeNews(upTo: slice)].compactMap(\.self) + takeMessages()
  }

  /// Takes out everything but what happened to the town.
  func takeMessages() -> [Message] {
    mailbox.open { messages in
      defer { messages = [] }
      return messages
    }
  }

  private func takeNews(upTo slice: Int) -> Message? {
    town.withLock { town in
      if town.rest == nil, let news = news.withLockIfAvailable({ $0.take() }) ?? nil {
        // A whole state is taken in at once, and costs far less for each house.
        guard news.whole == nil, news.change.count > slice else {
          town.state.apply(news)
          return .state(town.state, news.change)
        }
        town.rest = (news.change, 0)
      }
      guard let (all, told) = town.rest else { return nil }
      var change = StateChange()
      change.reserveCapacity(min(slice, all.count - told))
      for (key, entry) in all.items.dropFirst(told).prefix(slice) { change.put(entry, at: key) }
      let isLast = told + change.count >= all.count
      town.rest = isLast ? nil : (all, told + change.count)
      town.state.apply(change)
      if !isLast { mailbox.ring() }
      return .state(town.state, change)
    }
  }
}
