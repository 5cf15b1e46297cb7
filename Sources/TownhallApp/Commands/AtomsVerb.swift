import ArgumentParser
import SharedState
import TextScreen
import TownhallKit
import Trajectory

struct Atoms: Verb {
  static let configuration = CommandConfiguration(
    commandName: "atoms",
    abstract: "Print the atoms of the simulation that a query means, in a line for each residue.",
    discussion: """
      Each line has the numbers of some atoms as selections hold them, their names, and the residue and chain that they \
      are in. The molecule comes from whoever simulates in the town.

      A query is made of these words, and of and, or, not and parentheses:
        all none protein backbone nucleic water hydrogen
        index 0 5:9        by number from 0; bynum from 1; 5 to 9 is 5:9
        name CA C*         by name; * is any text, ? one character
        element C 1        by symbol or atomic number
        resname ALA GLY    by name of the residue; resid 5 7:9 163A by its number
        chain A            by name of the chain, or segid
        within 0.5 of …    no further than so many nanometres from these, and these
        byres …            whole residues of these; bonded to … what has a bond with them
        selection NAME     what a house selection.NAME holds; interaction NAME
      within, byres and bonded to take all that follows; not binds closest, then and, then or. What stands in quotes is \
      no word of a query. Distances do not go around through the sides of a periodic box.

      Exits with 1 if no atom is meant, or if nobody simulates.

      EXAMPLES
        townhall atoms 'resname HOH and name O'
        townhall atoms 'byres within 0.5 of (selection root)' --json
        townhall atoms 'protein and not backbone' --count
      """
  )

  @Argument(help: "Which atoms.")
  var query: String

  @Flag(help: "Print one JSON list of numbers.")
  var json = false

  @Flag(help: "Print how many there are, and nothing else.")
  var count = false

  @OptionGroup var town: PatientServerOptions

  func validate() throws {
    if json, count { throw ValidationError("--json and --count exclude each other") }
  }

  func run(in surroundings: Surroundings) async throws {
    let query = try MoleculeReading.query(self.query)
    // Something has to be asked for.
    let concern = query.namesEntries ? Concern.wholeTown : .keys("simulation.name")
    let (simulation, state) = try await town.joinSimulation(for: concern, in: surroundings) {
      ($0, $1.endpoint.state)
    }
    let (topology, atoms) = try MoleculeReading.select(query, simulation, state)
    if json {
      try surroundings.print(StateValue.array(atoms.map { .int(Int64($0)) }).text)
    } else if count {
      try surroundings.print("\(atoms.count)")
    } else {
      // Names come from a peer.
      for line in topology.lines(of: atoms) { try surroundings.print(TextWidth.safe(line)) }
    }
    guard !atoms.isEmpty else { throw MoleculeReading.nothing(of: topology) }
    if surroundings.isWatched { surroundings.note(TextWidth.safe(topology.summary(of: atoms))) }
  }
}
