#if GRPC
import StateSync
import Synchronization

final class SubscriberRoster: Sendable {
  private struct State {
    var sessions: [Int: ServerSession] = [:]
    var nextID = 1
    var isClosing = false
  }

  private let limit: Int
  private let state = Mutex(State())

  init(limit: Int) { self.limit = limit }

  var count: Int { state.withLock { $0.sessions.count } }

  /// Notes a subscriber; nil if there is no room, or the server is shutting down.
  func enter(_ join: () -> ServerSession) -> (id: Int, session: ServerSession)? {
    state.withLock { state in
      guard state.sessions.count < limit, !state.isClosing else { return nil }
      defer { state.nextID += 1 }
      let session = join()
      state.sessions[state.nextID] = session
      return (state.nextID, session)
    }
  }

  /// Forgets a subscriber, who leaves the server.
  func leave(_ id: Int) { state.withLock { $0.sessions.removeValue(forKey: id) }?.leave() }

  /// Lets everybody leave the server, which ends their subscriptions in good order, and nobody in any more.
  func dismissAll() {
    let sessions = state.withLock { state in
      state.isClosing = true
      return Array(state.sessions.values)
    }
    for session in sessions { session.leave() }
  }
}
#endif
