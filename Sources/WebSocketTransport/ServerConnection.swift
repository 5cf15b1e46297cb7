import MessagePack
import NIOCore
import SharedState
import StateSync

/// One client of a server: its changes out, its changes and commands in.
///
/// Three things go on at once, and end together when the link does. Each message waits until the one before it
/// is with the operating system; while a slow client holds up its own, the session gathers what changes, each
/// key once.
struct ServerConnection: Sendable {
  let link: WebSocketLink
  let roster: ClientRoster

  /// Lets the client join a server, until it leaves or is sent away.
  func serve(_ server: SyncServer, interval: Duration) async {
    guard let id = roster.enter(link) else {
      return await link.close(WebSocketClose(code: 1013, reason: "no room for another client"))
    }
    let session = server.join(interval: interval)
    let outbox = CommandOutbox()
    let commands = server.joinCommands { [link] message in
      guard !outbox.put(message.encoded) else { return }
      link.begin(WebSocketClose(code: 1008, reason: "too many command messages wait to be read"))
    }
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await sendChanges(of: session) }
      // If the link is gone, the reader learns why.
      group.addTask { await outbox.drain { try? await link.send($0) } }
      await readMessages(for: session, at: commands)
      commands.leave()
      session.leave()
      outbox.finish()
      await link.close(.normal)
    }
    roster.leave(id)
  }

  private func sendChanges(of session: ServerSession) async {
    while let change = await session.next() {
      let messages = change.encoded(by: StateMessage.self) { change in
        StateMessage.encode(change, limit: WebSocketLink.maximumMessageSize)
      }
      do {
        for message in messages { try await link.send(message) }
      } catch {
        // The reader learns why.
        return
      }
    }
    link.begin(.goingAway("the town has closed"))
  }

  private func readMessages(for session: ServerSession, at commands: CommandSession) async {
    while let event = try? await link.receive() {
      switch event {
      case .progress: break
      case .message(let bytes): take(bytes, session, commands)
      case .ended: return
      }
    }
  }

  private func take(_ bytes: ByteBuffer, _ session: ServerSession, _ commands: CommandSession) {
    guard !NanoVerMessage.isFrame(bytes) else { return }
    do throws(MessagePackError) {
      let message = try NanoVerMessage(bytes.readableBytesSpan)
      if let change = message.state { session.receive(change) }
      for command in message.commands { commands.handle(command) }
    } catch {
      link.begin(.badData("malformed message: \(error)"), isViolation: true)
    }
  }
}
