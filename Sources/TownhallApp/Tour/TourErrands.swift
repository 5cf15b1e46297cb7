import Dashboard
import Lessons

/// Where the wishes of a tour go that a dashboard without one does not have.
struct TourErrands: Sendable {
  /// Who acts in the town where a lesson needs a second person.
  let neighbour: ScriptedPeer
  let keep: @Sendable (TourProgress) throws -> Void
}
