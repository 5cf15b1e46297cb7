import ArgumentParser
import Dashboard
import SharedState
import StateInspection
import TownhallKit
import Trajectory
import Wording

/// Looks for what will trouble other people's programs, and repairs what can be repaired safely.
struct Inspect: Verb {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Tell what in a town will trouble somebody's program, and repair it.",
    discussion: """
      Looks into the houses that are named, into all whose key begins so where no house has that name, or into the \
      whole town, and prints one line for each finding: how bad it is, the key, what is wrong, whom it troubles and what to do. An error \
      stops a program, a warning is ignored or shown wrongly, and a note may be meant so.

      --repair mends what can be mended safely, which is to add what is missing (a name, an id) or to convert (ints to \
      floats, a list to where it belongs), and then tells what is left. --dry-run prints what would be \
      written instead, one JSON line for each house: {"key","old","value"}.

      Exits with 1 if an error or a warning is left, and with --atoms if nobody simulates.

      EXAMPLES
        townhall inspect
        townhall inspect selection. interaction.
        townhall inspect --atoms selection.
        townhall inspect --json | grep '"error"'
        townhall inspect --dry-run selection.
        townhall inspect --repair selection.solvent
        townhall inspect --checks
      """
  )

  @Argument(help: ArgumentHelp("Only these houses and streets.", valueName: "prefix-or-key"))
  var prefixes: [String] = []

  @Flag(help: "Print one JSON line for each finding.")
  var json = false

  @Flag(help: "Mend what can be mended safely.")
  var repair = false

  @Flag(help: "Print what --repair would write, and write nothing.")
  var dryRun = false

  @Flag(
    help: "Wait for the molecule that is simulated there, and tell which atoms it does not have."
  )
  var atoms = false

  @Flag(help: "List the checks and the fact that each rests on, and look at no town.")
  var checks = false

  @OptionGroup var town: PatientServerOptions

  func run(in surroundings: Surroundings) async throws {
    if checks {
      for check in EntryInspector.catalogue { try surroundings.print("\(check.id): \(check.fact)") }
      return
    }
    if dryRun {
      let houses = try await town.join(in: surroundings) { $0.endpoint.state }
      return try tellRepairs(in: houses, surroundings)
    }
    let inbox = atoms ? FrameInbox() : nil
    let (houses, molecule) = try await town.join(hearing: inbox, in: surroundings) { client in
      if repair {
        town.tellTown(client, in: surroundings)
        try await mend(client.endpoint, in: surroundings)
      }
      return (client.endpoint.state, try await topology(heardBy: inbox, in: client))
    }
    // All else that is wrong is told without a molecule, too.
    if case .failure(let failure) = molecule { surroundings.note(failure.message) }
    try tell(houses, try? molecule?.get(), in: surroundings)
    _ = try molecule?.get()
  }

  /// What the molecule is made of, or why that is not known; nil if nobody has asked.
  private func topology(
    heardBy inbox: FrameInbox?,
    in client: SharedStateClient
  ) async throws -> Result<Topology, Failure>? {
    guard let inbox else { return nil }
    do {
      let simulation = try await town.simulation(heardBy: inbox, in: client)
      return .success(try MoleculeReading.topology(of: simulation))
    } catch let failure as Failure {
      return .failure(failure)
    }
  }

  /// The keys to look into, sorted: of the houses that are named, and of all that begin so where none is.
  private func keys(in state: StateDictionary) throws(Failure) -> [String] {
    let (houses, streets) = (
      prefixes.filter { state.contains($0) }, prefixes.filter { !state.contains($0) }
    )
    let keys = state.keys(withPrefix: "").filter { key in
      prefixes.isEmpty || houses.contains { key.utf8.elementsEqual($0.utf8) }
        || streets.contains { key.utf8.starts(with: $0.utf8) }
    }
    let missing = streets.filter { street in
      !keys.contains { $0.utf8.starts(with: street.utf8) }
    }
    guard missing.isEmpty else { throw Absence.failure(missing) }
    return keys
  }

  private func mend(_ town: any SharedStateEndpoint, in surroundings: Surroundings) async throws {
    let before = town.state
    let troubled = try keys(in: before).filter { repaired($0, in: before) != nil }
    for start in stride(from: 0, to: troubled.count, by: 1000) {
      let some = troubled[start..<min(start + 1000, troubled.count)]
      // Worked out on the newest value, so that nobody else's change is lost.
      try await town.write { state in
        var change = StateChange()
        for key in some {
          if let value = repaired(key, in: state) { change.update(key, to: value) }
        }
        return change
      }
    }
    surroundings.note("repaired \(Counted.houses(troubled.count))")
  }

  private func repaired(_ key: String, in state: StateDictionary) -> StateValue? {
    state[key].flatMap { EntryInspector.repaired(key, $0) }
  }

  private func tellRepairs(in state: StateDictionary, _ surroundings: Surroundings) throws {
    for key in try keys(in: state) {
      guard let old = state[key], let new = EntryInspector.repaired(key, old) else { continue }
      let line: StateValue = ["key": .string(key), "old": old, "value": new]
      try surroundings.print(line.text)
    }
  }

  private func tell(
    _ state: StateDictionary,
    _ molecule: Topology?,
    in surroundings: Surroundings
  ) throws {
    var (grave, houses) = (0, 0)
    for key in try keys(in: state) {
      guard let value = state[key] else { continue }
      let findings = EntryInspector.findings(
        in: key,
        value,
        atomCount: molecule?.atomCount,
        isPresent: state.contains
      )
      let bad = findings.count { $0.isMarked }
      if bad > 0 { (grave, houses) = (grave + bad, houses + 1) }
      try surroundings.write(findings.map { line($0, key) + "\n" }.joined())
    }
    guard grave > 0 else { return }
    let count = Counted.things(grave, "finding", "findings")
    throw Failure(.absent, "\(count) in \(Counted.houses(houses)) would trouble somebody's program")
  }

  private func line(_ finding: Finding, _ key: String) -> String {
    guard json else {
      return "\(finding.severity.rawValue) \(Keys.line(key)): \(finding.words.town)"
        + (finding.repair.map { " [--repair: \($0)]" } ?? "")
    }
    var line: StateObject = [
      "key": .string(key), "field": .string(finding.path.isRoot ? "" : finding.path.description),
      "check": .string(finding.check), "severity": .string(finding.severity.rawValue),
      "what": .string(finding.what.town), "trouble": .string(finding.trouble.town),
      "advice": .string(finding.advice.town),
    ]
    if let repair = finding.repair { line["repair"] = .string(repair) }
    return StateValue.object(line).text
  }
}
