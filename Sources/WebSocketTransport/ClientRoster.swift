import NIOCore
import NetworkSupport
import Synchronization

final class ClientRoster: Sendable {
  /// Names a client for as long as the server runs.
  typealias ID = Int

  private struct State {
    var sockets: [ObjectIdentifier: any Channel] = [:]
    /// Those of the sockets that have a client's place, from the handshake on.
    var placed: Set<ObjectIdentifier> = []
    /// Those of the sockets that somebody else says goodbye to.
    var entrusted: Set<ObjectIdentifier> = []
    var clients: [ID: WebSocketLink] = [:]
    var nextID: ID = 1
    var isClosing = false
  }

  let limits: ClientLimits
  private let state = Mutex(State())

  init(limits: ClientLimits) { self.limits = limits }

  var clientCount: Int { state.withLock { $0.clients.count } }

  /// Notes a connection, until it closes; false if there are too many.
  ///
  /// Those beyond the limit of clients get as far as being told so, unless there are too many even of them.
  func admit(_ channel: any Channel) -> Bool {
    let id = ObjectIdentifier(channel)
    let isIn = state.withLock { state in
      let waiting = state.sockets.count - state.placed.count - state.entrusted.count
      guard waiting < limits.arrivals, state.sockets.count < limits.clients + limits.arrivals,
        !state.isClosing
      else { return false }
      state.sockets[id] = channel
      return true
    }
    if isIn {
      channel.closeFuture.whenComplete { [weak self] _ in
        self?.state.withLock { state in
          state.sockets[id] = nil
          state.placed.remove(id)
          state.entrusted.remove(id)
        }
      }
    }
    return isIn
  }

  /// Gives a connection a client's place, which is its own until it closes; false if all are taken.
  ///
  /// It is given with the handshake: whoever is let in will find room.
  func givePlace(to channel: any Channel) -> Bool {
    let id = ObjectIdentifier(channel)
    return state.withLock { state in
      guard state.placed.count + state.entrusted.count < limits.clients, !state.isClosing,
        state.sockets[id] != nil
      else { return false }
      state.placed.insert(id)
      return true
    }
  }

  /// Leaves a connection that has been admitted to somebody else, who closes it in time.
  func entrust(_ channel: any Channel) {
    let id = ObjectIdentifier(channel)
    state.withLock { state in
      if state.sockets[id] != nil { state.entrusted.insert(id) }
    }
  }

  /// Notes a client that has a place; nil if the server is shutting down.
  func enter(_ link: WebSocketLink) -> ID? {
    state.withLock { state in
      guard !state.isClosing else { return nil }
      defer { state.nextID += 1 }
      state.clients[state.nextID] = link
      return state.nextID
    }
  }

  func leave(_ id: ID) { state.withLock { $0.clients[id] = nil } }

  /// Says goodbye to everybody and lets nobody in any more; returns when all are gone.
  func dismissAll(_ close: WebSocketClose) async {
    let (links, sockets) = state.withLock { state in
      state.isClosing = true
      let sockets = state.sockets.filter { !state.entrusted.contains($0.key) }
      return (Array(state.clients.values), Array(sockets.values))
    }
    await withDiscardingTaskGroup { group in
      for link in links { group.addTask { await link.close(close) } }
    }
    for socket in sockets { socket.close(promise: nil) }
    for socket in sockets { try? await socket.closeFuture.get() }
  }
}
