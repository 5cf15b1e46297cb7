import ScreenKit
import SharedState
import StateEditing

/// A list over the screen from which something is chosen: the palette, the help, who points here, what is wrong.
///
/// Every list of the dashboard is one of these, so that moving, searching and choosing are learnt once. What choosing an
/// item asks for is the matter of whoever opens the list.
struct Chooser<Choice: Hashable & Sendable>: Sendable {
  /// One thing to choose.
  struct Item: Sendable {
    /// What it is called.
    var label: Line
    /// What typing completes to, if it is that kind of list.
    var name: String?
    /// A word at the right: a key, a time.
    var note = ""
    /// What choosing it does, in a word or two, where that is more than to choose.
    var verb: String?
    /// Other words that it is found by.
    var also = ""
    /// Whether it stands elsewhere too, where a search finds it.
    var isRepeat = false
    /// How many others were chosen after it; `nil` if it was not chosen lately.
    var recency: Int?
    /// Why it cannot be chosen now; `nil` if it can.
    var reason: String?
    /// What choosing it asks for; `nil` for a heading and for a line that is only read.
    var choice: Choice?
    /// Makes the rest of the label, for one that costs something: only once the item is seen.
    var later: (@Sendable (Glyphs) -> Line)?
  }

  /// What a key made of the list.
  enum Answer: Hashable, Sendable {
    case stay
    case close
    case chosen(Choice)
    /// Enter on a text that no item answers to.
    case typed(String)
    /// Tab: what is typed is to be completed.
    case complete
    /// The item under the cursor cannot be chosen, for the reason given.
    case refused(String)
  }

  let title: String
  var items: [Item] { didSet { arrange() } }
  /// Whether letters search; otherwise they move, and `/` begins a search.
  var isTyping: Bool
  /// What stands before the text that is typed.
  let prompt: String
  private(set) var query = "" { didSet { arrange() } }
  /// The items that are shown, by their numbers.
  private var order: [Int] = []
  private var cursor = 0
  private var scroll = Scroll()

  init(_ title: String, _ items: [Item], isTyping: Bool = false, prompt: String = "/") {
    self.title = title
    self.items = items
    self.isTyping = isTyping
    self.prompt = prompt
    order = Array(items.indices)
    cursor = shown.firstIndex { $0.choice != nil } ?? 0
  }

  /// The items that the typed text leaves, best first.
  var shown: LazyMapCollection<[Int], Item> { order.lazy.map { [items] in items[$0] } }

  /// Puts the items that the typed text leaves in order.
  ///
  /// What is called so comes first, then what begins so, then what has the letters in their order, and last what has the
  /// text somewhere else. Among those that fit equally well the ones that were chosen lately come first.
  ///
  /// - Complexity: O(*n*) in the text of the items, and O(*m* log *m*) in the *m* that are left.
  private mutating func arrange() {
    guard !query.isEmpty else {
      order = Array(items.indices)
      return
    }
    let (search, letters) = (Search(query), LooseSearch(query))
    let found = items.indices.compactMap { index in
      items[index].isRepeat ? nil : fit(of: items[index], search, letters).map { (index, $0) }
    }
    order = found.sorted { ($0.1, $0.0) < ($1.1, $1.0) }.map(\.0)
  }

  /// How well an item fits to what is typed, the smaller the better; `nil` if it does not.
  private func fit(of item: Item, _ search: Search, _ letters: LooseSearch) -> Fit? {
    let name = item.name ?? item.label.text
    let recency = item.recency ?? .max
    if item.name == query { return Fit(rank: 0, score: 0, recency: recency) }
    if item.name?.hasPrefix(query) == true { return Fit(rank: 1, score: 0, recency: recency) }
    let scores = [letters.match(in: name)?.score, letters.score(wholeIn: item.label.text)]
    if let score = scores.compactMap(\.self).max() {
      return Fit(rank: 2, score: score, recency: recency)
    }
    guard [item.label.text, item.note, item.also].contains(where: search.matches) else {
      return nil
    }
    return Fit(rank: 3, score: 0, recency: recency)
  }

  private struct Fit: Comparable {
    let rank: Int
    let score: Int
    let recency: Int

    static func < (one: Fit, other: Fit) -> Bool {
      (one.rank, -one.score, one.recency) < (other.rank, -other.score, other.recency)
    }
  }

  /// The item under the cursor.
  var current: Item? {
    order.indices.contains(cursor) ? items[order[cursor]] : nil
  }

  /// Makes the rest of the labels that are seen; a search looks at all of them.
  mutating func prepare(height: Int, glyphs: Glyphs) {
    let top = top(height: height)
    let seen = query.isEmpty ? top..<max(top, top + height) : items.indices
    let due = seen.clamped(to: items.indices).filter { items[$0].later != nil }
    guard !due.isEmpty else { return }
    var made = items
    for index in due {
      guard let later = made[index].later else { continue }
      made[index].label.append(later(glyphs))
      made[index].later = nil
    }
    items = made
  }

  /// Replaces the items, and leaves the cursor on the one that it was on, if that is still there.
  mutating func replace(_ items: [Item]) {
    let choice = current?.choice
    self.items = items
    let shown = shown
    cursor =
      shown.firstIndex { $0.choice != nil && $0.choice == choice }
      ?? max(0, min(cursor, shown.count - 1))
  }

  /// Puts the cursor on the item that asks for something, if there is one.
  mutating func select(_ choice: Choice, height: Int) {
    let shown = shown
    guard let new = shown.firstIndex(where: { $0.choice == choice }) else { return }
    scroll.move(from: cursor, to: new, total: shown.count, height: height)
    cursor = new
  }

  // MARK: Keys

  mutating func take(_ key: Key, height: Int) -> Answer {
    switch key {
    case .escape where isTyping && !query.isEmpty && prompt == "/":
      query = ""
      isTyping = false
    case .escape: return .close
    case .enter: return choose()
    case .tab where isTyping: return .complete
    case .down, .control("n"): move(by: 1, height)
    case .up, .control("p"): move(by: -1, height)
    case .pageDown, .control("f"): move(by: max(1, height - 1), height)
    case .pageUp, .control("b"): move(by: -max(1, height - 1), height)
    case .home: move(by: -items.count, height)
    case .end: move(by: items.count, height)
    case .backspace where isTyping: retype(String(query.dropLast()))
    case .control("u") where isTyping: retype("")
    case .character(let character) where isTyping: retype(query + String(character))
    case .character("/"): isTyping = true
    case .character("j"): move(by: 1, height)
    case .character("k"): move(by: -1, height)
    case .character("g"): move(by: -items.count, height)
    case .character("G"): move(by: items.count, height)
    case .character(" "): move(by: max(1, height - 1), height)
    case .character("q"), .character("?"), .function(1): return .close
    default: break
    }
    return .stay
  }

  /// No longer text can be typed.
  static var longest: Int { 2000 }

  /// Replaces what is typed, for a paste or a completion; what is too long is left as it was, for its end may say the most.
  mutating func retype(_ text: String) {
    guard text.count <= Self.longest else { return }
    query = text
    cursor = shown.firstIndex { $0.choice != nil } ?? 0
    scroll = Scroll()
  }

  private func choose() -> Answer {
    guard let item = current else { return query.isEmpty ? .stay : .typed(query) }
    guard let choice = item.choice else { return .stay }
    return item.reason.map(Answer.refused) ?? .chosen(choice)
  }

  /// Moves the cursor over the items that can be chosen, and beyond them over the lines that are only read.
  private mutating func move(by rows: Int, _ height: Int) {
    let shown = shown
    let places = shown.indices.filter { shown[$0].choice != nil }
    let position = places.firstIndex { $0 >= cursor } ?? places.indices.last
    guard let position, places[max(0, min(position + rows, places.count - 1))] != cursor else {
      scroll(by: rows, height: height)
      return
    }
    let new = places[max(0, min(position + rows, places.count - 1))]
    scroll.move(from: cursor, to: new, total: shown.count, height: height)
    cursor = new
  }

  // MARK: The pointer

  /// Takes in a click on a row of the list, counted from the top of what is seen.
  mutating func click(row: Int, height: Int) -> Answer {
    let (shown, target) = (shown, top(height: height) + row)
    guard shown.indices.contains(target), shown[target].choice != nil else { return .stay }
    if target == cursor { return choose() }
    cursor = target
    return .stay
  }

  mutating func scroll(by rows: Int, height: Int) {
    scroll.scroll(by: rows, cursor: cursor, total: shown.count, height: height)
  }

  private func top(height: Int) -> Int {
    scroll.top(cursor: cursor, total: shown.count, height: height)
  }
}

// MARK: - Drawing

extension Chooser {
  /// Where the list is drawn within the body of the screen.
  func rect(in body: Rect) -> Rect {
    guard body.columns > 90 else { return body }
    let columns = 84
    let rows = min(body.rows, max(6, items.count + 3))
    return Rect(
      column: body.column + (body.columns - columns) / 2,
      row: body.row + (body.rows - rows) / 3,
      columns: columns,
      rows: rows
    )
  }

  /// The rows for items, in a list drawn in a rectangle.
  func listRect(in rect: Rect) -> Rect {
    let inside = rect.rows >= 4 && rect.columns >= 4 ? rect.inset(by: 1) : rect
    return isTyping ? inside.top(1).rest : inside
  }

  func draw(into grid: inout Grid, _ rect: Rect, glyphs: Glyphs) {
    grid.fill(rect)
    let isFramed = rect.rows >= 4 && rect.columns >= 4
    if isFramed {
      grid.box(
        rect,
        title: title,
        style: Style(.focusedBorder),
        titleStyle: Style(.title, .bold),
        glyphs: glyphs
      )
    }
    let list = listRect(in: rect)
    if isTyping { drawQuery(into: &grid, (isFramed ? rect.inset(by: 1) : rect).line(0), glyphs) }
    let shown = shown
    let top = top(height: list.rows)
    for row in 0..<list.rows where top + row < shown.count {
      draw(marked(shown[top + row]), into: &grid, list.line(row), glyphs)
      if top + row == cursor, shown[top + row].choice != nil {
        grid.restyle(list.line(row)) { $0 = Style(.selection, $0.emphasis.union(.reverse)) }
      }
    }
    if shown.isEmpty {
      grid.write(Line(" nothing of that name", .muted), in: list.line(0), glyphs: glyphs)
    }
    let below = shown.count - top - list.rows
    guard isFramed, below > 0 else { return }
    let more = Line(" \(Phrases.grouped(below)) more below ", .muted)
    grid.writeRight(more, in: rect.line(rect.rows - 1).left(rect.columns - 2).0, glyphs: glyphs)
  }

  private func drawQuery(into grid: inout Grid, _ place: Rect, _ glyphs: Glyphs) {
    let (_, field) = place.left(1)
    let shown = TextWidth.end(of: prompt + query, columns: max(1, field.columns - 1))
    grid.write(Line(shown, .plain, .bold), in: field, glyphs: glyphs)
    let column = field.column + TextWidth.columns(of: shown)
    grid.cursor = Point(column: min(column, max(field.column, field.endColumn - 1)), row: field.row)
  }

  /// An item with what was found in it made to stand out.
  private func marked(_ item: Item) -> Item {
    guard !query.isEmpty else { return item }
    var item = item
    let (label, search) = (item.label.text, Search(query))
    if let match = LooseSearch(query).match(in: item.name ?? label) {
      // A name that is not in the label stands at the right, where nothing is marked.
      guard
        let start = item.name.map({ Search($0).range(in: label)?.lowerBound }) ?? label.startIndex
      else { return item }
      let offset = label.utf8.distance(from: label.startIndex, to: start)
      item.label = item.label.marking(bytes: match.places.map { $0 + offset })
    } else if let range = search.range(in: label) {
      let start = label.utf8.distance(from: label.startIndex, to: range.lowerBound)
      let end = label.utf8.distance(from: label.startIndex, to: range.upperBound)
      item.label = item.label.marking(bytes: Array(start..<end))
    }
    return item
  }

  /// Draws an item.
  ///
  /// One that cannot be chosen has a dot before it, and its reason as far as there is room: the
  /// footer says it too.
  private func draw(_ item: Item, into grid: inout Grid, _ place: Rect, _ glyphs: Glyphs) {
    let field = place.inset(columns: 1, rows: 0)
    let free = grid.writeRight(Line(item.note, .muted), in: field, glyphs: glyphs)
    guard let reason = item.reason else {
      grid.write(item.label, in: free, glyphs: glyphs)
      return
    }
    grid.write(Line(glyphs.dot, .muted), in: place, glyphs: glyphs)
    var line = item.label.restyled(.muted)
    if line.columns + 2 + TextWidth.columns(of: reason) < free.columns {
      line.append("  \(reason)", .muted)
    }
    grid.write(line, in: free, glyphs: glyphs)
  }
}
