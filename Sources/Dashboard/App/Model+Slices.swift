import StateEditing
import StateInspection
import SharedState
import TextScreen

/// The slices that the parts of the dashboard read and change, where the model keeps them.
extension Model {
  var link: LinkStatus {
    get { session.link }
    _modify { yield &session.link }
  }
  var known: KnownState {
    get { session.known }
    _modify { yield &session.known }
  }
  var replay: ReplayStatus? { session.replay }
  var recording: RecordingStatus? {
    get { session.recording }
    _modify { yield &session.recording }
  }
  var pause: Pause? {
    get { session.pause }
    _modify { yield &session.pause }
  }
  var keysPressed: Int { stage.keysPressed }
  var outbox: Outbox {
    get { session.outbox }
    _modify { yield &session.outbox }
  }
  var calls: CallState {
    get { session.calls }
    _modify { yield &session.calls }
  }
  var ownCommands: OwnCommandState {
    get { session.ownCommands }
    _modify { yield &session.ownCommands }
  }
  var locks: LockRequests {
    get { session.locks }
    _modify { yield &session.locks }
  }
  var access: Access? { session.access }
  var authors: AuthorLookup {
    get { session.authors }
    _modify { yield &session.authors }
  }
  var connections: ConnectionList {
    get { session.connections }
    _modify { yield &session.connections }
  }
  var liveSince: Moment? { session.liveSince }
  var roomNotice: RoomNotice? {
    get { session.roomNotice }
    _modify { yield &session.roomNotice }
  }
  var liveUntil: Moment? {
    get { session.liveUntil }
    _modify { yield &session.liveUntil }
  }
  var recent: RecentChoices {
    get { workbench.recent }
    _modify { yield &workbench.recent }
  }
  var notice: Notice? {
    get { workbench.notice }
    _modify { yield &workbench.notice }
  }
  var typedKeys: [Key] {
    get { workbench.typedKeys }
    _modify { yield &workbench.typedKeys }
  }
  var tree: TreePane {
    get { workbench.tree }
    _modify { yield &workbench.tree }
  }
  var detail: DetailPane {
    get { workbench.detail }
    _modify { yield &workbench.detail }
  }
  var activity: ActivityPane {
    get { workbench.activity }
    _modify { yield &workbench.activity }
  }
  var selections: SelectionsPane {
    get { workbench.selections }
    _modify { yield &workbench.selections }
  }
  var simulationPane: SimulationPane {
    get { workbench.simulationPane }
    _modify { yield &workbench.simulationPane }
  }
  var neighbours: Neighbours {
    get { workbench.neighbours }
    _modify { yield &workbench.neighbours }
  }
  var presence: Presence { workbench.presence }
  var jumps: JumpList {
    get { workbench.jumps }
    _modify { yield &workbench.jumps }
  }
  var finder: FindState {
    get { workbench.finder }
    _modify { yield &workbench.finder }
  }
  var trail: FollowState {
    get { workbench.trail }
    _modify { yield &workbench.trail }
  }
  var watch: WatchState {
    get { workbench.watch }
    _modify { yield &workbench.watch }
  }
  var undo: UndoStack {
    get { workbench.undo }
    _modify { yield &workbench.undo }
  }
  var ended: [EditID: EditRequest] {
    get { workbench.ended }
    _modify { yield &workbench.ended }
  }
  var inspector: Inspector {
    get { workbench.inspector }
    _modify { yield &workbench.inspector }
  }
  var size: Size { stage.size }
}
