import ConcurrencySupport
import Dashboard
import SharedState

/// The mailbox in which everything that happens waits for the dashboard's loop.
///
/// Changes of the town that have not been fetched yet are merged into one, so a busy town costs the loop no
/// more than the houses that changed; everything else stays in the order in which it came. Very many are taken in slice by
/// slice, so that a flood of them does not stand between a key and its picture.
final class Inbox: Sendable {
  private struct Mail {
    var messages: [Message] = []
    /// What has happened to the town and has not been fetched.
    var news: StateEvents?
  }

  private let mailbox = CoalescingMailbox(Mail())
  /// The town as it has been fetched, kept up here so that nobody's copy stands in the way of the next change.
  private let town = Locked(Town())

  private struct Town {
    var state = StateDictionary()
    /// What has been fetched and not been told yet.
    var rest: ArraySlice<(key: StateKey, entry: StateEntry?)> = []
  }

  /// So many houses are taken in before a key is looked at: a twentieth of a second at most.
  static let slice = 4_000

  /// Tells that there is something to fetch, once for any number of messages.
  var rings: AsyncStream<Void> { mailbox.rings }

  func put(_ message: Message) { mailbox.put { $0.messages.append(message) } }

  /// Puts in what happened to the town.
  func put(_ batch: StateEvents) {
    mailbox.put { mail in
      if mail.news?.merge(batch) == nil { mail.news = batch }
    }
  }

  /// Has the loop look again, though nothing new has been put in.
  func ring() { mailbox.ring() }

  /// Whether something waits that a person did.
  var isUrgent: Bool {
    mailbox.open { mail in
      mail.messages.contains { message in
        if case .screen = message { true } else { false }
      }
    }
  }

  /// Ends the loop after what has been put in.
  func close() { mailbox.finish() }

  /// Takes out everything, the town first: what a key means is decided on the newest state.
  ///
  /// If very much has happened in the town, the rest of that stays, and it rings again.
  func take() -> [Message] {
    let change = town.withLock { town -> Message? in
      if town.rest.isEmpty, let news = mailbox.open({ $0.news.take() }) {
        // A whole state is taken in at once, and costs far less for each house.
        guard news.whole == nil, news.change.count > Self.slice else {
          town.state.apply(news)
          return .state(town.state, news.change)
        }
        town.rest = Array(news.change.items)[...]
      }
      guard !town.rest.isEmpty else { return nil }
      var change = StateChange()
      change.reserveCapacity(min(Self.slice, town.rest.count))
      for (key, entry) in town.rest.prefix(Self.slice) { change.put(entry, at: key) }
      town.rest.removeFirst(change.count)
      town.state.apply(change)
      if !town.rest.isEmpty { mailbox.ring() }
      return .state(town.state, change)
    }
    let messages = mailbox.open { mail in
      defer { mail.messages = [] }
      return mail.messages
    }
    return [change].compactMap(\.self) + messages
  }
}
