import ArgumentParser
import ConcurrencySupport
import SharedState
import StateInspection
import StateRecording
import StateSync
import TextScreen
import TownhallKit
import Trajectory

struct Watch: Verb {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Print one JSON line for each change, as it comes.",
    discussion: """
      Each line is {"time","change","key","value","old"}: when it was seen (UTC), then added, changed or removed. \
      There is no value when a house was removed and no old when it was added; null is a value like any other. \
      Values are JSON, plus Infinity, -Infinity, NaN, and b64"…" for bytes. A town sends at most 30 times a \
      second on average, and what changed several times in between is one change.

      Of a recording (-t FILE, -t FILE@SECONDS) it prints what happened from that moment on, with the times of then.

      Ends with 0 after --count changes or --timeout seconds; with 1 when the time is up before the count; with \
      3 when the town is lost. That nothing has come for three seconds, not even an answer to the question whether \
      the town is there, is told on standard error, and so is that it is heard again.

      --notify tells on standard error what you want to know while you look elsewhere, and has the terminal tell it as \
      well (--notify-by osc9, osc777 or bell): silent, a headset that was moving and says nothing any more; failed, a \
      simulation that says what went wrong; KEY=VALUE, a house that becomes this value.

      EXAMPLES
        townhall watch selection.
        townhall watch --count 1 simulation.name
        townhall watch scene --notify silent --notify failed --notify scene.box=false
        townhall watch --initial avatar. | head -2
      """
  )

  @Argument(help: "Only keys that begin so.")
  var prefix = ""

  @Option(help: "Stop after so many changes.")
  var count: Int?

  @Option(help: ArgumentHelp("Stop after so long.", valueName: "seconds"))
  var timeout: Seconds?

  @Flag(help: "Begin with the houses that stand, as added.")
  var initial = false

  @Option(help: ArgumentHelp("Tell of silent, failed or KEY=VALUE.", valueName: "what"))
  var notify: [String] = []

  @Option(
    help: ArgumentHelp("How the terminal is to tell it.", valueName: "way"),
    transform: { text in
      guard let way = NoticeWay(rawValue: text) else {
        let ways = NoticeWay.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("must be one of \(ways)")
      }
      return way
    }
  )
  var notifyBy = NoticeWay.osc9

  @OptionGroup var town: ServerOptions

  func validate() throws {
    if let count, count < 1 { throw ValidationError("--count must be 1 or more") }
    if let odd = notify.first(where: { Alarm($0) == nil }) {
      throw ValidationError("--notify \(odd) must be \(Alarm.choices)")
    }
  }

  private var alarms: [Alarm] { notify.compactMap { Alarm($0) } }

  private var concern: Concern {
    let keys = alarms.compactMap { if case .value(let key, _) = $0 { key } else { nil } }
    let prefixes = alarms.contains(.silentHeadset) ? ["avatar."] : []
    return .keys(withPrefix: prefix).with(keys, prefixes: prefixes).waiting
  }

  func run(in surroundings: Surroundings) async throws {
    if let place = try town.recordedPlace(in: surroundings) {
      return try followRecorded(place, in: surroundings)
    }
    let frames = alarms.contains(.failedSimulation) ? FrameInbox() : nil
    let isComplete: Void? = try await town.join(
      for: concern,
      hearing: frames,
      in: surroundings
    ) { town in
      try await within(timeout?.duration) {
        try await follow(town, hearing: frames, in: surroundings)
      }
    }
    if isComplete == nil, count != nil {
      throw Failure(.absent, "the time was up before \(count ?? 0) changes had come")
    }
  }

  /// Prints what happens in a recording from a moment on, all of it at once.
  private func followRecorded(_ place: RecordedPlace, in surroundings: Surroundings) throws {
    guard notify.isEmpty, timeout == nil else {
      throw Failure(
        .badUsage,
        "in a recording time does not pass: --notify and --timeout are of no use"
      )
    }
    do {
      let recording = try place.open()
      let begin = place.moment == .end ? .zero : try place.time(in: recording)
      var left = count ?? .max
      var printer = ChangePrinter(prefix: prefix, told: try recording.moment(at: begin).state)
      printer.time = recording.told(begin)
      if initial { try surroundings.write(printer.initial(limit: &left)) }
      for number in recording.count(until: begin)..<recording.count
      where left > 0 && recording.mayHoldState(number) {
        try Task.checkCancellation()
        let message = try recording.message(number)
        guard let change = message.state else { continue }
        printer.time = recording.told(message.time)
        try surroundings.write(printer.lines(for: StateEvents(change), limit: &left))
      }
      guard left == 0 || count == nil else {
        throw Failure(.absent, "there were fewer than \(count ?? 0) changes")
      }
    } catch let error as TransportError {
      throw Failure(.noTown, Program.safe(error.message))
    } catch let error as RecordingError {
      throw Failure(.badUsage, Program.safe(error.description))
    }
  }

  private func follow(
    _ town: SharedStateClient,
    hearing frames: FrameInbox?,
    in surroundings: Surroundings
  ) async throws {
    let bell = AlarmBell(alarms, by: notifyBy, in: surroundings)
    // They end with this.
    async let _: Void = bell.look(in: town.endpoint)
    async let _: Void = bell.listen(to: frames)
    try await town.untilLost(silence: surroundings.noteSilence) {
      var left = count ?? .max
      let batches = town.endpoint.events()
      var state = town.endpoint.state
      var printer = ChangePrinter(prefix: prefix, told: state)
      if initial { try surroundings.write(printer.initial(limit: &left)) }
      guard left > 0 else { return }
      for await batch in batches {
        bell.take(batch, to: &state)
        try surroundings.write(printer.lines(for: batch, limit: &left))
        guard left > 0 else { return }
      }
      try Task.checkCancellation()
    }
  }
}

/// Tells what somebody wants to know while they look elsewhere.
private struct AlarmBell: Sendable {
  private let watch: Locked<AlarmWatch>
  private let isAsked: Bool
  private let way: NoticeWay
  private let surroundings: Surroundings
  private let start = ContinuousClock.now

  init(_ alarms: [Alarm], by way: NoticeWay, in surroundings: Surroundings) {
    (watch, isAsked) = (Locked(AlarmWatch(alarms)), !alarms.isEmpty)
    (self.way, self.surroundings) = (way, surroundings)
  }

  private var uptime: Duration { start.duration(to: .now) }

  /// Takes in what has changed.
  func take(_ batch: StateEvents, to state: inout StateDictionary) {
    guard isAsked else { return }
    ring(watch.withLock { [state] in $0.take(batch.change, to: state, at: uptime) })
    state.apply(batch)
  }

  /// Looks every now and then who has fallen silent.
  func look(in town: any SharedStateEndpoint) async {
    while isAsked, (try? await Task.sleep(for: .milliseconds(500))) != nil {
      let state = town.state
      ring(watch.withLock { $0.look(state, at: uptime) })
    }
  }

  /// Hears what the simulation says of itself.
  func listen(to frames: FrameInbox?) async {
    guard let frames else { return }
    var simulation = CurrentFrame()
    for await _ in frames.rings {
      guard let news = frames.take() else { continue }
      simulation.take(news)
      let facts = SimulationFacts(simulation.frame)
      ring(watch.withLock { $0.take(exception: facts.exception) })
    }
  }

  private func ring(_ notices: [String]) {
    for notice in notices {
      surroundings.note(TextWidth.safe(notice))
      guard surroundings.isWatched else { continue }
      let isInside = surroundings.variables["TMUX"]?.isEmpty == false
      surroundings.tell(
        String(decoding: way.sequence(for: notice, insideTmux: isInside), as: UTF8.self)
      )
    }
  }
}

/// Turns batches of changes into lines.
struct ChangePrinter {
  let prefix: String
  /// The town as the lines so far tell it.
  var told: StateDictionary
  /// When what is told next was seen.
  var time: StateValue?

  /// All houses that stand, as added.
  func initial(limit: inout Int) -> String {
    let keys = told.keys(withPrefix: prefix).prefix(limit)
    limit -= keys.count
    return keys.map { line($0, old: nil, new: told[$0]) }.joined()
  }

  /// What a batch adds to what has been told, in the order of the keys.
  mutating func lines(for batch: StateEvents, limit: inout Int) -> String {
    var text = ""
    let touched = batch.touched.filter { $0.key.text.begins(with: prefix) }
    for touched in touched.sorted(by: { $0.key.text < $1.key.text }) {
      let (key, new) = (touched.key.text, touched.new)
      let old = told.entry(for: key)
      guard limit > 0, old != new else { continue }
      told.setEntry(new, for: key)
      text += line(key, old: old?.value, new: new?.value)
      limit -= 1
    }
    return text
  }

  func line(_ key: String, old: StateValue?, new: StateValue?) -> String {
    let change = old == nil ? "added" : new == nil ? "removed" : "changed"
    var line: StateObject = [
      "time": time ?? .string(WallClock.now()), "change": .string(change), "key": .string(key),
    ]
    line["value"] = new
    line["old"] = old
    return StateValue.object(line).text + "\n"
  }
}

struct Wait: Verb {
  static let configuration = CommandConfiguration(
    commandName: "wait",
    abstract: "Wait until a house is lived in, or holds a value, and print what it holds then.",
    discussion: """
      Exits with 1 if that has not come after --timeout seconds, and with 3 when the town is lost.

      EXAMPLES
        townhall wait simulation.name
        townhall wait puppeteer.task-status --equals '"finished"' --timeout 60
      """
  )

  @Argument(help: "The house.")
  var key: String

  @Option(help: ArgumentHelp("Wait until it holds exactly this value.", valueName: "value"))
  var equals: String?

  @Option(help: ArgumentHelp("Give up after so long.", valueName: "seconds"))
  var timeout: Seconds?

  @OptionGroup var town: ServerOptions

  func run(in surroundings: Surroundings) async throws {
    let expected = try equals.map { try TypedValue.value($0) }
    let value = try await town.join(for: .keys(key).waiting, in: surroundings) { town in
      try await within(timeout?.duration) {
        try await arrival(of: expected, in: town, surroundings)
      }
    }
    guard let value else {
      let what = expected == nil ? "nobody moved into \(key)" : "\(key) did not come to hold that"
      throw Failure(.absent, "\(what) in time")
    }
    try surroundings.print(value.text)
  }

  private func arrival(
    of expected: StateValue?,
    in town: SharedStateClient,
    _ surroundings: Surroundings
  ) async throws -> StateValue {
    try await town.untilLost(silence: surroundings.noteSilence) {
      let batches = town.endpoint.events()
      if let value = match(town.endpoint.state.entry(for: key), expected) { return value }
      for await batch in batches {
        if let value = match(batch.change.updates[key], expected) { return value }
      }
      throw CancellationError()
    }
  }

  private func match(_ entry: StateEntry?, _ expected: StateValue?) -> StateValue? {
    guard let value = entry?.value, expected == nil || value == expected else { return nil }
    return value
  }
}
