import ScreenKit
import SharedState

/// A place in the foldable tree of a value.
///
/// A long list is shown in pages (`[0 … 99]`, `[100 … 199]`), so a place is a path and, for a page, the positions
/// that it holds.
struct FieldID: Hashable, Sendable {
  var path: ValuePath
  /// The positions of a page; `nil` for a field or element itself.
  var page: Range<Int>?

  init(_ path: ValuePath, page: Range<Int>? = nil) {
    self.path = path
    self.page = page
  }
}

/// One line of a value's tree.
struct FieldLine: Sendable {
  /// How a line can be opened.
  enum Fold: Sendable {
    case leaf, closed, open
  }

  let id: FieldID
  let depth: Int
  let name: String
  let value: StateValue
  let fold: Fold
}

/// Lays out a value as lines, going only into what is open.
///
/// However large a value is, only so many lines are made as are open: long lists and dictionaries come in pages
/// of a hundred, which are closed until somebody opens them.
struct FieldTree {
  /// A list or dictionary longer than this comes in pages of so many.
  static let pageSize = 100
  /// What is open by itself stops after so many lines.
  static let openedByItself = 300
  /// Nothing deeper is entered.
  static let deepest = 64

  /// What a person has opened and closed, by the path in words, so that it holds for all entries of a group.
  let folds: [String: Bool]
  /// What happens to places that nobody has touched: `nil` follows the shape of the value.
  let all: Bool?
  private(set) var lines: [FieldLine] = []

  init(_ value: StateValue, folds: [String: Bool] = [:], all: Bool? = nil) {
    self.folds = folds
    self.all = all
    let root = FieldID(.root)
    if Self.count(of: value) > 0 {
      addInside(of: root, value, depth: 0)
    } else {
      lines = [FieldLine(id: root, depth: 0, name: "", value: value, fold: .leaf)]
    }
  }

  private static func count(of value: StateValue) -> Int {
    switch value {
    case .array(let elements): elements.count
    case .object(let object): object.count
    default: 0
    }
  }

  private mutating func addInside(of id: FieldID, _ value: StateValue, depth: Int) {
    let positions = id.page ?? 0..<Self.count(of: value)
    guard positions.count > Self.pageSize else {
      for position in positions { addChild(position, of: id.path, value, depth: depth) }
      return
    }
    var span = Self.pageSize
    while positions.count > span * Self.pageSize { span *= Self.pageSize }
    for start in stride(from: positions.lowerBound, to: positions.upperBound, by: span) {
      let page = start..<min(start + span, positions.upperBound)
      add(FieldID(id.path, page: page), named: "", value, depth: depth)
    }
  }

  private mutating func addChild(
    _ position: Int,
    of path: ValuePath,
    _ value: StateValue,
    depth: Int
  ) {
    switch value {
    case .array(let elements):
      let id = FieldID(path.appending(.element(position)))
      add(id, named: "[\(position)]", elements[position], depth: depth)
    case .object(let object):
      let field = object[object.startIndex + position]
      add(FieldID(path.appending(.field(field.key))), named: field.key, field.value, depth: depth)
    default: break
    }
  }

  private mutating func add(_ id: FieldID, named name: String, _ value: StateValue, depth: Int) {
    let hasInside = Self.count(of: value) > 0 && depth < Self.deepest
    let isOpen = hasInside && isOpen(id, value, depth: depth)
    lines.append(
      FieldLine(
        id: id,
        depth: depth,
        name: name,
        value: value,
        fold: !hasInside ? .leaf : isOpen ? .open : .closed
      )
    )
    if isOpen { addInside(of: id, value, depth: depth + 1) }
  }

  private func isOpen(_ id: FieldID, _ value: StateValue, depth: Int) -> Bool {
    if let choice = folds[Self.words(id)] { return choice }
    guard lines.count < Self.openedByItself else { return false }
    if let all { return all && id.page == nil }
    guard id.page == nil, depth < 4 else { return false }
    switch value {
    case .object(let object): return object.count <= 20
    case .array(let elements):
      // A colour, a position or a set of atoms is read as one.
      return elements.count <= 20 && elements.contains { Self.count(of: $0) > 0 }
    default: return false
    }
  }

  /// A place in words.
  static func words(_ id: FieldID) -> String {
    let path = id.path.description
    return id.page.map { "\(path)\($0.lowerBound)..<\($0.upperBound)" } ?? path
  }
}
