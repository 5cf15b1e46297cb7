import ConcurrencySupport
import Dashboard
import SharedState
import StateRecording
import StateSync
import Trajectory

/// Records what happens in the dashboard's town for as long as the person wants it.
final class RecordingErrand: Sendable {
  private let town: SyncClient
  private let frames: FrameInbox?
  private let inbox: Inbox
  private let recording = Locked<Task<Void, Never>?>(nil)
  /// What is told once the terminal is the shell's again.
  private let results = Locked<[String]>([])

  init(town: SyncClient, hearing frames: FrameInbox?, inbox: Inbox) {
    (self.town, self.frames, self.inbox) = (town, frames, inbox)
  }

  /// Begins a file, which is called after the time if it has no name.
  func begin(_ file: String?) {
    let path = SessionRecorder.path(named: file ?? "townhall-\(WallClock.fileStamp())")
    recording.withLock { recording in
      guard recording == nil else { return }
      recording = Task { await record(path) }
    }
  }

  private func record(_ path: String) async {
    let heard = frames.map { frames in
      let heard = FrameInbox()
      frames.follow(with: heard)
      return heard
    }
    defer {
      if let heard { frames?.leave(heard) }
      recording.withLock { $0 = nil }
      inbox.put(.recording(nil))
    }
    let last = Locked<RecordingStatus?>(nil)
    do {
      let end = try await SessionRecorder(path: path).record(town, hearing: heard) {
        [inbox] progress in
        let status = RecordingStatus(
          path: progress.path,
          seconds: Int(progress.duration.components.seconds),
          trouble: progress.trouble
        )
        for notice in progress.notices { inbox.put(.told(notice)) }
        // Once a second is often enough.
        let before = last.withLock { last in
          defer { last = status }
          return last
        }
        guard before?.seconds != status.seconds || before?.trouble != status.trouble else { return }
        inbox.put(.recording(status))
      }
      conclude("recorded \(ProgressTeller.line(end)): \(end.path)")
    } catch {
      conclude("cannot record: \(error)")
    }
  }

  private func conclude(_ words: String) {
    results.withLock { $0.append(words) }
    inbox.put(.told(words))
  }

  /// Ends the recording in good order, if one is made.
  func end() { recording.withLock { $0 }?.cancel() }

  /// Ends it, waits until the file is whole, and says what came of all of them.
  func finish() async -> [String] {
    let task = recording.withLock { $0 }
    task?.cancel()
    await task?.value
    return results.withLock { results in
      defer { results = [] }
      return results
    }
  }
}
