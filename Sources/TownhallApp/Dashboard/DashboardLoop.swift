import CursesTerminal
import Dashboard
import SharedState
import StateSync
import TextScreen

/// Runs a dashboard: waits until anything happens, tells the model all of it, does what the model asks for,
/// and draws once.
///
/// What happens in the town is drawn at most 60 times a second, what the person does at once, and nothing while
/// nothing happens: the loop sleeps until a message comes or the model's own `wakeUp`.
struct DashboardLoop {
  private static let frame = Duration.seconds(1) / 60

  private let screen: any DashboardScreen
  private let town: SyncClient
  private let inbox = Inbox()
  private let effects: EffectRunner
  private let log: EventLog
  private var model: Model
  private var alarm: (at: Duration, task: Task<Void, Never>)?
  private var endSignal: Int32?

  init(
    _ options: DashboardOptions,
    on screen: any DashboardScreen,
    in town: SyncClient,
    editor: ExternalEditor,
    log: EventLog
  ) {
    (self.screen, self.town, self.log) = (screen, town, log)
    model = Model(options: options)
    effects = EffectRunner(
      screen: screen,
      town: town,
      inbox: inbox,
      editor: editor,
      readOnly: options.readOnly
    )
  }

  /// Runs until the person quits or the program is asked to end.
  ///
  /// - Returns: The signal that asked, if one did.
  mutating func run() async -> Int32? {
    let feeders = feed()
    defer { for feeder in feeders { feeder.cancel() } }
    screen.draw(model.view(screen.size))
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
      guard handle(inbox.take()) else { break }
      nextFrame = now + Self.frame
      screen.draw(model.view(screen.size))
      setAlarm()
    }
    alarm?.task.cancel()
    return endSignal
  }

  private func ring(at time: Duration) {
    Task { [town, inbox] in
      try? await town.clock.sleep(time)
      inbox.ring()
    }
  }

  private var now: Duration { town.clock.now() }

  /// Tells the model what happened; false if that was the end.
  private mutating func handle(_ messages: [Message]) -> Bool {
    for message in messages {
      if case .screen(.terminate(let signal)) = message {
        endSignal = signal
        return false
      }
      let moment = Moment(uptime: now, clock: WallClock.timeOfDay())
      for effect in model.update(message, at: moment) {
        if effect == .quit { return false }
        effects.run(effect)
      }
    }
    return true
  }

  private mutating func setAlarm() {
    guard alarm?.at != model.wakeUp else { return }
    alarm?.task.cancel()
    alarm = model.wakeUp.map { time in
      let task = Task { [town, inbox] in
        guard (try? await town.clock.sleep(time)) != nil else { return }
        inbox.put(.wake)
      }
      return (time, task)
    }
  }

  /// Carries everything that happens to the inbox.
  private func feed() -> [Task<Void, Never>] {
    let (batches, statuses, events) = (town.events(), town.statuses(), screen.events)
    return [
      Task { [inbox] in
        for await batch in batches { inbox.put(batch) }
      },
      Task { [inbox, town, log] in
        // A client that has not begun yet, or has left, is no news to somebody who looks at the screen.
        for await status in statuses where status != .stopped {
          log.note(status)
          inbox.put(.link(LinkStatus(status, latency: town.latency)))
        }
      },
      Task { [inbox] in
        for await event in events { inbox.put(.screen(event)) }
        inbox.close()
      },
    ]
  }
}

extension LinkStatus {
  /// How a client stands with its town, in the dashboard's words.
  init(_ status: SyncStatus, latency: Duration?) {
    self =
      switch status {
      case .connecting(let attempt): .connecting(attempt: attempt)
      case .syncing(let received, let total): .syncing(received: received, total: total)
      case .live: .live(latency: latency)
      case .waiting(_, let reason, let until): .lost(reason: reason, retryAt: until)
      case .stopped: .stopped(reason: "left the town")
      }
  }
}
