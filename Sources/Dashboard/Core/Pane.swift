import ScreenKit
import SharedState

/// How far a cursor goes.
enum CursorMove: Hashable, Sendable {
  case line, halfPage, page, all

  /// How many rows that is; the whole list counts as more than there can be.
  func rows(of height: Int) -> Int {
    switch self {
    case .line: 1
    case .halfPage: max(1, height / 2)
    case .page: max(1, height - Scroll.context)
    case .all: 1_000_000_000
    }
  }
}

/// One pane: rows with a cursor that keys move, in a frame with a title and a note.
///
/// Rows are counted from the first that there is; heights are those of the list, without head and foot. What changes
/// nothing answers so, and says why.
protocol Pane<Host>: Sendable {
  associatedtype Host: Dashboard.Host

  var id: PaneID { get }
  /// The place that it takes on the screen.
  var slot: Layout.Slot { get }

  /// Whether there is anything in it for a person who goes from pane to pane.
  func isOffered(in host: Host) -> Bool

  /// What is under the cursor, for a pane in which actions find what they are about.
  func row(in host: Host) -> TreeRow?
  /// Moves the cursor by so many rows; says whether it moved.
  func move(by rows: Int, height: Int, in host: inout Host) -> Bool
  /// Moves the cursor to a row by its number, as a count before `g` does; `nil` where rows have no numbers.
  func go(to row: Int, height: Int, in host: inout Host) -> Bool?
  func scroll(by rows: Int, height: Int, in host: inout Host)
  /// Notes that a person wants the cursor where it is, whatever moves about it.
  func pinCursor(in host: inout Host)
  /// The keys of the entries whose rows are seen.
  func keysInSight(height: Int, in host: Host) -> [String]
  /// Puts the cursor on a row that is seen, counted from the top; a click on the row that has it opens or closes it.
  func click(line: Int, height: Int, hadFocus: Bool, in host: inout Host) -> ActionResult

  /// The field that a step means, of the entry under the cursor.
  func field(
    for step: FieldSwitch,
    of key: String,
    _ entry: StateValue,
    in host: Host
  ) -> FieldMeant
  /// The group that an empty pane is about, as a prefix.
  var prefix: String? { get }

  /// What Enter does on this row, in a word or two.
  func enterWord(in host: Host) -> String
  /// Why there is nothing to open, if there is not.
  func reasonNotToOpen(in host: Host) -> String?
  func toggle(in host: inout Host) -> ActionResult
  func goInto(in host: inout Host) -> ActionResult
  func goOut(in host: inout Host) -> ActionResult
  /// Opens or closes everything; says whether that changed anything.
  func setAllOpen(_ isOpen: Bool, in host: inout Host) -> Bool

  /// How many rows of its inside are not for its list.
  func reservedRows(of inside: Rect, in host: Host) -> Int
  func settle(height: Int, in host: inout Host)
  /// When it changes by itself while it is seen.
  func wakeUp(of host: Host) -> Duration?

  /// Whether the row of an entry says the whole key.
  func tells(_ key: String, in columns: Int, of host: Host) -> Bool
  func title(in host: Host) -> String
  /// A word on the lower edge: how much there is beside what is seen.
  func note(height: Int, in host: Host) -> String?
  func draw(_ host: Host, into grid: inout Grid, _ rect: Rect, hasFocus: Bool)
  /// Whether it is dimmed while the state may be out of date.
  var goesStale: Bool { get }
  /// Where the cursor is, in words.
  func spoken(in host: Host) -> SpokenPlace
}

extension Pane {
  func isOffered(in host: Host) -> Bool { true }
  func field(
    for step: FieldSwitch,
    of key: String,
    _ entry: StateValue,
    in host: Host
  ) -> FieldMeant {
    .path(.root)
  }
  var prefix: String? { nil }
  func pinCursor(in host: inout Host) {}
  func keysInSight(height: Int, in host: Host) -> [String] { [] }
  func row(in host: Host) -> TreeRow? { nil }
  func go(to row: Int, height: Int, in host: inout Host) -> Bool? { nil }
  func goInto(in host: inout Host) -> ActionResult { .nothing("there is nothing more inside") }
  func goOut(in host: inout Host) -> ActionResult {
    .nothing("it is closed, and there is nothing around it")
  }
  func setAllOpen(_ isOpen: Bool, in host: inout Host) -> Bool { false }
  func reservedRows(of inside: Rect, in host: Host) -> Int { 0 }
  func wakeUp(of host: Host) -> Duration? { nil }
  func note(height: Int, in host: Host) -> String? { nil }
  func tells(_ key: String, in columns: Int, of host: Host) -> Bool { false }
  func title(in host: Host) -> String { host.words(id.name) }
  var goesStale: Bool { true }
}

/// A whole key, over as many rows as it takes, for panes that show it by another name.
enum KeyRows {
  private static let most = 4

  static func lines(_ key: String, _ columns: Int, _ glyphs: Glyphs) -> [Line] {
    TextFlow.rows(of: key, columns: columns, most: most, glyphs: glyphs).map { Line($0, .muted) }
  }
}

/// Where the cursor is, in words.
struct SpokenPlace: Hashable, Sendable {
  var id: String
  var position = ""
  var text = ""
  var age = ""

  /// Which of how many it is.
  static func position(_ index: Int?, of total: Int) -> String {
    index.map { "\(Phrases.grouped($0 + 1)) of \(Phrases.grouped(total))" } ?? ""
  }
}
