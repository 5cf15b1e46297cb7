import ScreenKit
import SharedState
import StateEditing

/// What an edit is about.
enum EditTarget: Hashable, Sendable {
  /// A key, with or without a value, and the field that the cursor was on.
  case entry(String, field: ValuePath = .root)
  /// All entries whose keys begin with a prefix.
  case group(String)
}

/// What an edit pane asks of the model that shows it.
enum EditPaneAction: Hashable, Sendable {
  /// Send the edit, and tell the pane with `outcome(_:at:)` how it ended.
  case send(EditRequest)
  /// Open `$EDITOR`, and tell the pane with `externalEdit(_:)` how that ended.
  ///
  /// The line is the one in the text (from 1) where the reader stumbled, if it did.
  case externalEdit(text: String, header: String, line: Int?)
  /// Take the pane away.
  case close
  /// Let the field under the cursor be chosen from a list, and tell the pane with `fill(_:)` what was chosen.
  case choose(FieldForm.List)
  /// Say something in the status line.
  case message(Phrase)
}

/// The pane in which one edit is written, reviewed, sent and seen to end.
///
/// Every verb walks the same way: write → review (what will change, line by line) → send → outcome. If the
/// entry changes meanwhile, fields that were left alone follow it; a field that both changed stops the walk
/// until the person has chosen.
///
/// ```swift
/// var pane = EditPane(id: id, verb: .update, target: .entry("selection.a"), live: state)
/// pane.handle(.key(.enter), live: state, at: now)     // on to the review
/// pane.handle(.key(.enter), live: state, at: now)     // [.send(…)]
/// pane.outcome(.sent(.accepted(latency: .milliseconds(4))), at: now)
/// ```
struct EditPane: Hashable, Sendable {
  /// Where the edit stands.
  enum Phase: Hashable, Sendable {
    /// There is nothing to edit, for the reason given.
    case blocked(Phrase)
    /// The person is writing; for `remove` and `clear`, is being asked.
    case editing
    /// The person wants to leave, and has written something.
    case leaving
    /// What will change is on screen.
    case review(Proposal)
    /// Something waits for a choice.
    case conflict(Proposal)
    /// Sent; the server has not answered.
    case pending(Proposal?)
    case done(EditOutcome, Proposal?, since: Duration)
  }

  enum Draft: Hashable, Sendable {
    /// A whole value, for `set` and `modify`.
    case value(ValueEditor)
    /// Some fields, for `update`.
    case fields(FieldForm)
    /// A name and a value, for `add`.
    case entry(NewEntry)
    /// Nothing: the person is asked whether the entry may go.
    case removal
    /// The group's name, typed as a sign that it may go.
    case clearing(GroupClearing)
  }

  let id: EditID
  let verb: EditVerb
  let target: EditTarget
  var phase = Phase.editing
  var draft: Draft
  /// What the entry held when the edit began, as far as the person has not left it to follow the live value.
  var base: StateValue?
  /// What the entry holds now.
  var live: StateValue?
  /// Whether what is reviewed was not written here, but is what was, or what a program made: then Esc leaves it.
  var isRestore = false
  /// A line for the person that the next key takes away.
  var notice: Phrase?
  /// How the lock on the entry stands, on a wire that knows locks.
  var lock: LockStatus?
  /// The first line shown of a review that is longer than the pane.
  var scroll = 0
  /// Whether there is a server to send to; without one what is written is kept.
  private(set) var isConnected = true
  /// What was there where the person had chosen against it, as it was when the edit was sent.
  var replaced: [ValueMerge.Conflict] = []
  /// Whether it was to be sent while there was none.
  private(set) var isKept = false

  /// Opens a pane; `add` and `clear` take the group of an entry, and `add` a name that no entry has: a random UUID.
  ///
  /// The id stays the same if the edit is sent again.
  init(
    id: EditID,
    verb: EditVerb,
    target: EditTarget,
    live state: StateDictionary,
    freshName: String = ""
  ) {
    self.id = id
    self.verb = verb
    self.target = Self.target(target, for: verb)
    draft = .removal
    switch self.target {
    case .entry(let key, let field):
      base = state[key]
      live = base
      open(on: field)
    case .group(let prefix):
      draft =
        verb == .clear
        ? .clearing(GroupClearing(prefix: prefix, in: state))
        : .entry(NewEntry(named: freshName, prefix: prefix, in: state))
    }
    if let reason = obstacle(in: state) { phase = .blocked(reason) }
  }

  private mutating func open(on field: ValuePath) {
    let start = base ?? .object([:])
    switch verb {
    case .update:
      let prefix = key.flatMap(KeyParts.prefix(of:)) ?? ""
      draft = .fields(FieldForm(start, field: field, prefix: prefix))
    case .remove: draft = .removal
    default:
      var editor = ValueEditor(start, isMultiline: start.isCollection)
      editor.move(toField: field)
      draft = .value(editor)
    }
  }

  private static func target(_ target: EditTarget, for verb: EditVerb) -> EditTarget {
    guard verb == .add || verb == .clear, case .entry(let key, _) = target else { return target }
    // A key without a dot is in no group, and `clear` must then find nothing rather than everything.
    return .group(key.firstIndex(of: ".").map { String(key[...$0]) } ?? key + ".")
  }

  /// Why a verb has no meaning here, in one line; `nil` if it has.
  ///
  /// - Complexity: O(log *n*) in the entries, plus the decoding of one value for `update`: cheap enough to ask
  ///   whenever the footer is drawn.
  static func refusal(of verb: EditVerb, on target: EditTarget, in state: StateDictionary)
    -> Phrase?
  {
    switch (verb, self.target(target, for: verb)) {
    case (.add, .group("")), (.clear, .group("")):
      return "\(verb.rawValue) needs \(a: .street): choose one in the tree"
    case (.set, .entry), (.add, .group), (.clear, .group): return nil
    case (.remove, .entry(let key, _)): return state.contains(key) ? nil : missing(key)
    case (.modify, .entry(let key, _)): return state.contains(key) ? nil : vacancy(key)
    case (.update, .entry(let key, _)): return refusal(toUpdate: key, holding: state[key])
    default: return "\(verb.rawValue) needs \(a: .house): choose one in the tree"
    }
  }

  private static func refusal(toUpdate key: String, holding value: StateValue?) -> Phrase? {
    guard let value else { return vacancy(key) }
    guard value.object == nil else { return nil }
    return
      "update changes fields, and \(key) is \(withArticle(value.kind)): s (set) or m (modify) edits it"
  }

  private static func missing(_ key: String) -> Phrase { "\(.nobodyLives) at \(key)" }

  private static func vacancy(_ key: String) -> Phrase {
    "\(missing(key)): s (set) \("builds", dict: "adds") \(a: .house) there"
  }

  /// Why there is nothing to edit, as found when the pane was opened.
  private func obstacle(in state: StateDictionary) -> Phrase? {
    if let reason = Self.refusal(of: verb, on: target, in: state) { return reason }
    if case .clearing(let clearing) = draft, clearing.keys.isEmpty {
      return "no \(.house) in \(clearing.prefix) to clear"
    }
    guard let key, verb != .remove, verb != .clear, !isWritable else { return nil }
    return "\(key) is too long to be edited here: townhall get and townhall set take any length"
  }

  /// Whether all texts that are to be edited fit into an editor.
  private var isWritable: Bool {
    switch draft {
    case .value(let editor): editor.isWhole
    case .fields(let form): form.rows.allSatisfy(\.value.isWhole)
    case .entry, .removal, .clearing: true
    }
  }
}

// MARK: - The connection

extension EditPane {
  /// Takes in that the connection is there, or is not.
  mutating func connection(_ isLive: Bool) {
    guard isLive != isConnected else { return }
    isConnected = isLive
    guard isKept, case .review = phase else { return }
    notice = isLive ? "connected again: r sends it" : Self.kept
  }

  /// Keeps what was to be sent until there is somebody to send it to.
  mutating func keep() {
    isKept = true
    notice = Self.kept
  }

  /// Why nothing is removed.
  static let notConnected: Phrase =
    "no connection: nothing can be removed until the \(.host) is back"
  private static let kept: Phrase =
    "no connection: what you wrote is kept here, and r sends it once the \(.host) is back"
}

// MARK: - What the edit is about

extension EditPane {
  /// The key that the edit writes; `nil` for a group that is cleared.
  var key: String? {
    switch (target, draft) {
    case (.entry(let key, _), _): key
    case (.group, .entry(let entry)): entry.key
    case (.group, _): nil
    }
  }

  /// What the pane is called.
  var title: String {
    switch target {
    case .entry(let name, _), .group(let name): "\(verb) \(key ?? name)"
    }
  }

  /// Whether the person has written something that would be lost.
  var isChanged: Bool {
    switch draft {
    case .value(let editor): editor.isChanged
    case .fields(let form): form.isChanged
    case .entry(let entry): entry.isChanged
    case .removal, .clearing: false
    }
  }

  /// When the pane may be taken away by itself, as an uptime: a while after all went well.
  var closesAt: Duration? {
    guard case .done(.sent(.accepted), _, let since) = phase else { return nil }
    return since + .seconds(3)
  }

  /// The entry whose lock the edit wants, as long as somebody writes it or may send it again.
  var lockKey: String? {
    guard verb == .set || verb == .update || verb == .modify, let key else { return nil }
    switch phase {
    case .blocked: return nil
    case .done(let outcome, _, _): return outcome.isArrival ? nil : key
    case .editing, .leaving, .review, .conflict, .pending: return key
    }
  }

  var isPending: Bool {
    if case .pending = phase { true } else { false }
  }

  /// What the edit wants the entry to be, or why the text does not say it.
  var mine: Result<StateValue?, DraftFlaw> {
    switch draft {
    case .value(let editor): editor.read
    case .fields(let form):
      Result { () throws(DraftFlaw) in try form.applied(to: base ?? .object([:])) }
    case .entry(let entry): entry.mine
    case .removal, .clearing: .success(nil)
    }
  }
}

/// Why what was written cannot be sent.
struct DraftFlaw: Error, Hashable {
  var message: Phrase
  /// The line of a form.
  var row: Int?
}
