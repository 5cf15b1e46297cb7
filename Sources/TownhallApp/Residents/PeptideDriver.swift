import ConcurrencySupport
import SharedState
import StateSync
import Trajectory

/// Runs the molecule of the embedded town, thirty frames a second, until whoever runs it is cancelled.
struct PeptideDriver: Sendable {
  /// How much goes on in a frame.
  private static let steps = 16
  /// Who publishes, for a hub that counts connections from 1.
  private static let publisher = 0

  private struct Contents {
    var peptide: Peptide
    var isRunning = true
    /// Steps that somebody has asked for while it stands still.
    var steps = 0
    /// Whether all is to be said again.
    var isFresh = true
  }

  private let contents: Locked<Contents>
  private let frames: FrameHub
  private let town: SyncServer

  /// Makes one, and offers what clients expect of a simulation.
  init(in town: SyncServer, on frames: FrameHub, seed: UInt64) {
    (self.town, self.frames) = (town, frames)
    contents = Locked(Contents(peptide: Peptide(seed: seed)))
    offer("playback/play") { $0.isRunning = true }
    offer("playback/pause") { $0.isRunning = false }
    offer("playback/step") { contents in
      contents.isRunning = false
      contents.steps += 1
    }
    offer("playback/reset") { contents in
      contents.peptide.reset()
      contents.isFresh = true
    }
    town.offer(CommandDescription(name: "playback/list")) { _ in ["simulations": ["17-ala"]] }
    town.offer(CommandDescription(name: "playback/load")) {
      [contents, weak town] arguments throws(CommandFailure) in
      guard arguments["index"] == nil || arguments["index"]?.double == 0 else {
        throw CommandFailure(.failed, "there is one simulation, of index 0")
      }
      contents.withLock { contents in
        contents.peptide.reset()
        contents.isFresh = true
      }
      if let town { await Self.clear(town) }
      return .null
    }
  }

  private func offer(_ name: String, _ change: @escaping @Sendable (inout Contents) -> Void) {
    town.offer(CommandDescription(name: name)) { [contents] _ in
      contents.withLock { change(&$0) }
      return .null
    }
  }

  /// A load takes selections and interactions away, as on NanoVer's server, and says what is loaded.
  private static func clear(_ town: SyncServer) async {
    try? await town.write { state in
      let gone = state.keys(withPrefix: "selection.") + state.keys(withPrefix: "interaction.")
      return StateChange(
        updates: ["simulation.name": "17-ala", "simulation.index": 0],
        removals: Set(gone)
      )
    }
  }

  /// Runs until the task is cancelled.
  func run() async {
    let clock = ContinuousClock()
    var next = clock.now
    while !Task.isCancelled {
      let state = town.state
      let frame = contents.withLock { contents -> Frame? in
        if contents.isFresh {
          contents.isFresh = false
          return contents.peptide.whole
        }
        guard contents.isRunning || contents.steps > 0 else { return nil }
        contents.steps = max(0, contents.steps - 1)
        contents.peptide.run(steps: Self.steps, pulledBy: state)
        return contents.peptide.news
      }
      if let frame { try? frames.publish(frame, by: Self.publisher) }
      // What a sleeping machine has missed is left out.
      next = max(next + .seconds(1) / 30, clock.now)
      try? await clock.sleep(until: next)
    }
  }
}
