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
      let simulation = try await town.untilLost { [patience = timeout.duration] in
        try await within(patience) {
          var simulation = Simulation()
          for await _ in inbox.rings {
            if let news = inbox.take() { simulation.take(news) }
            if simulation.molecule != nil || simulation.trouble != nil { return simulation }
          }
          throw CancellationError()
        }
      }
      guard let simulation else {
        let words = "in the town at \(town.address) nobody simulates that is heard"
        throw Failure(.absent, words)
      }
      return try await work(simulation, town)
    }
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
