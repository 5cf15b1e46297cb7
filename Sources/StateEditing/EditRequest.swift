public import SharedState

/// Names one edit, from the key press to its outcome.
public struct EditID: Hashable, Sendable {
  /// The number of the edit in this session.
  public let number: Int

  /// Names an edit.
  public init(_ number: Int) { self.number = number }
}

/// A kind of edit, in the words of the library.
public enum EditVerb: String, Hashable, Sendable, CaseIterable {
  /// An entry gets a whole new value.
  case set
  /// Some fields of an entry get new values.
  case update
  /// A value is taken in hand and put back.
  case modify
  /// A new entry with a fresh key joins a group.
  case add
  /// An entry is removed.
  case remove
  /// All entries of a group are removed.
  case clear
}

/// An edit as a person, or a program, wants it.
///
/// Both wires replace whole values and know no author, so each entry says what the person saw and what they
/// want: whoever sends the edit puts it on the freshest value, field by field, and reports a conflict rather
/// than guess.
///
/// ```swift
/// let seen = state.snapshot()["selection.a"]
/// let edit = EditRequest(.update, "selection.a", from: seen, to: ["name": "B", "hide": false])
/// edit.rebased(on: state.snapshot())
/// // .change(…): only what differs from what was seen, on top of what others have changed meanwhile
/// ```
public struct EditRequest: Hashable, Sendable {
  /// One entry of the edit.
  public struct Entry: Hashable, Sendable {
    /// Its key.
    public let key: String
    /// What the person saw; `nil` if nothing was there.
    public let base: StateValue?
    /// What the person wants; `nil` if the entry is to go.
    public let mine: StateValue?
    /// Places where the person has seen that somebody else changes them too, and has chosen: there the edit
    /// goes over whatever is there by then.
    public let decided: Set<ValuePath>

    /// Describes what becomes of one entry.
    public init(
      key: String,
      base: StateValue?,
      mine: StateValue?,
      decided: Set<ValuePath> = []
    ) {
      self.key = key
      self.base = base
      self.mine = mine
      self.decided = decided
    }
  }

  /// The edit's name.
  public let id: EditID
  /// What kind of edit it is.
  public let verb: EditVerb
  /// The entries it touches, each once.
  public let entries: [Entry]
  /// Whether what others have changed since is merged, also where an entry is to go.
  ///
  /// A person who is asked whether an entry may go has seen it as it was, so `remove` and `clear` do not merge;
  /// an undo that takes an entry away again does.
  public let merges: Bool

  /// Describes an edit; `remove` and `clear` merge only if they are told to.
  public init(id: EditID, verb: EditVerb, entries: [Entry], merges: Bool? = nil) {
    self.id = id
    self.verb = verb
    self.entries = entries
    self.merges = merges ?? (verb != .remove && verb != .clear)
  }

  /// Describes an edit of one entry, from what was seen to what is wanted, for whom one edit is like another.
  public init(_ verb: EditVerb, _ key: String, from base: StateValue?, to mine: StateValue?) {
    self.init(id: EditID(0), verb: verb, entries: [Entry(key: key, base: base, mine: mine)])
  }

  /// What the edit is called.
  public var title: EditTitle {
    let prefixes = Set(entries.map { KeyParts.prefix(of: $0.key).map(StateKey.init) })
    return EditTitle(
      verb: verb,
      firstKey: entries.first?.key,
      prefix: prefixes.count == 1 ? prefixes.first??.text : nil,
      count: entries.count
    )
  }
}

/// What an edit is called by, for whoever says it in words: `update selection.a`.
public struct EditTitle: Hashable, Sendable {
  /// What kind of edit it is.
  public let verb: EditVerb
  /// The first key that it touches.
  public let firstKey: String?
  /// What all its keys begin with, up to the first dot; `nil` if they begin in several ways.
  public let prefix: String?
  /// How many entries it touches.
  public let count: Int
  /// Whether it brings back what was there before.
  public private(set) var isRestore = false

  /// Names an edit.
  public init(verb: EditVerb, firstKey: String?, prefix: String?, count: Int) {
    (self.verb, self.firstKey, self.prefix, self.count) = (verb, firstKey, prefix, count)
  }

  /// The same of an edit that brings back what was there before.
  public var ofRestore: EditTitle {
    var title = self
    title.isRestore = true
    return title
  }
}

/// An end of an edit.
public enum EditOutcome: Hashable, Sendable {
  /// It was put on the freshest state and sent, and that ended so.
  case sent(WriteOutcome)
  /// Nothing was sent: the same field of an entry was changed by somebody else, to what `live` shows.
  case conflict(key: String, live: StateValue?)
}

extension EditOutcome {
  /// Whether the server has had the edit.
  public var isArrival: Bool {
    if case .sent(let outcome) = self { outcome.isAccepted } else { false }
  }
}
