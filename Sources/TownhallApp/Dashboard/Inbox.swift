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
    var news: (state: StateDictionary, change: StateChange)?
  }

  private let mailbox = CoalescingMailbox(Mail())

  /// Tells that there is something to fetch, once for any number of messages.
  var rings: AsyncStream<Void> { mailbox.rings }

  func put(_ message: Message) { mailbox.put { $0.messages.append(message) } }

  /// Puts in what happened to the town.
  func put(_ batch: StateEvents) {
    mailbox.put { mail in
      var change = mail.news.take()?.change ?? StateChange()
      change.merge(batch.change)
      mail.news = (batch.after, change)
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
    mailbox.open { mail in
      let news = mail.news.take().map { [Message.state($0.state, $0.change)] } ?? []
      defer { mail.messages = [] }
      return news + mail.messages
    }
  }
}
