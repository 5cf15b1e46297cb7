#if GRPC
import GRPCCore
import SharedState
import StateSync

/// Answers the calls of gRPC clients about a shared state, by both of its services' names.
///
/// A client's calls are not tied to each other: who writes is known by the token of the call, and nobody's entries are
/// cleared when a subscription ends. That is how it was on the servers of that time.
struct StateService: RegistrableRPCService {
  let server: SyncServer
  let roster: SubscriberRoster
  let dialects: [Dialect]

  func registerMethods(with router: inout RPCRouter<some ServerTransport>) {
    for dialect in dialects {
      router.registerHandler(
        forMethod: dialect.subscribe,
        deserializer: WireDeserializer<SubscribeRequest>(),
        serializer: WireSerializer<WrittenMessage>()
      ) { request, _ in
        subscribe(try await Self.read(request))
      }
      answer(dialect.updateState, with: &router) { (update: UpdateRequest) in
        SuccessReply(success: server.apply(update.change, as: update.token))
      }
      answer(dialect.updateLocks, with: &router) { (locks: LocksRequest) in
        SuccessReply(success: server.updateLocks(try Self.requests(in: locks), as: locks.token))
      }
      answer(dialect.getCommands, with: &router) { (_: CommandsRequest) in
        let commands = server.listCommands()
        return CommandsReply(
          commands: commands.map { .init(name: $0.name, arguments: $0.arguments) }
        )
      }
      answer(dialect.runCommand, with: &router) { (call: CommandCall) in
        try await run(call)
      }
    }
  }

  /// Registers what answers a question with one message.
  private func answer<Question: ReadableMessage, Answer: WritableMessage>(
    _ method: MethodDescriptor,
    with router: inout RPCRouter<some ServerTransport>,
    _ answer: @escaping @Sendable (Question) async throws -> Answer
  ) {
    router.registerHandler(
      forMethod: method,
      deserializer: WireDeserializer<Question>(),
      serializer: WireSerializer<Answer>()
    ) { request, _ in
      let message = try await answer(Self.read(request))
      return StreamingServerResponse(single: ServerResponse(message: message))
    }
  }

  private static func read<Message>(
    _ request: StreamingServerRequest<Result<Message, WireError>>
  ) async throws -> Message {
    do {
      return try await ServerRequest(stream: request).message.get()
    } catch let error as WireError {
      throw RPCError(code: .invalidArgument, message: "malformed message: \(error)")
    }
  }

  // MARK: - Subscriptions

  private func subscribe(_ request: SubscribeRequest) -> StreamingServerResponse<WrittenMessage> {
    StreamingServerResponse { writer in
      let interval = Self.interval(request.interval)
      guard let (id, session) = roster.enter({ server.join(interval: interval) }) else {
        let words = "this shared state has as many clients as it takes"
        throw RPCError(code: .resourceExhausted, message: words)
      }
      defer { roster.leave(id) }
      try await withRPCCancellationHandler {
        // Each update waits until the one before it is on its way; what happens meanwhile gathers, each key once.
        while let shared = await session.next() {
          let message = shared.encoded(by: StateUpdate.self) {
            WrittenMessage(encoded: StateUpdate.encode($0))
          }
          try await writer.write(message)
        }
      } onCancelRPC: {
        session.leave()
      }
      return [:]
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

  private func run(_ call: CommandCall) async throws -> CommandReply {
    do {
      let result = try await server.runCommand(call.name, arguments: call.arguments)
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
    case .unavailable: .unavailable
    }
  }
}
#endif
