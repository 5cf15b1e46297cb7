#if GRPC
import GRPCCore
import NetworkSupport
import ProtocolBuffers
import StateSync
import Trajectory

/// Sends the frames of a simulation to gRPC clients, by both of its services' names.
///
/// Both ways to subscribe send what came since the last message, as one frame, no sooner than was asked for and once that is on its
/// way. Frames are published over the other wire alone.
struct FrameService: RegistrableRPCService {
  private let hub: FrameHub
  private let roster: SubscriberRoster
  private let options: GRPCStateServer.Options
  private let press: FramePress<[WrittenMessage]>
  /// For those who take whole frames.
  private let roomyPress: FramePress<[WrittenMessage]>

  init(
    of hub: FrameHub,
    roster: SubscriberRoster,
    options: GRPCStateServer.Options,
    report: @escaping @Sendable (String) -> Void
  ) {
    (self.hub, self.roster, self.options) = (hub, roster, options)
    func make(limit: Int, for clients: String) -> FramePress<[WrittenMessage]> {
      let told = ToldKeys()
      return FramePress(hub) { frame in
        let parts = FrameReply.encode(frame, limit: limit)
        for (key, size) in parts.leftOut where told.isNews(key) {
          report(
            "\(key) of a frame takes \(size) bytes on the gRPC wire, of which \(clients) take \(limit): they are not sent it"
          )
        }
        return parts.messages
      }
    }
    press = make(limit: options.maximumUpdateSize, for: "old clients")
    roomyPress = make(limit: options.maximumMessageSize, for: "clients")
  }

  func registerMethods(with router: inout RPCRouter<some ServerTransport>) {
    let admission = CallAdmission(roster: roster)
    for dialect in options.dialects {
      for method in [dialect.subscribeLatestFrames, dialect.subscribeFrames] {
        router.registerHandler(
          forMethod: method,
          deserializer: WireDeserializer<FrameRequest>(),
          serializer: WireSerializer<WrittenMessage>()
        ) { request, context in
          let (caller, _) = try admission.admit(context, request.metadata)
          let wanted = try await admission.read(request, from: caller)
          let interval = StateService.interval(wanted.interval)
          return StreamingServerResponse { writer in
            let isOnly: Bool
            do throws(Door.Full) { isOnly = try caller.beginFollowing() } catch {
              throw RPCError(code: .resourceExhausted, message: error.words)
            }
            defer { caller.endFollowing() }
            caller.beginCall()
            defer { caller.endCall() }
            // What is on its way to one who does not read stays here: a whole frame once for a connection.
            let isRoomy = isOnly && wanted.room >= options.maximumMessageSize
            try await send(isRoomy ? roomyPress : press, to: writer, every: interval)
            return [:]
          }
        }
      }
    }
  }

  private func send(
    _ press: FramePress<[WrittenMessage]>,
    to writer: RPCWriter<WrittenMessage>,
    every interval: Duration
  ) async throws {
    let (rings, bell) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    let follower = hub.follow { bell.yield() }
    defer { withExtendedLifetime(follower) {} }
    // There may be something already.
    bell.yield()
    let sending = Task {
      let clock = ContinuousClock()
      var (seen, due) = (0, clock.now)
      for await _ in rings {
        guard let print = press.print(since: seen) else { continue }
        for message in print.form { try await writer.write(message) }
        seen = print.version
        // Whoever leaves, or is let go, does not wait for the next: it may be an hour away.
        // By a beat of its own, so that a simulation of the same beat is not kept waiting by what came late once.
        due = max(due, clock.now - interval) + interval
        try? await clock.sleep(until: due)
      }
    }
    defer { sending.cancel() }
    guard let id = roster.enter({ sending.cancel() }) else {
      throw RPCError(code: .unavailable, message: Door.Full.closing.words)
    }
    defer { roster.leave(id) }
    try await withTaskCancellationHandler {
      try await withRPCCancellationHandler {
        try await sending.value
      } onCancelRPC: {
        sending.cancel()
      }
    } onCancel: {
      sending.cancel()
    }
  }
}
#endif
