public import SharedState

/// What people of a recording are called instead of by their names and ids: the same everywhere, so that references stay intact.
///
/// Who is a person is known by where people's heads and hands are: the ids in keys such as `avatar.` and `cursor.`, those who own an
/// interaction, and the names in avatars. They are replaced wherever they stand as a word, in keys, in texts and in the names of fields; those of
/// fewer than four characters only where they are all of a text or of a part of a key, since `1` stands for much else.
///
/// ```swift
/// let pseudonyms = try Pseudonyms(of: recording)
/// pseudonyms.text("avatar.3fdabe86")     // "avatar.person-1"
/// pseudonyms.key                         // what tells who is who: not to be given away
/// ```
public struct Pseudonyms: Sendable {
  /// What stands for whom, by what they are called.
  private var replacements: [String: String] = [:]
  /// The same, the longest first, as bytes.
  private var words: [(word: [UInt8], replacement: [UInt8])] = []
  private var people: [(id: String, names: Set<String>)] = []
  private var numbers: [String: Int] = [:]

  /// Finds the people of a recording.
  ///
  /// - Throws: Where a message is malformed, and why.
  /// - Complexity: O(*n*) in the bytes of what is said of the state.
  public init(of recording: Recording) throws(RecordingError) {
    for number in 0..<recording.count where recording.mayHoldState(number) {
      guard let change = try recording.message(number).state else { continue }
      for item in change.items {
        let (key, entry) = (item.key.text, item.entry)
        if let id = Self.person(in: key) { note(id) }
        if key.hasPrefix("interaction."), let id = entry?.value["owner.id"]?.string { note(id) }
        if key.hasPrefix("avatar."), let id = Self.person(in: key),
          let name = entry?.value["name"]?.string, !name.isEmpty
        {
          people[numbers[id] ?? 0].names.insert(name)
        }
      }
    }
    for (number, person) in people.enumerated() {
      replacements[person.id] = "person-\(number + 1)"
    }
    for (number, person) in people.enumerated() {
      // Two of one name cannot be told apart by it, and are not afterwards.
      for name in person.names where replacements[name] == nil {
        replacements[name] = "Person \(number + 1)"
      }
    }
    words = replacements.filter { $0.key.utf8.count >= Self.shortestWord }
      .map { (Array($0.key.utf8), Array($0.value.utf8)) }
      .sorted { ($1.word.count, $0.word.description) < ($0.word.count, $1.word.description) }
  }

  private mutating func note(_ id: String) {
    guard !id.isEmpty, numbers[id] == nil else { return }
    numbers[id] = people.count
    people.append((id, []))
  }

  private static let shortestWord = 4
  private static let families = [
    "avatar.", "playarea.", "cursor.", "user-origin.", "update.index.",
  ]

  private static func person(in key: String) -> String? {
    guard let family = families.first(where: { key.hasPrefix($0) }) else { return nil }
    var id = key.dropFirst(family.count)
    for hand in [".left", ".right"] where family == "cursor." && id.hasSuffix(hand) {
      id = id.dropLast(hand.count)
    }
    return id.isEmpty ? nil : String(id)
  }

  /// Who is who: of each pseudonym the id, and the names.
  public var key: StateValue {
    var table = StateObject()
    for (number, person) in people.enumerated() {
      var entry: StateObject = ["id": .string(person.id)]
      entry["names"] = .array(person.names.sorted().map { .string($0) })
      table["person-\(number + 1)"] = .object(entry)
    }
    return .object(table)
  }

  /// How many people there are.
  public var count: Int { people.count }

  /// A text, such as a key, as it is with pseudonyms.
  ///
  /// - Complexity: O(*n* · *m*) in its bytes and the people.
  public func text(_ text: String) -> String {
    if let replacement = replacements[text] { return replacement }
    let text = inWords(text)
    // Short ones count as a part of a key; what has been replaced is none.
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count > 1, parts.contains(where: { replacements[String($0)] != nil }) else {
      return text
    }
    return parts.map { replacements[String($0)] ?? String($0) }.joined(separator: ".")
  }

  private func inWords(_ text: String) -> String {
    let bytes = Array(text.utf8)
    guard words.contains(where: { $0.word.count <= bytes.count }) else { return text }
    var (result, place, hasChanged): ([UInt8], Int, Bool) = ([], 0, false)
    while place < bytes.count {
      let isStart = place == 0 || !Self.isOfWord(bytes[place - 1])
      let match = isStart ? words.first { Self.stands($0.word, in: bytes, at: place) } : nil
      if let match {
        result += match.replacement
        place += match.word.count
        hasChanged = true
      } else {
        result.append(bytes[place])
        place += 1
      }
    }
    return hasChanged ? String(decoding: result, as: UTF8.self) : text
  }

  private static func stands(_ word: [UInt8], in bytes: [UInt8], at place: Int) -> Bool {
    let end = place + word.count
    guard end <= bytes.count, bytes[place..<end].elementsEqual(word) else { return false }
    return end == bytes.count || !isOfWord(bytes[end])
  }

  /// Whether a byte is of a word; of letters beyond ASCII all are.
  private static func isOfWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"), 0x80...:
      true
    default: false
    }
  }

  /// A value as it is with pseudonyms, whatever it is made of.
  ///
  /// - Complexity: O(*n* · *m*) in its size and the people.
  public func value(_ value: StateValue) -> StateValue {
    switch value {
    case .string(let text): .string(self.text(text))
    case .array(let elements): .array(elements.map { self.value($0) })
    case .object(let object):
      .object(StateObject(object.map { (text($0.key), self.value($0.value)) }))
    case .null, .bool, .int, .double, .bytes: value
    }
  }
}
