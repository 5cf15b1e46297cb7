import StateEditing
import StateInspection
import ScreenKit
import SharedState

/// Everything on the screen, and nothing else.
///
/// What happens comes in through ``update(_:at:)``, which answers with what is to be done; ``view(_:)`` draws.
/// Both are pure: no clock, socket, task or terminal is behind them. The parts of the dashboard keep what is theirs in
/// slices; the model puts them together and decides what comes before what.
///
/// ```swift
/// var model = Model(options: DashboardOptions(address: "ws://127.0.0.1:38801"))
/// _ = model.update(.screen(.resized(Size(columns: 80, rows: 24))), at: now)
/// _ = model.update(.state(state, change), at: now)
/// model.update(.screen(.key(.character("q"))), at: now)   // [.quit]
/// model.view(Size(columns: 80, rows: 24)).lines           // what is on the screen
/// ```
public struct Model: Sendable {
  let options: DashboardOptions
  let glyphs: Glyphs
  var keymap: Keymap<Model>
  var now = Moment(uptime: .zero, clock: .zero)
  /// What is known of the server, and what is on the way there.
  var session: Session
  /// What the person has arranged.
  var workbench: Workbench
  /// What lies over the panes.
  var overlays = OverlayStack()
  /// The tour, while one is given.
  var tour: TourState?
  /// The terminal that all of it is shown on.
  var stage: ScreenState
  /// What is remembered, if anything is.
  var keeper: MemoryRecorder?

  /// Makes the dashboard as it is before the server has been found.
  public init(options: DashboardOptions) {
    self.options = options
    glyphs = options.ascii ? .ascii : .unicode
    keymap = Keymap(options.settings ?? DashboardSettings(), inTour: options.tour != nil)
    session = Session(names: NameMaker(seed: options.seed))
    let start = Self.panes.first { $0.id.settingName == options.settings?.startPane }
    workbench = Workbench(start: start?.id ?? .tree)
    stage = ScreenState(reportsMouse: options.reportsMouse)
    focus = workbench.focus
    settleWords(options.settings?.words ?? .town)
    settleAlarms(options.settings)
    watch.timeline = Timeline(options.settings?.past ?? .usual)
    if let memory = options.memory { recall(memory) }
    tour = options.tour.map { TourState($0) }
    if tour == nil { tellShare() }
  }

  /// Takes in something that happened, and answers with what is to be done.
  ///
  /// - Complexity: O(*c* log *n* + *v*) for *c* entries that changed in a state of *n*, of which *v* are seen.
  public mutating func update(_ message: Message, at moment: Moment) -> [Effect] {
    now = moment
    var effects: [Effect] = []
    switch message {
    case .screen(let event): effects = take(event)
    case .state(let newest, let change): take(newest, change)
    case .simulation(let simulation, let frames): take(simulation, frames: frames)
    case .link(let status): take(status)
    case .sent(let id, let change, let inverse): noteSent(id, change, inverse: inverse)
    case .outcome(let id, let outcome): take(outcome, of: id)
    case .commands(let listing):
      take(listing)
      effects = sendNotice(listing)
    case .rooms(let names): list(rooms: names)
    case .room(let name, let setup): offer(setup, named: name)
    case .access(let role, let name): take(role.map { Access(role: $0, name: name) })
    case .commandEnded(let id, let result): effects = takeAnswer(result, of: id)
    case .ownCommandEnded(let number, let result): take(result, of: number)
    case .locked(let key, let answer): take(answer, for: key)
    case .externalEdit(let id, let result): effects = take(result, of: id)
    case .copied(let bytes, let limit): tellCopied(bytes: bytes, limit: limit)
    case .replay(let status): session.replay = status
    case .recording(let status): take(status)
    case .settings(let settings): take(settings)
    case .notRemembered(let reason): tellNotRemembered(reason)
    case .told(let text):
      say(text, .warning)
      tell(text, .warning)
    case .wake: lookOn()
    }
    settle()
    effects += ringAlarms()
    effects += goOnWithTour()
    effects += keepLocks()
    effects += askForAuthor()
    effects += keepOrganiserUpToDate()
    if case .screen = message { (effects, keeper) = remembering(effects) }
    return effects
  }

  /// Brings what is on the screen into line with what is known.
  mutating func settle() {
    if let until = notice?.until, now.uptime >= until { notice = nil }
    stage.keys.settle(at: now.uptime)
    if closeArrivedEdit() { workbench.resultClosed = now.uptime }
    goOnInPast()
    watch.timeline.drop(at: now.uptime)
    if pause == nil {
      selections.forget(known.letGo(at: now.uptime, sparing: sparedKey))
      known.rerank(at: now.uptime)
    }
    for pane in Self.panes {
      let height = layout.listRows(pane.id)
      pane.settle(height: height, in: &self)
    }
    // What is looked at anew is due with a change; the slices of a look that is under way have their own times.
    if finder.nextLook == nil { lookOn() }
    lookOnForLinks()
    settleInspector()
    continueRound()
    refreshHealth()
    // An edit is never written unseen.
    if edit != nil { uncoverPanes() }
    for overlay in openOverlays { overlay.settle(in: &self) }
  }

  /// Has the entry pane show the entry under the cursor, with what stands beside it.
  mutating func showEntry(touched: Bool) { showEntry(touched: touched, anew: false) }

  /// The same; anew where what is shown is of another moment.
  mutating func showEntry(touched: Bool, anew: Bool) {
    detail.show(
      DetailPane.Subject(
        key: paneKey,
        snapshot: watch.book.standing(beside: paneKey),
        pins: watch.showsPins ? watch.pins : []
      ),
      known,
      watch.past,
      touched: touched,
      anew: anew,
      at: pictureTime,
      height: layout.listRows(.detail)
    )
    trail.look(at: detail.key, detail.value, in: known, touched: touched)
  }

  /// The entry that is looked at, or was when a pattern began to be typed: it is there to come back to.
  private var sparedKey: String? {
    let origin = overlays[FilterLine.self]?.origin ?? (isTypingSearch ? finder.origin : nil)
    return origin?.key ?? paneKey
  }

  // MARK: Time

  /// When the picture changes by itself, as an uptime; `nil` if it does not.
  ///
  /// An idle state costs nothing: a while after the last change, nothing on the screen moves any more.
  public var wakeUp: Duration? {
    var times = [
      session.alarmWatch.nextLook, notice?.until, stage.keys.nextEnd, inspector.round?.due,
      trail.nextLook, nextSearchLook,
      lockWakeUp, authorWakeUp, nextArrival, watch.ratesFrom.flatMap { $0 > now.uptime ? $0 : nil },
    ].compactMap(\.self)
    times += openOverlays.compactMap { $0.wakeUp(of: self) }
    let shown = layout.panes
    times += Self.panes.compactMap { shown[$0.id] == nil ? nil : $0.wakeUp(of: self) }
    times += tourTimes
    // A whole second after the silence began, so that each is told.
    if let since = link.silentSince {
      times.append(since + .seconds((now.uptime - since).components.seconds + 1))
    }
    if case .waiting(_, _, let retryAt) = link, retryAt > now.uptime {
      times.append(nextTick(of: 1000))
    }
    if let past = pause?.past { times.append(nextTick(of: past.run == nil ? 1000 : 50)) }
    // A picture that is held still does not age.
    if pause != nil { return times.min() }
    if let departure = known.nextDeparture(sparing: sparedKey) { times.append(departure) }
    if let rerank = known.nextRerank { times.append(rerank) }
    if let last = known.lastChange {
      let age = now.uptime - last
      if age < KnownState.markTime {
        times.append(nextTick(of: 500))
      } else if age < .seconds(Phrases.relativeSeconds + 1) {
        times.append(nextTick(of: 1000))
      }
    }
    return times.min()
  }

  /// The next whole multiple of some milliseconds.
  private func nextTick(of milliseconds: Int64) -> Duration {
    let (seconds, fraction) = now.uptime.components
    let elapsed = seconds * 1000 + fraction / 1_000_000_000_000_000
    return .milliseconds((elapsed / milliseconds + 1) * milliseconds)
  }
}
