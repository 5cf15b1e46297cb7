import SharedState
import ScreenKit

/// What a command answered, in full, in rows that scroll.
struct CallReport: Hashable, Sendable {
  /// Of a longer answer the beginning is shown.
  static let capacity = 64_000
  /// What is nested more deeply is not laid out: its margins would take more room than itself.
  private static let deepest = 32

  private let lines: [String]
  private var rows: [String] = []
  private var columns = 0
  private var height = 0
  /// The first row that is seen.
  private(set) var top = 0

  /// Prepares a value.
  ///
  /// - Complexity: O(``capacity``), however large the value.
  init(_ value: StateValue) {
    let excerpt = ValueExcerpt.text(value, budget: Self.capacity)
    guard excerpt.utf8.count < Self.capacity else {
      lines = [excerpt, "", Self.cutWords]
      return
    }
    let text = Self.isDeep(value, by: 0) ? value.text : value.text(indent: 2)
    lines = Self.lines(of: text)
  }

  /// Prepares what somebody said.
  init(words: String) {
    let shown = words.prefix(Self.capacity)
    lines =
      Self.lines(of: String(shown)) + (shown.endIndex < words.endIndex ? ["", Self.cutWords] : [])
  }

  private static var cutWords: String {
    "There is more: the first \(Phrases.grouped(capacity)) characters are shown."
  }

  private static func lines(of text: String) -> [String] {
    text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
  }

  private static func isDeep(_ value: StateValue, by depth: Int) -> Bool {
    guard depth < deepest else { return true }
    return switch value {
    case .array(let elements): elements.contains { isDeep($0, by: depth + 1) }
    case .object(let object): object.contains { isDeep($0.value, by: depth + 1) }
    default: false
    }
  }

  // MARK: Rows

  /// The text in rows of at most so many columns.
  func rows(columns: Int) -> [String] {
    columns == self.columns ? rows : lines.flatMap { Self.fold($0, columns: columns) }
  }

  /// Breaks a line wherever a row is full, so that nothing is left out.
  private static func fold(_ line: String, columns: Int) -> [String] {
    guard TextWidth.exceeds(line, columns: columns), columns > 0 else { return [line] }
    var (rows, row, width): ([String], String, Int) = ([], "", 0)
    for character in line {
      let columnsOfIt = TextWidth.columns(of: String(character))
      if width + columnsOfIt > columns, !row.isEmpty {
        rows.append(row)
        (row, width) = ("", 0)
      }
      row.append(character)
      width += columnsOfIt
    }
    return rows + [row]
  }

  /// Fits the text into a place, and remembers how.
  mutating func layOut(in place: Rect) {
    if place.columns != columns { (rows, columns) = (rows(columns: place.columns), place.columns) }
    height = place.rows
    scroll(by: 0)
  }

  /// Scrolls as far as there are rows.
  mutating func scroll(by distance: Int) { top = max(0, min(top + distance, rows.count - height)) }

  var page: Int { max(1, height - 1) }
}
