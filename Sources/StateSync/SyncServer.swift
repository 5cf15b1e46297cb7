public import SharedState
internal import Synchronization

/// A server: the state, and the sessions of everybody who has joined it.
///
/// It has no wire of its own. A transport joins on behalf of each of its clients, and this process reads and
/// writes directly, at once.
///
/// ```swift
/// let server = SyncServer(["scene": [0, 0, 0]])
/// let session = server.join()
/// await session.next()?.change.updates["scene"]   // the whole state first
/// try await server.write { _ in StateChange(updates: ["scene": [1, 0, 0]]) }
/// await session.next()?.change.updates["scene"]   // then what changes
/// ```
public final class SyncServer: SharedStateEndpoint, Sendable {
  /// How often a subscriber hears of changes, on average, unless it asks otherwise.
  public static let standardInterval = Duration.seconds(1) / 30

  private struct Contents {
    var hub: HubMachine
    var locks: LockTable
    /// Those who wait for one change, each in a task of its own.
    var readers: [HubMachine.SubscriberID: Deliveries.Reader] = [:]
    /// Where the changes of the others go.
    var sinks: [HubMachine.SubscriberID: any ChangeSink] = [:]
    /// Who tells each what was not taken of its changes.
    var refusers: [HubMachine.SubscriberID: @Sendable (WriteRefusal) -> Void] = [:]
    var lastSubscriber = 0
    var alarm = Alarm()
    var isShutDown = false
    var figures = ServerFigures()
    /// Notes who made each change.
    var auditor: (@Sendable (StateChange, Visitor) -> Void)?
  }

  private let contents: Mutex<Contents>
  /// The state, once somebody has asked for it since it changed.
  ///
  /// A copy that lies here for nobody would have each change made beside it instead of in place.
  private let published: Mutex<StateDictionary?>
  private let hub = StateEventHub()
  private let commands: CommandBroker
  /// Who this program is where locks are concerned.
  private let token = RandomIdentifier.make()
  /// The clock that the server goes by.
  public let clock: SyncClock
  /// How much clients may put into it.
  public let limits: StateLimits

  /// What whoever runs the server should know, in words, for one reader; the newest hundred wait for them.
  ///
  /// ```swift
  /// for await words in server.reports { print(words) }
  /// ```
  public let reports: AsyncStream<String>
  private let reporter: AsyncStream<String>.Continuation

  /// Makes a server that holds a state.
  ///
  /// - Parameters:
  ///   - initial: The state.
  ///   - clock: The time to go by.
  ///   - limits: How much clients may put into it.
  public init(
    _ initial: StateDictionary = [:],
    clock: SyncClock = .continuous,
    limits: StateLimits = StateLimits()
  ) {
    contents = Mutex(
      Contents(hub: HubMachine(initial, limits: limits), locks: LockTable(limit: limits.locks))
    )
    self.limits = limits
    published = Mutex(initial)
    self.clock = clock
    (reports, reporter) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(100))
    commands = CommandBroker(clock: clock, limits: limits) { [reporter] in reporter.yield($0) }
    commands.offer(RadialOrigins.description) { [weak self] arguments throws(CommandFailure) in
      try self?.placeOrigins(arguments)
      return .null
    }
  }

  deinit {
    shutDown()
  }

  /// The state now.
  public var state: StateDictionary {
    if let state = published.withLock({ $0 }) { return state }
    return contents.withLock { publishState(in: $0) }
  }

  @discardableResult
  private func publishState(in contents: borrowing Contents) -> StateDictionary {
    let state = contents.hub.state
    published.withLock { $0 = state }
    return state
  }

  /// What was done since the server began, and how things stand.
  package var figures: ServerFigures {
    contents.withLock { contents in
      var figures = contents.figures
      figures.entries = contents.hub.state.count
      figures.bytes = contents.hub.bytes
      figures.sessions = contents.hub.subscriberCount
      figures.locks = contents.locks.count
      return figures
    }
  }

  /// How many have joined and not left.
  public var sessionCount: Int { contents.withLock { $0.hub.subscriberCount } }

  /// Runs an edit on the state, with nobody in between, and applies what it returns at once.
  ///
  /// The edit must not call this server again, other than to read ``state``.
  ///
  /// - Throws: What the edit throws, or `WriteError` if somebody else holds a lock on one of the keys.
  public func write(_ edit: @Sendable (StateDictionary) throws -> StateChange) async throws {
    try writeNow(edit)
  }

  private func writeNow(_ edit: (StateDictionary) throws -> StateChange) throws {
    let deliveries = try contents.withLock { contents in
      // An edit may read the state, and could not wait for the lock that it is under.
      publishState(in: contents)
      let change = try edit(contents.hub.state)
      guard let deliveries = receive(change, from: nil, as: token, in: &contents) else {
        let reason = TransportError.lockedByAnother.message
        throw WriteError(.refused(reason: reason), address: "this program's town")
      }
      return deliveries
    }
    deliveries.hand()
  }

  /// Applies a change at once, whatever locks there are.
  public func apply(_ change: StateChange) { handle(.received(change, from: nil)) }

  /// Applies a change at once, unless somebody else holds a lock on one of its keys.
  ///
  /// - Parameters:
  ///   - change: What to change.
  ///   - token: Who writes, where locks are concerned.
  /// - Returns: Whether it was applied: all of it, or nothing.
  public func apply(_ change: StateChange, as token: String) -> Bool {
    apply(change, as: token, by: .program) == nil
  }

  /// Applies a change at once, unless its writer may not make it: all of it, or nothing.
  ///
  /// - Parameters:
  ///   - change: What to change.
  ///   - token: Who writes, where locks are concerned.
  ///   - visitor: Who writes.
  /// - Returns: Why nothing was applied; nil if it was.
  public func apply(
    _ change: StateChange,
    as token: String,
    by visitor: Visitor
  ) -> WriteRefusal? {
    let result = contents.withLock { contents -> Result<Deliveries, WriteRefused> in
      if let refusal = contents.hub.refusal(of: change, by: visitor) {
        contents.figures.refusals += 1
        return .failure(WriteRefused(refusal: refusal))
      }
      guard contents.locks.permits(change, as: token, at: clock.now()) else {
        let keys = change.items.map(\.key.text)
        return .failure(
          WriteRefused(
            refusal: WriteRefusal(keys: keys, reason: TransportError.lockedByAnother.message)
          )
        )
      }
      return .success(handle(.written(change, by: visitor), in: &contents))
    }
    switch result {
    case .success(let deliveries):
      deliveries.hand()
      return nil
    case .failure(let refused):
      return refused.refusal
    }
  }

  private struct WriteRefused: Error {
    let refusal: WriteRefusal
  }

  /// Notes that a connection which wrote in calls of their own is gone.
  package func forget(_ visitor: Visitor) { handle(.callerLeft(visitor.number)) }

  /// Has somebody told of each change and of who made it, in order; it must be quick, and may not call the server.
  package func audit(_ auditor: @escaping @Sendable (StateChange, Visitor) -> Void) {
    contents.withLock { contents in
      contents.auditor = auditor
      contents.hub.isAudited = true
    }
  }

  /// Takes something from a connection.
  package func restrain(_ number: Int, _ restraint: Restraint) {
    if restraint == .frozen { commands.setFrozen(true, number) }
    handle(.restrained(number, restraint))
  }

  /// Gives a connection back what was taken from it.
  package func release(_ number: Int) {
    commands.setFrozen(false, number)
    handle(.released(number))
  }

  /// What was taken from a connection.
  package func restraints(on number: Int) -> Set<Restraint> {
    contents.withLock { $0.hub.restraints(on: number) }
  }

  /// The ids that connections go by, by number: those of the avatars that they wrote first.
  package var users: [Int: String] { contents.withLock { $0.hub.users } }

  /// Which connection wrote a key last, and how long ago; nil if that was long ago, or nobody has.
  package func author(of key: String) -> (visitor: Visitor, age: Duration)? {
    contents.withLock { contents in
      contents.hub.author(of: key).map { ($0.visitor, clock.now() - $0.at) }
    }
  }

  /// What happens from now on, in batches; a reader who falls behind gets one larger batch.
  public func events() -> AsyncStream<StateEvents> { hub.events() }

  /// Tells whoever runs the server something; it may hold what a peer has written.
  package func report(_ words: String) { reporter.yield(words) }

  /// Whether the server has not shut down.
  public var isOpen: Bool { contents.withLock { !$0.isShutDown } }

  /// Lets somebody join, who will hear of changes at most once per interval on average; zero means of each at once.
  public func join(interval: Duration = standardInterval) -> ServerSession {
    join(interval: interval, only: nil)
  }

  /// Lets somebody join.
  ///
  /// - Parameters:
  ///   - interval: How often to hear of changes, on average.
  ///   - filter: Of which keys to hear; nil for all.
  ///   - sink: Where changes go each time that the session has said it is ready; nil if they are asked for one by one.
  ///   - visitor: Who it is.
  ///   - refuser: Tells it what was not taken of its changes, before it is told anything that comes of them. It must be
  ///     quick, and may not call the server.
  /// - Returns: The session of whoever has joined.
  package func join(
    interval: Duration,
    only filter: KeyFilter? = nil,
    into sink: (any ChangeSink)? = nil,
    as visitor: Visitor = .program,
    refuser: (@Sendable (WriteRefusal) -> Void)? = nil
  ) -> ServerSession {
    let id = contents.withLock { contents in
      contents.lastSubscriber += 1
      let id = HubMachine.SubscriberID(contents.lastSubscriber)
      guard !contents.isShutDown else { return id }
      contents.sinks[id] = sink
      contents.refusers[id] = refuser
      _ = handle(.joined(id, interval: interval, only: filter, as: visitor), in: &contents)
      return id
    }
    return ServerSession(server: self, id: id)
  }

  /// Shuts the server down: every session's `next()` returns nil, and nobody's entries are cleared.
  public func shutDown() {
    let (readers, sinks) = contents.withLock { contents in
      contents.isShutDown = true
      contents.alarm.cancel()
      defer { (contents.readers, contents.sinks, contents.refusers) = ([:], [:], [:]) }
      return (Array(contents.readers.values), contents.sinks)
    }
    for reader in readers { reader.resume(returning: nil) }
    for (id, sink) in sinks { sink.end([id]) }
    hub.finish()
    reporter.finish()
    commands.close()
  }
}

// MARK: - Locks and commands

extension SyncServer: LockingEndpoint {
  /// Takes, renews and gives back locks in the name of this program: all of them, or none.
  ///
  /// - Returns: Whether it was granted; false if somebody else holds a key that is asked for.
  public func updateLocks(_ requests: [String: LockRequest]) async throws -> Bool {
    updateLocks(requests, as: token)
  }

  /// Takes, renews and gives back locks: all of them, or none.
  ///
  /// - Parameters:
  ///   - requests: What is wanted of each key; keys are told apart byte by byte, and of two requests for one the
  ///     later counts.
  ///   - token: Who asks.
  /// - Returns: Whether it was granted: false if somebody else holds a key that is asked for, or if there are more
  ///   locks than the server keeps.
  public func updateLocks(
    _ requests: some Sequence<(key: String, value: LockRequest)>,
    as token: String
  ) -> Bool {
    contents.withLock { $0.locks.update(requests, as: token, at: clock.now()) }
  }

  /// The commands that the server and those who have joined offer, sorted by name.
  public func listCommands() -> [CommandDescription] { commands.descriptions }

  /// Runs a command, which the server itself may answer or one of those who have joined.
  ///
  /// - Returns: The result; null if there is none.
  /// - Throws: `CommandFailure`, within a minute.
  public func runCommand(
    _ name: String,
    arguments: StateObject = [:]
  ) async throws(CommandFailure) -> StateValue {
    try await commands.run(name, arguments: arguments, by: .program)
  }

  /// Runs a command for somebody.
  package func runCommand(
    _ name: String,
    arguments: StateObject,
    by visitor: Visitor
  ) async throws(CommandFailure) -> StateValue {
    try await commands.run(name, arguments: arguments, by: visitor)
  }

  /// Offers a command that is not listed, to those who may call it.
  package func offer(
    _ name: String,
    to role: AccessRole,
    _ run: @escaping @Sendable (StateObject) async throws(CommandFailure) -> StateValue
  ) {
    commands.offer(CommandDescription(name: name), to: role, run)
  }

  /// Offers a command that this program runs itself, to all but guests; it is listed like any other.
  package func offer(
    _ description: CommandDescription,
    _ run: @escaping @Sendable (StateObject) async throws(CommandFailure) -> StateValue
  ) {
    commands.offer(description, run)
  }

  /// Lets a client of some wire call commands and offer its own.
  ///
  /// - Parameters:
  ///   - visitor: Who it is: a guest may ask what there is, and no more.
  ///   - deliver: Takes messages to the client. It must be quick.
  /// - Returns: The client's place, to keep for as long as it is there.
  package func joinCommands(
    as visitor: Visitor = .program,
    _ deliver: @escaping @Sendable (CommandMessage) -> Void
  ) -> CommandSession {
    commands.joinCommands(as: visitor, deliver)
  }

  private func placeOrigins(_ arguments: StateObject) throws(CommandFailure) {
    do {
      try writeNow { state in try RadialOrigins.origins(in: state, arguments) }
    } catch let failure as CommandFailure {
      throw failure
    } catch {
      throw CommandFailure(.failed, String(describing: error))
    }
  }
}

// MARK: - For sessions

extension SyncServer {
  func handle(_ event: HubMachine.Event) { contents.withLock { handle(event, in: &$0) }.hand() }

  /// Applies a change at once, unless a lock keeps its writer out.
  func receive(
    _ change: StateChange,
    from writer: HubMachine.SubscriberID?,
    as token: String
  ) -> Bool {
    let deliveries = contents.withLock { receive(change, from: writer, as: token, in: &$0) }
    deliveries?.hand()
    return deliveries != nil
  }

  /// Nil if a lock keeps the writer out.
  private func receive(
    _ change: StateChange,
    from writer: HubMachine.SubscriberID?,
    as token: String,
    in contents: inout Contents
  ) -> Deliveries? {
    guard contents.locks.permits(change, as: token, at: clock.now()) else { return nil }
    return handle(.received(change, from: writer), in: &contents)
  }

  /// Waits until the next change is due for a subscriber.
  func next(for id: HubMachine.SubscriberID) async -> SharedChange? {
    await withTaskCancellationHandler {
      await withCheckedContinuation { reader in
        contents.withLock { wait(for: id, with: reader, in: &$0) }.hand()
      }
    } onCancel: {
      withdraw(id, by: .pullWithdrawn(id))
    }
  }

  /// Notes that subscribers whose changes go to a sink are ready for the next.
  ///
  /// What is due to them already is handed out by a task of its own: event loops call this, and cannot wait until a
  /// change is encoded.
  package func ready(_ ids: [HubMachine.SubscriberID]) {
    let deliveries = contents.withLock { contents in
      contents.isShutDown ? Deliveries() : handle(.pulled(ids), in: &contents)
    }
    if !deliveries.isEmpty { Task { deliveries.hand() } }
  }

  /// Takes a subscriber out, and ends its wait.
  func leave(_ id: HubMachine.SubscriberID) {
    withdraw(id, by: .left(id))
  }

  private func wait(
    for id: HubMachine.SubscriberID,
    with reader: Deliveries.Reader,
    in contents: inout Contents
  ) -> Deliveries {
    var deliveries = Deliveries()
    // The cancellation handler may already have run, and will not come again.
    guard !contents.isShutDown, !Task.isCancelled, contents.hub.hasSubscriber(id) else {
      deliveries.add(reader, nil)
      return deliveries
    }
    // A session has one reader; should there be two, the newer one takes over.
    if let former = contents.readers.updateValue(reader, forKey: id) { deliveries.add(former, nil) }
    deliveries.append(handle(.pulled([id]), in: &contents))
    return deliveries
  }

  private func withdraw(_ id: HubMachine.SubscriberID, by event: HubMachine.Event) {
    let deliveries = contents.withLock { contents in
      var deliveries = Deliveries()
      if let reader = contents.readers.removeValue(forKey: id) { deliveries.add(reader, nil) }
      deliveries.append(handle(event, in: &contents))
      if !contents.hub.hasSubscriber(id) {
        (contents.sinks[id], contents.refusers[id]) = (nil, nil)
      }
      return deliveries
    }
    deliveries.hand()
  }
}

// MARK: - The machine's wishes

extension SyncServer {
  /// Feeds an event to the machine, tells followers in order, and returns what to hand out after the lock.
  private func handle(_ event: HubMachine.Event, in contents: inout Contents) -> Deliveries {
    published.withLock { $0 = nil }
    let actions = contents.hub.handle(event, at: clock.now())
    var deliveries = Deliveries()
    for action in actions {
      switch action {
      case .applied(let batch):
        contents.figures.changes += 1
        hub.publish(batch)
      case .note(let change, let visitor):
        contents.auditor?(change, visitor)
      case .refuse(let refusal, let id):
        contents.figures.refusals += 1
        contents.refusers[id]?(refusal)
      case .deliver(let change, let ids):
        for id in ids {
          if let sink = contents.sinks[id] {
            deliveries.add(id, change, by: sink)
          } else if let reader = contents.readers.removeValue(forKey: id) {
            deliveries.add(reader, change)
          }
        }
      case .search(let search):
        deliveries.add { [weak self] in self?.handle(search.run()) }
      }
    }
    arm(&contents)
    return deliveries
  }

  /// Sees to it that the machine is called when something is due.
  private func arm(_ contents: inout Contents) {
    guard !contents.isShutDown else { return }
    contents.alarm.set(for: contents.hub.deadline, on: clock) { [weak self] in
      self?.timerFired(at: $0)
    }
  }

  private func timerFired(at deadline: Duration) {
    contents.withLock { contents in
      contents.alarm.hasRung(at: deadline)
      return handle(.timerFired, in: &contents)
    }.hand()
  }
}

/// How a server stands, in numbers.
package struct ServerFigures: Sendable, Hashable {
  /// How many entries there are, and how many bytes they take as the limits count them.
  package var entries = 0
  package var bytes = 0
  /// How many subscribers there are.
  package var sessions = 0
  /// How many locks are kept.
  package var locks = 0
  /// How many changes were made.
  package var changes = 0
  /// How many changes were refused, in whole or in part.
  package var refusals = 0
}
