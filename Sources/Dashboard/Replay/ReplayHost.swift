import ScreenKit
import SharedState

/// What going about in a recording, or in the past of the session, needs of the dashboard.
protocol ReplayHost: Host {
  /// How the recording stands that is played; nil if none is.
  var replay: ReplayStatus? { get }
  /// How the recording stands, or else the past of the session.
  var film: ReplayStatus? { get }
  /// Why one cannot go back, or on.
  func reasonNotToGoAbout(isForward: Bool) -> String?
  /// Goes about there.
  mutating func carryOut(_ request: ReplayRequest) -> [Effect]
  /// The moment that a text names, a time or a mark; or says why there is none to go to.
  mutating func moment(named text: String) -> Duration?
  /// The entry that is looked at.
  var paneKey: String? { get }
}

extension Action where Host: ReplayHost {
  /// Going about in a recording, or in the past of the session.
  static var replaying: [Self] {
    [
      replay(.stepBack, [","], isForward: false, "go to before the last change, and stand still") {
        _ in .step(isForward: false)
      },
      replay("earlier", ["{"], isForward: false, "five seconds back") {
        .seek(max($0.time - .seconds(5), .zero))
      },
      replay("later", ["}"], isForward: true, "five seconds on") { .seek($0.time + .seconds(5)) },
      replay("mark-before", ["("], isForward: false, "go to the mark before") { status in
        status.mark(before: status.time).map { .seek($0.time) }
      },
      replay("mark-after", [")"], isForward: true, "go to the next mark") { status in
        status.mark(after: status.time).map { .seek($0.time) }
      },
      change("change-before", [";"], isForward: false, "go to where this \(.house) changed last"),
      change("change-after", ["'"], isForward: true, "go to where this \(.house) changes next"),
      replay("slower", ["_"], isForward: true, "play half as fast") {
        .speed(max($0.speed / 2, 1 / 64))
      },
      replay("faster", ["="], isForward: true, "play twice as fast") {
        .speed(min($0.speed * 2, 64))
      },
      replay("loop", ["|"], isForward: true, "begin again at the end, or not") {
        .loop(!$0.loops)
      },
      Action("seek", [], .replay, "go to a time, or to a mark: seek 14:03:07") {
        host -> ActionResult in
        .nothing("a time or a mark stands behind it: seek 14:03:07")
      }
      .alsoCalled("travel goto moment")
      .taking(.own { host, text in host.seek(text) })
      .unless { $0.reasonNotToGoAbout(isForward: false) },
    ]
  }

  private static func replay(
    _ id: ActionID,
    _ keys: [String],
    isForward: Bool,
    _ help: Phrase,
    _ request: @escaping @Sendable (ReplayStatus) -> ReplayRequest?
  ) -> Self {
    Action(id, keys, .replay, help) { host -> ActionResult in
      guard let film = host.film, let request = request(film) else {
        return .nothing("there is no mark \(isForward ? "after" : "before") this")
      }
      return .did(host.carryOut(request))
    }
    .unless { $0.reasonNotToGoAbout(isForward: isForward) }
  }

  private static func change(
    _ id: ActionID,
    _ keys: [String],
    isForward: Bool,
    _ help: Phrase
  ) -> Self {
    Action(id, keys, .replay, in: .entries, help) { host -> ActionResult in
      guard let key = host.paneKey else { return .nothing(noEntry) }
      return .did(host.carryOut(.change(of: key, isForward: isForward)))
    }
    .unless { $0.reasonNotToGoAbout(isForward: isForward) ?? ($0.paneKey == nil ? noEntry : nil) }
  }
}

private let noEntry = "no entry is looked at"

extension ReplayHost {
  /// Goes to a time or a mark that somebody has typed.
  fileprivate mutating func seek(_ text: String) -> [Effect] {
    if let reason = reasonNotToGoAbout(isForward: false) {
      say(reason, .warning)
      return []
    }
    guard let time = moment(named: text) else { return [] }
    return carryOut(.seek(time))
  }

  /// What has a recording that is played go on, or stand still.
  mutating func playOrPause(_ replay: ReplayStatus) -> [Effect] {
    let isAtEnd = replay.time >= replay.duration
    guard !replay.isRunning, isAtEnd else { return carryOut(.run(!replay.isRunning)) }
    return carryOut(.seek(.zero)) + carryOut(.run(true))
  }
}
