#if GRPC
import ConcurrencySupport
import GRPCCore
import ProtocolBuffers
import SharedState
import StateSync
import Synchronization
import Trajectory

final class GRPCConnection: LockingConnection, CommandingConnection {
  private enum Arrival: Sendable {
    case update(Result<StateUpdate, WireError>)
    /// Of silence, and of its end.
    case sign(StateDelivery)
  }

  /// Which service the server answers to.
  let dialect: Dialect
  private let line: GRPCChannel
  private let options: GRPCClientTransport.Options
  private let trouble: GRPCTrouble
  private let arrivals: Rendezvous<Arrival>
  private let work: [Task<Void, Never>]
  private let hasReceived = Atomic(false)
  /// Who takes in frames, once the state is there.
  private let hearing = Mutex<Task<Void, Never>?>(nil)
  /// What has come of an update that goes on in the next message, and in how many bytes.
  private let begun = Mutex<(change: StateChange, size: Int)>((StateChange(), 0))

  /// Subscribes to a server.
  init(
    line: GRPCChannel,
    dialect: Dialect,
    address: String,
    options: GRPCClientTransport.Options
  ) {
    self.line = line
    self.dialect = dialect
    self.options = options
    trouble = GRPCTrouble(address: address, line: line)
    let arrivals = Rendezvous<Arrival>()
    self.arrivals = arrivals
    work = [
      Task { await Self.subscribe(over: line, dialect, options, to: arrivals) },
      Task { await Self.breakSilence(over: line, dialect, options, of: arrivals) },
    ]
    line.look(options.keepalive) { arrivals.post(.sign($0)) }
  }

  deinit {
    for task in work { task.cancel() }
    hearing.withLock { $0?.cancel() }
    arrivals.finish()
  }

  // MARK: - What the server tells

  private static func subscribe(
    over line: GRPCChannel,
    _ dialect: Dialect,
    _ options: GRPCClientTransport.Options,
    to arrivals: Rendezvous<Arrival>
  ) async {
    let interval = Float(options.interval / .seconds(1))
    do {
      try await line.client.serverStreaming(
        request: ClientRequest(
          message: SubscribeRequest(interval: interval, room: options.maximumMessageSize),
          metadata: line.metadata
        ),
        descriptor: dialect.subscribe,
        serializer: WireSerializer<SubscribeRequest>(),
        deserializer: WireDeserializer<StateUpdate>(),
        options: line.options()
      ) { response in
        if let role = RoleMetadata.delivery(in: response.metadata) { arrivals.post(.sign(role)) }
        // While nobody takes an update, nothing more is read, and the server has to wait.
        for try await update in response.messages {
          line.hasRead()
          guard await arrivals.give(.update(update)) else { return }
        }
      }
      arrivals.finish()
    } catch {
      arrivals.finish(.failure(error))
    }
  }

  /// What puts the frames of a simulation somewhere.
  func listener(for frames: FrameInbox) -> FrameListener {
    FrameListener(frames: frames, line: line, dialect: dialect, room: options.maximumMessageSize)
  }

  /// Begins to take in frames, if they are wanted.
  private func hear() {
    guard let listener = options.frames.map(listener) else { return }
    let task = Task { [arrivals] in
      do { try await listener.run() } catch { arrivals.finish(.failure(error)) }
    }
    hearing.withLock { $0 = task }
  }

  /// Makes up the empty state of a server that says nothing.
  ///
  /// Python's servers first speak when there is something to say, so silence may mean an empty state or a large one. The
  /// removal of a key that nobody has tells the two apart: it changes nothing, and those servers tell it to everybody.
  private static func breakSilence(
    over line: GRPCChannel,
    _ dialect: Dialect,
    _ options: GRPCClientTransport.Options,
    of arrivals: Rendezvous<Arrival>
  ) async {
    guard (try? await Task.sleep(for: options.silence)) != nil, !arrivals.hasBegun else { return }
    let nobody = StateChange(removals: ["update.index.\(options.accessToken)"])
    let knock = UpdateRequest(token: options.accessToken, change: nobody)
    let _: SuccessReply? = try? await line.ask(
      dialect.updateState,
      knock,
      within: options.callPatience
    )
    repeat {
      guard (try? await Task.sleep(for: options.patience)) != nil, !arrivals.hasBegun else {
        return
      }
      // A large state may take its time on a slow line.
    } while line.hasHeard(within: options.patience / 2)
    await arrivals.give(.update(.success(StateUpdate())))
  }

  var wire: String { "gRPC, as \(dialect.speakers)" }

  func receive() async throws -> StateDelivery? {
    do {
      let update: StateUpdate
      switch try await arrivals.take() {
      case nil: return nil
      case .sign(let sign): return sign
      case .update(let result): update = try result.get()
      }
      let (gathered, size) = begun.withLock { begun in
        var (change, size) = begun
        change.merge(update.change)
        size += update.size
        begun = update.hasMore ? (change, size) : (StateChange(), 0)
        return (change, size)
      }
      guard !update.hasMore else {
        guard size <= options.maximumChangeSize else { throw trouble.endless(options) }
        return .progress(received: size, total: nil)
      }
      var change = gathered
      // There is nothing yet that could be removed.
      if !hasReceived.exchange(true, ordering: .relaxed) {
        for key in change.removals { change.forget(key) }
        // Not before: how long a server says nothing, and how much at once, is judged by its state alone.
        hear()
      }
      return .change(change)
    } catch {
      throw trouble.ofConnection(error)
    }
  }

  // MARK: - What the client wants

  func send(_ change: StateChange) async throws {
    for (key, entry) in change.updates {
      if let loss = Border.loss(of: key, to: entry.value) {
        throw TransportError(.unsendable, loss)
      }
    }
    let request = UpdateRequest(token: options.accessToken, change: change)
    let message = WrittenMessage(encoded: try written(request))
    let patience = options.callPatience + .seconds(message.encoded.count >> 20)
    let answer: SuccessReply = try await ask(
      dialect.updateState,
      message,
      within: patience,
      trouble.ofChange
    )
    guard answer.success else {
      // A server of Narupa's has one reason, and no word for it.
      throw answer.reason.isEmpty
        ? TransportError.lockedByAnother : TransportError(.refused, answer.reason)
    }
  }

  private func written(_ request: UpdateRequest) throws -> [UInt8] {
    let bytes = request.encoded
    guard bytes.count <= options.maximumMessageSize else {
      let room = "a message holds \(options.maximumMessageSize)"
      throw TransportError(.unsendable, "a change of \(bytes.count) bytes is too large: \(room)")
    }
    return bytes
  }

  func updateLocks(_ requests: [String: LockRequest]) async throws -> Bool {
    var keys: StateObject = [:]
    for (key, request) in requests {
      keys[key] =
        switch request {
        case .hold(let seconds): .double(seconds)
        case .release: .null
        }
    }
    let request = LocksRequest(token: options.accessToken, keys: keys)
    let answer: SuccessReply = try await ask(
      dialect.updateLocks,
      request,
      within: options.callPatience,
      trouble.ofChange
    )
    guard answer.success || answer.reason.isEmpty else {
      throw TransportError(.refused, answer.reason)
    }
    return answer.success
  }

  func listCommands() async throws -> [CommandDescription] {
    let question = CommandsRequest()
    let answer: CommandsReply = try await ask(
      dialect.getCommands,
      question,
      within: options.callPatience,
      trouble.ofCommand
    )
    return answer.commands.map { CommandDescription(name: $0.name, arguments: $0.arguments) }
      .sorted { $0.name < $1.name }
  }

  func runCommand(_ name: String, arguments: StateObject) async throws -> StateValue {
    if let loss = Border.loss(of: name, to: .object(arguments)) {
      throw CommandFailure(.failed, loss)
    }
    let call = CommandCall(name: name, arguments: arguments)
    let answer: CommandReply
    do {
      answer = try await line.ask(dialect.runCommand, call, within: options.commandPatience)
    } catch let error as RPCError where error.code == .deadlineExceeded {
      // Whoever runs it may take their time, and the line be as good as before.
      throw CommandFailure(.unavailable, "no answer within \(options.commandPatience)")
    } catch {
      throw trouble.ofCommand(error)
    }
    return answer.result.isEmpty ? .null : .object(answer.result)
  }

  /// Asks what every server answers at once; one that does not counts as lost.
  private func ask<Answer: ReadableMessage>(
    _ method: MethodDescriptor,
    _ question: some WritableMessage,
    within patience: Duration,
    _ explain: (any Error) -> any Error
  ) async throws -> Answer {
    do {
      return try await line.ask(method, question, within: patience)
    } catch {
      if (error as? RPCError)?.code == .deadlineExceeded {
        line.giveUp("\(method.method) was not answered within \(patience)")
      }
      throw explain(error)
    }
  }

  func close() async {
    for task in work { task.cancel() }
    hearing.withLock { $0?.cancel() }
    arrivals.finish()
    await line.close(within: options.closeTimeout)
  }
}
#endif
