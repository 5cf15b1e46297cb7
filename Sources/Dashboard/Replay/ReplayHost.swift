import ScreenKit
import SharedState

/// What playing a recording needs of the dashboard.
protocol ReplayHost: Host {
  /// How the recording stands that is played; nil if none is.
  var replay: ReplayStatus? { get }
  /// The entry that is looked at.
  var paneKey: String? { get }
}

extension Action where Host: ReplayHost {
  /// Going about in a recording.
  static var replaying: [Self] {
    [
      replay("step-back", [","], "go to before the last change, and stand still") { _ in
        .step(isForward: false)
      },
      replay("earlier", ["{"], "five seconds back") { .seek($0.time - .seconds(5)) },
      replay("later", ["}"], "five seconds on") { .seek($0.time + .seconds(5)) },
      replay("mark-before", ["("], "go to the mark before") { status in
        status.mark(before: status.time).map { .seek($0.time) }
      },
      replay("mark-after", [")"], "go to the next mark") { status in
        status.mark(after: status.time).map { .seek($0.time) }
      },
      change("change-before", [";"], isForward: false, "go to where this \(.house) changed last"),
      change("change-after", ["'"], isForward: true, "go to where this \(.house) changes next"),
      replay("slower", ["_"], "play half as fast") { .speed(max($0.speed / 2, 1 / 64)) },
      replay("faster", ["="], "play twice as fast") { .speed(min($0.speed * 2, 64)) },
      replay("loop", ["|"], "begin again at the end, or not") { .loop(!$0.loops) },
      Action("seek", [], .replay, "go to a time: seek 1:05.2, or a mark: seek ligand is in") {
        host -> ActionResult in
        guard let replay = host.replay else { return .nothing(noReplay) }
        return .did([.replay(.seek(replay.time))])
      }
      .taking(.own { host, text in host.seek(text) })
      .unless { $0.replay == nil ? noReplay : nil },
    ]
  }

  private static func replay(
    _ id: ActionID,
    _ keys: [String],
    _ help: Phrase,
    _ request: @escaping @Sendable (ReplayStatus) -> ReplayRequest?
  ) -> Self {
    Action(id, keys, .replay, help) { host -> ActionResult in
      guard let replay = host.replay else { return .nothing(noReplay) }
      guard let request = request(replay) else { return .nothing("there is no such mark") }
      return .did([.replay(request)])
    }
    .unless { $0.replay == nil ? noReplay : nil }
  }

  private static func change(
    _ id: ActionID,
    _ keys: [String],
    isForward: Bool,
    _ help: Phrase
  ) -> Self {
    Action(id, keys, .replay, in: .entries, help) { host -> ActionResult in
      guard let key = host.paneKey else { return .nothing(noEntry) }
      return .did([.replay(.change(of: key, isForward: isForward))])
    }
    .unless { host in
      if host.replay == nil { return noReplay }
      return host.paneKey == nil ? noEntry : nil
    }
  }
}

private let noReplay = "no recording is played here"
private let noEntry = "no entry is looked at"

extension ReplayHost {
  /// Goes to a time or a mark that somebody has typed.
  fileprivate mutating func seek(_ text: String) -> [Effect] {
    guard let replay else {
      say(noReplay, .warning)
      return []
    }
    if let mark = replay.marks.first(where: { $0.text == text }) {
      return [.replay(.seek(mark.time))]
    }
    if let time = ReplayStatus.time(text) { return [.replay(.seek(time))] }
    say("\(text) is neither a time, such as 1:05.2, nor a mark", .warning)
    return []
  }

  /// What has a recording that is played go on, or stand still.
  func playOrPause(_ replay: ReplayStatus) -> [Effect] {
    let isAtEnd = replay.time >= replay.duration
    guard !replay.isRunning, isAtEnd else { return [.replay(.run(!replay.isRunning))] }
    return [.replay(.seek(.zero)), .replay(.run(true))]
  }
}
