import ArgumentParser
import SharedState
import StateRecording
import StateSync
import TownhallKit
import Trajectory

/// How a recording is played.
struct ReplayOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Play a recording so many times as fast.", valueName: "factor"))
  var speed = 1.0

  @Flag(help: "Begin a recording again at its end.")
  var loop = false

  @Flag(help: "Let a recording stand still at first.")
  var paused = false

  @Option(
    help: ArgumentHelp(
      "Play pauses of a recording, in which nothing happens, no longer than this.",
      valueName: "seconds"
    )
  )
  var longestPause: Seconds?

  func validate() throws {
    guard ReplayDriver.speeds.contains(speed) else {
      throw ValidationError("--speed must be a number from 0.01 to 1000")
    }
  }

  /// Whether somebody has said how.
  var areGiven: Bool { speed != 1 || loop || paused || longestPause != nil }
}

/// A recording that is to be played, from a moment on.
struct ReplayedFile {
  let path: String
  private let recording: Recording
  private let begin: Duration

  /// Opens the recording that an address names.
  ///
  /// - Throws: A ``Failure`` that says why it cannot be played.
  init(_ address: String, in surroundings: Surroundings) throws {
    guard let place = try RecordedPlace(address) else {
      throw Failure(.badUsage, "\(Program.safe(address)) is no recording")
    }
    path = place.path
    do throws(TransportError) {
      recording = try place.open()
      begin = place.moment == .end ? .zero : try place.time(in: recording)
    } catch {
      throw Failure(.badUsage, Program.safe(error.message))
    }
    guard recording.count > 0 else {
      throw Failure(.badUsage, "there is nothing in \(Program.safe(path))")
    }
    for flaw in recording.flaws { surroundings.note("\(path): \(Program.safe(flaw.description))") }
  }

  /// What plays it in a town that others join.
  func driver(in server: SharedStateServer, _ playing: ReplayOptions) throws -> ReplayDriver {
    try driver(in: server.endpoint, on: server.frames, playing)
  }

  /// What plays it in a town.
  ///
  /// - Throws: A ``Failure`` that says why it cannot be played.
  func driver(
    in server: SyncServer,
    on frames: FrameHub,
    _ playing: ReplayOptions
  ) throws -> ReplayDriver {
    var options = ReplayDriver.Options()
    options.begin = begin
    (options.speed, options.loops) = (playing.speed, playing.loop)
    (options.longestPause, options.isRunning) = (playing.longestPause?.duration, !playing.paused)
    do throws(RecordingError) {
      return try ReplayDriver(recording, in: server, on: frames, options: options)
    } catch {
      throw Failure(.badUsage, Program.safe(error.description))
    }
  }
}
