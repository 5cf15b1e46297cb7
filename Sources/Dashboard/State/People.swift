import SharedState
import StateInspection
import ScreenKit

/// Who is in the state, by what they call themselves, so that a key that bears somebody's id is said with a name.
///
/// Programs give their user an id, and the user's avatar tells the name. Other keys of the same user hold the id too:
/// `cursor.929680e7-….left` is read as `cursor Ada · left`. Names are what peers say of themselves, so they are for
/// reading only: nothing is ever looked up or sent by a name.
struct People: Sendable {
  /// So many who have left keep their names, for what they have built stands longer than they do.
  static let mostDeparted = 1000
  /// No more of a name is shown.
  static let longestName = 40
  private static let mostCompared = 100
  /// A longer text is no key that anybody says.
  private static let longestKey = 1000
  /// A shorter text may be an id and yet be a word in keys that have nothing to do with it.
  static let leastTelling = 8

  /// A number that is another one whenever somebody has another name.
  private(set) var version = 0
  /// The ids of all who are here, and of those who have left and are remembered.
  private var ids: Set<StateKey> = []
  private var names: [StateKey: String] = [:]
  /// Who is called so and is here.
  private var namesakes: [String: [String]] = [:]
  private var departed: Set<StateKey> = []
  /// How long ids are, so that most parts of keys are known at once to be none.
  private var lengths: Set<Int> = []

  // MARK: Taking in

  /// The group in which everybody who is here has an avatar.
  static let prefix = "avatar."

  /// The key of somebody's avatar.
  static func avatar(of id: some StringProtocol) -> String { prefix + id }

  /// Whose avatar a key is of; `nil` for any other key.
  static func avatar(in key: String) -> String? {
    key.begins(with: prefix) && key.utf8.count > prefix.utf8.count ? KeyParts(key).name : nil
  }

  /// Takes in what an entry holds, if it is an avatar; `nil` if it has been removed.
  ///
  /// - Complexity: O(*n*) in the bytes of an avatar, O(1) for any other key.
  mutating func note(_ key: String, _ entry: StateEntry?) {
    guard let id = Self.avatar(in: key) else { return }
    let known = StateKey(id)
    let old = departed.contains(known) ? nil : names[known]
    guard let entry else { return leave(id, old) }
    let new = Self.name(in: entry)
    let isBack = departed.remove(known) != nil
    if ids.insert(known).inserted { lengths.insert(id.utf8.count) }
    guard new != old || isBack else { return }
    version += 1
    forget(id, old)
    names[known] = new
    if let new { namesakes[new, default: []].append(id) }
  }

  private mutating func leave(_ id: String, _ name: String?) {
    guard let name else {
      if names[StateKey(id)] == nil { ids.remove(StateKey(id)) }
      return
    }
    version += 1
    forget(id, name)
    if departed.count >= Self.mostDeparted {
      for id in departed {
        names[id] = nil
        ids.remove(id)
      }
      departed = []
    }
    departed.insert(StateKey(id))
  }

  private mutating func forget(_ id: String, _ name: String?) {
    guard let name else { return }
    namesakes[name]?.removeAll { $0.isSame(as: id) }
    if namesakes[name]?.isEmpty == true { namesakes[name] = nil }
  }

  private static func name(in entry: StateEntry) -> String? {
    guard case .string(let name)? = entry.glanced?["name"] else { return nil }
    // What hides or commands is made visible here, so that two names that look alike are told apart by their ids.
    let shown = TextWidth.safe(name.prefix(longestName)).split(separator: " ").joined(
      separator: " "
    )
    return shown.isEmpty ? nil : shown
  }

  // MARK: Names

  /// Whether nobody is here.
  var isEmpty: Bool { ids.count <= departed.count }

  /// Whether anybody has told a name, so that keys may be read otherwise than they are spelt.
  var knowsNames: Bool { !names.isEmpty }

  /// The ids of those who are here, by what they call themselves.
  ///
  /// - Complexity: O(*n* log *n*) in the number of those who have been here.
  var here: [String] {
    let present = ids.subtracting(departed).map { (id: $0, name: names[$0] ?? $0.text) }
    return present.sorted { ($0.name, $0.id.text) < ($1.name, $1.id.text) }.map(\.id.text)
  }

  /// What somebody is called, with the beginning of their id where others are called the same; `nil` if nobody with
  /// this id has told a name.
  func name(of id: String) -> String? {
    guard let name = names[StateKey(id)] else { return nil }
    // Of very many who are called alike, some are as good as all.
    let others = (namesakes[name] ?? []).prefix(Self.mostCompared)
      .filter { !$0.isSame(as: id) }
    return others.isEmpty ? name : "\(name) \(Self.beginning(of: id, beside: others))"
  }

  /// As much of an id as tells it from others, and four letters at least.
  private static func beginning(of id: String, beside others: [String]) -> Substring {
    let length = (4...max(4, id.count)).first { length in
      !others.contains { $0.prefix(length) == id.prefix(length) }
    }
    return id.prefix(length ?? id.count)
  }

  /// A key in which somebody's id stands: what is before it, what they are called, and what is behind it.
  private struct Owned {
    let before: Substring
    let name: String
    let after: Substring
  }

  private func owned(_ key: String) -> Owned? {
    guard let place = place(inKey: key) else { return nil }
    let id = String(key[place])
    return name(of: id).map { name in
      Owned(
        before: key[..<key.utf8.index(before: place.lowerBound)],
        name: name,
        after: key[place.upperBound...].dropFirst()
      )
    }
  }

  /// Where an id stands in a key: where programs put it, or in a part that is too long to be a word by chance.
  private func place(inKey key: String) -> Range<String.Index>? {
    guard !ids.isEmpty, key.utf8.count <= Self.longestKey else { return nil }
    let isID = { (place: Range<String.Index>) in ids.contains(StateKey(String(key[place]))) }
    if let place = Links.personID(inKey: key), isID(place) { return place }
    let dot = UInt8(ascii: ".")
    var start = key.utf8.firstIndex(of: dot)
    while let before = start {
      let first = key.utf8.index(after: before)
      start = key.utf8[first...].firstIndex(of: dot)
      let part = first..<(start ?? key.endIndex)
      let length = key.utf8.distance(from: first, to: part.upperBound)
      if length >= Self.leastTelling, lengths.contains(length), isID(part) { return part }
    }
    return nil
  }

  /// What an entry is called in its group: `Ada · left`, `Ada's selection 0`, or the name that its key gives it.
  func name(ofEntry key: String, columns: Int = .max, _ glyphs: Glyphs) -> String {
    let parts = KeyParts(key)
    guard let prefix = parts.prefix, let owned = owned(key) else { return parts.name }
    if let number = Self.number(of: key, owned) {
      let whole = "\(owned.name)'s selection \(number)"
      if TextWidth.columns(of: whole) <= columns { return whole }
    }
    // The name first: where there is little room, a key is cut in its middle.
    let before =
      owned.before.utf8.count < prefix.utf8.count
      ? "" : String(owned.before.dropFirst(prefix.count))
    return [owned.name, before, String(owned.after)].filter { !$0.isEmpty }
      .joined(separator: " \(glyphs.dot) ")
  }

  /// What an entry is called where its group is not seen: `cursor Ada · left`; a key that is nobody's as it is.
  func title(of key: String, _ glyphs: Glyphs) -> String {
    guard let owned = owned(key) else { return key }
    if let number = Self.number(of: key, owned) { return "\(owned.name)'s selection \(number)" }
    let group = owned.before.split(separator: ".").joined(separator: " ")
    let after = owned.after.isEmpty ? "" : " \(glyphs.dot) \(owned.after)"
    return "\(group) \(owned.name)\(after)"
  }

  /// Which of somebody's selections it is: Python's client numbers them.
  private static func number(of key: String, _ owned: Owned) -> Substring? {
    let isNumber = !owned.after.isEmpty && owned.after.allSatisfy { $0.isASCII && $0.isNumber }
    return owned.before == "selection" && isNumber ? owned.after : nil
  }

  /// What an entry is called in its group, if somebody's id is in its key.
  func reading(ofEntry key: String, _ glyphs: Glyphs) -> String? {
    owned(key) == nil ? nil : name(ofEntry: key, glyphs)
  }

  /// Whose id is in a key, told a name or not.
  func id(inKey key: String) -> String? { place(inKey: key).map { String(key[$0]) } }

  /// What a text in a value says: somebody's id by itself, or a key that holds it.
  func reading(ofText text: String, _ glyphs: Glyphs) -> String? {
    guard !names.isEmpty, text.utf8.count <= Self.longestKey else { return nil }
    if text.utf8.count >= Self.leastTelling, let name = name(of: text) { return name }
    return owned(text) == nil ? nil : title(of: text, glyphs)
  }

  /// The ids of those whose names have it.
  func ids(named search: Search) -> [String] {
    names.compactMap { search.matches($0.value) ? $0.key.text : nil }.sorted()
  }
}
