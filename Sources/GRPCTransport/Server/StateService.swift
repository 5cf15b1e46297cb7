#if GRPC
import AccessControl
import GRPCCore
import NIOCore
import NetworkSupport
import ProtocolBuffers
import SharedState
import StateSync

/// Answers the calls of gRPC clients about a shared state, by both of its services' names.
///
/// A client's calls are not tied to each other: who writes is known by the token of the call, and nobody's entries are
/// cleared when a subscription ends. That is how it was on the servers of that time.
struct StateService: RegistrableRPCService {
  let server: SyncServer
  let roster: SubscriberRoster
  let options: GRPCStateServer.Options
  private let told = ToldKeys()
  private var admission: CallAdmission { CallAdmission(roster: roster) }

  init(server: SyncServer, roster: SubscriberRoster, options: GRPCStateServer.Options) {
    (self.server, self.roster, self.options) = (server, roster, options)
  }

  func registerMethods(with router: inout RPCRouter<some ServerTransport>) {
    for dialect in options.dialects {
      router.registerHandler(
        forMethod: dialect.subscribe,
        deserializer: WireDeserializer<SubscribeRequest>(),
        serializer: WireSerializer<WrittenMessage>()
      ) { request, context in
        let (caller, visitor) = try admission.admit(context, request.metadata)
        return subscribe(try await admission.read(request, from: caller), from: caller, visitor)
      }
      answer(dialect.updateState, with: &router) { (update: UpdateRequest, visitor) in
        let refusal = server.apply(update.change, as: update.token, by: visitor)
        return SuccessReply(success: refusal == nil, reason: refusal?.reason ?? "")
      }
      answer(dialect.updateLocks, with: &router) { (locks: LocksRequest, visitor) in
        guard visitor.role > .guest else {
          return SuccessReply(reason: "a guest reads, and takes no locks")
        }
        guard !server.restraints(on: visitor.number).contains(.frozen) else {
          return SuccessReply(reason: Restraint.frozen.reason)
        }
        let requests = try Self.requests(in: locks)
        return SuccessReply(success: server.updateLocks(requests, as: locks.token))
      }
      answer(dialect.getCommands, with: &router) { (_: CommandsRequest, _) in
        let commands = server.listCommands()
        return CommandsReply(
          commands: commands.map { .init(name: $0.name, arguments: $0.arguments) }
        )
      }
      answer(dialect.runCommand, with: &router) { (call: CommandCall, visitor) in
        try await run(call, by: visitor)
      }
    }
  }

  /// Registers what answers a question with one message.
  private func answer<Question: ReadableMessage, Answer: WritableMessage>(
    _ method: MethodDescriptor,
    with router: inout RPCRouter<some ServerTransport>,
    _ answer: @escaping @Sendable (Question, Visitor) async throws -> Answer
  ) {
    router.registerHandler(
      forMethod: method,
      deserializer: WireDeserializer<Question>(),
      serializer: WireSerializer<Answer>()
    ) { request, context in
      let (caller, visitor) = try admission.admit(context, request.metadata)
      caller.beginCall()
      defer { caller.endCall() }
      let message = try await answer(admission.read(request, from: caller), visitor)
      // Who is too fast is answered later.
      if let pause = caller.countChange() {
        try await Task.sleep(nanoseconds: UInt64(pause.nanoseconds))
      }
      return StreamingServerResponse(single: ServerResponse(message: message))
    }
  }

  // MARK: - Subscriptions

  private func subscribe(
    _ request: SubscribeRequest,
    from caller: Caller,
    _ visitor: Visitor
  ) -> StreamingServerResponse<WrittenMessage> {
    StreamingServerResponse(metadata: caller.grant.map(RoleMetadata.of) ?? [:]) { writer in
      do throws(Door.Full) { try caller.takeSeat() } catch {
        throw RPCError(code: .resourceExhausted, message: error.words)
      }
      defer { caller.returnSeat() }
      let interval = Self.interval(request.interval)
      let session = server.join(interval: interval, as: visitor)
      guard let id = roster.enter({ session.leave() }) else {
        throw RPCError(code: .unavailable, message: Door.Full.closing.words)
      }
      defer { roster.leave(id) }
      try await withRPCCancellationHandler {
        // Each update waits until the one before it is on its way; what happens meanwhile gathers, each key once.
        while let shared = await session.next() {
          for message in messages(of: shared, isRoomy: request.room >= options.maximumMessageSize) {
            try await writer.write(message)
          }
        }
      } onCancelRPC: {
        session.leave()
      }
      return [:]
    }
  }

  /// The form of updates for clients that take as large a message as we do.
  private enum RoomyUpdate {}

  private func messages(of shared: SharedChange, isRoomy: Bool) -> [WrittenMessage] {
    let form: any Any.Type = isRoomy ? RoomyUpdate.self : StateUpdate.self
    let limit = isRoomy ? options.maximumMessageSize : options.maximumUpdateSize
    return shared.encoded(by: form) { change in
      let parts = StateUpdate.encode(change, limit: limit)
      for (key, size) in parts.leftOut where told.isNews(key) {
        server.report(
          "\(key) takes \(size) bytes on the gRPC wire, of which old clients take \(limit): it is not there for them"
        )
      }
      return parts.messages
    }
  }

  /// The longest time between two updates that a client may ask for, in seconds.
  private static let longestInterval: Float = 3600

  /// What a client means by its interval: less than nothing is at once, and what is no number is as if it had said
  /// nothing.
  static func interval(_ seconds: Float) -> Duration {
    seconds.isNaN
      ? SyncServer.standardInterval : .seconds(Double(min(max(seconds, 0), longestInterval)))
  }

  // MARK: - Locks and commands

  private static func requests(
    in locks: LocksRequest
  ) throws -> [(key: String, value: LockRequest)] {
    try locks.keys.map { field in
      switch field.value {
      case .null: (field.key, .release)
      case .double(let seconds): (field.key, .hold(seconds: seconds))
      case .bool(let truth): (field.key, .hold(seconds: truth ? 1 : 0))
      case .int, .string, .bytes, .array, .object:
        throw RPCError(
          code: .invalidArgument,
          message: "a lock is a number of seconds, or null to release it; it cannot be a "
            + field.value.kind
        )
      }
    }
  }

  private func run(_ call: CommandCall, by visitor: Visitor) async throws -> CommandReply {
    do {
      let result = try await server.runCommand(call.name, arguments: call.arguments, by: visitor)
      switch result {
      case .null: return CommandReply(result: [:])
      case .object(let object): return CommandReply(result: object)
      case .bool, .int, .double, .string, .bytes, .array:
        // Only a dictionary can be an answer here.
        return CommandReply(result: ["result": result])
      }
    } catch {
      throw RPCError(code: Self.code(error.kind), message: error.message)
    }
  }

  private static func code(_ kind: CommandFailure.Kind) -> RPCError.Code {
    switch kind {
    case .unknownCommand: .invalidArgument
    case .failed: .unknown
    case .denied: .permissionDenied
    case .unavailable: .unavailable
    }
  }
}

extension Visitor {
  /// Who is on a connection, for the server.
  init(_ caller: Caller, _ grant: Grant?) {
    self.init(
      number: caller.number,
      role: grant?.role ?? .owner,
      name: grant?.name ?? "",
      peer: caller.peer,
      wire: "gRPC",
      grant: grant?.id ?? ""
    )
  }
}
#endif
