import ConcurrencySupport
import Dashboard
import SharedState

/// The mailbox in which everything that happens waits for the dashboard's loop.
///
/// Changes of the town that have not been fetched yet are merged into one, so a busy town costs the loop no
/// more than the houses that changed; everything else stays in the order in which it came.
final class Inbox: Sendable {
  private struct Mail {
    var messages: [Message] = []
    /// What has happened to the town and has not been fetched.
    var news: StateEvents?
  }

  private let mailbox = CoalescingMailbox(Mail())
  /// The town as it has been fetched, kept up here so that nobody's copy stands in the way of the next change.
  private let town = Locked(StateDictionary())

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
  func take() -> [Message] {
    let (news, messages) = mailbox.open { mail in
      defer { mail.messages = [] }
      return (mail.news.take(), mail.messages)
    }
    guard let news else { return messages }
    return town.withLock { town in
      town.apply(news)
      return [.state(town, news.change)]
    } + messages
  }
}
