import ArgumentParser
import ConcurrencySupport
import SharedState
import StateRecording
import StateSync
import TownhallKit
import Trajectory
import Wording

struct RecordSession: Verb {
  static let configuration = CommandConfiguration(
    commandName: "record",
    abstract: "Record what happens in a town, and what is simulated there, into a file.",
    discussion: """
      Prints the file's name, which ends with .nanover.zip, and records until ^C, SIGTERM, --timeout, or until the town is \
      lost. The file is never one that is there already. NanoVer and townhall read it.

      What happened a second ago outlasts a program that is killed and a machine that is switched off; then \
      'townhall repair' makes a file of it that NanoVer reads, too. When the disk is full, or the folder is gone, \
      that is said at once, and what comes meanwhile is taken together and recorded as soon as there is room.

      --split begins another file (NAME-2.nanover.zip) after so long or so much. Each begins with all that is known, and \
      plays alone.

      EXAMPLES
        townhall record lab3.nanover.zip --town ws://lab-3
        townhall record lab3 --only 'selection.*' --no-frames
        townhall record lab3 --split 10min --split 100MB
      """
  )

  @Argument(help: "The file.", completion: .file())
  var file: String

  @Option(
    help: ArgumentHelp(
      "Record only the keys that fit, such as 'selection.*'; may be given again.",
      valueName: "pattern"
    )
  )
  var only: [String] = []

  @Flag(help: "Leave out what is simulated.")
  var noFrames = false

  @Option(
    help: ArgumentHelp(
      "Begin another file after so long (90s, 10min, 2h) or so much (100MB, 2GB); both may be given.",
      valueName: "after"
    )
  )
  var split: [SplitAfter] = []

  @Option(help: ArgumentHelp("Stop after so long.", valueName: "seconds"))
  var timeout: Seconds?

  @Flag(help: "Say nothing but the file's name.")
  var quiet = false

  @OptionGroup var town: ServerOptions

  func run(in surroundings: Surroundings) async throws {
    var recorder = SessionRecorder(path: SessionRecorder.path(named: file), keys: KeyGlobs(only))
    for split in split { split.set(in: &recorder.options) }
    let frames = noFrames ? nil : FrameInbox()
    let teller = ProgressTeller(in: surroundings, isQuiet: quiet)
    try await town.join(for: Concern.wholeTown.waiting, hearing: frames, in: surroundings) {
      [recorder] town in
      let end = Promise<Result<Void, any Error>>()
      let recording = Task {
        try await recorder.record(town.endpoint, hearing: frames, teller.tell)
      }
      // A file that cannot be is known at once; a town that is lost or a time that is up ends the recording, and not us first.
      let waiting = Task { [timeout] in
        do {
          _ = try await within(timeout?.duration) {
            try await town.untilLost(silence: surroundings.noteSilence) {
              while true { try await Task.sleep(for: .seconds(3600)) }
            }
          }
          end.fulfil(.success(()))
        } catch {
          end.fulfil(.failure(error))
        }
      }
      let outcome = await withTaskCancellationHandler {
        let failing = Task {
          if case .failure(let error) = await recording.result { end.fulfil(.failure(error)) }
        }
        defer { failing.cancel() }
        return await end.value
      } onCancel: {
        end.fulfil(.success(()))
      }
      waiting.cancel()
      recording.cancel()
      do {
        teller.finish(try await recording.value)
      } catch let error as RecordingError {
        throw Failure(.badUsage, "cannot record: \(Program.safe(error.description))")
      }
      try outcome.get()
    }
  }
}

/// After how much another file is begun.
enum SplitAfter: ExpressibleByArgument, Equatable {
  case bytes(Int)
  case time(Duration)

  init?(argument: String) {
    if let span = TimeSpan(argument: argument) {
      self = .time(span.duration)
      return
    }
    let units = ["kb": 1e3, "mb": 1e6, "gb": 1e9]
    guard let (number, unit) = Quantity.read(argument), let bytes = units[unit] else { return nil }
    self = .bytes(Int(number * bytes))
  }

  func set(in options: inout Recorder.Options) {
    switch self {
    case .bytes(let count): options.partBytes = count
    case .time(let time): options.partDuration = time
    }
  }
}

/// Tells how a recording stands: its file where programs read it, and on a terminal how much it is, in one line that changes.
final class ProgressTeller: Sendable {
  private let surroundings: Surroundings
  private let isQuiet: Bool
  private let tellsNames: Bool
  private let last = Locked<SessionRecorder.Progress?>(nil)

  init(in surroundings: Surroundings, isQuiet: Bool, tellsNames: Bool = true) {
    (self.surroundings, self.isQuiet, self.tellsNames) = (surroundings, isQuiet, tellsNames)
  }

  func tell(_ progress: SessionRecorder.Progress) {
    let before = last.withLock { last in
      defer { last = progress }
      return last
    }
    if tellsNames, before?.path != progress.path {
      try? surroundings.print(Program.safe(progress.path))
    }
    for notice in progress.notices { note(notice) }
    if let trouble = progress.trouble, trouble != before?.trouble {
      note("\(trouble): what comes is recorded as soon as that is over")
    } else if progress.trouble == nil, before?.trouble != nil {
      note("it is recorded again, with all that came meanwhile")
    }
    guard surroundings.isWatched, !isQuiet else { return }
    surroundings.tell("\r\u{1b}[K" + Self.line(progress))
  }

  /// Tells how it has ended.
  func finish(_ progress: SessionRecorder.Progress) {
    tell(progress)
    guard !isQuiet else { return }
    if surroundings.isWatched { surroundings.tell("\n") }
    surroundings.note("recorded \(Self.line(progress))")
  }

  private func note(_ words: String) {
    surroundings.tell(surroundings.isWatched ? "\r\u{1b}[K" : "")
    surroundings.note(Program.safe(words))
  }

  static func line(_ progress: SessionRecorder.Progress) -> String {
    let seconds = Int(progress.duration.seconds)
    let time =
      seconds < 3600
      ? "\(seconds / 60):\(pad(seconds % 60))"
      : "\(seconds / 3600):\(pad(seconds / 60 % 60)):\(pad(seconds % 60))"
    return "\(time), \(progress.messageCount) messages, \(Phrases.size(progress.byteCount))"
  }

  private static func pad(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

struct RepairRecording: Verb {
  static let configuration = CommandConfiguration(
    commandName: "repair",
    abstract: "Make a whole recording of all that can be read of one that was cut off or damaged.",
    discussion: """
      Prints the name of the file that it makes, and says what was wrong. The other stays as it is. When each message came \
      is known of recordings of townhall's; of NanoVer's by the clock of the simulation, and without one they \
      are put a thirtieth of a second apart.

      EXAMPLES
        townhall repair lab3.nanover.zip
        townhall repair lab3.nanover.zip whole.nanover.zip
      """
  )

  @Argument(help: "The recording.", completion: .file())
  var file: String

  @Argument(help: "The file to make; beside the other without it.", completion: .file())
  var destination: String?

  func run(in surroundings: Surroundings) async throws {
    do throws(RecordingError) {
      let repaired = try Recording.repair(file, to: destination)
      for flaw in repaired.flaws { surroundings.note(Program.safe(flaw.description)) }
      surroundings.note("\(repaired.messageCount) messages are there")
      try? surroundings.print(Program.safe(repaired.path))
    } catch {
      throw Failure(.badUsage, Program.safe(error.description))
    }
  }
}

struct MarkMoment: Verb {
  static let configuration = CommandConfiguration(
    commandName: "mark",
    abstract: "Mark this moment in a town, for whoever records it or looks back.",
    discussion: """
      A mark is a house on the street mark., which everybody sees and every recording holds; its name is printed. Recordings \
      are looked at there by -t FILE@TEXT.

      EXAMPLES
        townhall mark 'ligand is in'
        townhall dump -t 'lab3.nanover.zip@ligand is in'
      """
  )

  @Argument(help: "What is to be said of this moment.")
  var text: String

  @OptionGroup var options: WritingOptions

  func run(in surroundings: Surroundings) async throws {
    let mark = MarkEntry.made(text)
    try await options.join(for: .keys(mark.key), in: surroundings) { town in
      try await town[mark.key].set(mark.value)
    }
    try surroundings.print(mark.key)
  }
}

extension MarkEntry {
  /// What marks the moment now with a text.
  fileprivate static func made(_ text: String) -> (key: String, value: StateValue) {
    let id = RandomIdentifier.make().prefix(8)
    return ("\(prefix)\(id)", value(text, at: WallClock.now()))
  }
}
