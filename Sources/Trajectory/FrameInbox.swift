internal import ConcurrencySupport

/// Frames that have come and that nobody has looked at yet, merged into one.
///
/// Whoever listens to a simulation looks at their own pace: what comes meanwhile costs no more than one frame.
///
/// ```swift
/// let inbox = FrameInbox()                       // is handed to a transport
/// var current = CurrentFrame()
/// for await _ in inbox.rings {
///   if let news = inbox.take() { current.take(news) }
/// }
/// ```
public final class FrameInbox: Sendable, Hashable {
  private struct Contents {
    var news: Frame?
    /// All that has been taken out, as one frame.
    var taken = Frame()
    var count = 0
    /// Who is given all that comes, too.
    var followers: [FrameInbox] = []
    var trouble: String?
  }

  private let mailbox = CoalescingMailbox(Contents())

  /// Makes an empty one.
  public init() {}

  /// Tells that there may be something to take, once for any number of frames; for one reader.
  public var rings: AsyncStream<Void> { mailbox.rings }

  /// Puts a frame in.
  ///
  /// - Complexity: O(*k*) in the names of the frame.
  public func put(_ frame: Frame) {
    mailbox.put { contents in
      contents.count += 1
      contents.trouble = nil
      if contents.news?.merge(frame) == nil { contents.news = frame }
      for follower in contents.followers { follower.put(frame) }
    }
  }

  /// Has another one given all that is known, and from then on all that comes.
  package func follow(with other: FrameInbox) {
    mailbox.open { contents in
      var whole = contents.taken
      if let news = contents.news { whole.merge(news) }
      if !whole.isEmpty { other.put(whole) }
      contents.followers.append(other)
    }
  }

  /// Gives another one no more.
  package func leave(_ other: FrameInbox) {
    mailbox.open { $0.followers.removeAll { $0 == other } }
  }

  /// How many frames have come, whether somebody has taken them or not.
  public var count: Int { mailbox.open { $0.count } }

  /// Notes that no frames will come over this connection, for a reason that the server gave.
  package func giveUp(_ reason: String) { mailbox.put { $0.trouble = reason } }

  /// Why no frames come, in the words of the server; nil if nothing keeps them away.
  public var trouble: String? { mailbox.open { $0.trouble } }

  /// Takes out all that has come, as one frame; nil if nothing has.
  ///
  /// - Complexity: O(*k*) in the names of the frame.
  public func take() -> Frame? {
    mailbox.open { contents in
      let news = contents.news.take()
      if let news { contents.taken.merge(news) }
      return news
    }
  }

  /// Whether both are the same one.
  public static func == (left: FrameInbox, right: FrameInbox) -> Bool { left === right }

  /// Feeds which one it is.
  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
