/// One part of a key.
///
/// Keys are told apart byte by byte, where Swift takes texts for equal that only look alike.
struct Key: Hashable, Sendable {
  let text: String

  init(_ text: String) { self.text = text }

  static func == (left: Key, right: Key) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

  func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}

/// A key as it is written, such as `lesson.town`, and where.
struct DottedKey {
  let parts: [Key]
  let line: Int

  /// The part that is given something; those before it lead there.
  var last: Key { parts[parts.count - 1] }
}

/// Elements by their keys, in the order in which they came.
struct KeyedList<Element> {
  private(set) var keys: [Key] = []
  private(set) var elements: [Element] = []
  private var places: [Key: Int] = [:]

  subscript(key: Key) -> Element? { places[key].map { elements[$0] } }

  /// Appends an element at a key that is not there yet.
  mutating func append(_ element: Element, at key: Key) {
    places[key] = keys.count
    keys.append(key)
    elements.append(element)
  }

  /// The same keys with other elements.
  func map<New>(_ transform: (Element) -> New) -> KeyedList<New> {
    KeyedList<New>(keys: keys, elements: elements.map(transform), places: places)
  }
}

extension KeyedList: Sendable where Element: Sendable {}
