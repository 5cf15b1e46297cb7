import ArgumentParser
import ConcurrencySupport
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
      are in. The molecule comes from whoever simulates in the town, over a WebSocket.

      A query is made of these words, and of and, or, not and parentheses:
        all none protein backbone nucleic water hydrogen
        index 0 5:9        by number from 0; bynum from 1
        name CA C*         by name; * is any text, ? one character
        element C 1        by symbol or atomic number
        resname ALA GLY    by name of the residue; resid 5 7:9 by its number
        chain A            by name of the chain, or segid
        within 0.5 of …    no further than so many nanometres from these, and these
        byres …            whole residues of these; bonded to … what has a bond with them
        selection NAME     what a house selection.NAME holds; interaction NAME
      within, byres and bonded to take all that follows; what stands in quotes is no word of a query.

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
    let query: AtomQuery
    do throws(AtomQueryError) {
      query = try AtomQuery(self.query)
    } catch {
      throw Failure(.badUsage, "the query, \(TextWidth.safe(error.description))")
    }
    let inbox = FrameInbox()
    // Something has to be asked for.
    let concern = query.namesEntries ? Concern.wholeTown : .keys("simulation.name")
    let (frame, state) = try await town.join(for: concern, hearing: inbox, in: surroundings) {
      (try await molecule(from: inbox, of: $0), $0.endpoint.state)
    }
    try print(query, frame, state, in: surroundings)
  }

  /// All that is known of the molecule, once that is anything.
  private func molecule(from inbox: FrameInbox, of town: SharedStateClient) async throws -> Frame {
    let molecule = try await town.untilLost { [patience = self.town.timeout.duration] in
      try await within(patience) {
        var current = CurrentFrame()
        for await _ in inbox.rings {
          if let news = inbox.take() { current.take(news) }
          if current.frame[.particleCount] != nil { return current.frame }
        }
        throw CancellationError()
      }
    }
    guard let molecule else {
      let words = "in the town at \(town.address) nobody simulates that is heard over a WebSocket"
      throw Failure(.absent, words)
    }
    return molecule
  }

  private func print(
    _ query: AtomQuery,
    _ frame: Frame,
    _ state: StateDictionary,
    in surroundings: Surroundings
  ) throws {
    let (topology, atoms): (Topology, AtomSet)
    do {
      topology = try Topology(frame)
      let positions = try frame.vectors(.particlePositions) ?? []
      atoms = try topology.select(query, at: positions) { entry in
        Self.particles(of: entry, in: state, among: topology.atomCount)
      }
    } catch let error as FrameError {
      throw Failure(.absent, "the simulation there says what cannot be: \(error)")
    } catch let error as AtomQueryError {
      throw Failure(.absent, "the query, \(TextWidth.safe(error.description))")
    }
    if json {
      try surroundings.print(StateValue.array(atoms.map { .int(Int64($0)) }).text)
    } else if count {
      try surroundings.print("\(atoms.count)")
    } else {
      // Names come from a peer.
      for line in topology.lines(of: atoms) { try surroundings.print(TextWidth.safe(line)) }
    }
    guard !atoms.isEmpty else {
      throw Failure(.absent, "no atom of \(topology.atomCount) is meant")
    }
    if surroundings.isWatched { surroundings.note(TextWidth.safe(topology.summary(of: atoms))) }
  }

  /// The particles that an entry names, found by what stands behind the dot in its key, or by what it is called.
  private static func particles(
    of entry: AtomQuery.Entry,
    in state: StateDictionary,
    among count: Int
  ) -> [Int]? {
    let prefix = "\(entry.kind.rawValue)."
    guard let value = state[prefix + entry.name] ?? state.value(called: entry.name, under: prefix)
    else { return nil }
    switch entry.kind {
    case .selection:
      // Without a list it is of all.
      return (try? ParticleSelection(stateValue: value)).map { $0.particleIDs ?? Array(0..<count) }
    case .interaction:
      return (try? Interaction(stateValue: value))?.particles
    }
  }
}

extension StateDictionary {
  /// A value under a prefix that is called something.
  ///
  /// - Complexity: O(*n*) in the keys.
  fileprivate func value(called name: String, under prefix: String) -> StateValue? {
    keys(withPrefix: prefix).lazy.compactMap { self[$0] }.first { value in
      (try? ParticleSelection(stateValue: value))?.displayName == name
    }
  }
}
