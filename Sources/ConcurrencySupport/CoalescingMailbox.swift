import Synchronization

/// A mailbox whose mail waits, changed in place by all that comes, until its one reader fetches it.
///
/// A reader that is slow costs memory only for what its mail holds when it has been merged.
///
/// ```swift
/// let mailbox = CoalescingMailbox<[String]>([])
/// mailbox.put { $0.append("news") }
/// for await _ in mailbox.rings { show(mailbox.open { $0 }) }
/// ```
package final class CoalescingMailbox<Mail: Sendable>: Sendable {
  /// Tells that there may be something to fetch, once for any number of changes.
  package let rings: AsyncStream<Void>

  private let mail: Mutex<Mail>
  private let bell: AsyncStream<Void>.Continuation

  package init(_ mail: Mail) {
    self.mail = Mutex(mail)
    (rings, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// Changes the mail, and rings.
  package func put(_ change: (inout Mail) -> Void) {
    mail.withLock { change(&$0) }
    bell.yield()
  }

  /// Looks into the mail, and may take some of it out.
  package func open<Value: Sendable>(_ look: (inout Mail) -> Value) -> Value {
    mail.withLock { look(&$0) }
  }

  /// Has the reader look again, though nothing has come.
  package func ring() { bell.yield() }

  /// Rings no more, once the reader has come for what is there.
  package func finish() { bell.finish() }
}
