import Dashboard
import SharedState
import Synchronization

/// Where everything that happens waits for the dashboard's loop.
///
/// Changes of the town that have not been fetched yet are merged into one, so a busy town costs the loop no
/// more than the houses that changed; everything else stays in the order in which it came.
final class Inbox: Sendable {
  private struct Contents {
    var messages: [Message] = []
    var news: (state: StateDictionary, change: StateChange)?
  }

  /// Tells that there is something to fetch, once for any number of messages.
  let rings: AsyncStream<Void>

  private let contents = Mutex(Contents())
  private let bell: AsyncStream<Void>.Continuation

  init() {
    (rings, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// Puts in a message.
  func put(_ message: Message) {
    contents.withLock { $0.messages.append(message) }
    bell.yield()
  }

  /// Puts in what happened to the town.
  func put(_ batch: StateEvents) {
    contents.withLock { contents in
      var change = contents.news.take()?.change ?? StateChange()
      change.merge(batch.change)
      contents.news = (batch.after, change)
    }
    bell.yield()
  }

  /// Has the loop look again, though nothing new has been put in.
  func ring() { bell.yield() }

  /// Whether something waits that a person did.
  var isUrgent: Bool {
    contents.withLock { contents in
      contents.messages.contains { message in
        if case .screen = message { true } else { false }
      }
    }
  }

  /// Ends the loop after what has been put in.
  func close() {
    bell.finish()
  }

  /// Takes out everything, the town first: what a key means is decided on the newest state.
  func take() -> [Message] {
    contents.withLock { contents in
      let news = contents.news.take().map { [Message.state($0.state, $0.change)] } ?? []
      defer { contents.messages = [] }
      return news + contents.messages
    }
  }
}
