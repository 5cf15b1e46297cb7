import Lessons
import ScreenKit
import SharedState
import StateInspection
import Trajectory

/// The parts that make up the dashboard: a new pane, overlay or group of actions is registered here and nowhere else.
extension Model {
  /// The panes, in the order in which Tab goes through them.
  static let panes: [any Pane<Model>] = [
    TreeList<Model>(), EntryFields<Model>(), ActivityList<Model>(), SelectionsList<Model>(),
    SimulationList<Model>(),
  ]

  /// What can lie over the panes, from the bottom up: the last one that is open is in front.
  static let overlayKinds: [any Overlay<Model>] = [
    MapOverlay<Model>(), RoomOverlay<Model>(), OrganiserOverlay<Model>(), SearchOverlay<Model>(),
    FilterOverlay<Model>(),
    QueryOverlay<Model>(), EditOverlay<Model>(), CallOverlay<Model>(), CardOverlay<Model>(),
    ListOverlay<Model>(), LeavingOverlay<Model>(),
  ]

  /// All actions, in the order of the help.
  static let actions: [Action<Model>] = [
    [Action<Model>](Action.editing), Action.undoing, Action.simulating, Action.replaying,
    Action.travelling, Action.calling,
    Action.locking, Action.finding, Action.following, Action.connecting, Action.watching,
    Action.diagnosing, Action.stepping, Action.inspecting, Action.moving, Action.folding,
    Action.copying, Action.turning, Action.showing, Action.mapping, Action.overlooking,
    Action.organising, Action.sharing, Action.dismissing, Action.offering, Action.arranging,
    Action.leaving,
    Action.touring,
  ].flatMap(\.self)
}

extension Keymap<Model> {
  /// The keys as they are without settings.
  static let standard = Keymap(actions: Model.actions, panes: Model.panes.map(\.id))

  /// The keys that somebody wants; in a tour only its own can be others, since its lessons name the keys and play them.
  ///
  /// Commands of their own are actions like any other, but not in a tour, where a lesson plays keys.
  init(_ settings: DashboardSettings, inTour: Bool) {
    guard inTour else {
      self = settings.binding.keymap
      return
    }
    let own = settings.keys.filter { ActionID.tours.contains(ActionID($0.name)) }
    self = Self.standard.rebinding(own).keymap
  }
}

extension Model: TreeListHost, EntryFieldsHost, SelectionsHost, PaletteHost, SteppingHost, TourHost,
  ConnectionsHost, LeavingHost, SimulationHost, TravelHost, OwnCommandHost, OrganiserHost
{}

/// What the parts ask of the whole.
extension Model {
  /// The pane with the focus; with it comes its place on the screen.
  var focus: PaneID {
    get { workbench.focus }
    set {
      workbench.focus = newValue
      guard let slot = Self.panes.first(where: { $0.id == newValue })?.slot else { return }
      workbench.places[slot] = newValue
      if slot == .left || slot == .beside { workbench.leftPane = newValue }
    }
  }

  var leftPane: PaneID { workbench.leftPane }

  var focusedPane: any Pane<Model> { Self.panes.first { $0.id == focus } ?? Self.panes[0] }
  private var leftmostPane: any Pane<Model> {
    Self.panes.first { $0.id == leftPane } ?? Self.panes[0]
  }

  var paneRow: TreeRow? { leftmostPane.row(in: self) }
  var prefixOfEmptyPane: String? { leftmostPane.prefix }

  /// Notes that a person wants the cursor where it is.
  mutating func pinCursor() { leftmostPane.pinCursor(in: &self) }

  func fieldMeant(by step: FieldSwitch, of key: String, _ entry: StateValue) -> FieldMeant {
    let pane = Self.panes.first { $0.id == attention } ?? Self.panes[0]
    return pane.field(for: step, of: key, entry, in: self)
  }

  /// The keys of the entries whose rows are seen.
  var keysInSight: [String] {
    let layout = layout
    return Self.panes.flatMap { $0.keysInSight(height: layout.listRows($0.id), in: self) }
  }

  /// The rows for the numbers that are plotted.
  var plotRows: Int {
    layout.inside(.detail).map { EntryFields<Model>().plotRows(in: $0, of: self) } ?? 0
  }

  // MARK: Overlays

  /// What is open, from the bottom up.
  var openOverlays: [any Overlay<Model>] { Self.overlayKinds.filter { $0.isOpen(in: self) } }
  /// What answers the keys, if anything lies over the panes.
  var front: (any Overlay<Model>)? { Self.overlayKinds.last { $0.isOpen(in: self) } }

  var rowInFront: OverlayRow {
    openOverlays.lazy.map { $0.row(in: self) }.last { $0 != .beneath } ?? .beneath
  }

  mutating func uncoverPanes() {
    overlays[StateMap.self] = nil
    overlays[RoomSheet.self] = nil
    overlays[OrganiserPanel.self] = nil
  }

  /// Puts a value into the field that is being written.
  mutating func fill(_ value: StateValue) {
    if call == nil { edit?.fill(value) } else { call?.fill(value) }
  }

  // MARK: What is known

  var isStale: Bool { session.awaits != .firstCopy && !link.isLive }
  var hasState: Bool { link.isLive || session.awaits != .firstCopy || !known.index.isEmpty }
  var isCurrent: Bool { link.isLive && session.hasFreshCopy }
  var hasArrived: Bool { session.awaits != .firstCopy }

  /// Why edits are refused here, if they are; a tour that plays in front of a class may still do what it shows.
  var readOnlyReason: String? {
    if session.replay != nil { return "a recording stays as it is" }
    if options.readOnly || options.presents && tour?.show == nil {
      return "this dashboard is read only"
    }
    return access?.role == .guest ? "you are a guest here, who reads" : nil
  }

  // MARK: The tour

  mutating func note(_ deed: Deed) { tour?.run.note(deed) }

  var drawsConcepts: Bool { tour != nil }

  mutating func press(_ key: Key) -> [Effect] {
    showKey(key)
    return take(key)
  }

  var isTakingText: Bool { front?.takesText == true || !typedKeys.isEmpty }

  mutating func tidyUp() {
    let (state, simulation) = (freshest, tour?.lesson.simulation ?? Simulation())
    let bounds = watch.timeline.bounds
    (workbench, overlays, session.pause) = (Workbench(), OverlayStack(), nil)
    watch.timeline = Timeline(bounds)
    known = KnownState(words: known.words)
    // Nothing is known of a molecule any more, and so this one is no load; nor does anybody simulate it.
    known.take(simulation)
    simulationPane.show(simulation.molecule)
    inspector.atomCount = simulation.molecule?.topology.atomCount
    settleIn(state, state.changes(since: StateDictionary()))
    tree.stopWaiting(in: known.index)
  }
}
