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
  /// How many it takes up while everything is folded that nobody has opened.
  var foldedWeight: Int { get }
}

extension SortedElement {
  var rank: Int64 { 0 }
  var foldedWeight: Int { weight }

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

extension Array where Element: SortedElement {
  /// The elements in their order, given that their keys have so many bytes in common.
  ///
  /// Nearly all keys differ in the first bytes behind those, and as numbers these are compared at once: to sort the keys
  /// of a whole state as texts was half of putting them in their places.
  func inOrder(sharing bytes: Int = 0) -> [Element] {
    guard count > 1 else { return self }
    let numbered = map { (head: $0.sortKey.word(from: bytes), element: $0) }
    return numbered.sorted { left, right in
      left.head == right.head || left.element.rank != right.element.rank
        ? left.element.precedes(right.element) : left.head < right.head
    }.map(\.element)
  }
}

extension String {
  /// Eight bytes from a place on as a number that has their order; those that are not there are zero.
  fileprivate func word(from start: Int) -> UInt64 {
    var copy = self
    return copy.withUTF8 { bytes in
      (start..<start + 8).reduce(0) { $0 << 8 | ($1 < bytes.count ? UInt64(bytes[$1]) : 0) }
    }
  }
}

/// A sorted list that knows where each row is.
///
/// The list is kept in chunks, and each chunk knows how many rows it holds. So one insertion among 100,000
/// elements moves a few hundred of them, and neither "which element is at row 70,000" nor "at which row is this
/// element" walks over them all.
///
/// Rows are counted twice, as they are while what nobody has touched is open and while it is folded: so to open or to
/// fold all at once is to look at the other count, and no walk over all groups.
struct SortedChunks<Element: SortedElement>: Sendable {
  /// How many rows some elements take up.
  private struct Rows: Sendable {
    var (weight, folded) = (0, 0)
    /// How many elements take up no row, or more than one.
    var (odd, foldedOdd) = (0, 0)

    mutating func add(_ element: Element, _ step: Int = 1) {
      let (weight, folded) = (element.weight, element.foldedWeight)
      self.weight += step * weight
      self.folded += step * folded
      if weight != 1 { odd += step }
      if folded != 1 { foldedOdd += step }
    }

    mutating func add(_ rows: Rows, _ step: Int = 1) {
      weight += step * rows.weight
      folded += step * rows.folded
      odd += step * rows.odd
      foldedOdd += step * rows.foldedOdd
    }

    func weight(isFolded: Bool) -> Int { isFolded ? folded : weight }
    /// Whether the element at a row is the element at that index.
    func isEven(isFolded: Bool) -> Bool { (isFolded ? foldedOdd : odd) == 0 }
  }

  private struct Chunk: Sendable {
    private(set) var elements: [Element]
    private(set) var rows = Rows()

    init(_ elements: some Sequence<Element>) {
      self.elements = Array(elements)
      for element in self.elements { rows.add(element) }
    }

    mutating func insert(_ element: Element, at index: Int) {
      elements.insert(element, at: index)
      rows.add(element)
    }

    mutating func remove(at index: Int) -> Element {
      let element = elements.remove(at: index)
      rows.add(element, -1)
      return element
    }

    mutating func modify<Result>(at index: Int, _ body: (inout Element) -> Result) -> Result {
      rows.add(elements[index], -1)
      defer { rows.add(elements[index]) }
      return body(&elements[index])
    }
  }

  /// A chunk that grows beyond this is halved.
  static var fullChunk: Int { 512 }

  /// No chunk is ever empty.
  private var chunks: [Chunk] = []
  /// How many elements there are.
  private(set) var count = 0
  private var rows = Rows()
  /// Whether what nobody has touched is folded.
  var isFolded = false
  /// How many rows all elements take up.
  var weight: Int { rows.weight(isFolded: isFolded) }

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
    rows.add(element)
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
    rows.add(element, -1)
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
    rows.add(chunks[place.chunk].rows, -1)
    defer { rows.add(chunks[place.chunk].rows) }
    return chunks[place.chunk].modify(at: place.index, body)
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

  private func weight(of element: Element) -> Int {
    isFolded ? element.foldedWeight : element.weight
  }

  /// The number of rows before an element, or before the place where it would be.
  func rows(before key: String, rank: Int64 = 0) -> Int {
    let place = place(of: key, rank)
    var rows = 0
    for chunk in chunks[..<place.chunk] { rows += chunk.rows.weight(isFolded: isFolded) }
    guard place.chunk < chunks.count else { return rows }
    let chunk = chunks[place.chunk]
    if chunk.rows.isEven(isFolded: isFolded) { return rows + place.index }
    for element in chunk.elements[..<place.index] { rows += weight(of: element) }
    return rows
  }

  /// The element that takes up a row, and which of its rows that is.
  func element(atRow row: Int) -> (element: Element, row: Int)? {
    guard row >= 0, row < weight else { return nil }
    var rest = row
    for chunk in chunks {
      let weight = chunk.rows.weight(isFolded: isFolded)
      guard rest >= weight else { return element(atRow: rest, in: chunk) }
      rest -= weight
    }
    return nil
  }

  private func element(atRow row: Int, in chunk: Chunk) -> (element: Element, row: Int)? {
    if chunk.rows.isEven(isFolded: isFolded) { return (chunk.elements[row], 0) }
    var rest = row
    for element in chunk.elements {
      let weight = weight(of: element)
      guard rest >= weight else { return (element, rest) }
      rest -= weight
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
    guard !isEmpty else { return rebuild(from: sorted) }
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
    count = elements.count
    defer { rows = chunks.reduce(into: Rows()) { $0.add($1.rows) } }
    // As it is, since most groups fit into one.
    guard count > step else { return chunks = elements.isEmpty ? [] : [Chunk(elements)] }
    chunks = stride(from: 0, to: elements.count, by: step).map {
      Chunk(elements[$0..<min($0 + step, elements.count)])
    }
  }
}

// MARK: - Places

/// Where an element of a sorted list is, for as long as the list is not changed; places have the order of the elements.
struct SortedPlace: Hashable, Comparable, Sendable {
  static let start = SortedPlace(chunk: 0, index: 0)
  /// So much of a place is the place in its chunk.
  private static let chunkBits = 10

  /// Few bits, because a search keeps the places of all that it finds.
  let bits: UInt32

  init(bits: UInt32) { self.bits = bits }

  fileprivate init(chunk: Int, index: Int) {
    bits = UInt32(truncatingIfNeeded: chunk << Self.chunkBits | index)
  }

  fileprivate var chunk: Int { Int(bits) >> Self.chunkBits }
  fileprivate var index: Int { Int(bits) & (1 << Self.chunkBits - 1) }

  /// The place behind; what is there, or in the next chunk, a walk finds out.
  var next: SortedPlace { SortedPlace(bits: bits + 1) }

  static func < (left: SortedPlace, right: SortedPlace) -> Bool { left.bits < right.bits }
}

extension SortedChunks {
  /// Where an element is, or where it would be.
  func place(_ key: String, rank: Int64 = 0) -> SortedPlace {
    let place = place(of: key, rank)
    return SortedPlace(chunk: place.chunk, index: place.index)
  }

  /// What is at a place, if there is anything.
  subscript(place: SortedPlace) -> Element? {
    guard place.chunk < chunks.count, place.index < chunks[place.chunk].elements.count else {
      return nil
    }
    return chunks[place.chunk].elements[place.index]
  }

  /// Walks from a place on, as long as it is told to go on; says at which place it was told not to.
  func walk(from place: SortedPlace, _ body: (SortedPlace, Element) -> Bool) -> SortedPlace? {
    var start = place.index
    for chunk in min(place.chunk, chunks.count)..<chunks.count {
      let elements = chunks[chunk].elements
      for index in min(start, elements.count)..<elements.count {
        let place = SortedPlace(chunk: chunk, index: index)
        guard body(place, elements[index]) else { return place }
      }
      start = 0
    }
    return nil
  }
}

/// The keys of a sorted list as it was, one after the other.
struct SortedKeys<Element: SortedElement>: IteratorProtocol, Sendable {
  private let list: SortedChunks<Element>
  private var place: SortedPlace? = .start

  init(_ list: SortedChunks<Element>) { self.list = list }

  mutating func next() -> String? {
    guard let start = place else { return nil }
    var key: String?
    place = list.walk(from: start) { _, element in
      guard key == nil else { return false }
      key = element.sortKey
      return true
    }
    return key
  }
}
