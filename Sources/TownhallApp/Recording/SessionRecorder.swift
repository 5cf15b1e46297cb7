import ConcurrencySupport
import SharedState
import StateRecording
import Trajectory

/// Records what happens in a town for as long as it is asked to, on a thread of its own: a disk that keeps it waiting keeps
/// nobody else waiting.
struct SessionRecorder: Sendable {
  /// How a recording stands.
  struct Progress: Sendable, Equatable {
    var path: String
    var duration: Duration = .zero
    var messageCount = 0
    var byteCount = 0
    /// What keeps the recorder from writing.
    var trouble: String?
    /// What is to be known, and is told once.
    var notices: [String] = []
  }

  /// The file that somebody means by a name.
  static func path(named name: String) -> String {
    name.hasSuffix(Recording.ending) ? name : name + Recording.ending
  }

  let path: String
  var options = Recorder.Options()
  /// Which keys are recorded; nil for all.
  var keys: KeyGlobs?

  /// What has come and is not recorded yet.
  private struct Arrivals: Sendable {
    var all: [(at: ContinuousClock.Instant, change: StateChange?, frame: Frame?)] = []
    var isOver = false

    mutating func put(_ change: StateChange?, _ frame: Frame?) {
      guard all.count >= Self.most, var last = all.popLast() else {
        all.append((.now, change, frame))
        return
      }
      // The disk has kept us waiting for long: what comes meanwhile is taken together.
      if let change, last.change?.merge(change) == nil { last.change = change }
      if let frame, last.frame?.merge(frame) == nil { last.frame = frame }
      last.at = .now
      all.append(last)
    }

    private static let most = 500
  }

  /// Records until the task is cancelled or the town is closed, and ends the recording in good order.
  ///
  /// - Parameters:
  ///   - endpoint: The town.
  ///   - frames: What its simulation says; nil to leave that out.
  ///   - tell: Is told how it stands, first when the file is there, and then twice a second.
  /// - Returns: How it stands in the end.
  /// - Throws: `RecordingError` if there can be no such file, or it cannot be ended.
  func record(
    _ endpoint: any SharedStateEndpoint,
    hearing frames: FrameInbox?,
    _ tell: @escaping @Sendable (Progress) -> Void
  ) async throws -> Progress {
    let batches = endpoint.events()
    let state = endpoint.state
    let mailbox = CoalescingMailbox(Arrivals())
    // These are tasks of their own: what comes is noted at once, whatever the disk does.
    let hearers = [
      Task { [keys] in
        // What came before the state was looked at comes once more, and so does all that followed it: that heals itself.
        for await batch in batches {
          let change = keys?.chosen(of: batch.change) ?? batch.change
          if !change.isEmpty { mailbox.put { $0.put(change, nil) } }
        }
        mailbox.put { $0.isOver = true }
      },
      Task {
        guard let frames else { return }
        for await _ in frames.rings {
          if let frame = frames.take() { mailbox.put { $0.put(nil, frame) } }
        }
      },
      Task {
        while (try? await Task.sleep(for: Self.pace / 2)) != nil { mailbox.ring() }
      },
    ]
    defer { for hearer in hearers { hearer.cancel() } }
    return try await withTaskExecutorPreference(OwnThread("recorder")) {
      try await write(mailbox, beginningWith: keys?.chosen(of: state) ?? state, tell)
    }
  }

  /// How often what was recorded is brought to the disk: a second is promised.
  private static let pace = Duration.milliseconds(400)

  private func write(
    _ mailbox: CoalescingMailbox<Arrivals>,
    beginningWith state: StateDictionary,
    _ tell: @Sendable (Progress) -> Void
  ) async throws -> Progress {
    let start = ContinuousClock.now
    let recorder = try Recorder(path, state: state, options: options)
    var lastKept = start
    var progress = Progress(path: recorder.path)
    tell(progress)
    let take = { (isOver: inout Bool) in
      let arrivals = mailbox.open { arrivals in
        defer { arrivals.all = [] }
        return arrivals
      }
      isOver = arrivals.isOver
      for arrival in arrivals.all {
        recorder.take(arrival.change, arrival.frame, at: max(arrival.at - start, .zero))
      }
    }
    var isOver = false
    for await _ in mailbox.rings where !isOver {
      take(&isOver)
      let now = ContinuousClock.now
      guard !isOver, now - lastKept >= Self.pace else {
        if isOver { break }
        continue
      }
      lastKept = now
      _ = recorder.keep(at: now - start)
      progress.take(recorder, at: now - start)
      tell(progress)
    }
    take(&isOver)
    let end = ContinuousClock.now - start
    try recorder.finish(at: end)
    progress.take(recorder, at: end)
    return progress
  }
}

extension SessionRecorder.Progress {
  fileprivate mutating func take(_ recorder: Recorder, at time: Duration) {
    self = SessionRecorder.Progress(
      path: recorder.path,
      duration: time,
      messageCount: recorder.messageCount,
      byteCount: recorder.byteCount,
      trouble: recorder.trouble?.description,
      notices: recorder.takeNotices()
    )
  }
}
