import Dashboard
import StateSync
import Trajectory

/// Carries what a simulation says to a dashboard, as often as a person can read it.
///
/// Frames come thirty times a second; they are merged in their inbox meanwhile, and a molecule that was loaded is built here, so that
/// no key waits for either.
struct SimulationFeed {
  /// The time between two looks.
  static let pace = Duration.milliseconds(200)

  private let frames: FrameInbox
  private let clock: SyncClock

  init(_ frames: FrameInbox, clock: SyncClock) { (self.frames, self.clock) = (frames, clock) }

  /// Tells until the task is cancelled.
  func run(_ tell: @Sendable (Message) -> Void) async {
    var simulation = Simulation()
    for await _ in frames.rings {
      guard let news = frames.take() else { continue }
      simulation.take(news)
      tell(.simulation(simulation, frames: frames.count))
      guard (try? await clock.sleep(Self.pace)) != nil else { return }
    }
  }
}
