import ConcurrencySupport
import Dashboard
import SharedState
import StateRecording
import StateSync
import Trajectory

/// Plays a recording in a town, for all who have joined it.
///
/// It offers what clients expect of a simulation: play, pause, step and reset; and besides `playback/back`, `playback/seek` with a
/// `time` in seconds or a `mark`, `playback/speed` with a `factor`, and `playback/status`.
///
/// The file is read on a thread of its own: what is asked for waits there, and nobody waits for it.
struct ReplayDriver: Sendable {
  /// How it is played.
  struct Options: Sendable {
    var begin = Duration.zero
    var speed = 1.0
    var loops = false
    var longestPause: Duration?
    var isRunning = true
  }

  /// Something that is asked of the player.
  private typealias Wish =
    @Sendable (inout RecordingPlayer) throws(RecordingError) ->
    RecordingPlayer.News?

  private struct Contents {
    /// What was asked for and is not done yet.
    var wishes: [Wish] = []
    var status = ReplayStatus()
    /// How many messages have been played.
    var messages = 0
  }

  /// How fast it may be.
  static let speeds = 0.01...1000
  /// Who publishes, for a hub that counts connections from 1.
  private static let publisher = 0
  private static let pace = Duration.seconds(1) / 30
  /// More wishes than this do not wait: whoever has them asks faster than anybody could see.
  private static let mostWishes = 100
  /// More marks than this nobody looks for.
  private static let mostMarks = 10_000
  /// So many parts are told apart where it is shown how much happened.
  private static let parts = 240

  private let start: RecordingPlayer
  private let contents = Locked(Contents())
  /// Rings when something was asked for.
  private let bell = CoalescingMailbox(())
  private let frames: FrameHub
  private let town: SyncServer

  /// Makes one, and puts into the town what holds at its beginning.
  ///
  /// - Throws: `RecordingError` if that cannot be read.
  init(
    _ recording: Recording,
    in town: SyncServer,
    on frames: FrameHub,
    options: Options
  ) throws(RecordingError) {
    (self.town, self.frames) = (town, frames)
    var player = try RecordingPlayer(recording)
    _ = try player.seek(to: options.begin)
    (player.speed, player.loops) = (options.speed, options.loops)
    (player.longestPause, player.isRunning) = (options.longestPause, options.isRunning)
    start = player
    note(player)
    _ = say(player.state.changes(since: StateDictionary()), player.wholeFrame)
    offerCommands()
  }

  /// Notes how the player stands, for those who ask.
  private func note(_ player: RecordingPlayer) {
    contents.withLock { contents in
      let status = contents.status
      contents.status = ReplayStatus(player)
      (contents.status.marks, contents.status.activity) = (status.marks, status.activity)
      contents.messages = player.next
    }
  }

  /// Says what happens.
  ///
  /// - Returns: Why what is simulated there cannot be said.
  private func say(_ change: StateChange, _ frame: Frame?) -> FrameError? {
    if !change.isEmpty { town.apply(change) }
    guard let frame else { return nil }
    do throws(FrameError) {
      try frames.publish(frame, by: Self.publisher)
      return nil
    } catch {
      return error
    }
  }

  // MARK: Wishes

  private func wish(_ wish: @escaping Wish) {
    contents.withLock { contents in
      guard contents.wishes.count < Self.mostWishes else { return }
      contents.wishes.append(wish)
    }
    bell.ring()
  }

  /// Does what the person at a dashboard asks for.
  ///
  /// - Parameters:
  ///   - request: What it is.
  ///   - tell: Is told why it cannot be done.
  func carryOut(_ request: ReplayRequest, _ tell: @escaping @Sendable (String) -> Void) {
    wish { player throws(RecordingError) in
      switch request {
      case .run(let isRunning): player.isRunning = isRunning
      case .speed(let speed): player.speed = speed
      case .loop(let loops): player.loops = loops
      case .seek(let time): return try player.seek(to: time)
      case .step(let isForward): return isForward ? player.step() : try player.stepBack()
      case .change(let key, let isForward):
        let found = try player.recording.change(of: key, from: player.next, isForward: isForward)
        if let found { return try player.seek(toAfter: found) }
        tell(isForward ? "it changes no more" : "it has not changed before")
      }
      return nil
    }
  }

  private func offerCommands() {
    offer("playback/play") { _ in Self.setting { $0.isRunning = true } }
    offer("playback/pause") { _ in Self.setting { $0.isRunning = false } }
    offer("playback/step") { _ in { (player) in player.step() } }
    offer("playback/back") { _ in { (player) throws(RecordingError) in try player.stepBack() } }
    offer("playback/reset") { _ in { (player) throws(RecordingError) in try player.seek(to: .zero) }
    }
    offer("playback/speed", ["factor": 1]) { arguments throws(CommandFailure) in
      guard let factor = arguments["factor"]?.double, Self.speeds.contains(factor) else {
        throw CommandFailure(.failed, "factor is a number from 0.01 to 1000")
      }
      return Self.setting { $0.speed = factor }
    }
    offer("playback/seek", ["time": 0]) { [contents] arguments throws(CommandFailure) in
      if let text = arguments["mark"]?.string {
        let mark = contents.withLock { $0.status.marks.first { $0.text == text } }
        guard let mark else { throw CommandFailure(.failed, "there is no such mark") }
        return { (player) throws(RecordingError) in try player.seek(to: mark.time) }
      }
      guard let seconds = arguments["time"]?.double, (0...1e9).contains(seconds) else {
        throw CommandFailure(.failed, "time is a number of seconds")
      }
      let time = Duration.microseconds(Int64((seconds * 1e6).rounded()))
      return { (player) throws(RecordingError) in try player.seek(to: time) }
    }
    let count = start.recording.count
    town.offer(CommandDescription(name: "playback/status")) { [contents] _ in
      contents.withLock { contents in
        let status = contents.status
        return [
          "time": .double(status.time.seconds), "duration": .double(status.duration.seconds),
          "speed": .double(status.speed), "playing": .bool(status.isRunning),
          "message": .int(Int64(contents.messages)), "messages": .int(Int64(count)),
        ]
      }
    }
  }

  private static func setting(
    _ change: @escaping @Sendable (inout RecordingPlayer) -> Void
  ) -> Wish {
    { player in
      change(&player)
      return nil
    }
  }

  private func offer(
    _ name: String,
    _ arguments: StateObject = [:],
    _ read: @escaping @Sendable (StateObject) throws(CommandFailure) -> Wish
  ) {
    town.offer(CommandDescription(name: name, arguments: arguments)) {
      arguments throws(CommandFailure) in
      wish(try read(arguments))
      return .null
    }
  }

  // MARK: Playing

  /// Plays until the task is cancelled; while it stands still nothing is done.
  ///
  /// - Parameters:
  ///   - tell: Is told why something cannot be played.
  ///   - show: Is shown how it stands, ten times a second at most while it runs, and with each request.
  func run(
    _ tell: @escaping @Sendable (String) -> Void,
    show: (@Sendable (ReplayStatus) -> Void)? = nil
  ) async {
    // The marks of a long recording take a moment, for which nobody waits.
    let surveying = Task(executorPreference: OwnThread("survey")) { [contents, bell] in
      let recording = start.recording
      let marks = ((try? recording.marks()) ?? []).prefix(Self.mostMarks)
      let activity = recording.stateCounts(in: Self.parts)
      contents.withLock { contents in
        contents.status.marks = marks.map { ReplayStatus.Mark(time: $0.time, text: $0.text) }
        contents.status.activity = activity
      }
      bell.ring()
    }
    defer { surveying.cancel() }
    await withTaskExecutorPreference(OwnThread("replay")) { await play(tell, show) }
  }

  private func play(
    _ tell: @Sendable (String) -> Void,
    _ show: (@Sendable (ReplayStatus) -> Void)?
  ) async {
    var player = start
    let clock = ContinuousClock()
    var (last, nextShow) = (clock.now, clock.now)
    var toldRefusal: FrameError?
    var rings = bell.rings.makeAsyncIterator()
    while !Task.isCancelled {
      let now = clock.now
      let wishes = contents.withLock { contents in
        defer { contents.wishes = [] }
        return contents.wishes
      }
      var news: [RecordingPlayer.News] = []
      do throws(RecordingError) {
        for wish in wishes {
          if let more = try wish(&player) { news.append(more) }
        }
        // What a sleeping machine has missed is left out.
        news.append(try player.advance(by: min(now - last, .seconds(1))))
      } catch {
        player.isRunning = false
        tell("it cannot be played on: \(error)")
      }
      for news in news {
        let refusal = say(news.change, news.frame)
        guard let refusal, refusal != toldRefusal else { continue }
        tell("the recording says what no simulation can: \(refusal)")
        toldRefusal = refusal
      }
      if let trouble = player.takeTrouble() { tell("\(trouble): that is passed over") }
      last = now
      note(player)
      if let show, !player.isRunning || now >= nextShow {
        show(contents.withLock(\.status))
        nextShow = now + .milliseconds(100)
      }
      if player.isRunning {
        try? await clock.sleep(until: now + Self.pace)
      } else {
        guard await rings.next() != nil else { return }
        last = clock.now
      }
    }
  }
}

extension ReplayStatus {
  /// How a player stands.
  fileprivate init(_ player: RecordingPlayer) {
    self.init()
    (time, duration) = (player.time, player.recording.duration)
    (isRunning, speed, loops) = (player.isRunning, player.speed, player.loops)
  }
}
