internal import SharedState
internal import Synchronization

/// The frames of a town: whoever publishes puts them here, and whoever wants them is rung.
///
/// It is apart from the shared state, so that neither ever waits for the other. Any number of tasks and threads may use it.
///
/// ```swift
/// let hub = FrameHub()
/// let follower = hub.follow { bell.yield() }
/// try hub.publish(frame, by: 1)
/// hub.news(since: 0)?.frame
/// ```
public final class FrameHub: Sendable {
  /// Somebody who is rung for each frame; keep it for as long as that is wanted.
  public final class Follower: Sendable {
    private let hub: FrameHub
    private let number: Int

    fileprivate init(of hub: FrameHub, _ number: Int) { (self.hub, self.number) = (hub, number) }

    deinit { hub.contents.withLock { $0.followers[number] = nil } }
  }

  private struct Contents {
    var board: FrameBoard
    var followers: [Int: @Sendable () -> Void] = [:]
    var lastFollower = 0
    /// Who has published last, and when.
    var last: (publisher: Int, at: ContinuousClock.Instant)?
    /// Since when two are known to publish at once.
    var rivals: ContinuousClock.Instant?
  }

  private let contents: Mutex<Contents>
  /// Held by who publishes: a molecule that is looked at does not keep those waiting who read.
  private let publishing = Mutex<Void>(())
  private let start = ContinuousClock.now
  private let report: @Sendable (String) -> Void

  /// Makes a hub that nothing has been published at.
  ///
  /// - Parameters:
  ///   - limits: How much there may be of a frame.
  ///   - report: Tells whoever runs the server something.
  public init(
    limits: FrameBoard.Limits = FrameBoard.Limits(),
    report: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    contents = Mutex(Contents(board: FrameBoard(limits: limits)))
    self.report = report
  }

  /// How many frames have been published.
  public var version: Int { contents.withLock { $0.board.version } }

  /// Publishes a frame to all.
  ///
  /// - Parameters:
  ///   - frame: What a simulation says.
  ///   - publisher: Names the one who publishes; two at once are reported, once in a minute.
  /// - Throws: ``FrameError``, and then nobody sees anything of it.
  /// - Complexity: O(*n*) in the bytes of the frame, and in those who are rung.
  public func publish(_ frame: Frame, by publisher: Int) throws(FrameError) {
    let result = publishing.withLock { _ -> Result<Rung, FrameError> in
      var board = contents.withLock { $0.board }
      let now = ContinuousClock.now
      do throws(FrameError) {
        try board.post(frame, at: (now - start) / .seconds(1))
      } catch {
        return .failure(error)
      }
      return .success(
        contents.withLock { [board] contents in
          contents.board = board
          let rival = Self.rival(of: publisher, at: now, in: &contents)
          return Rung(bells: Array(contents.followers.values), rival: rival)
        }
      )
    }
    let rung = try result.get()
    for bell in rung.bells { bell() }
    if let rival = rung.rival {
      report("two simulations are published at once, by connections \(rival) and \(publisher)")
    }
  }

  private struct Rung {
    let bells: [@Sendable () -> Void]
    let rival: Int?
  }

  /// Who else publishes now, unless that was told a short time ago.
  private static func rival(
    of publisher: Int,
    at now: ContinuousClock.Instant,
    in contents: inout Contents
  ) -> Int? {
    defer { contents.last = (publisher, now) }
    guard let last = contents.last, last.publisher != publisher, now - last.at < .seconds(2) else {
      return nil
    }
    if let told = contents.rivals, now - told < .seconds(60) { return nil }
    contents.rivals = now
    return last.publisher
  }

  /// What has been published since a version was seen; see ``FrameBoard/news(since:)``.
  public func news(since seen: Int) -> FrameBoard.News? {
    contents.withLock { $0.board.news(since: seen) }
  }

  /// Puts into an inbox all that is known now, and all that is published from now on.
  ///
  /// - Returns: What to keep for as long as that is wanted.
  public func fill(_ inbox: FrameInbox) -> Follower {
    let seen = Mutex(0)
    let pull: @Sendable () -> Void = { [weak self] in
      seen.withLock { seen in
        guard let news = self?.news(since: seen) else { return }
        seen = news.version
        inbox.put(news.frame)
      }
    }
    let follower = follow(pull)
    pull()
    return follower
  }

  /// Has somebody rung for each frame from now on.
  ///
  /// - Parameter ring: Called wherever a frame is published. It must be quick.
  /// - Returns: What to keep for as long as that is wanted.
  public func follow(_ ring: @escaping @Sendable () -> Void) -> Follower {
    contents.withLock { contents in
      contents.lastFollower += 1
      contents.followers[contents.lastFollower] = ring
      return Follower(of: self, contents.lastFollower)
    }
  }
}
