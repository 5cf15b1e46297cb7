import AccessControl
import MessagePack
import NIOCore
import NetworkSupport
import SharedState
import StateSync

/// One client of a server: its changes and commands in.
///
/// What goes out needs no task: `Fanout` and `CommandOutbox` write it. While a slow client has not taken what it was sent last, its session gathers what changes, each key once.
struct ServerConnection: Sendable {
  let caller: Caller
  let link: WebSocketLink

  /// Lets the client join a server, until it leaves or is sent away.
  func serve(_ server: SyncServer, by fanout: Fanout, _ request: ClientRequest) async {
    caller.part { [link] parting in
      switch parting {
      case .closing: link.begin(.goingAway("the server is shutting down"))
      case .cause(let reason):
        link.begin(WebSocketClose(code: 1008, reason: reason), isViolation: true)
      }
    }
    let outbox = CommandOutbox(to: link)
    let visitor = caller.visitor
    if let grant = caller.grant {
      link.post(ServerWords.role(grant.role, grant.name).encoded) {}
    }
    let commands = server.joinCommands(as: visitor) { [link] message in
      guard !outbox.put(message.encoded) else { return }
      link.begin(WebSocketClose(code: 1008, reason: "too many command messages wait to be read"))
    }
    let session = fanout.join(link, request, as: visitor)
    await readMessages(for: session, at: commands)
    commands.leave()
    fanout.leave(session)
    await link.close(.normal)
  }

  private func readMessages(for session: ServerSession, at commands: CommandSession) async {
    var keys = KeyInterner(capacity: Self.mostKeys)
    while let event = try? await link.receive() {
      switch event {
      case .progress, .silence, .heard: break
      case .message(let bytes):
        take(bytes, &keys, session, commands)
        // Who is too fast is not read for a while, so its own sending waits.
        if let pause = caller.countChange() {
          try? await Task.sleep(nanoseconds: UInt64(pause.nanoseconds))
        }
      case .ended: return
      }
    }
  }

  /// So many keys of a client are remembered; with them a thousand clients take some tens of megabytes at most.
  private static let mostKeys = 1024

  private func take(
    _ bytes: ByteBuffer,
    _ keys: inout KeyInterner,
    _ session: ServerSession,
    _ commands: CommandSession
  ) {
    guard !NanoVerMessage.isFrame(bytes) else { return }
    do throws(MessagePackError) {
      let message = try NanoVerMessage(bytes.readableBytesSpan, knownTo: &keys)
      if let change = message.state { session.receive(change) }
      for command in message.commands { commands.handle(command) }
    } catch {
      link.begin(.badData("malformed message: \(error)"), isViolation: true)
    }
  }
}

extension Caller {
  /// Who it is, for the server.
  fileprivate var visitor: Visitor {
    Visitor(
      number: number,
      role: grant?.role ?? .owner,
      name: grant?.name ?? "",
      peer: peer,
      wire: "WebSocket",
      grant: grant?.id ?? ""
    )
  }
}
