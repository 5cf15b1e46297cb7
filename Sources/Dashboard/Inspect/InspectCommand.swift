import ScreenKit
import SharedState
import StateEditing
import StateInspection
import TextScreen

/// What looks for houses that will trouble somebody's program.
enum InspectCommand: Hashable, Sendable {
  case entry
  case all
}

/// What is to be mended in a house.
struct InspectChoice: Hashable, Sendable {
  let key: String
  /// The check whose findings are to be repaired; `nil` for all.
  let check: String?
}

extension Keymap {
  static let inspections: [Binding] = [
    Binding(
      "inspect",
      ["!"],
      .inspect(.entry),
      .watch,
      in: .places,
      "what is wrong with this \(.house), and repair it"
    ),
    Binding("inspect-town", ["g!"], .inspect(.all), .watch, "what is wrong in the whole \(.town)"),
  ]
}

extension Model {
  func reasonNot(to command: InspectCommand) -> String? {
    switch command {
    case .entry:
      guard let key = currentKey, known.state.contains(key) else {
        return known.words("choose \(a: .house) first; g! looks into all of them")
      }
      return inspector.findings(in: key, known.state).isEmpty
        ? "nothing is wrong with \(key)" : nil
    case .all: return known.index.isEmpty ? known.words(.noHouseYet) : nil
    }
  }

  mutating func run(_ command: InspectCommand) -> [Effect] {
    switch command {
    case .entry: listFindings()
    case .all: beginRound()
    }
    return []
  }

  // MARK: One house

  /// Has the marks of the houses in sight ready.
  mutating func settleInspector() {
    let height = layout.listRows(.tree)
    let top = tree.top(in: known.index, height: height)
    var keys = (0..<height).compactMap { line -> String? in
      guard case .entry(let key)? = known.index.row(at: top + line) else { return nil }
      return key
    }
    keys += board.keys(height: layout.listRows(.selections))
    if let house = currentKey { keys.append(house) }
    inspector.settle(keys, known.state)
  }

  private mutating func listFindings() {
    guard let key = currentKey else { return }
    let findings = inspector.findings(in: key, known.state)
    var items = findings.flatMap { Self.items(for: $0, in: key, glyphs) }
    if findings.count(where: { $0.repair != nil }) > 1 {
      let label = Line("repair all that can be repaired safely", .plain, .bold)
      let choice = Chooser.Choice.mend(InspectChoice(key: key, check: nil))
      items.append(Chooser.Item(label: label, reason: reasonNotToMend, choice: choice))
    }
    chooser = Chooser("What is wrong with \(key)", items)
  }

  private var reasonNotToMend: String? {
    isReadOnly ? "this dashboard is read only" : nil
  }

  /// What is wrong in a row that can be chosen, and below it whom it troubles and what helps.
  private static func items(for finding: Finding, in key: String, _ glyphs: Glyphs)
    -> [Chooser.Item]
  {
    var label = sign(of: finding.severity, glyphs)
    label.append(" " + finding.what, .plain, .bold)
    let choice: Chooser.Choice =
      finding.repair == nil
      ? .field(key, finding.path) : .mend(InspectChoice(key: key, check: finding.check))
    let note = finding.repair.map { "repair: \($0)" } ?? "go there"
    return [
      Chooser.Item(label: label, note: note, choice: choice),
      Chooser.Item(label: Line("   " + finding.trouble, .muted)),
      Chooser.Item(label: Line("   \(glyphs.arrow) \(finding.advice)", .muted)),
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
  mutating func mend(_ choice: InspectChoice) -> [Effect] {
    let key = choice.key
    if let reason = reasonNotToMend {
      say(reason, .warning)
      return []
    }
    guard let value = known.state[key],
      let mended = choice.check.map({ EntryInspector.repaired(key, value, of: $0) })
        ?? EntryInspector.repaired(key, value)
    else {
      say("\(key) has been mended meanwhile", .muted)
      return []
    }
    let verb: EditVerb = value.object == nil ? .set : .update
    return submit(verb, [EditRequest.Entry(key: key, base: value, mine: mended)])
  }

  // MARK: The whole town

  private var roundTitle: String { known.words("What is wrong in the \(.town)") }

  private mutating func beginRound() {
    inspector.round = InspectionRound(ExactText.sorted(known.state.keys), at: now.uptime)
    showRound()
  }

  /// Goes on with the walk through the town, if there is one and its time has come.
  mutating func continueRound() {
    guard let due = inspector.round?.due else { return }
    // Who has left the list wants no more of it.
    guard chooser?.title == roundTitle else {
      inspector.round = nil
      return
    }
    guard now.uptime >= due else { return }
    inspector.round?.walk(known.state, at: now.uptime)
    showRound()
  }

  private mutating func showRound() {
    guard let round = inspector.round else { return }
    guard round.isOver else {
      let done = known.words("\(Phrases.grouped(round.position)) of \(round.keys.count, .house)")
      let words = Line("looked into \(done); Esc stops", .muted)
      chooser = Chooser(roundTitle, [Chooser.Item(label: words)])
      return
    }
    inspector.round = nil
    chooser = Chooser(roundTitle, items(of: round))
  }

  private func items(of round: InspectionRound) -> [Chooser.Item] {
    let all = known.words("\(round.keys.count, .house)")
    guard round.troubled > 0 else {
      return [Chooser.Item(label: Line("nothing is wrong in any of \(all)", .success))]
    }
    let words = "\(Phrases.grouped(round.troubled)) of \(all) would trouble somebody's program"
    let groups = round.result.flatMap { group -> [Chooser.Item] in
      var head = Self.sign(of: group.finding.severity, glyphs)
      head.append(" \(group.finding.check)", .plain, .bold)
      head.append(known.words("  \(group.count, .house)"), .number)
      head.append("  \(group.finding.trouble)", .muted)
      let houses = group.entries.map { key, finding in
        Chooser.Item(
          label: Line("    " + key.named, .key),
          note: finding.path.isRoot ? "" : Finding.place(finding.path),
          choice: .field(key, finding.path)
        )
      }
      let rest = group.count - group.entries.count
      let more = Chooser.Item(label: Line(known.words("    and \(rest, "more", .house)"), .muted))
      return [Chooser.Item(label: head)] + houses + (rest > 0 ? [more] : [])
    }
    return [Chooser.Item(label: Line(words, .muted))] + groups
  }
}
