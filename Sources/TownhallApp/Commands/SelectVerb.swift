import ArgumentParser
import SharedState
import StateEditing
import TextScreen
import TownhallKit
import Trajectory

struct Select: Verb {
  static let configuration = CommandConfiguration(
    commandName: "select",
    abstract: "Make a selection of the atoms that a query means, or choose those of one anew.",
    discussion: """
      NAME is what stands behind selection. in the key, or what the selection is called. One that is there keeps all \
      but its atoms; a new one is laid out as NanoVer's clients write them. The query is kept in the entry \
      (townhall.query), and applied again if none is given: after another molecule was loaded, for example.

      'townhall help atoms' says what a query is made of. Prints the key. Exits with 1, and writes nothing, if no \
      atom is meant, or if nobody simulates.

      EXAMPLES
        townhall select water 'resname HOH'
        townhall select pocket 'byres within 0.5 of (selection ligand)' --dry-run
        townhall select water
      """
  )

  @Argument(help: ArgumentHelp("Which selection.", valueName: "selection"))
  var name: String

  @Argument(help: "Which atoms; without it the query that the selection was made by.")
  var query: String?

  @OptionGroup var town: WritingOptions

  func validate() throws {
    if ownName.isEmpty { throw ValidationError("a selection needs a name") }
  }

  func run(in surroundings: Surroundings) async throws {
    let given = try query.map { try MoleculeReading.query($0) }
    let (key, summary) = try await town.joinSimulation(in: surroundings) { simulation, town in
      let state = town.snapshot()
      let key = try self.key(in: state)
      let seen = state[key]
      let query = try given ?? keptQuery(in: seen, at: key)
      let (topology, atoms) = try MoleculeReading.select(query, simulation, state)
      guard !atoms.isEmpty else { throw MoleculeReading.nothing(of: topology) }
      var selection = try selection(from: seen, at: key)
      selection.choose(atoms, by: query)
      try await town.carryOut(EditRequest(.set, key, from: seen, to: selection.stateValue))
      return (key, topology.phrase(of: atoms))
    }
    if !town.dryRun { try surroundings.print(Keys.line(key)) }
    if surroundings.isWatched { surroundings.note(TextWidth.safe("\(key): \(summary)")) }
  }

  /// The selection that is there, or a new one.
  private func selection(from value: StateValue?, at key: String) throws(Failure)
    -> ParticleSelection
  {
    guard let value else { return ParticleSelection(id: key, name: ownName, particleIDs: []) }
    do {
      return try ParticleSelection(stateValue: value)
    } catch {
      throw Failure(.refused, "\(key) holds no selection: \(error)")
    }
  }

  private func keptQuery(in value: StateValue?, at key: String) throws(Failure) -> AtomQuery {
    let value = try Absence.check(value, at: key)
    guard let text = (try? ParticleSelection(stateValue: value))?.query else {
      throw Failure(.absent, "\(key) was not made by a query that was kept: give one")
    }
    return try MoleculeReading.query(text)
  }

  private static let prefix = "selection."

  /// What stands behind the dot, whether the whole key was given or not.
  private var ownName: String {
    name.hasPrefix(Self.prefix) ? String(name.dropFirst(Self.prefix.count)) : name
  }

  /// The key of the selection that is called so, or that a new one gets.
  private func key(in state: StateDictionary) throws(Failure) -> String {
    let own = Self.prefix + ownName
    guard !state.contains(own) else { return own }
    let called = state.keys(withPrefix: Self.prefix).filter { key in
      state[key].flatMap { try? ParticleSelection(stateValue: $0) }?.displayName == name
    }
    guard called.count < 2 else {
      throw Failure(.badUsage, "\(called.count) selections are called so: name one by its key")
    }
    return called.first ?? own
  }
}
