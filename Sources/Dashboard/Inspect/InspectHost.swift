import StateEditing
import StateInspection
import ScreenKit
import SharedState

/// What looking for entries that will trouble somebody's program needs of the dashboard.
protocol InspectHost: EditHost {
  var inspector: Inspector { get set }
  /// The keys of all panes whose rows are seen.
  var keysInSight: [String] { get }
}

extension Action where Host: InspectHost {
  static var inspecting: [Self] {
    [
      Action(
        "inspect",
        ["!"],
        .watch,
        in: .entries,
        "what is wrong with this \(.house), and repair it"
      ) { $0.listFindings() }
      .alsoCalled("check problems errors").unless { $0.reasonNotToInspect },
      Action("inspect-town", ["g!"], .watch, "what is wrong in the whole \(.town)") {
        $0.beginRound()
      }
      .unless { $0.known.index.isEmpty ? $0.words(.noHouseYet) : nil },
    ]
  }
}

extension InspectHost {
  private static var roundID: String { "round" }

  fileprivate var reasonNotToInspect: String? {
    guard let key = currentKey, known.state.contains(key) else {
      return words("choose \(a: .house) first; g! looks into all of them")
    }
    return inspector.findings(in: key, known.state).isEmpty ? "nothing is wrong with \(key)" : nil
  }

  // MARK: One entry

  /// Has the marks of the entries in sight ready.
  mutating func settleInspector() {
    let keys = keysInSight + [paneKey].compactMap(\.self)
    inspector.settle(keys, known.state)
  }

  fileprivate mutating func listFindings() {
    guard let key = currentKey else { return }
    let findings = inspector.findings(in: key, known.state)
    var items = findings.flatMap { self.items(for: $0, in: key) }
    if findings.count(where: { $0.repair != nil }) > 1 {
      let label = Line("repair all that can be repaired safely", .plain, .bold)
      let choice = Choice<Self>("mend") { $0.mend(key, check: nil) }
      items.append(List<Self>.Item(label: label, reason: reasonNotToWrite, choice: choice))
    }
    open(List("findings", "What is wrong with \(title(of: key))", items))
  }

  /// What is wrong in a row that can be chosen, and below it whom it troubles and what helps.
  private func items(for finding: Finding, in key: String) -> [List<Self>.Item] {
    var label = Self.sign(of: finding.severity, glyphs)
    label.append(words(" \(finding.what)"), .plain, .bold)
    let choice: Choice<Self> =
      finding.repair == nil
      ? .goTo(key, finding.path)
      : Choice("mend \(finding.check)") { $0.mend(key, check: finding.check) }
    let note = finding.repair.map { "repair: \($0)" } ?? "go there"
    return [
      List<Self>.Item(label: label, note: note, choice: choice),
      List<Self>.Item(label: Line(words("   \(finding.trouble)"), .muted)),
      List<Self>.Item(label: Line(words("   \(glyphs.arrow) \(finding.advice)"), .muted)),
    ]
  }

  /// A mark that differs by its shape before its colour.
  static func sign(of severity: Finding.Severity, _ glyphs: Glyphs) -> Line {
    switch severity {
    case .error: Line(glyphs.failure, .error, .bold)
    case .warning: Line(glyphs.warning, .warning, .bold)
    case .note: Line("?", .muted)
    }
  }

  /// Sends a repair, worked out on the value as it is now.
  private mutating func mend(_ key: String, check: String?) -> [Effect] {
    if let reason = reasonNotToWrite {
      say(reason, .warning)
      return []
    }
    guard let value = known.state[key],
      let mended = check.map({ EntryInspector.repaired(key, value, of: $0) })
        ?? EntryInspector.repaired(key, value)
    else {
      say("\(key) has been mended meanwhile", .muted)
      return []
    }
    let verb: EditVerb = value.object == nil ? .set : .update
    return submit(verb, [EditRequest.Entry(key: key, base: value, mine: mended)])
  }

  // MARK: The whole state

  private mutating func openRound(_ items: [List<Self>.Item]) {
    open(List(Self.roundID, words("What is wrong in the \(.town)"), items))
  }

  fileprivate mutating func beginRound() {
    // In the order of the tree, in which they are found without sorting them.
    let keys = KeyRun(count: known.index.entryCount, EntryKeys(known.index))
    inspector.round = InspectionRound(keys, atomCount: inspector.atomCount, at: now.uptime)
    showRound()
  }

  /// Goes on with the walk through the state, if there is one and its time has come.
  mutating func continueRound() {
    guard let due = inspector.round?.due else { return }
    // Who has left the list wants no more of it.
    guard list?.id == Self.roundID else {
      inspector.round = nil
      return
    }
    guard now.uptime >= due else { return }
    let (state, uptime) = (known.state, now.uptime)
    inspector.round?.walk(state, at: uptime)
    showRound()
  }

  private mutating func showRound() {
    guard let round = inspector.round else { return }
    guard round.isOver else {
      let done = words("\(Phrases.grouped(round.position)) of \(round.count, .house)")
      let words = Line("looked into \(done); Esc stops", .muted)
      openRound([List<Self>.Item(label: words)])
      return
    }
    inspector.round = nil
    openRound(items(of: round))
  }

  private func items(of round: InspectionRound) -> [List<Self>.Item] {
    let all = words("\(round.count, .house)")
    guard round.troubled > 0 else {
      return [List<Self>.Item(label: Line("nothing is wrong in any of \(all)", .success))]
    }
    let words = "\(Phrases.grouped(round.troubled)) of \(all) would trouble somebody's program"
    let groups = round.result.flatMap { group -> [List<Self>.Item] in
      var head = Self.sign(of: group.finding.severity, glyphs)
      head.append(" \(group.finding.check)", .plain, .bold)
      head.append(self.words("  \(group.count, .house)"), .number)
      head.append(self.words("  \(group.finding.trouble)"), .muted)
      let entries = group.entries.map { key, finding in
        List<Self>.Item(
          label: Line("    " + self.title(of: key).named, .key),
          note: finding.path.isRoot ? "" : Finding.place(finding.path),
          choice: .goTo(key, finding.path)
        )
      }
      let rest = group.count - group.entries.count
      let more = List<Self>.Item(label: Line(self.words("    and \(rest, "more", .house)"), .muted))
      return [List<Self>.Item(label: head)] + entries + (rest > 0 ? [more] : [])
    }
    return [List<Self>.Item(label: Line(words, .muted))] + groups
  }
}
