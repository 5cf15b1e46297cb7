import NIOCore
import StateSync
import Synchronization

/// Sends each change to all clients that are due: encoded once, and written by the event loops that own their sockets.
///
/// A task for each client would be woken for each change, only to ask an event loop to write. Here one call reaches
/// each loop, however many clients it has. A client is ready for more once the operating system has taken what it
/// was sent; those whose writes end together are reported together.
final class Fanout: ChangeSink {
  private struct State {
    var lanes: [ObjectIdentifier: Lane] = [:]
    var seats: [HubMachine.SubscriberID: (link: WebSocketLink, lane: Lane)] = [:]

    mutating func lane(of loop: any EventLoop, _ server: SyncServer) -> Lane {
      let id = ObjectIdentifier(loop)
      if let lane = lanes[id] { return lane }
      let lane = Lane(loop: loop, server: server)
      lanes[id] = lane
      return lane
    }

    /// The clients by event loop; who has left is left out.
    func batches(
      of subscribers: [HubMachine.SubscriberID]
    ) -> [(lane: Lane, clients: [Lane.Client])] {
      var batches: [(lane: Lane, clients: [Lane.Client])] = []
      for id in subscribers {
        guard let (link, lane) = seats[id] else { continue }
        // There are as many lanes as cores.
        if let index = batches.firstIndex(where: { $0.lane === lane }) {
          batches[index].clients.append((id, link))
        } else {
          batches.append((lane, [(id, link)]))
        }
      }
      return batches
    }
  }

  private let server: SyncServer
  private let state = Mutex(State())

  /// How large a message may be.
  private let messageLimit: Int

  init(serving server: SyncServer, messageLimit: Int) {
    (self.server, self.messageLimit) = (server, messageLimit)
  }

  /// Lets a client join the server, which begins to send to it.
  func join(
    _ link: WebSocketLink,
    _ request: ClientRequest,
    as visitor: Visitor
  ) -> ServerSession {
    let session = server.join(
      interval: request.interval,
      only: request.filter,
      into: self,
      as: visitor
    ) { [weak link] refusal in link?.post(ServerWords.refused(refusal).encoded) {} }
    state.withLock { state in
      let lane = state.lane(of: link.eventLoop, server)
      state.seats[session.id] = (link, lane)
    }
    server.ready([session.id])
    // If it has shut down meanwhile, that was told to a seat that was not yet there.
    if !server.isOpen { end([session.id]) }
    return session
  }

  func leave(_ session: ServerSession) {
    state.withLock { $0.seats[session.id] = nil }
    session.leave()
  }

  func deliver(_ change: SharedChange, to subscribers: [HubMachine.SubscriberID]) {
    let frames = change.encoded(by: StateMessage.self) { change in
      StateMessage.frames(of: change, limit: messageLimit)
    }
    let batches = state.withLock { $0.batches(of: subscribers) }
    for batch in batches { batch.lane.send(frames, of: change, to: batch.clients) }
    if change.isWhole { batches.first?.lane.keep(change) }
  }

  func end(_ subscribers: [HubMachine.SubscriberID]) {
    let links = state.withLock { state in subscribers.compactMap { state.seats[$0]?.link } }
    for link in links { link.begin(.goingAway("the town has closed")) }
  }
}

/// The clients of one event loop.
private final class Lane: Sendable {
  typealias Client = (id: HubMachine.SubscriberID, link: WebSocketLink)

  private struct Landed {
    var ids: [HubMachine.SubscriberID] = []
    /// Whether somebody will report them before the loop does anything else.
    var willBeReported = false
  }

  private let loop: any EventLoop
  private let landed: NIOLoopBoundBox<Landed>
  private let server: SyncServer

  init(loop: any EventLoop, server: SyncServer) {
    (self.loop, self.server) = (loop, server)
    landed = .makeBoxSendingValue(Landed(), eventLoop: loop)
  }

  /// Writes frames to clients, and reports each as ready when the operating system has taken its own.
  func send(_ frames: [ByteBuffer], of change: SharedChange, to clients: [Client]) {
    loop.execute { [self] in
      // Most writes end at once, and one report does for all of them.
      landed.value.willBeReported = true
      for client in clients { write(frames, of: change, to: client) }
      report()
    }
  }

  /// Keeps the whole state for those who join within the next second, so that it is encoded once for all (H1).
  ///
  /// It is kept once for each time that it is handed out, which is seldom: those who get ready together are one batch.
  func keep(_ change: SharedChange) {
    loop.scheduleTask(in: .seconds(1)) { withExtendedLifetime(change) {} }
  }

  private func write(_ frames: [ByteBuffer], of change: SharedChange, to client: Client) {
    let written = loop.makePromise(of: Void.self)
    written.futureResult.whenSuccess { [self] in
      // H1: while somebody is being sent the whole state, who joins is given the same object.
      withExtendedLifetime(change) { hasLanded(client.id) }
    }
    // If the link is gone, the reader learns why.
    client.link.write(ready: frames, promise: written)
  }

  private func hasLanded(_ id: HubMachine.SubscriberID) {
    landed.value.ids.append(id)
    guard !landed.value.willBeReported else { return }
    landed.value.willBeReported = true
    loop.execute { self.report() }
  }

  private func report() {
    let ids = landed.value.ids
    landed.value = Landed()
    if !ids.isEmpty { server.ready(ids) }
  }
}
