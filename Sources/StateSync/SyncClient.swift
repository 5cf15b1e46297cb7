internal import ConcurrencySupport
public import SharedState

/// A client of a server: it keeps a whole copy, follows every change, and writes.
///
/// Reading is local and immediate, whatever the link does. A client that only reads writes nothing at all into
/// the server. One that writes keeps a counter there, `update.index.` and its id, whose echo tells it that a
/// write has been taken; the counter is part of the state like any other key, and is removed when the client leaves.
///
/// ```swift
/// let client = SyncClient(transport: InMemoryTransport(server: server))
/// client.start()
/// try await client.waitUntilLive()
/// client.state["scene"]
/// await client.send(StateChange(updates: ["scene": [1, 0, 0]]))   // .accepted(latency: …)
/// await client.stop()
/// ```
public final class SyncClient: SharedStateEndpoint, Sendable {
  /// What a client may choose.
  public struct Options: Sendable {
    /// The id that the client goes by on the server; a random one unless given.
    public var userID = SyncClient.randomUserID()
    /// How long to wait between attempts to connect.
    public var backoff = Backoff()
    /// How long the server may take to confirm a write.
    public var confirmationTimeout = Duration.seconds(2)
    /// The time to go by.
    public var clock = SyncClock.continuous
    /// Where chance comes from.
    public var generator: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()

    /// The usual choices.
    public init() {}
  }

  /// The id that the client goes by on the server.
  public let userID: String

  private let core: ClientCore

  /// Makes a client, which does nothing until it is started.
  public init(transport: any StateTransport, options: Options = Options()) {
    userID = options.userID
    core = ClientCore(transport: transport, options: options)
  }

  deinit {
    core.handle(.stopRequested)
  }

  /// Begins to connect, and returns at once.
  ///
  /// From now on the client connects again whenever it has to.
  public func start() { core.handle(.startRequested) }

  /// Leaves the server in good order, within a second, and for good.
  ///
  /// Own writes that the server has not confirmed by now end as disconnected.
  public func stop() async { await core.stop() }

  /// Where the server is, for a person.
  public var address: String { core.transport.address }

  /// The copy of the state now, with own writes that are on their way.
  ///
  /// While there is no connection, it is the state as it was last seen.
  public var state: StateDictionary { core.state }

  /// How the client stands with its server now.
  public var status: LinkStatus { core.status }

  /// What the server lets this client do; nil if it lets everybody do all, or has not said yet.
  public var role: AccessRole? { core.access?.role }

  /// Whom the client's token was given to, as the server says; nil or empty if nobody said.
  public var grantedName: String? { core.access?.name }

  /// The clock that times in ``status`` refer to.
  public var clock: SyncClock { core.clock }

  /// The status now, and each that follows; a reader who falls behind misses the oldest.
  ///
  /// That a live connection has a new latency is not told, and can be seen in ``status``.
  public func statuses() -> AsyncStream<LinkStatus> { core.statuses() }

  /// What happens from now on, in batches; a reader who falls behind gets one larger batch.
  public func events() -> AsyncStream<StateEvents> { core.events.events() }

  /// Sends a change, and returns how that ended.
  ///
  /// Once it is on its way, cancelling the task does not call it back: the answer comes within the time that the server
  /// has to confirm.
  @discardableResult
  public func send(_ change: StateChange) async -> WriteOutcome {
    await withCheckedContinuation { core.write(change, $0) }
  }

  /// Runs an edit on the freshest copy, with no change in between, sends what it returns, and tells how that ended.
  ///
  /// The edit must not call this client, other than to read ``state``.
  ///
  /// - Throws: What the edit throws; then nothing is sent. `CancellationError` if the task is cancelled before.
  @discardableResult
  public func send(
    _ edit: @Sendable (StateDictionary) throws -> StateChange
  ) async throws -> WriteOutcome {
    try Task.checkCancellation()
    let outcome = try begin(edit)
    return await outcome()
  }

  /// Runs an edit on the freshest copy, sends what it returns, and returns at once.
  ///
  /// Edits that are begun one after the other are made in that order, each on what the one before has left, without
  /// waiting for the server.
  ///
  /// - Returns: What waits for the outcome.
  /// - Throws: What the edit throws; then nothing is sent.
  package func begin(
    _ edit: (StateDictionary) throws -> StateChange
  ) throws -> @Sendable () async -> WriteOutcome {
    let outcome = Promise<WriteOutcome>()
    try core.write(edit) { outcome.fulfil($0) }
    return { await outcome.value }
  }

  /// Runs an edit on the freshest copy, with no change in between, sends what it returns, and returns when the server
  /// has taken it.
  ///
  /// - Throws: What the edit throws, or `WriteError` if the server is not known to have taken the write.
  public func write(_ edit: @Sendable (StateDictionary) throws -> StateChange) async throws {
    let outcome = try await send(edit)
    guard outcome.isAccepted else { throw WriteError(outcome, address: address) }
  }

  /// Sends a change that is not looked at again, and returns when the server has taken it.
  ///
  /// Unlike with ``write(_:)``, nothing of it is kept or seen here until the server tells it, and what it then tells is
  /// not compared with it; so it costs little for very many keys, and works for keys of which the client is not told
  /// (see `SubscriptionWishes`). Several may be on their way at once.
  ///
  /// ```swift
  /// for chunk in chunks { try await client.push(chunk) }
  /// ```
  ///
  /// - Throws: `WriteError` if the server is not known to have taken it.
  public func push(_ change: StateChange) async throws {
    let outcome = await withCheckedContinuation { core.push(change, $0) }
    guard outcome.isAccepted else { throw WriteError(outcome, address: address) }
  }

  /// The commands that can be run on the server, sorted by name.
  ///
  /// - Throws: `CommandFailure` when there is no answer.
  public func listCommands() async throws -> [CommandDescription] {
    try await commandingConnection.listCommands()
  }

  /// Runs a command of the server, or of somebody who has joined it.
  ///
  /// - Returns: The result; null if there is none.
  /// - Throws: `CommandFailure`, with the server's own words if it said anything.
  public func runCommand(
    _ name: String,
    arguments: StateObject = [:]
  ) async throws -> StateValue {
    try await commandingConnection.runCommand(name, arguments: arguments)
  }

  /// Takes, renews and gives back locks on the server: all of them, or none.
  ///
  /// - Returns: Whether it was granted; false if somebody else holds a key that is asked for.
  /// - Throws: `TransportError`: with the code `unsupported` if the server's wire knows no locks, with
  ///   `connectionLost` if there is no connection.
  public func updateLocks(_ requests: [String: LockRequest]) async throws -> Bool {
    guard let connection = core.liveConnection else {
      throw TransportError(.connectionLost, notConnected)
    }
    guard let locking = connection as? any LockingConnection else {
      throw TransportError(.unsupported, "the wire of the town at \(address) knows no locks")
    }
    return try await locking.updateLocks(requests)
  }

  private var commandingConnection: any CommandingConnection {
    get throws(CommandFailure) {
      guard let connection = core.liveConnection else {
        throw CommandFailure(.unavailable, notConnected)
      }
      guard let commanding = connection as? any CommandingConnection else {
        let reason = "the wire of the town at \(address) knows no commands"
        throw CommandFailure(.unavailable, reason)
      }
      return commanding
    }
  }

  private var notConnected: String {
    "not connected to the town at \(address); try again once it is back"
  }

  /// Returns when the copy is the server's.
  ///
  /// - Parameter attempts: How many attempts may fail before this gives up; nil for any number. The client itself
  ///   goes on trying.
  /// - Throws: `TransportError` when it gives up or the client has stopped, `CancellationError` if cancelled.
  public func waitUntilLive(attempts: Int? = nil) async throws {
    for await status in statuses() {
      switch status {
      case .live:
        return
      case .waiting(let failed, let reason, _) where failed >= attempts ?? .max:
        throw TransportError(.unreachable, reason)
      case .connecting, .syncing, .waiting, .stopped:
        continue
      }
    }
    try Task.checkCancellation()
    throw TransportError(.unreachable, "the client of \(address) has stopped")
  }

  /// A fresh random id, long enough never to be part of another key by chance.
  public static func randomUserID() -> String { RandomIdentifier.make() }
}
