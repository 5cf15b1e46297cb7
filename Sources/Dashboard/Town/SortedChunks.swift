import SharedState

extension ExactText {
  /// Whether one text comes before another, by bytes.
  static func precedes(_ left: String, _ right: String) -> Bool {
    // For ASCII, which nearly all keys are, Swift's own order is that of the bytes and faster.
    if left.utf8Span.isKnownASCII, right.utf8Span.isKnownASCII { return left < right }
    return left.utf8.lexicographicallyPrecedes(right.utf8)
  }

  /// Texts in the order of their bytes.
  static func sorted(_ texts: some Sequence<String>) -> [String] { texts.sorted(by: precedes) }
}

/// Something that has a place in an order and takes up a number of rows.
protocol SortedElement: Sendable {
  /// What the order is by, byte by byte; no two elements of a collection share it.
  var sortKey: String { get }
  /// How many rows the element takes up.
  var weight: Int { get }
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
    var elements: [Element]
    var weight: Int

    init(_ elements: some Sequence<Element>) {
      self.elements = Array(elements)
      weight = self.elements.reduce(0) { $0 + $1.weight }
    }

    var last: String { elements.last?.sortKey ?? "" }
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

  private struct Place {
    var chunk: Int
    var index: Int
    var isThere: Bool
  }

  /// Where an element is, or where it would go.
  private func place(of key: String) -> Place {
    var (low, high) = (0, chunks.count)
    while low < high {
      let middle = (low + high) / 2
      if ExactText.precedes(chunks[middle].last, key) { low = middle + 1 } else { high = middle }
    }
    guard low < chunks.count else {
      return Place(chunk: low, index: 0, isThere: false)
    }
    let chunk = low
    (low, high) = (0, chunks[chunk].elements.count)
    while low < high {
      let middle = (low + high) / 2
      if ExactText.precedes(chunks[chunk].elements[middle].sortKey, key) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    let isThere = ExactText(chunks[chunk].elements[low].sortKey) == ExactText(key)
    return Place(chunk: chunk, index: low, isThere: isThere)
  }

  subscript(key: String) -> Element? {
    let place = place(of: key)
    return place.isThere ? chunks[place.chunk].elements[place.index] : nil
  }

  func contains(_ key: String) -> Bool { place(of: key).isThere }

  /// Puts an element in its place, and returns whether it was new there.
  @discardableResult
  mutating func insert(_ element: Element) -> Bool {
    var place = place(of: element.sortKey)
    guard !place.isThere else { return false }
    if place.chunk == chunks.count {
      if chunks.isEmpty { chunks.append(Chunk([])) }
      place.chunk = chunks.count - 1
      place.index = chunks[place.chunk].elements.count
    }
    chunks[place.chunk].elements.insert(element, at: place.index)
    chunks[place.chunk].weight += element.weight
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
  mutating func remove(_ key: String) -> Element? {
    let place = place(of: key)
    guard place.isThere else { return nil }
    let element = chunks[place.chunk].elements.remove(at: place.index)
    chunks[place.chunk].weight -= element.weight
    count -= 1
    weight -= element.weight
    if chunks[place.chunk].elements.isEmpty { chunks.remove(at: place.chunk) }
    return element
  }

  /// Changes an element where it is; its place in the order must not change.
  mutating func modify<Result>(_ key: String, _ body: (inout Element) -> Result) -> Result? {
    let place = place(of: key)
    guard place.isThere else { return nil }
    let before = chunks[place.chunk].elements[place.index].weight
    let result = body(&chunks[place.chunk].elements[place.index])
    let change = chunks[place.chunk].elements[place.index].weight - before
    chunks[place.chunk].weight += change
    weight += change
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

  /// The number of rows before an element, or before the place where it would be.
  func rows(before key: String) -> Int {
    let place = place(of: key)
    var rows = 0
    for chunk in chunks[..<place.chunk] { rows += chunk.weight }
    guard place.chunk < chunks.count else { return rows }
    let chunk = chunks[place.chunk]
    if chunk.weight == chunk.elements.count { return rows + place.index }
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
    if chunk.weight == chunk.elements.count { return (chunk.elements[row], 0) }
    var rest = row
    for element in chunk.elements {
      guard rest >= element.weight else { return (element, rest) }
      rest -= element.weight
    }
    return nil
  }

  /// All elements in order.
  var elements: [Element] { chunks.flatMap(\.elements) }

  /// Puts many elements in their places at once: the way in for a whole town.
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
      while let first = new.first, ExactText.precedes(first.sortKey, element.sortKey) {
        merged.append(first)
        new.removeFirst()
      }
      if let first = new.first, ExactText(first.sortKey) == ExactText(element.sortKey) {
        new.removeFirst()
      }
      merged.append(element)
    }
    rebuild(from: merged + new)
  }

  /// Takes out many elements at once.
  mutating func remove(_ keys: Set<ExactText>) {
    guard keys.count > max(16, count / 16) else {
      for key in keys { remove(key.text) }
      return
    }
    rebuild(from: elements.filter { !keys.contains(ExactText($0.sortKey)) })
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
