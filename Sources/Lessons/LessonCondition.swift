public import SharedState
public import StateEditing

/// Something that can hold in a lesson: of the state as it is now, or of what the learner has done.
public indirect enum LessonCondition: Hashable, Sendable {
  // The state as it is now.

  /// A key holds something.
  case lives(String)
  /// A key holds nothing, or no key of a group does if the text ends with a dot.
  case vacant(String)
  /// An entry, or one of its fields, holds a value.
  case value(of: String, at: ValuePath, is: StateValue)
  /// An entry, or one of its fields, is there and holds another value.
  case otherValue(of: String, at: ValuePath, than: StateValue)
  /// A group has so many entries.
  case houses(on: String, ClosedRange<Int>)
  /// Some entry of a group has at least these fields.
  case someone(on: String, has: StateObject)
  /// An entry is what it was as the lesson began.
  case asBegun(String)

  // What the learner has done since the lesson began.

  /// The cursor stood at a key, or on a group or one of its entries.
  case been(String)
  /// A snapshot of an entry was kept, so many times.
  case snapshot(String, times: Int)
  /// An entry was looked at beside a snapshot that differs from it.
  case stale(String)
  /// One of these commands was run.
  case ran(Set<String>)
  /// A pane to edit an entry, or a group, was opened.
  case opened(String, by: Set<EditVerb>)
  /// Such a pane was left, and nothing was sent.
  case left(String, by: Set<EditVerb>)
  /// The server accepted an edit of an entry, or of one of a group.
  case edited(String, by: Set<EditVerb>)
  /// The server accepted an edit on top of what somebody else had changed meanwhile.
  case merged(String)
  /// The neighbour has done something.
  case acted(String)
}

/// Something that the learner did, or saw.
package enum Deed: Hashable, Sendable {
  /// The cursor stood at a key.
  case been(StateKey)
  /// The cursor stood on a group, named by its prefix.
  case beenOn(StateKey)
  case keptSnapshot(StateKey)
  case stale(StateKey)
  case ran(String)
  /// A pane was opened on an entry, or on a group by its prefix.
  case opened(StateKey, EditVerb)
  case left(StateKey, EditVerb)
  case edited(StateKey, EditVerb)
  case merged(StateKey)
  case acted(String)
}

package struct LessonRecord: Sendable {
  /// Nobody does more in one lesson; what comes after is not kept.
  static let most = 10_000

  package private(set) var deeds: [Deed] = []
  /// What holds at this moment: where the cursor is, what is stale in front of it, which edit is open.
  package internal(set) var present: Set<Deed> = []

  mutating func note(_ deed: Deed) {
    // Nothing is judged by how often a command ran, and a key that is held runs it hundreds of times.
    if case .ran = deed, deeds.last == deed { return }
    if deeds.count < Self.most { deeds.append(deed) }
  }

  /// Whether something was done since a number of deeds, or holds now.
  func has(since start: Int, where isMeant: (Deed) -> Bool) -> Bool {
    present.contains(where: isMeant) || deeds.dropFirst(start).contains(where: isMeant)
  }
}

extension LessonCondition {
  /// Whether it holds in a state as it is now, for a lesson that began so, after what the learner did; the first deeds
  /// do not count, because they were done too early.
  ///
  /// - Complexity: O(*n*) in the entries of a practice state and in what was done.
  func holds(
    in state: StateDictionary,
    begunAs start: StateObject,
    _ record: LessonRecord,
    since first: Int = 0
  ) -> Bool {
    switch self {
    case .lives(let key): return state.contains(key)
    case .vacant(let place):
      return Self.isGroup(place) ? state.count(withPrefix: place) == 0 : !state.contains(place)
    case .value(let key, let path, let value):
      return state[key]?.value(at: path)?.isLike(value) == true
    case .otherValue(let key, let path, let value):
      return state[key]?.value(at: path).map { !$0.isLike(value) } ?? false
    case .houses(let street, let range): return range.contains(state.count(withPrefix: street))
    case .someone(let street, let fields):
      return state.keys(withPrefix: street).contains { key in
        guard let object = state[key]?.object else { return false }
        return fields.allSatisfy { object[$0.key]?.isLike($0.value) == true }
      }
    case .asBegun(let key):
      guard let now = state[key], let before = start[key] else { return state[key] == start[key] }
      return now.isLike(before)
    case .snapshot(let key, let times):
      let visit = Deed.keptSnapshot(StateKey(key))
      return record.deeds.dropFirst(first).count { $0 == visit } >= times
    default: return record.has(since: first, where: isMeant)
    }
  }

  private func isMeant(_ deed: Deed) -> Bool {
    switch (self, deed) {
    case (.been(let place), .beenOn(let prefix)): StateKey(place) == prefix
    case (.been(let place), .been(let key)): Self.covers(place, key.text)
    case (.stale(let key), .stale(let house)): StateKey(key) == house
    case (.ran(let names), .ran(let name)): names.contains(name)
    case (.opened(let place, let verbs), .opened(let key, let verb)),
      (.left(let place, let verbs), .left(let key, let verb)),
      (.edited(let place, let verbs), .edited(let key, let verb)):
      verbs.contains(verb) && Self.covers(place, key.text)
    case (.merged(let key), .merged(let house)): StateKey(key) == house
    case (.acted(let name), .acted(let act)): name == act
    default: false
    }
  }

  private static func isGroup(_ place: String) -> Bool { place.utf8.last == UInt8(ascii: ".") }

  /// Whether a place is this key, or a group that it belongs to.
  private static func covers(_ place: String, _ key: String) -> Bool {
    place.isSame(as: key) || isGroup(place) && key.begins(with: place)
  }
}
