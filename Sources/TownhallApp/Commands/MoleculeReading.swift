import ConcurrencySupport
import SharedState
import TextScreen
import TownhallKit
import Trajectory

extension PatientServerOptions {
  /// Joins the town and listens until it is known what is simulated there.
  ///
  /// - Throws: A ``Failure`` if nobody simulates, besides all that joining throws.
  func joinSimulation<Result: Sendable>(
    for concern: Concern,
    in surroundings: Surroundings,
    _ work: (Simulation, SharedStateClient) async throws -> Result
  ) async throws -> Result {
    let inbox = FrameInbox()
    return try await join(for: concern, hearing: inbox, in: surroundings) { town in
      try await work(try await simulation(heardBy: inbox, in: town), town)
    }
  }

  /// Listens until it is known what is simulated in a town.
  ///
  /// - Throws: A ``Failure`` if nobody simulates, or why the town was lost.
  func simulation(heardBy inbox: FrameInbox, in town: SharedStateClient) async throws -> Simulation
  {
    let simulation = try await town.untilLost { [patience = timeout.duration] in
      try await within(patience) {
        try await inbox.simulation { $0.molecule != nil || $0.trouble != nil }
      }
    }
    if let simulation { return simulation }
    let reason = inbox.trouble.map { ", and no frames come: \(TextWidth.safe($0))" } ?? ""
    throw Failure(.absent, "in the town at \(town.address) nobody simulates\(reason)")
  }
}

extension FrameInbox {
  /// Takes in what is heard until enough is known of the simulation.
  ///
  /// - Parameters:
  ///   - known: What is known of it already.
  ///   - isEnough: Whether that will do.
  /// - Returns: What is known then.
  /// - Throws: `CancellationError` if nothing more comes.
  func simulation(
    after known: Simulation = Simulation(),
    until isEnough: @Sendable (Simulation) -> Bool
  ) async throws -> Simulation {
    var simulation = known
    for await _ in rings {
      if let news = take() { simulation.take(news) }
      if isEnough(simulation) { return simulation }
    }
    throw CancellationError()
  }
}

/// What verbs that read atoms say.
enum MoleculeReading {
  /// Reads a query that somebody has typed.
  static func query(_ text: String) throws(Failure) -> AtomQuery {
    do throws(AtomQueryError) {
      return try AtomQuery(text)
    } catch {
      throw Failure(.badUsage, "the query, \(TextWidth.safe(error.description))")
    }
  }

  /// The molecule, and the atoms of it that a query means.
  static func select(
    _ query: AtomQuery,
    _ simulation: Simulation,
    _ state: StateDictionary
  ) throws -> (Topology, AtomSet) {
    do {
      return (try topology(of: simulation), try simulation.select(query, in: state))
    } catch let error as FrameError {
      throw nonsense(error)
    } catch let error as AtomQueryError {
      throw Failure(.absent, "the query, \(TextWidth.safe(error.description))")
    }
  }

  /// What the molecule is made of.
  static func topology(of simulation: Simulation) throws(Failure) -> Topology {
    if let trouble = simulation.trouble { throw nonsense(trouble) }
    guard let molecule = simulation.molecule else { throw Failure(.absent, "there is no molecule") }
    return molecule.topology
  }

  private static func nonsense(_ error: FrameError) -> Failure {
    Failure(.absent, "the simulation there says what cannot be: \(error)")
  }

  /// Says that a query means nothing.
  static func nothing(of topology: Topology) -> Failure {
    Failure(.absent, "no atom of \(topology.atomCount) is meant")
  }
}
