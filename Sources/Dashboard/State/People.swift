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
  /// A shorter text may be an id and yet be a word in keys that have nothing to do with it.
  static let leastTelling = 8

  /// A number that is another one whenever somebody has another name.
  private(set) var version = 0
  private var names: [ExactText: String] = [:]
  /// Who is called so and is here.
  private var namesakes: [String: [String]] = [:]
  private var departed: Set<ExactText> = []
  private let group = "avatar."
  /// How long ids are, so that most parts of keys are known at once to be none.
  private var lengths: Set<Int> = []

  var isEmpty: Bool { names.isEmpty }

  // MARK: Taking in

  /// Takes in what an entry holds, if it is an avatar; `nil` if it has been removed.
  ///
  /// - Complexity: O(*n*) in the bytes of an avatar, O(1) for any other key.
  mutating func note(_ key: String, _ entry: @autoclosure () -> StateEntry?) {
    guard key.begins(with: group), key.utf8.count > group.utf8.count else { return }
    let id = KeyParts(key).name
    let old = name(here: id)
    guard let entry = entry() else { return leave(id, old) }
    let new = Self.name(in: entry)
    guard new != old || departed.contains(ExactText(id)) else { return }
    version += 1
    forget(id, old)
    departed.remove(ExactText(id))
    names[ExactText(id)] = new
    if new != nil { lengths.insert(id.utf8.count) }
    if let new { namesakes[new, default: []].append(id) }
  }

  private mutating func leave(_ id: String, _ name: String?) {
    guard let name else { return }
    version += 1
    forget(id, name)
    if departed.count >= Self.mostDeparted {
      for id in departed { names[id] = nil }
      departed = []
    }
    departed.insert(ExactText(id))
  }

  private mutating func forget(_ id: String, _ name: String?) {
    guard let name else { return }
    namesakes[name]?.removeAll { ExactText($0) == ExactText(id) }
    if namesakes[name]?.isEmpty == true { namesakes[name] = nil }
  }

  private func name(here id: String) -> String? {
    departed.contains(ExactText(id)) ? nil : names[ExactText(id)]
  }

  private static func name(in entry: StateEntry) -> String? {
    guard (entry.packed?.bytes.count ?? 0) <= EntryInspector.largestGlanced,
      case .string(let name)? = entry.value["name"]
    else { return nil }
    // What hides or commands is made visible here, so that two names that look alike are told apart by their ids.
    let shown = TextWidth.safe(name.prefix(longestName)).split(separator: " ").joined(
      separator: " "
    )
    return shown.isEmpty ? nil : shown
  }

  // MARK: Names

  /// What somebody is called, with the beginning of their id where others are called the same; `nil` if nobody with
  /// this id has told a name.
  func name(of id: String) -> String? {
    guard let name = names[ExactText(id)] else { return nil }
    let others = (namesakes[name] ?? []).filter { ExactText($0) != ExactText(id) }
    return others.isEmpty ? name : "\(name) \(Self.beginning(of: id, beside: others))"
  }

  /// As much of an id as tells it from others, and four letters at least.
  private static func beginning(of id: String, beside others: [String]) -> Substring {
    let few = others.prefix(100)
    let length = (4...max(4, id.count)).first { length in
      !few.contains { $0.prefix(length) == id.prefix(length) }
    }
    return id.prefix(length ?? id.count)
  }

  /// A key in which somebody's id stands: what is before it, what they are called, and what is behind it.
  private struct Owned {
    let before: Substring
    let id: String
    let name: String
    let after: Substring
  }

  private static let ownedGroups = [
    "avatar.", "cursor.", "playarea.", "report.connection.health.", "update.index.", "user-origin.",
  ]

  private func owned(_ key: String) -> Owned? {
    guard !names.isEmpty else { return nil }
    let dot = UInt8(ascii: ".")
    var start = key.utf8.firstIndex(of: dot)
    while let before = start {
      let first = key.utf8.index(after: before)
      let end = key.utf8[first...].firstIndex(of: dot)
      let length = key.utf8.distance(from: first, to: end ?? key.endIndex)
      let id = lengths.contains(length) ? String(key[first..<(end ?? key.endIndex)]) : ""
      if !id.isEmpty, let name = name(of: id),
        length >= Self.leastTelling || Self.ownedGroups.contains(String(key[..<first]))
      {
        return Owned(
          before: key[..<before],
          id: id,
          name: name,
          after: end.map { key[$0...].dropFirst() } ?? ""
        )
      }
      start = end
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

  /// Whose id is in a key.
  func id(inKey key: String) -> String? { owned(key)?.id }

  /// What a text in a value says: somebody's id by itself, or a key that holds it.
  func reading(ofText text: String, _ glyphs: Glyphs) -> String? {
    guard !names.isEmpty, text.utf8.count <= 1000 else { return nil }
    if text.utf8.count >= Self.leastTelling, let name = name(of: text) { return name }
    return owned(text) == nil ? nil : title(of: text, glyphs)
  }

  /// The ids of those whose names have it.
  func ids(named search: Search) -> [String] {
    names.compactMap { search.matches($0.value) ? $0.key.text : nil }.sorted()
  }
}
