import ConcurrencySupport
import SharedState
import StateRecording
import StateSync
import Trajectory

/// Plays a recording in a town, for all who have joined it.
///
/// It offers what clients expect of a simulation: play, pause, step and reset; and besides `playback/seek` with a `time` in
/// seconds or a `mark`, `playback/speed` with a `factor`, and `playback/status`.
struct ReplayDriver: Sendable {
  /// How it is played.
  struct Options: Sendable {
    var begin = Duration.zero
    var speed = 1.0
    var loops = false
    var longestPause: Duration?
    var isRunning = true
  }

  private struct Contents {
    var player: RecordingPlayer
    /// What was done by commands and has not been said yet.
    var news: [RecordingPlayer.News] = []
  }

  /// Who publishes, for a hub that counts connections from 1.
  private static let publisher = 0
  static let speeds = 0.01...1000
  private static let pace = Duration.seconds(1) / 30

  private let contents: Locked<Contents>
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
    contents = Locked(Contents(player: player))
    _ = say(player.state.changes(since: StateDictionary()), player.wholeFrame)
    offerCommands()
  }

  private func offerCommands() {
    offer("playback/play") { player, _ in
      player.isRunning = true
      return nil
    }
    offer("playback/pause") { player, _ in
      player.isRunning = false
      return nil
    }
    offer("playback/step") { player, _ in try player.step() }
    offer("playback/back") { player, _ in try player.stepBack() }
    offer("playback/reset") { player, _ in try player.seek(to: .zero) }
    offer("playback/speed", ["factor": 1]) { player, arguments in
      guard let factor = arguments["factor"]?.double, Self.speeds.contains(factor) else {
        throw CommandFailure(.failed, "factor is a number from 0.01 to 1000")
      }
      player.speed = factor
      return nil
    }
    offer("playback/seek", ["time": 0]) { player, arguments in
      if let text = arguments["mark"]?.string {
        let mark = try player.recording.marks().first { $0.text == text }
        guard let mark else { throw CommandFailure(.failed, "there is no such mark") }
        return try player.seek(to: mark.time)
      }
      guard let seconds = arguments["time"]?.double, (0...1e9).contains(seconds) else {
        throw CommandFailure(.failed, "time is a number of seconds")
      }
      return try player.seek(to: .microseconds(Int64((seconds * 1e6).rounded())))
    }
    town.offer(CommandDescription(name: "playback/status")) { [contents] _ in
      contents.withLock { contents in
        let player = contents.player
        return [
          "time": .double(player.time.seconds),
          "duration": .double(player.recording.duration.seconds),
          "speed": .double(player.speed), "playing": .bool(player.isRunning),
          "message": .int(Int64(player.next)), "messages": .int(Int64(player.recording.count)),
        ]
      }
    }
  }

  private func offer(
    _ name: String,
    _ arguments: StateObject = [:],
    _ work: @escaping @Sendable (inout RecordingPlayer, StateObject) throws -> RecordingPlayer.News?
  ) {
    town.offer(CommandDescription(name: name, arguments: arguments)) {
      [contents] arguments throws(CommandFailure) in
      do {
        try contents.withLock { contents in
          if let news = try work(&contents.player, arguments) { contents.news.append(news) }
        }
        return .null
      } catch let failure as CommandFailure {
        throw failure
      } catch {
        throw CommandFailure(.failed, "\(error)")
      }
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

  /// Plays until the task is cancelled.
  ///
  /// - Parameter tell: Is told why nothing more can be played.
  func run(_ tell: (String) -> Void) async {
    let clock = ContinuousClock()
    var last = clock.now
    var toldRefusal: FrameError?
    while !Task.isCancelled {
      try? await clock.sleep(until: last + Self.pace)
      let now = clock.now
      let (news, trouble) = contents.withLock {
        contents -> ([RecordingPlayer.News], RecordingError?) in
        var news = contents.news
        contents.news = []
        do throws(RecordingError) {
          // What a sleeping machine has missed is left out.
          news.append(try contents.player.advance(by: min(now - last, .seconds(1))))
        } catch {
          return (news, error)
        }
        return (news, nil)
      }
      for news in news {
        let refusal = say(news.change, news.frame)
        guard let refusal, refusal != toldRefusal else { continue }
        tell("the recording says what no simulation can: \(refusal)")
        toldRefusal = refusal
      }
      if let trouble { tell("it cannot be played on: \(trouble)") }
      last = now
    }
  }
}
