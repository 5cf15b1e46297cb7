import ScreenKit
import SharedState
import StateEditing
import Trajectory

extension EditPane {
  /// Takes in a key or a paste, with the state as it is now, and answers with what is to be done.
  mutating func handle(
    _ event: ScreenEvent,
    live state: StateDictionary,
    at moment: Moment
  ) -> [EditPaneAction] {
    follow(state)
    // The name of a new entry may have changed, and with it what is there.
    defer {
      if case .entry(var entry) = draft {
        entry.settle(in: state)
        draft = .entry(entry)
        follow(state)
      }
    }
    switch event {
    case .key(let key): return handle(key, in: state)
    case .paste(let text): return paste(text)
    case .mouse(let mouse): return handle(mouse)
    default: return []
    }
  }

  mutating func liveChanged(_ state: StateDictionary, change: StateChange) {
    if case .clearing(var clearing) = draft, phase == .editing {
      clearing.follow(change, in: state)
      draft = .clearing(clearing)
    } else if let key, change.touches(key) {
      follow(state)
    }
  }

  /// Takes in how a sent edit ended.
  ///
  /// A second word may come: what was unconfirmed can still be accepted, what was accepted overwritten.
  mutating func outcome(_ outcome: EditOutcome, at moment: Moment) {
    let proposal: Proposal?
    switch phase {
    case .pending(let sent): proposal = sent
    case .done(_, let sent, _): proposal = sent
    default: return
    }
    if case .conflict(_, let live) = outcome {
      meetConflict(proposal, live: live)
    } else {
      phase = .done(outcome, proposal, since: moment.uptime)
    }
  }

  /// Takes in how `$EDITOR` ended.
  mutating func externalEdit(_ result: ExternalEditResult) -> [EditPaneAction] {
    switch result {
    case .saved(let text):
      guard phase == .editing, replaceValue(with: text) else {
        notice = "what you saved is too long for this dashboard; the text here is as it was"
        return []
      }
      guard case .success = mine else { return openExternalEditor() }
      return propose()
    case .unchanged:
      notice = "left unchanged: edit here, or Esc to leave"
    case .failed(let reason):
      notice = Phrase(reason)
    }
    return []
  }

  /// Opens the text in `$EDITOR`, for verbs that write a whole value; what the reader stumbled over is named.
  func openExternalEditor() -> [EditPaneAction] {
    guard phase == .editing, let editor = valueEditor else {
      return [.message("only a whole value opens in $EDITOR: m (modify) does that")]
    }
    let header = externalHeader(flaw: editor.flaw)
    return [.externalEdit(text: editor.editor.text, header: header, line: editor.flaw?.line)]
  }

  private func externalHeader(flaw: StateTextError?) -> String {
    let place = StateValue.string(key ?? "").text
    let call =
      switch verb {
      case .modify: "sharedState[\(place)].modify { $0 = … }"
      case .add: "sharedState.collection(\(targetText)).add(…)"
      default: "sharedState[\(place)].set(…)"
      }
    let lines = [
      flaw.map { "Not a value yet: \($0)" },
      call,
      "Save and leave to review the change; leave without saving to go back.",
      #"JSON, and Infinity, -Infinity, NaN, b64"…" for bytes. 1 is an int, 1.0 a float."#,
    ]
    return lines.compactMap { $0 }.joined(separator: "\n")
  }

  private var targetText: String {
    switch target {
    case .entry(let text, _), .group(let text): StateValue.string(text).text
    }
  }
}

// MARK: - The state moves on

extension EditPane {
  /// Brings the pane up to date with the state.
  private mutating func follow(_ state: StateDictionary) {
    guard let key else { return }
    let now = state[key]
    guard now != live else { return }
    live = now
    switch phase {
    case .editing, .leaving: followWhileWriting()
    case .review(var proposal), .conflict(var proposal):
      let wasReview = phase == .review(proposal)
      proposal.follow(now)
      phase = wasReview && !proposal.isOpen ? .review(proposal) : .conflict(proposal)
      if wasReview, proposal.isOpen, !proposal.isEntryGone {
        notice = "changed just now by somebody else: choose"
      }
    case .blocked, .pending, .done: break
    }
  }

  /// Lines of a form that nobody touched show the live value, and have it for their base.
  private mutating func followWhileWriting() {
    switch draft {
    case .removal: base = live
    case .fields(var form):
      guard let live, live.object != nil, let old = base else { return }
      let touched = form.touchedPaths(in: old)
      form.follow(live)
      draft = .fields(form)
      base = touched.reduce(live) { base, path in
        base.replacing(path, with: old.value(at: path)) ?? base
      }
    case .value, .entry, .clearing: break
    }
  }

  private mutating func meetConflict(_ proposal: Proposal?, live now: StateValue?) {
    live = now
    if case .entry(var entry) = draft {
      entry.moveToName()
      draft = .entry(entry)
      phase = .editing
      notice = "somebody has just \("built", dict: "added") \(entry.key): choose another name"
    } else if var proposal {
      proposal.follow(now)
      phase = proposal.isOpen ? .conflict(proposal) : .review(proposal)
      notice = "nothing was sent: somebody else changed the same field just now"
    } else {
      base = now
      phase = .editing
    }
  }
}

// MARK: - Keys, phase by phase

extension EditPane {
  private mutating func handle(_ key: Key, in state: StateDictionary) -> [EditPaneAction] {
    notice = nil
    switch phase {
    case .blocked: return [.close]
    case .editing: return write(key, in: state)
    case .leaving: return leave(key)
    case .review(let proposal): return review(key, proposal)
    case .conflict(let proposal): return choose(key, proposal)
    case .pending: return key == .escape ? [.close] : []
    case .done(let outcome, let proposal, _): return end(key, outcome, proposal)
    }
  }

  private mutating func paste(_ text: String) -> [EditPaneAction] {
    guard phase == .editing else { return [] }
    notice = nil
    let whole = text.last?.isNewline == true && !isMultiline ? String(text.dropLast()) : text
    switch draft {
    case .value(var editor):
      editor.paste(whole)
      draft = .value(editor)
    case .fields(var form):
      form.paste(whole)
      draft = .fields(form)
    case .entry(var entry):
      entry.paste(whole)
      draft = .entry(entry)
    case .clearing(var clearing):
      clearing.typed.insert(whole)
      draft = .clearing(clearing)
    case .removal: return []
    }
    if focusedEditor?.isFull == true { notice = Self.tooLong }
    return []
  }

  private static let tooLong: Phrase =
    "too long for this pane (\(TextEditor.capacity) characters): nothing was inserted"

  /// The wheel scrolls what can be scrolled.
  private mutating func handle(_ mouse: Mouse) -> [EditPaneAction] {
    guard case .review = phase else { return [] }
    if let rows = mouse.wheelRows { scroll = max(0, scroll + rows) }
    return []
  }

  private mutating func write(_ key: Key, in state: StateDictionary) -> [EditPaneAction] {
    if case .removal = draft { return answerRemoval(key) }
    if case .clearing(let clearing) = draft { return answerClearing(key, clearing, in: state) }
    switch key {
    case .escape:
      guard isChanged else { return [.close] }
      phase = .leaving
      return []
    case .control("s"), .function(2): return propose()
    case .enter where !isMultiline: return propose()
    case .control("e"), .function(4): return openExternalEditor()
    case .character(" "):
      if let list = listToChooseFrom { return [list] }
      fallthrough
    default:
      if !type(key) { notice = "this key has no meaning while you write" }
      if focusedEditor?.isFull == true { notice = Self.tooLong }
      return []
    }
  }

  /// The list from which the field under the cursor is chosen, if there is one.
  private var listToChooseFrom: EditPaneAction? {
    guard case .fields(let form) = draft else { return nil }
    return form.list.map { .choose($0) }
  }

  /// Has a query that is written answered, and atoms put into words.
  mutating func readAtoms(_ simulation: Simulation, in state: StateDictionary) {
    guard case .fields(var form) = draft else { return }
    if case .review = phase, form.hasQuery {
      let before = form
      form.readAtoms(simulation, in: state)
      guard form != before else { return }
      // What was looked at is not what would be sent.
      (phase, draft) = (.editing, .fields(form))
      notice = "another molecule was loaded: look which atoms these are now"
      return
    }
    guard phase == .editing else { return }
    form.readAtoms(simulation, in: state)
    draft = .fields(form)
  }

  /// Takes in what was chosen from a list.
  mutating func fill(_ value: StateValue) {
    guard phase == .editing, case .fields(var form) = draft else { return }
    form.fill(value)
    draft = .fields(form)
  }

  private mutating func type(_ key: Key) -> Bool {
    switch draft {
    case .value(var editor):
      let isHandled = editor.handle(key) || (key == .tab && indent(&editor))
      draft = .value(editor)
      return isHandled
    case .fields(var form):
      defer { draft = .fields(form) }
      return form.handle(key)
    case .entry(var entry):
      defer { draft = .entry(entry) }
      return entry.handle(key)
    case .removal, .clearing: return false
    }
  }

  private func indent(_ editor: inout ValueEditor) -> Bool {
    editor.paste("  ")
    return true
  }

  private mutating func leave(_ key: Key) -> [EditPaneAction] {
    switch key {
    case .character("y"), .character("Y"): return [.close]
    case .character("n"), .character("N"), .enter, .escape: phase = .editing
    default: notice = "y throws it away, n goes on writing"
    }
    return []
  }

  private mutating func review(_ key: Key, _ proposal: Proposal) -> [EditPaneAction] {
    switch key {
    case .enter: return send(proposal)
    case .character("r") where isKept: return send(proposal)
    // What was is not to be written first, and nothing is lost.
    case .escape where isRestore: return [.close]
    case .escape, .character("e"): phase = .editing
    case .down, .character("j"): scroll += 1
    case .up, .character("k"): scroll = max(0, scroll - 1)
    case .pageDown: scroll += 10
    case .pageUp: scroll = max(0, scroll - 10)
    case .home, .character("g"): scroll = 0
    default:
      notice = isRestore ? "Enter sends, Esc leaves it" : "Enter sends, Esc goes back to the text"
    }
    return []
  }

  private mutating func choose(_ key: Key, _ proposal: Proposal) -> [EditPaneAction] {
    var proposal = proposal
    switch key {
    case .character("b") where !proposal.isEntryGone: proposal.choose(.base)
    case .character("m"): proposal.choose(.mine)
    case .character("l"):
      proposal.choose(.live)
      if proposal.isEntryGone { return [.close] }
    case .character("M"): proposal.chooseForAll(.mine)
    case .character("L") where !proposal.isEntryGone: proposal.chooseForAll(.live)
    case .down, .tab, .character("j"): proposal.moveFocus(by: 1)
    case .up, .backTab, .character("k"): proposal.moveFocus(by: -1)
    case .escape where proposal.isEntryGone || isRestore: return [.close]
    case .escape, .character("e"):
      phase = .editing
      return []
    case .enter where !proposal.isOpen: return toReview(proposal)
    case .enter: notice = "choose first: nothing is sent until you have"
    default:
      notice = proposal.isEntryGone ? "m \(.buildsAgain), l lets it go" : "b, m or l chooses"
    }
    phase = .conflict(proposal)
    // With nothing to add but the whole entry there is nothing more to choose.
    return proposal.isEntryGone && !proposal.isOpen ? toReview(proposal) : []
  }

  private mutating func end(
    _ key: Key,
    _ outcome: EditOutcome,
    _ proposal: Proposal?
  ) -> [EditPaneAction] {
    guard !outcome.isArrival else { return [.close] }
    switch key {
    case .enter, .character("r"):
      guard var proposal else {
        phase = .editing
        return []
      }
      proposal.follow(live)
      return toReview(proposal)
    case .character("e"): phase = .editing
    case .escape, .character("q"): return [.close]
    default: notice = "r reviews and sends again, e edits, Esc leaves"
    }
    return []
  }
}

// MARK: - From the text to the state

extension EditPane {
  /// Whether Enter makes a new line where the cursor is.
  var isMultiline: Bool { focusedEditor?.isMultiline ?? false }

  /// The editor that has the cursor.
  var focusedEditor: TextEditor? {
    switch draft {
    case .value(let editor): editor.editor
    case .fields(let form): form.isInName ? form.focusedRow.name : form.focusedRow.value.editor
    case .entry(let entry): entry.isInName ? entry.name : entry.value.editor
    case .clearing(let clearing): clearing.typed
    case .removal: nil
    }
  }

  /// The editor of a whole value, if the verb has one.
  private var valueEditor: ValueEditor? {
    switch draft {
    case .value(let editor): editor
    case .entry(let entry): entry.value
    case .fields, .removal, .clearing: nil
    }
  }

  private mutating func replaceValue(with text: String) -> Bool {
    // Editors end a file with a line feed that belongs to no line.
    let text = text.last?.isNewline == true ? String(text.dropLast()) : text
    switch draft {
    case .value(var editor):
      defer { draft = .value(editor) }
      return editor.replaceAll(with: text)
    case .entry(var entry):
      defer { draft = .entry(entry) }
      return entry.replaceValue(with: text)
    case .fields, .removal, .clearing: return false
    }
  }

  /// Goes on to the review, if the text says something that can be sent.
  private mutating func propose() -> [EditPaneAction] {
    switch mine {
    case .failure(let flaw): show(flaw)
    case .success(let mine):
      if case .entry(var entry) = draft, live != nil {
        entry.moveToName()
        draft = .entry(entry)
        notice = "\(.somebodyLives) at \(entry.key) already: choose another name"
        return []
      }
      return toReview(Proposal(base: base, mine: mine, live: live))
    }
    return []
  }

  private mutating func toReview(_ proposal: Proposal) -> [EditPaneAction] {
    scroll = 0
    phase = proposal.isOpen ? .conflict(proposal) : .review(proposal)
    return []
  }

  /// Puts the cursor where the text does not make sense.
  private mutating func show(_ flaw: DraftFlaw) {
    notice = flaw.message
    switch draft {
    case .value(var editor):
      editor.moveToFlaw()
      draft = .value(editor)
    case .fields(var form):
      if let row = flaw.row { form.showFlaw(in: row) }
      draft = .fields(form)
    case .entry(var entry):
      entry.moveToFlaw()
      draft = .entry(entry)
    case .removal, .clearing: break
    }
  }

  private mutating func send(_ proposal: Proposal) -> [EditPaneAction] {
    guard let key, !proposal.diff.isEmpty else { return [.close] }
    guard isConnected else {
      keep()
      return []
    }
    var proposal = proposal
    let entry = proposal.send(key)
    phase = .pending(proposal)
    return [.send(request([entry]))]
  }

  private func request(_ entries: [EditRequest.Entry]) -> EditRequest {
    EditRequest(id: id, verb: verb, entries: entries)
  }

  /// No is the safe answer, and what Enter means.
  private mutating func answerRemoval(_ key: Key) -> [EditPaneAction] {
    switch key {
    case .character("y"), .character("Y"):
      guard isConnected else {
        notice = Self.notConnected
        return []
      }
      guard let removed = self.key, live != nil else { return [.close] }
      phase = .pending(nil)
      return [.send(request([.init(key: removed, base: live, mine: nil)]))]
    case .character("n"), .character("N"), .enter, .escape: return [.close]
    default:
      notice = "y removes it, n (or Enter) leaves it"
      return []
    }
  }

  private mutating func answerClearing(
    _ key: Key,
    _ clearing: GroupClearing,
    in state: StateDictionary
  ) -> [EditPaneAction] {
    var clearing = clearing
    switch key {
    case .escape: return [.close]
    case .enter:
      guard clearing.isConfirmed else {
        notice = "That is not its name: type \(clearing.prefix) and Enter, or Esc."
        return []
      }
      guard isConnected else {
        notice = Self.notConnected
        return []
      }
      clearing.refresh(in: state)
      draft = .clearing(clearing)
      guard !clearing.keys.isEmpty else { return [.close] }
      phase = .pending(nil)
      return [.send(request(clearing.keys.map { .init(key: $0, base: state[$0], mine: nil) }))]
    default:
      if !clearing.typed.handle(key) { notice = clearing.request }
      draft = .clearing(clearing)
      return []
    }
  }
}
