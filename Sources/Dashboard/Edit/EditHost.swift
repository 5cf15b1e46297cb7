import SharedState
import StateEditing
import ScreenKit

/// The edits that are on their way.
struct Outbox: Sendable {
  private(set) var pending: [EditID: EditRequest] = [:]
  /// How many keys had been pressed when each of them was sent.
  private var keysBefore: [EditID: Int] = [:]
  /// The number of the last edit that was begun.
  private var last = 0
  /// What new entries are called.
  var names: NameMaker
  /// The entry that was added last, until the cursor goes there.
  var newcomer: Newcomer?
  /// What is to be said of edits once they have ended.
  var asides: [EditID: Phrase] = [:]
  /// How many entries the text is of that goes to the clipboard; 0 if it is of one place.
  var copied = 0

  init(names: NameMaker) { self.names = names }

  mutating func next() -> EditID {
    last += 1
    return EditID(last)
  }

  mutating func send(_ request: EditRequest, after keys: Int) {
    (pending[request.id], keysBefore[request.id]) = (request, keys)
  }

  /// Takes out an edit that has ended, with how many keys had been pressed when it was sent.
  mutating func end(_ id: EditID) -> (request: EditRequest, keysBefore: Int?)? {
    let keys = keysBefore.removeValue(forKey: id)
    return pending.removeValue(forKey: id).map { ($0, keys) }
  }

  func isPending(_ id: EditID) -> Bool { pending[id] != nil }

  /// What the edits on their way make of an entry: the next step begins there, however fast a key is pressed.
  func wished(_ key: String) -> StateValue? {
    let newest = pending.values
      .filter { $0.entries.contains { $0.key.isSame(as: key) } }
      .max { $0.id.number < $1.id.number }
    return newest?.entries.first { $0.key.isSame(as: key) }?.mine
  }
}

/// An entry that was added here, to which the cursor goes once the server has it.
struct Newcomer: Hashable, Sendable {
  let id: EditID
  let key: String
  /// Where the cursor was; whoever has moved it meanwhile is left alone.
  let origin: TreeRow?
  var hasArrived = false
}

/// What editing needs of the dashboard.
protocol EditHost: NavigationHost, FieldChoosing {
  var outbox: Outbox { get set }
  /// The last edits that ended, because a second word may follow the first.
  var ended: [EditID: EditRequest] { get set }
  var undo: UndoStack { get set }
  /// How many keys the person has pressed.
  var keysPressed: Int { get }
  /// Notes that the person wants the cursor where it is.
  mutating func pinCursor()
  /// Notes how an edit of the person ended, for a tour that judges it.
  mutating func note(_ outcome: EditOutcome, of request: EditRequest)
  /// Where everything is once no edit is open.
  var restingLayout: Layout { get }
}

extension EditHost {
  /// The edit that is written, reviewed or seen to end, while one is.
  var edit: EditPane? {
    get { overlays[EditPane.self] }
    _modify { yield &overlays[EditPane.self] }
  }
}

/// Edits: from the key that opens one to the word that ends it.
extension EditHost {
  // MARK: Beginning

  /// Why an edit would come to nothing now, in a few words; `nil` if it can begin.
  func reasonNot(to verb: EditVerb, on named: EditTarget? = nil) -> String? {
    if named == nil, verb == .remove, actsOnMarks || heldHere != nil { return nil }
    if attention == .detail, !detail.pins.isEmpty {
      return words("these are several \(many: .house); \(label(of: .pins)) goes back to one")
    }
    guard let target = named ?? editTarget(for: verb) else {
      return words(verb == .add || verb == .clear ? "choose \(a: .street) first" : .chooseHouse)
    }
    return EditPane.refusal(of: verb, on: target, in: freshest).map { words($0) }
  }

  /// Where a new entry would go, said on the row of its group, where a footer has room for it.
  var placeToAdd: String? {
    guard currentKey == nil, let prefix = currentPrefix, prefix.hasSuffix(".") else { return nil }
    let name = TextWidth.cutInMiddle(
      String(prefix.dropLast()).named,
      to: 14,
      ellipsis: glyphs.ellipsis
    )
    return "to \(name)"
  }

  private func editTarget(for verb: EditVerb) -> EditTarget? {
    switch verb {
    case .add, .clear: return currentPrefix.map { .group($0) }
    case .set, .update, .modify, .remove: return currentKey.map { .entry($0, field: targetPath) }
    }
  }

  /// Opens an edit of what is under the cursor, or of what was named.
  mutating func beginEdit(_ verb: EditVerb, on named: EditTarget? = nil) {
    if named == nil, verb == .remove, actsOnMarks {
      return askToRemove(targets, gone: undo.lostKeys)
    }
    if named == nil, verb == .remove, let key = heldHere { return letGo(ofVacancy: key) }
    guard let target = named ?? editTarget(for: verb) else { return }
    edit = EditPane(
      id: outbox.next(),
      verb: verb,
      target: target,
      live: freshest,
      freshName: outbox.names.next()
    )
    readAtomsInEdit()
    if pause != nil, !isInPast {
      edit?.notice = "paused: this edit begins with the live value"
    }
    pinCursor()
  }

  mutating func beginExternalEdit() -> [Effect] {
    beginEdit(.modify)
    guard let actions = edit?.openExternalEditor() else { return [] }
    return actions.flatMap { perform($0) }
  }

  // MARK: While it is open

  mutating func takeInEdit(_ event: ScreenEvent) -> [Effect] {
    // A tour that was stopped may leave an edit open, which is nobody's.
    if let reason = readOnlyReason {
      edit = nil
      say(reason, .warning)
      return []
    }
    let (state, now) = (freshest, now)
    readAtomsInEdit()
    guard let actions = edit?.handle(event, live: state, at: now) else { return [] }
    readAtomsInEdit()
    if actions == [.close] {
      if case .key(.escape) = event { return close(isSettled: false) }
      return close(isSettled: true)
    }
    return actions.flatMap { perform($0) }
  }

  /// Has a query that is written answered, and atoms put into words.
  mutating func readAtomsInEdit() {
    let (simulation, state) = (known.simulation, freshest)
    edit?.readAtoms(simulation, in: state)
  }

  /// Takes away the pane of an edit that has ended.
  mutating func leaveEdit() { _ = close(isSettled: false) }

  /// Takes the pane away.
  ///
  /// A merge that ended with what is there already sends nothing of its entry, but the others of its edit go.
  private mutating func close(isSettled: Bool) -> [Effect] {
    guard let closing = edit else { return [] }
    edit = nil
    guard closing.isUnsent else { return [] }
    if isSettled, let rest = undo.takeCompanions(of: closing.id) { return send(rest) }
    undo.abandon(closing.id)
    return []
  }

  /// Sends an edit that needs no writing: a switch, an undo, a repair.
  ///
  /// It is put on the freshest value field by field like any other, and ends in a word like any other.
  mutating func submit(
    _ verb: EditVerb,
    _ entries: [EditRequest.Entry],
    merges: Bool? = nil
  ) -> [Effect] {
    if let reason = reasonNotToWriteInPast {
      say(reason, .warning)
      return []
    }
    return send(EditRequest(id: outbox.next(), verb: verb, entries: entries, merges: merges))
  }

  /// Sends an edit, with what belongs to it, and says it in code.
  mutating func send(_ request: EditRequest) -> [Effect] {
    if let reason = reasonNotToWriteNow {
      undo.abandon(request.id)
      say(reason, .warning)
      return []
    }
    let request = undo.send(request)
    outbox.send(request, after: keysPressed)
    if request.verb == .add, let key = request.entries.first?.key {
      outbox.newcomer = Newcomer(id: request.id, key: key, origin: paneRow)
    }
    tell(request)
    return [.edit(request)]
  }

  private mutating func perform(_ action: EditPaneAction) -> [Effect] {
    switch action {
    case .send(let request): return send(request)
    case .externalEdit(let text, let header, let line):
      guard let edit else { return [] }
      return [
        .externalEdit(
          edit.id,
          text: text,
          header: header,
          line: line,
          suggestedName: fileName(of: edit)
        )
      ]
    case .close: return close(isSettled: false)
    case .choose(let list):
      choose(from: list)
      return []
    case .message(let text):
      say(text)
      return []
    }
  }

  private func fileName(of edit: EditPane) -> String {
    let key = edit.key ?? "value"
    let safe = key.unicodeScalars.map { scalar -> Character in
      let isPlain =
        scalar.isASCII && scalar.properties.isAlphabetic || scalar.properties.numericType != nil
      return isPlain || scalar == "." || scalar == "-" ? Character(scalar) : "_"
    }
    return String(safe.prefix(60)) + ".json"
  }

  // MARK: How it ends

  /// Notes what an edit changes, and what it replaced where the person had chosen against whatever is there.
  mutating func noteSent(_ id: EditID, _ change: StateChange, inverse: StateChange) {
    undo.note(change, inverse: inverse, of: id)
    guard edit?.id == id, let entry = outbox.pending[id]?.entries.first else { return }
    let old = inverse.updates[entry.key]?.value
    edit?.replaced = entry.decided.sorted { $0.description < $1.description }.map { path in
      ValueMerge.Conflict(
        path: path,
        base: entry.base?.value(at: path),
        mine: entry.mine?.value(at: path),
        live: old?.value(at: path)
      )
    }
  }

  /// Takes the pane away a while after all went well; says whether it did so now.
  mutating func closeArrivedEdit() -> Bool {
    guard let closes = edit?.closesAt, now.uptime >= closes else { return false }
    edit = nil
    return true
  }

  mutating func take(_ result: ExternalEditResult, of id: EditID) -> [Effect] {
    guard edit?.id == id, let actions = edit?.externalEdit(result) else { return [] }
    return actions.flatMap { perform($0) }
  }

  mutating func take(_ outcome: EditOutcome, of id: EditID) {
    let end = outbox.end(id)
    let request = end?.request ?? ended[id]
    let isOnScreen = meet(outcome, of: id, request, isAwaited: end?.keysBefore == keysPressed)
    guard let request else { return }
    if outcome.isArrival, outbox.newcomer?.id == id {
      outbox.newcomer?.hasArrived = true
      goToNewcomer()
    }
    note(outcome, of: request)
    // A second word may follow: what was unconfirmed can still be accepted, and what was accepted overwritten.
    remember(request)
    let (text, role) = Self.words(outcome)
    let mark = role == .success ? glyphs.check : role == .error ? glyphs.failure : glyphs.warning
    let wayBack = outcome.isArrival && undo.land(id) ? wayBack(from: id) : ""
    let aside = outbox.asides.removeValue(forKey: id) ?? ""
    let line: Phrase = "\(mark) \(words(request)): \(text)\(aside)\(wayBack)"
    tell(line, role)
    if !isOnScreen { say(outcome.isArrival ? "\(line)  python> \(undo.lastLine)" : line, role) }
  }

  /// Shows how an edit ended where it is on the screen, or opens the merge of one that was not; says if it did.
  ///
  /// Nothing opens in front of somebody who has pressed another key since: that which comes next would be meant for what was
  /// there.
  private mutating func meet(
    _ outcome: EditOutcome,
    of id: EditID,
    _ request: EditRequest?,
    isAwaited: Bool
  ) -> Bool {
    guard case .conflict(let key, let live) = outcome, let request,
      edit == nil ? isAwaited : edit?.id == id,
      let entry = undo.setAside(allBut: key, of: id)
    else {
      if edit?.id == id { show(outcome) }
      return edit?.id == id
    }
    if let edit, edit.key.isSame(as: key) {
      show(outcome)
    } else {
      edit = EditPane(merging: entry, of: request, live: live, in: freshest)
      tree.pin()
    }
    return true
  }

  /// Puts the cursor on an entry that was added here, once it is there to be seen.
  mutating func goToNewcomer() {
    guard let newcomer = outbox.newcomer, newcomer.hasArrived else { return }
    let row = TreeRow.entry(newcomer.key)
    guard paneRow == newcomer.origin else {
      outbox.newcomer = nil
      return
    }
    guard known.entry(for: newcomer.key) != nil else { return }
    outbox.newcomer = nil
    leavePlace()
    goTree(to: row)
  }

  private mutating func show(_ outcome: EditOutcome) {
    let now = now
    edit?.outcome(outcome, at: now)
  }

  /// How an edit that has just arrived is taken back.
  private func wayBack(from id: EditID) -> String {
    switch undo.purpose(of: id) {
    case .undo: ", \(label(of: .redo)) does it again"
    default: ", \(label(of: .undo)) takes it back"
    }
  }

  private mutating func remember(_ request: EditRequest) {
    // Only the last few can still have something said about them.
    if ended.count > 32 {
      ended.removeAll()
      let open = edit?.id
      undo.forget { [outbox] in outbox.isPending($0) || $0 == request.id || $0 == open }
    }
    ended[request.id] = request
  }

  private mutating func tell(_ request: EditRequest) {
    let told: Phrase = "\("town", dict: "dict")> \(EditSentence(request, glyphs).line)"
    let python: Phrase = "python> \(undo.lastLine)"
    let swift: Phrase = "swift> \(undo.lastSent?.line(in: .swift) ?? "")"
    guard hasRoomForThreeLines else {
      // The shortest first: the end of the line may not be seen.
      tell("\(told)  \(python)  \(swift)")
      return
    }
    tell(told, .muted)
    tell(python)
    tell(swift, .muted)
  }

  /// Whether the activity has room for an edit in all three ways and for what became of it, once the edit is closed.
  private var hasRoomForThreeLines: Bool { restingLayout.listRows(.activity) >= 6 }

  /// An edit in words, with what it is for: `undo of update selection.a`.
  private func words(_ request: EditRequest) -> Phrase {
    let title = words(undo.title(of: request.id) ?? request.title)
    return switch undo.purpose(of: request.id) {
    case .undo: "undo of \(title)"
    case .redo: "redo of \(title)"
    case .edit, .repetition, nil: title
    }
  }

  /// An edit in words: `update selection.a`.
  private func words(_ title: EditTitle) -> Phrase {
    let verb = title.isRestore ? "restore" : title.verb.rawValue
    guard let key = title.firstKey else {
      return title.count > 1 ? "\(verb) \(title.count, .house)" : Phrase(verb)
    }
    guard title.count > 1 else { return "\(verb) \(self.title(of: key))" }
    guard let prefix = title.prefix else { return "\(verb) \(title.count, .house)" }
    return "\(verb) \(prefix) (\(title.count, .house))"
  }

  private static func words(_ outcome: EditOutcome) -> (Phrase, Role) {
    switch outcome {
    case .sent(.accepted(let time)): ("accepted \(Phrases.after(time))", .success)
    case .sent(.overwritten(let time)):
      ("accepted, then overwritten by somebody else \(Phrases.later(time))", .warning)
    case .conflict(let key, _): ("not sent, \(key) was changed in the same place", .warning)
    case .sent(.unconfirmed): ("sent, but the \(.host) has not confirmed it", .warning)
    case .sent(.disconnected): ("the connection broke before the \(.host) had it", .error)
    case .sent(.refused(let reason)): (Phrase(reason), .error)
    }
  }
}
