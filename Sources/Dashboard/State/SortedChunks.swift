import SharedState

extension String {
  /// Whether one text comes before another, by bytes.
  func precedes(_ other: String) -> Bool {
    // For ASCII, which nearly all keys are, Swift's own order is that of the bytes and faster.
    if utf8Span.isKnownASCII, other.utf8Span.isKnownASCII { return self < other }
    return utf8.lexicographicallyPrecedes(other.utf8)
  }
}

extension StateKey {
  /// Texts in the order of their bytes.
  static func sorted(_ texts: some Sequence<String>) -> [String] {
    texts.sorted { $0.precedes($1) }
  }
}

/// Something that has a place in an order and takes up a number of rows.
protocol SortedElement: Sendable {
  /// What elements of one rank are ordered by, byte by byte; no two elements of a collection share it.
  var sortKey: String { get }
  /// What the order is by before the key, the lowest first.
  var rank: Int64 { get }
  /// How many rows the element takes up; none at all if it is out of sight.
  var weight: Int { get }
}

extension SortedElement {
  var rank: Int64 { 0 }

  /// Whether this comes before another element.
  func precedes(_ other: Self) -> Bool { precedes(other.sortKey, other.rank) }

  fileprivate func precedes(_ key: String, _ otherRank: Int64) -> Bool {
    rank == otherRank ? sortKey.precedes(key) : rank < otherRank
  }

  fileprivate func isAt(_ key: String, _ otherRank: Int64) -> Bool {
    rank == otherRank && sortKey.isSame(as: key)
  }
}

extension String: SortedElement {
  var sortKey: String { self }
  var weight: Int { 1 }
}

/// A sorted list that knows where each row is.
///
/// The list is kept in chunks, and each chunk knows how many rows it holds. So one insertion among 100,000
/// elements moves a few hundred of them, and neither "which element is at row 70,000" nor "at which row is this
/// element" walks over them all.
struct SortedChunks<Element: SortedElement>: Sendable {
  private struct Chunk: Sendable {
    private(set) var elements: [Element]
    private(set) var weight: Int
    /// How many elements take up no row, or more than one.
    private var odd: Int

    init(_ elements: some Sequence<Element>) {
      self.elements = Array(elements)
      weight = self.elements.reduce(0) { $0 + $1.weight }
      odd = self.elements.count { $0.weight != 1 }
    }

    /// Whether the element at a row is the element at that index.
    var isEven: Bool { odd == 0 }

    mutating func insert(_ element: Element, at index: Int) {
      elements.insert(element, at: index)
      weight += element.weight
      if element.weight != 1 { odd += 1 }
    }

    mutating func remove(at index: Int) -> Element {
      let element = elements.remove(at: index)
      weight -= element.weight
      if element.weight != 1 { odd -= 1 }
      return element
    }

    mutating func modify<Result>(at index: Int, _ body: (inout Element) -> Result) -> Result {
      let before = elements[index].weight
      let result = body(&elements[index])
      let after = elements[index].weight
      weight += after - before
      odd += (after != 1 ? 1 : 0) - (before != 1 ? 1 : 0)
      return result
    }
  }

  /// A chunk that grows beyond this is halved.
  static var fullChunk: Int { 512 }

  /// No chunk is ever empty.
  private var chunks: [Chunk] = []
  /// How many elements there are.
  private(set) var count = 0
  /// How many rows all elements take up.
  private(set) var weight = 0

  var isEmpty: Bool { count == 0 }

  private struct ChunkPlace {
    var chunk: Int
    var index: Int
    var isThere: Bool
  }

  /// Where an element is, or where it would go.
  private func place(of key: String, _ rank: Int64) -> ChunkPlace {
    var (low, high) = (0, chunks.count)
    while low < high {
      let middle = (low + high) / 2
      let isBefore = chunks[middle].elements.last?.precedes(key, rank) ?? true
      if isBefore { low = middle + 1 } else { high = middle }
    }
    guard low < chunks.count else {
      return ChunkPlace(chunk: low, index: 0, isThere: false)
    }
    let chunk = low
    (low, high) = (0, chunks[chunk].elements.count)
    while low < high {
      let middle = (low + high) / 2
      if chunks[chunk].elements[middle].precedes(key, rank) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    let isThere = chunks[chunk].elements[low].isAt(key, rank)
    return ChunkPlace(chunk: chunk, index: low, isThere: isThere)
  }

  subscript(key: String, rank: Int64 = 0) -> Element? {
    let place = place(of: key, rank)
    return place.isThere ? chunks[place.chunk].elements[place.index] : nil
  }

  func contains(_ key: String, rank: Int64 = 0) -> Bool { place(of: key, rank).isThere }

  /// Puts an element in its place, and returns whether it was new there.
  @discardableResult
  mutating func insert(_ element: Element) -> Bool {
    var place = place(of: element.sortKey, element.rank)
    guard !place.isThere else { return false }
    if place.chunk == chunks.count {
      if chunks.isEmpty { chunks.append(Chunk([])) }
      place.chunk = chunks.count - 1
      place.index = chunks[place.chunk].elements.count
    }
    chunks[place.chunk].insert(element, at: place.index)
    count += 1
    weight += element.weight
    if chunks[place.chunk].elements.count > Self.fullChunk { halve(place.chunk) }
    return true
  }

  private mutating func halve(_ chunk: Int) {
    let elements = chunks[chunk].elements
    let middle = elements.count / 2
    chunks.replaceSubrange(
      chunk...chunk,
      with: [Chunk(elements[..<middle]), Chunk(elements[middle...])]
    )
  }

  /// Takes an element out, and returns it.
  @discardableResult
  mutating func remove(_ key: String, rank: Int64 = 0) -> Element? {
    let place = place(of: key, rank)
    guard place.isThere else { return nil }
    let element = chunks[place.chunk].remove(at: place.index)
    count -= 1
    weight -= element.weight
    if chunks[place.chunk].elements.isEmpty { chunks.remove(at: place.chunk) }
    return element
  }

  /// Changes an element where it is; its place in the order must not change.
  mutating func modify<Result>(
    _ key: String,
    rank: Int64 = 0,
    _ body: (inout Element) -> Result
  ) -> Result? {
    let place = place(of: key, rank)
    guard place.isThere else { return nil }
    let before = chunks[place.chunk].weight
    let result = chunks[place.chunk].modify(at: place.index, body)
    weight += chunks[place.chunk].weight - before
    return result
  }

  /// Changes every element; the order must not change.
  mutating func modifyAll(_ body: (inout Element) -> Void) {
    rebuild(
      from: mapped { element in
        var element = element
        body(&element)
        return element
      }
    )
  }

  private func mapped(_ body: (Element) -> Element) -> [Element] {
    chunks.flatMap { $0.elements.map(body) }
  }

  /// Gives every element a new place.
  mutating func reorder(_ body: (Element) -> Element) {
    rebuild(from: mapped(body).sorted { $0.precedes($1) })
  }

  /// The number of rows before an element, or before the place where it would be.
  func rows(before key: String, rank: Int64 = 0) -> Int {
    let place = place(of: key, rank)
    var rows = 0
    for chunk in chunks[..<place.chunk] { rows += chunk.weight }
    guard place.chunk < chunks.count else { return rows }
    let chunk = chunks[place.chunk]
    if chunk.isEven { return rows + place.index }
    for element in chunk.elements[..<place.index] { rows += element.weight }
    return rows
  }

  /// The element that takes up a row, and which of its rows that is.
  func element(atRow row: Int) -> (element: Element, row: Int)? {
    guard row >= 0, row < weight else { return nil }
    var rest = row
    for chunk in chunks {
      guard rest >= chunk.weight else { return Self.element(atRow: rest, in: chunk) }
      rest -= chunk.weight
    }
    return nil
  }

  private static func element(atRow row: Int, in chunk: Chunk) -> (element: Element, row: Int)? {
    if chunk.isEven { return (chunk.elements[row], 0) }
    var rest = row
    for element in chunk.elements {
      guard rest >= element.weight else { return (element, rest) }
      rest -= element.weight
    }
    return nil
  }

  var elements: [Element] { chunks.flatMap(\.elements) }

  /// Puts many elements in their places at once: the way in for a whole state.
  ///
  /// - Parameter sorted: elements in order; those that are there already are passed over.
  mutating func insert(sorted: [Element]) {
    guard sorted.count > max(16, count / 16) else {
      for element in sorted { insert(element) }
      return
    }
    var merged: [Element] = []
    merged.reserveCapacity(count + sorted.count)
    var new = sorted[...]
    for element in elements {
      while let first = new.first, first.precedes(element) {
        merged.append(first)
        new.removeFirst()
      }
      if let first = new.first, first.isAt(element.sortKey, element.rank) {
        new.removeFirst()
      }
      merged.append(element)
    }
    rebuild(from: merged + new)
  }

  /// Takes out many elements at once, given the rank of each.
  mutating func remove(_ keys: Set<StateKey>, rank: (String) -> Int64 = { _ in 0 }) {
    guard keys.count > max(16, count / 16) else {
      for key in keys { remove(key.text, rank: rank(key.text)) }
      return
    }
    rebuild(from: elements.filter { !keys.contains(StateKey($0.sortKey)) })
  }

  private mutating func rebuild(from elements: [Element]) {
    let step = Self.fullChunk / 2
    chunks = stride(from: 0, to: elements.count, by: step).map {
      Chunk(elements[$0..<min($0 + step, elements.count)])
    }
    count = elements.count
    weight = chunks.reduce(0) { $0 + $1.weight }
  }
}
