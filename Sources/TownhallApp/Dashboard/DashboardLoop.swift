import ConcurrencySupport
import CursesTerminal
package import Dashboard
import Dispatch
import SharedState
package import StateSync
import TextScreen
import Trajectory

/// Runs a dashboard: waits until anything happens, tells the model all of it, does what the model asks for,
/// and draws once.
///
/// What happens in the town is drawn at most 60 times a second, what the person does at once, and nothing while
/// nothing happens: the loop sleeps until a message comes or the model's own `wakeUp`.
package struct DashboardLoop {
  enum End: Hashable, Sendable {
    /// The person has left, or a signal has asked for the end.
    case left(signal: Int32?)
    /// The person wants the tour, and to come back after it.
    case openedTour
  }

  /// How long a person who leaves waits for the town, which clears up after who is gone in any case.
  static let farewell = DispatchTimeInterval.milliseconds(80)

  /// More houses than this are taken in beside the loop.
  private static let most = 20_000

  /// The time between two pictures.
  static let frame = Duration.seconds(1) / 60

  private let screen: any DashboardScreen
  private let town: SyncClient
  private let frames: FrameInbox?
  private let inbox = Inbox()
  private let effects: EffectRunner
  private let log: EventLog
  private var model: Model
  private var alarm: (at: Duration, task: Task<Void, Never>)?
  private var pace = SlicePace()
  private var end = End.left(signal: nil)
  /// What carries the town's news to the inbox, also while the screen shows something else.
  private var townFeeders: [Task<Void, Never>] = []

  init(
    _ options: DashboardOptions,
    on screen: any DashboardScreen,
    in town: SyncClient,
    hearing frames: FrameInbox? = nil,
    editor: ExternalEditor,
    log: EventLog,
    memory: MemoryFile? = nil,
    rooms: RoomSetupFolder? = nil,
    tour: TourErrands? = nil,
    replay: ReplayDriver? = nil,
    greeting: String? = nil,
    rereadSettings: @escaping @Sendable () throws -> DashboardSettings = { DashboardSettings() }
  ) {
    (self.screen, self.town, self.frames) = (screen, town, frames)
    self.log = log.telling { [inbox] in inbox.put(.told($0)) }
    var options = options
    do {
      options.memory = try memory?.read()
    } catch {
      options.memory = DashboardMemory()
      inbox.put(.notRemembered(String(describing: error)))
    }
    model = Model(options: options)
    effects = EffectRunner(
      screen: screen,
      town: town,
      hearing: frames,
      inbox: inbox,
      editor: editor,
      readOnly: options.readOnly,
      memory: memory,
      rooms: rooms,
      tour: tour,
      replay: replay,
      rereadSettings: rereadSettings
    )
    if let greeting { inbox.put(.told(greeting)) }
    if let settings = options.settings, !settings.problems.isEmpty {
      inbox.put(.settings(settings))
    }
  }

  /// Runs a dashboard without settings, log or editor until its screen asks it to end.
  package static func run(
    _ options: DashboardOptions,
    on screen: any DashboardScreen,
    in town: SyncClient
  ) async throws {
    let (editor, log) = (ExternalEditor(variables: [:]), try EventLog(path: nil))
    var loop = DashboardLoop(options, on: screen, in: town, editor: editor, log: log)
    _ = await loop.run()
  }

  var tell: @Sendable (String) -> Void { { [inbox] in inbox.put(.told($0)) } }

  /// Ends the person's own commands that still run, with all that they have started.
  func endOwnCommands() async { await effects.ownCommands.endAll() }

  /// Ends a recording that is made, and says what came of all that were.
  func finishRecording() async -> [String] { await effects.recording.finish() }

  var showReplay: @Sendable (ReplayStatus) -> Void { { [inbox] in inbox.put(.replay($0)) } }

  /// Runs until the person quits or wants the tour, or the program is asked to end; after the tour it goes on where it was.
  mutating func run() async -> End {
    if townFeeders.isEmpty { townFeeders = feedTown() }
    let screenFeeder = feedScreen()
    defer { screenFeeder.cancel() }
    end = .left(signal: nil)
    // A terminal tells of its size only when it changes.
    _ = model.update(.screen(.resized(screen.size)), at: moment)
    screen.show(model)
    town.start()
    var nextFrame = Duration.zero
    var isWaitingForFrame = false
    for await _ in inbox.rings {
      // A burst is one picture, and one that comes too soon after the last waits a little for company; but
      // nobody waits for an answer to a key.
      guard now >= nextFrame || inbox.isUrgent else {
        if !isWaitingForFrame { ring(at: nextFrame) }
        isWaitingForFrame = true
        continue
      }
      isWaitingForFrame = false
      let (start, messages) = (now, inbox.take(upTo: pace.houses))
      guard await handle(messages) else {
        screen.finish(model)
        break
      }
      screen.show(model)
      if case .state(_, let change)? = messages.first { pace.took(now - start, for: change.count) }
      nextFrame = now + Self.frame
      setAlarm()
    }
    screenFeeder.cancel()
    alarm?.task.cancel()
    alarm = nil
    if end != .openedTour { effects.ownCommands.askToEnd() }
    await wait(atMost: Self.farewell) { [locks = effects.locks] in await locks.giveBackAll() }
    if end != .openedTour { await endOwnCommands() }
    if end != .openedTour { for feeder in townFeeders { feeder.cancel() } }
    return end
  }

  private func ring(at time: Duration) {
    Task { [town, inbox] in
      try? await town.clock.sleep(time)
      inbox.ring()
    }
  }

  private var now: Duration { town.clock.now() }

  /// Tells the model what happened; false if that was the end.
  private mutating func handle(_ messages: [Message]) async -> Bool {
    guard case .state(_, let change)? = messages.first, change.count > Self.most else {
      return pass(messages)
    }
    guard let meanwhile = await takeIn(messages[0], and: Array(messages.dropFirst())) else {
      return false
    }
    return pass(meanwhile)
  }

  /// Has the model take in a whole state beside the loop, since that may take seconds; a person who wants to leave does not
  /// wait for it.
  ///
  /// What else happens is shown on the model as it was, and told to the new one after.
  ///
  /// - Returns: What has come meanwhile, to be told now; nil if the person has left.
  private mutating func takeIn(_ large: Message, and rest: [Message]) async -> [Message]? {
    let (moment, next) = (moment, Locked<(model: Model, effects: [Effect])?>(nil))
    Task { [inbox, start = model] in
      var model = start
      let effects = model.update(large, at: moment)
      next.withLock { [model] in $0 = (model, effects) }
      inbox.ring()
    }
    let before = model
    var (meanwhile, fresh) = ([Message](), rest)
    inbox.ring()
    for await _ in inbox.rings {
      fresh += inbox.takeMessages()
      meanwhile += fresh
      guard !isLeft(by: fresh) else { return nil }
      if let (model, effects) = next.withLock({ $0.take() }) {
        self.model = model
        for effect in effects { self.effects.run(effect) }
        return meanwhile
      }
      if !fresh.isEmpty { screen.show(model) }
      fresh = []
    }
    model = before
    return nil
  }

  /// Shows the model what has come, without doing anything that it asks for, unless that is to leave.
  private mutating func isLeft(by messages: [Message]) -> Bool {
    for message in messages {
      if case .screen(.terminate(let signal)) = message { end = .left(signal: signal) }
      let wanted = model.update(message, at: moment)
      guard wanted.contains(.quit) else { continue }
      for effect in wanted { effects.run(effect) }
      return true
    }
    return false
  }

  private var moment: Moment { Moment(uptime: now, clock: WallClock.timeOfDay()) }

  private mutating func pass(_ messages: [Message]) -> Bool {
    for (index, message) in messages.enumerated() {
      if case .screen(.terminate(let signal)) = message { end = .left(signal: signal) }
      let moment = moment
      let told = model.noticeToLog
      let wanted = model.update(message, at: moment)
      if let notice = model.noticeToLog, notice != told { log.note("said: " + notice) }
      if case .outcome(let id, let outcome) = message { log.note(outcome, of: id) }
      for effect in wanted {
        if case .edit(let request) = effect { log.note(request) }
        if effect == .quit { return false }
        if effect == .openTour {
          leaveForTour(messages[(index + 1)...])
          return false
        }
        effects.run(effect)
      }
    }
    return true
  }

  /// Ends for now; what has come with the wish waits, but for keys, which were meant for another screen.
  private mutating func leaveForTour(_ rest: ArraySlice<Message>) {
    end = .openedTour
    for message in rest {
      if case .screen(.terminate(let signal)) = message { end = .left(signal: signal) }
      if case .screen = message { continue }
      inbox.put(message)
    }
  }

  private mutating func setAlarm() {
    let wakeUp = model.wakeUp
    guard alarm?.at != wakeUp else { return }
    alarm?.task.cancel()
    alarm = wakeUp.map { time in
      let task = Task { [town, inbox] in
        guard (try? await town.clock.sleep(time)) != nil else { return }
        inbox.put(.wake)
      }
      return (time, task)
    }
  }

  /// Carries everything that happens in the town to the inbox.
  private func feedTown() -> [Task<Void, Never>] {
    let (batches, statuses) = (town.events(), town.statuses())
    let listening = frames.map { [inbox, clock = town.clock] frames in
      Task { await SimulationFeed(frames, clock: clock).run { inbox.put($0) } }
    }
    return [listening].compactMap(\.self) + [
      Task { [inbox] in
        for await batch in batches { inbox.put(batch) }
      },
      Task { [inbox, log, town] in
        for await status in statuses {
          log.note(status)
          // A role is told before the state, without which nothing is live.
          if status.isLive { inbox.put(.access(town.role, name: town.grantedName ?? "")) }
          inbox.put(.link(status))
        }
      },
    ]
  }

  /// Carries what the person does to the inbox, until the screen shows something else.
  private func feedScreen() -> Task<Void, Never> {
    let events = screen.events
    return Task(executorPreference: OwnThread.ofKeys) { [inbox] in
      for await event in events { inbox.put(.screen(event)) }
      if !Task.isCancelled { inbox.close() }
    }
  }
}
