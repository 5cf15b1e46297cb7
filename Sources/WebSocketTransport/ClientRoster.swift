import NIOCore
import Synchronization

/// Who is connected to a server, and the desk through which they pass commands.
final class ClientRoster: Sendable {
  /// Names a client for as long as the server runs.
  typealias ID = Int

  private struct Entry {
    let link: WebSocketLink
    let outbox: CommandOutbox
  }

  private struct State {
    var sockets: [ObjectIdentifier: any Channel] = [:]
    var clients: [ID: Entry] = [:]
    var nextID: ID = 1
    var desk = CommandDesk<ID>()
    var isClosing = false
  }

  private let limit: Int
  private let state = Mutex(State())

  init(limit: Int) {
    self.limit = limit
  }

  /// Sockets beyond the limit get as far as being told so, unless there are too many even of those.
  private var socketLimit: Int { limit + 32 }

  /// Whether one more client may come in.
  var hasRoom: Bool { state.withLock { $0.clients.count < limit && !$0.isClosing } }

  /// How many clients there are.
  var clientCount: Int { state.withLock { $0.clients.count } }

  /// Notes a connection, until it closes; false if there are too many.
  func admit(_ channel: any Channel) -> Bool {
    let id = ObjectIdentifier(channel)
    let isIn = state.withLock { state in
      guard state.sockets.count < socketLimit, !state.isClosing else { return false }
      state.sockets[id] = channel
      return true
    }
    if isIn {
      channel.closeFuture.whenComplete { [weak self] _ in
        self?.state.withLock { $0.sockets[id] = nil }
      }
    }
    return isIn
  }

  /// Notes a client; nil if there is no room, or the server is shutting down.
  func enter(_ link: WebSocketLink, outbox: CommandOutbox) -> ID? {
    state.withLock { state in
      guard state.clients.count < limit, !state.isClosing else { return nil }
      defer { state.nextID += 1 }
      state.clients[state.nextID] = Entry(link: link, outbox: outbox)
      return state.nextID
    }
  }

  /// Forgets a client.
  func leave(_ id: ID) {
    deliver { state in
      state.clients[id] = nil
      return state.desk.leave(id)
    }
  }

  /// Takes a command message from a client, and sends what follows from it.
  func handle(_ message: CommandMessage, from id: ID) {
    deliver { $0.desk.handle(message, from: id) }
  }

  private func deliver(_ act: (inout State) -> [CommandDesk<ID>.Delivery]) {
    let letters = state.withLock { state in
      act(&state).compactMap { delivery in
        state.clients[delivery.peer].map { (client: $0, message: delivery.message) }
      }
    }
    for letter in letters where !letter.client.outbox.put(letter.message.encoded) {
      letter.client.link.begin(
        WebSocketClose(code: 1008, reason: "too many command messages wait to be read")
      )
    }
  }

  /// Says goodbye to everybody and lets nobody in any more; returns when all are gone.
  func dismissAll(_ close: WebSocketClose) async {
    let (links, sockets) = state.withLock { state in
      state.isClosing = true
      return (state.clients.values.map(\.link), Array(state.sockets.values))
    }
    await withDiscardingTaskGroup { group in
      for link in links { group.addTask { await link.close(close) } }
    }
    for socket in sockets { socket.close(promise: nil) }
    for socket in sockets { try? await socket.closeFuture.get() }
  }
}
