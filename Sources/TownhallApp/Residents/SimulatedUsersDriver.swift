import ConcurrencySupport
public import SharedState
import StateSync
import TownhallKit

extension SimulatedUsers {
  /// Lets residents live in a town around their molecule until the task is cancelled.
  static func live(in server: SharedStateServer, seed: UInt64) async {
    let molecule = PeptideDriver(in: server.endpoint, on: server.frames, seed: seed)
    await withTaskGroup { group in
      group.addTask { await molecule.run() }
      group.addTask { try? await live(in: server.endpoint, seed: seed) }
    }
  }

  /// Lets residents live in a town until the task is cancelled; then they take their headsets off.
  ///
  /// - Parameters:
  ///   - town: Where they live; they write there as the server itself does.
  ///   - seed: Who they are and what they will do.
  /// - Throws: What the town throws when it does not take a write.
  public static func live(in town: any SharedStateEndpoint, seed: UInt64) async throws {
    // Behind a lock, so that a town may call them from its own.
    let residents = Locked(SimulatedUsers(seed: seed))
    let clock = ContinuousClock()
    let start = clock.now
    var beat = 0
    while !Task.isCancelled {
      let time = start.duration(to: clock.now)
      do {
        try await town.write { town in residents.withLock { $0.act(at: time, seeing: town) } }
      } catch let error as WriteError where error.isRefusal {
        // Somebody holds a lock on what they were about to touch: this beat is left out.
      }
      // Beats that a sleeping machine has missed are left out, not made up for.
      beat = max(beat + 1, Int(time.seconds * 30))
      try? await clock.sleep(until: start + .seconds(1) * beat / 30)
    }
    try await town.write { _ in residents.withLock { $0.leave() } }
  }
}

extension WriteError {
  fileprivate var isRefusal: Bool {
    if case .refused = outcome { true } else { false }
  }
}
