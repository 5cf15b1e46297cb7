import AccessControl
import MessagePack
import NIOCore
import NetworkSupport
import SharedState
import StateSync
import Trajectory

/// One client of a server: its changes and commands in.
///
/// What goes out needs no task: `Fanout` and `CommandOutbox` write it. While a slow client has not taken what it was sent last, its session gathers what changes, each key once.
struct ServerConnection: Sendable {
  let caller: Caller
  let link: WebSocketLink
  /// The frames of a simulation, which it may publish and is sent; nil if this server has none.
  let frames: (hub: FrameHub, fanout: FrameFanout)?

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
    if request.wantsFrames { frames?.fanout.join(link) }
    await readMessages(from: visitor, for: session, at: commands, of: server)
    frames?.fanout.leave(link)
    commands.leave()
    fanout.leave(session)
    await link.close(.normal)
  }

  private func readMessages(
    from visitor: Visitor,
    for session: ServerSession,
    at commands: CommandSession,
    of server: SyncServer
  ) async {
    var keys = KeyInterner(capacity: Self.mostKeys)
    var desk = frames.map { FrameDesk(hub: $0.hub, server: server, visitor: visitor) }
    while let event = try? await link.receive() {
      switch event {
      case .progress, .silence, .heard: break
      case .message(let bytes):
        take(bytes, &keys, session, commands, &desk)
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
    _ commands: CommandSession,
    _ desk: inout FrameDesk?
  ) {
    guard desk != nil || !NanoVerMessage.isFrame(bytes) else { return }
    do throws(MessagePackError) {
      let message = try NanoVerMessage(
        bytes.readableBytesSpan,
        knownTo: &keys,
        wantsFrame: desk != nil
      )
      if let change = message.state { session.receive(change) }
      for command in message.commands { commands.handle(command) }
      if let frame = message.frame { take(frame, &desk) }
    } catch {
      link.begin(.badData("malformed message: \(error)"), isViolation: true)
    }
  }

  private func take(_ frame: Frame, _ desk: inout FrameDesk?) {
    do throws(FrameError) {
      guard let refusal = try desk?.take(frame) else { return }
      link.post(ServerWords.refused(refusal).encoded) {}
    } catch {
      link.begin(.badData("malformed frame: \(error)"), isViolation: true)
    }
  }
}

/// Takes the frames of one client, if it may publish any.
private struct FrameDesk {
  let hub: FrameHub
  let server: SyncServer
  let visitor: Visitor
  /// Why nothing was taken, once it was said: thirty times a second would be too often.
  private var saidReason: String?

  init(hub: FrameHub, server: SyncServer, visitor: Visitor) {
    (self.hub, self.server, self.visitor) = (hub, server, visitor)
  }

  /// Publishes a frame, or says why not.
  mutating func take(_ frame: Frame) throws(FrameError) -> WriteRefusal? {
    guard let reason = reasonNotToPublish else {
      saidReason = nil
      try hub.publish(frame, by: visitor.number)
      return nil
    }
    guard reason != saidReason else { return nil }
    saidReason = reason
    return WriteRefusal(keys: ["frame"], reason: reason)
  }

  private var reasonNotToPublish: String? {
    if visitor.role == .guest { return "a guest reads frames, and publishes none" }
    let isFrozen = server.restraints(on: visitor.number).contains(.frozen)
    return isFrozen ? Restraint.frozen.reason : nil
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
