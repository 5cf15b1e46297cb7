import Lessons
import ScreenKit
import SharedState
import Trajectory

/// What every part of the dashboard may ask of the whole.
///
/// A part states what it needs in a protocol of its own that refines this one: its own slice to read and to change,
/// and what it reads of others. Its code extends that protocol and so reaches nothing else; only the model, which puts
/// the parts together, conforms to all of them. Nothing is copied on the way, and whatever is asked for happens at once
/// and in order.
protocol Host: Sendable {
  var options: DashboardOptions { get }
  var glyphs: Glyphs { get }
  var now: Moment { get }
  /// What the picture is laid out for.
  var size: Size { get }
  var layout: Layout { get }

  var link: LinkStatus { get }
  /// The state as the screen shows it.
  var known: KnownState { get set }
  /// What waits while the picture is held still.
  var pause: Pause? { get set }
  /// Whether the state, or a part of it, has come in.
  var hasState: Bool { get }
  /// Whether there is something to see that may be out of date.
  var isStale: Bool { get }
  /// Why edits are refused here, whatever they are; `nil` if they are not.
  var readOnlyReason: String? { get }

  /// The pane with the focus.
  var focus: PaneID { get set }
  /// The pane that has the place on the left: what actions are about is chosen there.
  var leftPane: PaneID { get }
  /// What lies over the panes.
  var overlays: OverlayStack { get set }
  /// What an overlay in front is about, for one that is about something else than the panes.
  var rowInFront: OverlayRow { get }
  /// The row of the left pane's cursor, whatever lies over it.
  var paneRow: TreeRow? { get }
  /// The group that a pane without rows is about, as a prefix.
  var prefixOfEmptyPane: String? { get }
  var notice: Notice? { get set }

  /// How an action is asked for: by its first key, or by its name if it has none.
  func label(of id: ActionID) -> String
  /// Why an action would do nothing now; `nil` if it does something.
  func reasonNot(to id: ActionID) -> String?
  /// Whether a key alone asks for an action.
  func isKey(_ key: Key, of id: ActionID) -> Bool
  /// What keys ask for in the pane that is turned to.
  func meaning(of keys: [Key], in pane: PaneID) -> KeyMeaning
  /// Whether an action is about the entry or group that the cursor is on.
  func isAboutEntry(_ id: ActionID) -> Bool
  /// Lets whatever is in front answer a key.
  mutating func take(_ key: Key) -> [Effect]
  /// Does what an action does, or says why not.
  mutating func run(_ id: ActionID) -> [Effect]
  /// Closes what hides the panes.
  mutating func uncoverPanes()
  /// Brings what is on the screen into line with what is known.
  mutating func settle()
  /// Notes something that the person did, for a tour that judges it.
  mutating func note(_ deed: Deed)
}

extension Host {
  /// The state as it is now, also while an older picture of it is shown: what edits begin with.
  var freshest: StateDictionary { pause?.newest ?? known.state }

  /// The simulation as it is now, also while the picture shows an older one.
  var newestSimulation: Simulation { pause?.past?.simulation ?? known.simulation }

  /// The moment that the picture shows.
  var pictureTime: Moment { pause?.moment ?? now }

  /// Whether the picture shows what was, and may not be any more.
  var isInPast: Bool { pause?.past != nil }

  /// The marks that frames are drawn with: other ones around what was.
  var frameGlyphs: Glyphs { isInPast ? glyphs.ofPast : glyphs }

  var words: Vocabulary { known.words }

  /// Whether edits are refused.
  var isReadOnly: Bool { readOnlyReason != nil }

  // MARK: What actions are about

  /// The entry or group that actions are about: what lies in front is about it, or the cursor is on it.
  var currentRow: TreeRow? {
    switch rowInFront {
    case .beneath: paneRow
    case .own(let row): row
    }
  }

  /// The key that actions are about.
  var currentKey: String? { currentRow?.key }

  /// The group that actions are about, as a prefix.
  var currentPrefix: String? { prefix(of: currentRow) }
  /// The group of the left pane's cursor.
  var panePrefix: String? { prefix(of: paneRow) }

  private func prefix(of row: TreeRow?) -> String? {
    switch row {
    case .group(let prefix)?: prefix
    case .entry(let key)?: KeyParts.prefix(of: key)
    case nil: prefixOfEmptyPane
    }
  }

  /// The key of the left pane's cursor, whatever lies over it.
  var paneKey: String? { paneRow?.key }

  /// The pane that actions are about: what is chosen on an overlay is a whole entry, as in the tree.
  var attention: PaneID {
    if case .own = rowInFront { return .tree }
    return focus
  }

  /// Why nothing of what is shown may be written here, if nothing may.
  var reasonNotToWrite: String? {
    readOnlyReason ?? reasonNotToWriteInPast ?? reasonNotToWriteNow
  }

  /// Why nothing may be brought back, or taken back, here, which is done from the past, too.
  var reasonNotToWriteNow: String? { readOnlyReason ?? (link.isLive ? nil : notConnected) }

  /// Why nothing of what is shown may be written, if it was and is no more.
  var reasonNotToWriteInPast: String? {
    isInPast ? "this is the past; \(label(of: .pause)) comes back to now" : nil
  }

  var notConnected: String { words("not connected to the \(.host)") }

  /// Opens a list over everything else.
  mutating func open(_ list: List<Self>) { overlays[List<Self>.self] = list }

  /// The list that is open, if one is.
  var list: List<Self>? {
    get { overlays[List<Self>.self] }
    _modify { yield &overlays[List<Self>.self] }
  }

  // MARK: Saying

  /// What an entry is called where its group is not seen: its key, with the name of whoever's id is in it.
  func title(of key: String) -> String { known.people.title(of: key, glyphs) }

  /// Says something in the footer.
  mutating func say(_ phrase: Phrase, _ role: Role = .plain) { say(words(phrase), role) }

  /// Says something that is in the right words already; what is written in place is a phrase first of all.
  @_disfavoredOverload
  mutating func say(_ text: String, _ role: Role = .plain) {
    notice = Notice(text: text, role: role, until: now.uptime + Notice.time)
  }
}

/// Something said in the footer until the next key, or for a while.
struct Notice: Hashable, Sendable {
  /// How long a notice stands.
  static let time = Duration.seconds(6)

  var text: String
  var role: Role
  var until: Duration
  /// Whether a program has said it, so that values may be in it.
  var holdsOutput = false
}
