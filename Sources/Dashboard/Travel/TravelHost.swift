import ScreenKit
import SharedState

/// What going about in the past of the session needs of the dashboard.
protocol TravelHost: WatchHost, ReplayHost {
  /// How the recording stands that is made of the session; nil if none is.
  var recording: RecordingStatus? { get set }
  /// Shows the state at a place of its past.
  mutating func showPast(at place: PastPlace)
}

extension Action where Host: TravelHost {
  /// Comparing moments, and bringing a whole one back.
  static var travelling: [Self] {
    [
      Action("diff", ["g="], .replay, "what is other than now; or diff 14:03:07, diff -60 -30") {
        host -> ActionResult in
        host.listDifferences()
        return []
      }
      .alsoCalled("compare moments changes since").taking(.own { $0.listDifferences(typed: $1) })
      .unless { $0.isInPast ? nil : $0.reasonNotToCompare },
      Action("restore-all", ["gR"], .replay, "bring all of this moment back, after a look") {
        host -> ActionResult in
        host.listDifferences()
        return []
      }
      .writing().fromPast()
      .unless { $0.isInPast ? nil : $0.reasonNotToCompare },
      Action("record", [], .replay, "record what happens from now on: record FILE; or stop") {
        host -> ActionResult in
        .did(host.recording == nil ? host.record(nil) : [.endRecording])
      }
      .alsoCalled("save session file stop").taking(.own { $0.record($1) })
      .unless { $0.reasonNotToRecord },
    ]
  }
}

extension TravelHost {
  fileprivate var reasonNotToRecord: String? {
    if options.tour != nil { return "nothing is recorded in a tour" }
    return replay == nil ? nil : "this is a recording; 'townhall filter' makes another of it"
  }

  fileprivate mutating func record(_ file: String?) -> [Effect] {
    if let reason = reasonNotToRecord {
      say(reason, .warning)
      return []
    }
    guard recording == nil else {
      say("a recording is made already; record, without a name, ends it", .warning)
      return []
    }
    say("recording from now on; record, once more, ends it", .success)
    // Until it is known what its file is called.
    recording = RecordingStatus(path: file ?? "a file named after the time")
    return [.record(file)]
  }
}

extension TravelHost {
  fileprivate var reasonNotToCompare: String? {
    if replay != nil { return "a recording is compared by 'townhall diff'" }
    return "this is now; \(label(of: .stepBack)) goes back, or name a moment: diff 14:03:07"
  }

  // MARK: Where one is

  var film: ReplayStatus? {
    if let replay { return replay }
    guard hasState else { return nil }
    var status = watch.timeline.status(at: place, now: now)
    if let past = pause?.past { (status.isRunning, status.speed) = (past.run != nil, past.speed) }
    return status
  }

  /// The place in the past that is shown.
  private var place: PastPlace {
    pause?.past?.place ?? pause?.origin ?? watch.timeline.end(at: now)
  }

  func reasonNotToGoAbout(isForward: Bool) -> String? {
    if replay != nil { return nil }
    guard watch.timeline.bounds.keepsAny else { return "nothing of the past is kept (settings)" }
    guard hasState else { return "nothing has happened yet" }
    return isForward && !isInPast
      ? "this is now; \(label(of: .stepBack)) goes back to before the last change" : nil
  }

  // MARK: Going about

  mutating func carryOut(_ request: ReplayRequest) -> [Effect] {
    if replay != nil { return [.replay(request)] }
    switch request {
    case .run(let runs):
      let run = (now.uptime, place.at.uptime)
      pause?.past?.run = runs ? run : nil
    case .seek(let time):
      let start = watch.timeline.start(at: now.uptime)
      guard start + time < now.uptime else {
        comeBack()
        return []
      }
      let place = watch.timeline.place(at: start + time, now: now)
      guard place != self.place || !isInPast else {
        say(noEarlier, .muted)
        return []
      }
      showPast(at: place)
    case .step(let isForward): step(isForward: isForward)
    case .change(let key, let isForward): goToChange(of: key, isForward: isForward)
    case .speed(let speed):
      let run = (now.uptime, place.at.uptime)
      if pause?.past?.run != nil { pause?.past?.run = run }
      pause?.past?.speed = speed
    case .loop: say("the past goes on to now, and does not begin again", .muted)
    }
    return []
  }

  /// Stands still, right before the last change or right after the next one.
  private mutating func step(isForward: Bool) {
    pause?.past?.run = nil
    let timeline = watch.timeline
    let current = place.step
    if current < timeline.first {
      // What is shown is not kept any more.
      guard isForward, let first = timeline.place(after: timeline.first, now: now) else {
        return say(noEarlier, .muted)
      }
      return showPast(at: first)
    }
    guard let place = timeline.place(after: current + (isForward ? 1 : -1), now: now) else {
      return isForward ? comeBack() : say(noEarlier, .muted)
    }
    if isForward, place.step == timeline.count { return comeBack() }
    showPast(at: place)
  }

  private mutating func goToChange(of key: String, isForward: Bool) {
    pause?.past?.run = nil
    let found = watch.timeline.place(
      ofChange: key,
      from: place,
      isForward: isForward,
      now: now
    )
    guard let found else {
      return say(
        "\(title(of: key)) did not change \(isForward ? "after" : "before") this, as far as the past is kept",
        .muted
      )
    }
    showPast(at: found)
  }

  private var noEarlier: String {
    let start = now.earlier(by: now.uptime - watch.timeline.start(at: now.uptime))
    return "nothing before \(start.clockText) is kept"
  }

  // MARK: Naming moments

  private func moment(_ text: String) -> Duration? {
    guard let film else { return nil }
    if let mark = film.marks.last(where: { $0.text == text }) { return mark.time }
    if text.hasPrefix("-") {
      // Before where a recording stands, and before now.
      let end = replay?.time ?? film.duration
      return ReplayStatus.time(String(text.dropFirst())).map { end - $0 }
    }
    if replay != nil { return ReplayStatus.time(text) }
    guard text.contains(":") else { return nil }
    // Of a clock that is told without seconds, too.
    let clock = text.utf8.count { $0 == UInt8(ascii: ":") } == 1 ? text + ":00" : text
    guard let time = ReplayStatus.time(clock), time < .seconds(86_400) else { return nil }
    let ago = now.clock - time
    // A time that is later today was yesterday, if that is kept.
    let yesterday = ago + .seconds(86_400)
    return film.duration - (ago < .zero && yesterday <= film.duration ? yesterday : ago)
  }

  mutating func moment(named text: String) -> Duration? {
    guard let film, let time = moment(text) else {
      let known =
        replay != nil
        ? "a time, such as 1:05.2, nor how far back, such as -0:05, nor a mark"
        : "a time of day, such as 14:03:07, nor how long ago, such as -1:05, nor a mark"
      say("\(text) is neither \(known)", .warning)
      return nil
    }
    // A recording is as long as it is, and goes to its beginning or its end.
    guard replay == nil, !(Duration.zero...film.duration).contains(time) else { return time }
    say(time < .zero ? noEarlier : "that is still to come", .warning)
    return nil
  }

  // MARK: Comparing

  /// Lists what is other in the picture than now.
  fileprivate mutating func listDifferences() {
    listDifferences(from: pictureSide, to: nowSide, in: nil)
  }

  /// Lists what is other at a moment than in the picture, or at one moment than at another.
  fileprivate mutating func listDifferences(typed text: String) -> [Effect] {
    guard replay == nil else {
      say(reasonNotToCompare ?? "", .warning)
      return []
    }
    var sides: [MomentSide] = []
    // A mark may have several words.
    for name in moment(text) == nil ? text.split(separator: " ").map(String.init) : [text] {
      guard let time = moment(named: name) else { return [] }
      let uptime = watch.timeline.start(at: now.uptime) + time
      let place = watch.timeline.place(at: uptime, now: now)
      guard let state = watch.timeline.state(at: place, newest: freshest) else { continue }
      sides.append(MomentSide(state: state, at: place.at))
    }
    guard let first = sides.first, sides.count <= 2 else {
      say("one moment or two are compared: diff 14:03:07 14:05", .warning)
      return []
    }
    // The earlier of both comes first, whichever was named.
    let second = sides.count > 1 ? sides[1] : pictureSide
    let isLater = second.at.map { at in first.at.map { at.uptime < $0.uptime } ?? false } ?? false
    listDifferences(from: isLater ? second : first, to: isLater ? first : second, in: nil)
    return []
  }
}
