import ConcurrencySupport
import Glibc
import SharedState
import StateRecording
import StateSync
import TownhallKit
import Trajectory
import Wording

/// Keeps a town in a folder for as long as it is open, and knows how it was when it was last.
final class TownKeeper: Sendable {
  private let folder: TownFolder
  private let age: Duration
  /// What records, and what sees to it that frames are heard.
  private let work = Locked<(Task<SessionRecorder.Progress, any Error>, FrameHub.Follower?)?>(nil)

  init(_ folder: TownFolder, keepingFor age: Duration) { (self.folder, self.age) = (folder, age) }

  /// How the town was.
  ///
  /// - Returns: Its state; nil if none was kept.
  func opening(in surroundings: Surroundings, isQuiet: Bool) throws -> StateDictionary? {
    guard
      let (state, part) = try folder.opening({ surroundings.note(Program.safe($0)) })
    else { return nil }
    if !isQuiet {
      surroundings.note(
        "the town is as it was, with \(Phrases.count(state.count, "house")): \(Program.safe(part.path))"
      )
    }
    return state
  }

  /// Begins to keep a town, and returns when its state is on the disk.
  ///
  /// - Throws: A ``Failure`` that says why it cannot be kept.
  func begin(
    _ server: SharedStateServer,
    hearsFrames: Bool,
    in surroundings: Surroundings
  ) async throws {
    try folder.sign("\(server.address), process \(getpid())")
    var recorder = SessionRecorder(path: try folder.nextPath())
    recorder.options.partBytes = 64 << 20
    recorder.options.partDuration = .seconds(3600)
    let frames = hearsFrames ? FrameInbox() : nil
    let follower = frames.map { server.frames.fill($0) }
    let teller = ProgressTeller(in: surroundings, isQuiet: true, tellsNames: false)
    let last = Locked("")
    let begun = Promise<Result<Void, any Error>>()
    let task = Task { [recorder, folder, age] in
      do {
        let end = try await recorder.record(server.endpoint, hearing: frames) { progress in
          teller.tell(progress)
          begun.fulfil(.success(()))
          // With each file that begins, and not each half second.
          let isNew = last.withLock { last in
            defer { last = progress.path }
            return last != progress.path
          }
          if isNew { folder.removeOlder(than: age, current: progress.path) }
        }
        teller.tell(end)
        return end
      } catch {
        begun.fulfil(.failure(error))
        throw error
      }
    }
    work.withLock { $0 = (task, follower) }
    do {
      try await begun.get()
    } catch let error as RecordingError {
      throw Failure(.badUsage, "cannot keep the town: \(Program.safe(error.description))")
    }
  }

  /// Waits until all that happened is on disk, once the town is closed.
  func finish(in surroundings: Surroundings) async {
    guard let (task, follower) = work.withLock({ $0.take() }) else { return }
    do {
      _ = try await task.value
    } catch {
      surroundings.note("the town is not kept to its end: \(Program.safe("\(error)"))")
    }
    _ = follower
  }
}
