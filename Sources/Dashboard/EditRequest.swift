public import SharedState

/// Names one edit, from the key press to its outcome.
public struct EditID: Hashable, Sendable {
  /// The number of the edit in this session.
  public let number: Int

  /// Names an edit.
  public init(_ number: Int) {
    self.number = number
  }
}

/// What kind of edit a person asked for, in the words of the library.
public enum EditVerb: String, Hashable, Sendable, CaseIterable {
  /// A house gets a whole new value.
  case set
  /// Some fields of a house get new values.
  case update
  /// A house is taken in hand and put back.
  case modify
  /// A new house with a fresh key joins a street.
  case add
  /// A house is removed.
  case remove
  /// All houses of a street are removed.
  case clear
}

/// An edit that a person has confirmed.
///
/// Both wires replace whole values and know no author, so each entry says what the person saw and what they
/// want: whoever sends the edit puts it on the freshest value, field by field, and reports a conflict rather
/// than guess.
public struct EditRequest: Hashable, Sendable {
  /// One house of the edit.
  public struct Entry: Hashable, Sendable {
    /// The house.
    public let key: String
    /// What the person saw; `nil` if there was no such house.
    public let base: StateValue?
    /// What the person wants; `nil` if the house is to go.
    public let mine: StateValue?

    /// Describes what becomes of one house.
    public init(key: String, base: StateValue?, mine: StateValue?) {
      self.key = key
      self.base = base
      self.mine = mine
    }
  }

  /// The edit's name.
  public let id: EditID
  /// What kind of edit it is.
  public let verb: EditVerb
  /// The houses it touches, each once.
  public let entries: [Entry]
  /// Whether what others have changed since is merged, also where a house is to go.
  ///
  /// A person who is asked whether a house may go has seen it as it lived, so `remove` and `clear` do not merge;
  /// an undo that takes a house away again does.
  public let merges: Bool

  /// Describes an edit; `remove` and `clear` merge only if they are told to.
  public init(id: EditID, verb: EditVerb, entries: [Entry], merges: Bool? = nil) {
    self.id = id
    self.verb = verb
    self.entries = entries
    self.merges = merges ?? (verb != .remove && verb != .clear)
  }
}

/// How an edit ended.
public enum EditOutcome: Hashable, Sendable {
  /// It was put on the freshest state and sent, and that ended so.
  case sent(WriteOutcome)
  /// Nothing was sent: the same field of a house was changed by somebody else, to what `live` shows.
  case conflict(key: String, live: StateValue?)
}

/// How a visit to `$EDITOR` ended.
public enum ExternalEditResult: Hashable, Sendable {
  /// The person saved this text (the header already taken off).
  case saved(String)
  /// The person left without changing anything.
  case unchanged
  /// The editor could not be run, or failed, for the reason given.
  case failed(String)
}
