import SharedState
import StateEditing
import StateInspection
import TextScreen
import ScreenKit

/// Everything on the screen, and nothing else.
///
/// What happens comes in through ``update(_:at:)``, which answers with what is to be done; ``view(_:)`` draws.
/// Both are pure: no clock, socket, task or terminal is behind them.
///
/// ```swift
/// var model = Model(options: DashboardOptions(address: "ws://127.0.0.1:38801"))
/// _ = model.update(.screen(.resized(Size(columns: 80, rows: 24))), at: now)
/// _ = model.update(.state(town, change), at: now)
/// model.update(.screen(.key(.character("q"))), at: now)   // [.quit]
/// model.view(Size(columns: 80, rows: 24)).lines           // what is on the screen
/// ```
public struct Model: Sendable {
  let options: DashboardOptions
  var keymap: Keymap
  let glyphs: Glyphs

  // What is known.
  var now = Moment(uptime: .zero, clock: .zero)
  var link = LinkStatus.connecting(attempt: 1)
  var known = KnownState()
  /// When the town was last known to be current, while it is not.
  var liveUntil: Moment?
  /// Whether the next change of the town is the whole of it, or what happened while away.
  var awaits = Arrival.firstCopy
  /// When the connection came.
  var liveSince: Moment?
  /// Whether the town has come in over this connection.
  var hasFreshCopy = false
  /// What changed while the connection was away.
  var missed: [KnownChange] = []
  /// Edits on their way.
  var pending: [EditID: EditRequest] = [:]
  /// The last edits that ended, because a second word may follow the first.
  var ended: [EditID: EditRequest] = [:]
  /// The number of the last edit that was begun.
  var nextEdit = 0

  // What is on the screen.
  /// What the picture is laid out for.
  var size = Size(columns: 80, rows: 24)
  /// Whether each of its rows takes two of the terminal's.
  var isSpaced = false
  var focus = Pane.tree {
    didSet { if focus == .tree || focus == .selections { leftPane = focus } }
  }
  /// The pane that has the place on the left where only one fits.
  var leftPane = Pane.tree
  /// Whether the pane with the focus has the whole screen.
  var isZoomed = false
  var tree = TreePane()
  var detail = DetailPane()
  var activity = ActivityPane()
  /// What has changed since somebody last asked.
  var tally = Tally()
  var edit: EditPane?
  /// The town seen from above, while that is what is on the screen.
  var map: StateMap?
  /// A command of the town that is being run.
  var call: CallPane?
  /// A list from which something is to be chosen, over everything else.
  var chooser: Chooser?
  var notice: Notice?
  /// What is searched for, if anything.
  var search: EntrySearch?
  var isTypingSearch = false
  /// Where the cursor was when the search began, to go back to.
  var searchOrigin: TreeRow?
  /// The keys typed so far of a sequence such as `gd`.
  var typedKeys: [Key] = []
  /// The count typed before a key that moves; 0 is none.
  var count = 0
  /// Whether the pointer is reported to us, or left to the terminal.
  var reportsMouse: Bool
  /// Whether `q` was answered by a question.
  var asksToQuit = false
  var names: NameMaker
  /// The keys that were pressed lately, where a class watches.
  var keyStrip = KeyStrip()
  /// The words that the settings ask for.
  var settledWords = Vocabulary.town

  // What each capability keeps.
  var finder = FindState()
  /// What is remembered, if anything is.
  var keeper: MemoryRecorder?
  var trail = FollowState()
  var watch = WatchState()
  var undo = UndoStack()
  var board = SelectionsPane()
  var inspector = Inspector()
  var hall = CallState()
  var locks = LockRequests()
  /// The tour, while one is given.
  var tour: TourState?

  /// What the next change of the town is.
  enum Arrival: Hashable, Sendable {
    case firstCopy
    case newsFromAway
    case change
  }

  /// Makes the dashboard as it is before the town has been found.
  public init(options: DashboardOptions) {
    self.options = options
    glyphs = options.ascii ? .ascii : .unicode
    names = NameMaker(seed: options.seed)
    keymap = Keymap(options.settings?.keys ?? [], inTour: options.tour != nil)
    reportsMouse = options.reportsMouse
    let start = Pane.allCases.first { $0.settingName == options.settings?.startPane }
    (focus, leftPane) = (start ?? .tree, start == .selections ? .selections : .tree)
    settleWords(options.settings?.words ?? .town)
    if let memory = options.memory { recall(memory) }
    tour = options.tour.map { TourState($0) }
  }

  /// Where everything is.
  var layout: Layout { layout(size) }

  func layout(_ size: Size) -> Layout {
    let (isEditing, isZoomed) = (isWriting, isZoomed)
    return Layout(
      size,
      Layout.Wish(
        focus: focus,
        left: leftPane,
        isEditing: isEditing,
        isZoomed: isZoomed,
        linkRows: detail.pins.isEmpty ? trail.house?.lineCount ?? 0 : 0,
        plots: watch.plots.shown.count,
        tourRows: strip(size)?.rows ?? 0
      )
    )
  }

  /// Whether a pane is open that takes the keys.
  var isWriting: Bool { edit != nil || call != nil }

  /// Whether there is something to see that may be out of date.
  var isStale: Bool { awaits != .firstCopy && !link.isLive }
  /// Whether the town, or a part of it, has come in.
  var hasTown: Bool { link.isLive || awaits != .firstCopy || !known.index.isEmpty }

  /// Takes in something that happened, and answers with what is to be done.
  ///
  /// - Complexity: O(*c* log *n* + *v*) for *c* houses that changed in a town of *n*, of which *v* are seen.
  public mutating func update(_ message: Message, at moment: Moment) -> [Effect] {
    now = moment
    var effects: [Effect] = []
    switch message {
    case .screen(let event): effects = take(event)
    case .state(let newest, let change): take(newest, change)
    case .link(let status): take(status)
    case .sent(let id, let change, let inverse): undo.note(change, inverse: inverse, of: id)
    case .outcome(let id, let outcome): take(outcome, of: id)
    case .commands(let listing): take(listing)
    case .commandEnded(let id, let result): take(result, of: id)
    case .locked(let key, let answer): take(answer, for: key)
    case .externalEdit(let id, let result): effects = take(result, of: id)
    case .copied(let bytes, let limit): tellCopied(bytes: bytes, limit: limit)
    case .settings(let settings): take(settings)
    case .notRemembered(let reason): tellNotRemembered(reason)
    case .told(let text): say(text, .warning)
    case .wake: lookOn()
    }
    settle()
    effects += goOnWithTour()
    effects += keepLocks()
    if case .screen = message { (effects, keeper) = remembering(effects) }
    return effects
  }

  /// Brings what is on the screen into line with what is known.
  mutating func settle() {
    if let until = notice?.until, now.uptime >= until { notice = nil }
    keyStrip.settle(at: now.uptime)
    if let closes = edit?.closesAt, now.uptime >= closes { edit = nil }
    if watch.pause == nil {
      board.forget(known.letGo(at: now.uptime, sparing: sparedKey))
      known.rerank(at: now.uptime)
    }
    let layout = layout
    tree.settle(known, height: layout.listRows(.tree), glyphs: glyphs)
    settleSelections()
    showHouse(touched: false)
    lookOnForLinks()
    settleInspector()
    continueRound()
    settleMap()
    settleCard()
    activity.settle(height: layout.listRows(.activity), glyphs: glyphs)
    call?.layOut(in: layout.edit)
    let height = chooserHeight
    chooser?.prepare(height: height, glyphs: glyphs)
  }

  /// Has the house pane show the house that commands are about.
  mutating func showHouse(touched: Bool) {
    detail.show(
      DetailPane.Subject(
        key: currentKey,
        visit: watch.book.standing(beside: currentKey),
        pins: watch.showsPins ? watch.pins : []
      ),
      known,
      watch.past,
      touched: touched,
      at: pictureTime,
      height: layout.listRows(.detail)
    )
    trail.look(at: detail.key, detail.value, in: known, touched: touched)
  }

  /// The house that is looked at, or was when a pattern began to be typed: it is there to come back to.
  private var sparedKey: String? {
    let origin = finder.filter?.origin ?? (isTypingSearch ? searchOrigin : nil)
    if case .entry(let key)? = origin { return key }
    return currentKey
  }

  // MARK: Time

  /// When the picture changes by itself, as an uptime; `nil` if it does not.
  ///
  /// An idle town costs nothing: a while after the last change, nothing on the screen moves any more.
  public var wakeUp: Duration? {
    var times: [Duration] = []
    if let until = notice?.until { times.append(until) }
    if let end = keyStrip.nextEnd { times.append(end) }
    if let due = inspector.round?.due { times.append(due) }
    if let closes = edit?.closesAt { times.append(closes) }
    if let look = trail.nextLook { times.append(look) }
    if let look = finder.nextLook { times.append(look) }
    if let time = selectionsWakeUp { times.append(time) }
    if let time = lockWakeUp { times.append(time) }
    times += tourTimes
    if case .lost(_, let retryAt) = link, retryAt > now.uptime { times.append(nextTick(of: 1000)) }
    // A picture that is held still does not age.
    if watch.pause != nil { return times.min() }
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

  /// Says something in the footer.
  mutating func say(_ phrase: Phrase, _ role: Role = .plain) { say(known.words(phrase), role) }

  /// Says something that is in the right words already; what is written in place is a phrase first of all.
  @_disfavoredOverload
  mutating func say(_ text: String, _ role: Role = .plain) {
    notice = Notice(text: text, role: role, until: now.uptime + Notice.time)
  }
}
