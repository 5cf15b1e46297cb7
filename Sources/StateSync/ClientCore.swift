internal import ConcurrencySupport
internal import SharedState
internal import Synchronization

/// What drives a client's machine: a lock around it, one task for each connection, and a timer.
///
/// Whatever is due in order (messages, events, statuses) is queued under the lock, whatever wakes somebody up is
/// done after it.
final class ClientCore: Sendable {
  typealias ConnectionID = ReplicaMachine.ConnectionID
  typealias WriteID = ReplicaMachine.WriteID

  /// What readers see, kept apart so that they seldom wait for the machine.
  struct Published {
    /// The state, once somebody has asked for it since it changed.
    ///
    /// A copy that lies here for nobody would have each change made beside it instead of in place.
    var state: StateDictionary?
    /// How the machine stands, which says nothing of the connection.
    var status = LinkStatus.stopped
    var latency: Duration?
    /// Whether the live connection's wire knows locks, and what it is.
    var wire: (knowsLocks: Bool, name: String)?
    /// What the server has said that the client may do, and whom its token was given to.
    var access: (role: AccessRole, name: String)?

    /// How the client stands, for a reader.
    var link: LinkStatus {
      guard case .live(_, _, _, let silence) = status else { return status }
      return .live(
        latency: latency,
        locks: wire?.knowsLocks == true,
        wire: wire?.name,
        silentSince: silence
      )
    }
  }

  /// What a connection's writer has to do next.
  private enum Outgoing: Sendable {
    case change(StateChange, for: WriteID?)
    case farewell
  }

  private struct Link {
    let outbox: AsyncStream<Outgoing>.Continuation
    let task: Task<Void, Never>
    var connection: (any StateConnection)?
  }

  private struct Contents {
    var machine: ReplicaMachine
    var generator: any RandomNumberGenerator & Sendable
    var links: [ConnectionID: Link] = [:]
    var writers: [WriteID: @Sendable (WriteOutcome) -> Void] = [:]
    var lastWrite = 0
    var alarm = Alarm()
    var observers: [Int: AsyncStream<LinkStatus>.Continuation] = [:]
    var lastObserver = 0
  }

  let transport: any StateTransport
  let clock: SyncClock
  private let published = Mutex(Published())
  let events = StateEventHub()
  private let hasFinished = Promise<Void>()
  private let contents: Mutex<Contents>

  init(transport: any StateTransport, options: SyncClient.Options) {
    self.transport = transport
    clock = options.clock
    var configuration = ReplicaMachine.Configuration(userID: options.userID)
    configuration.backoff = options.backoff
    configuration.confirmationTimeout = options.confirmationTimeout
    contents = Mutex(
      Contents(machine: ReplicaMachine(configuration), generator: options.generator)
    )
  }
}

// MARK: - Calls from the client

extension ClientCore {
  /// The copy of the state now; waits while a change is being made to it.
  var state: StateDictionary {
    if let state = published.withLock({ $0.state }) { return state }
    return contents.withLock { publishState(in: $0) }
  }

  var status: LinkStatus { published.withLock { $0.link } }

  var access: (role: AccessRole, name: String)? { published.withLock { $0.access } }

  @discardableResult
  private func publishState(in contents: borrowing Contents) -> StateDictionary {
    let state = contents.machine.visible
    published.withLock { $0.state = state }
    return state
  }

  func handle(_ event: ReplicaMachine.Event) {
    let errands = contents.withLock { handle(event, in: &$0) }
    for errand in errands { errand() }
  }

  func write(_ change: StateChange, _ writer: CheckedContinuation<WriteOutcome, Never>) {
    let errands = contents.withLock { contents in
      request(change, in: &contents) { writer.resume(returning: $0) }
    }
    for errand in errands { errand() }
  }

  /// Sends a change that is not looked at again.
  func push(_ change: StateChange, _ writer: CheckedContinuation<WriteOutcome, Never>) {
    let errands = contents.withLock { contents in
      let id = admit(&contents) { writer.resume(returning: $0) }
      return handle(.pushRequested(id, change), in: &contents)
    }
    for errand in errands { errand() }
  }

  /// Runs an edit and sends what it returns; the answer comes later.
  func write(
    _ edit: (StateDictionary) throws -> StateChange,
    _ answer: @escaping @Sendable (WriteOutcome) -> Void
  ) throws {
    let errands = try contents.withLock { contents in
      // An edit may read the state, and could not wait for the lock that it is under.
      publishState(in: contents)
      let change = try edit(contents.machine.visible)
      return request(change, in: &contents, answer)
    }
    for errand in errands { errand() }
  }

  /// The connection over which the copy is kept now, if it is the server's.
  var liveConnection: (any StateConnection)? {
    contents.withLock { contents in
      // Spelt out: with `flatMap` the optimiser of Swift 6.3.1 crashes on the captured `contents`.
      guard let id = contents.machine.liveConnection else { return nil }
      return contents.links[id]?.connection
    }
  }

  func stop() async {
    handle(.stopRequested)
    await hasFinished.value
  }

  func statuses() -> AsyncStream<LinkStatus> {
    let (stream, observer) = AsyncStream.makeStream(
      of: LinkStatus.self,
      bufferingPolicy: .bufferingNewest(16)
    )
    contents.withLock { contents in
      observer.yield(self.status)
      guard !contents.machine.isFinished else { return observer.finish() }
      contents.lastObserver += 1
      let number = contents.lastObserver
      contents.observers[number] = observer
      // Elsewhere: a reader that is cancelled holds its own task while this is called, and somebody who tells it
      // a status holds our lock while they wait for that task.
      observer.onTermination = { [weak self] _ in Task { self?.forget(observer: number) } }
    }
    return stream
  }

  private func forget(observer number: Int) { contents.withLock { $0.observers[number] = nil } }

  private func request(
    _ change: StateChange,
    in contents: inout Contents,
    _ answer: @escaping @Sendable (WriteOutcome) -> Void
  ) -> [Errand] {
    let id = admit(&contents, answer)
    return handle(.writeRequested(id, change), in: &contents)
  }

  private func admit(
    _ contents: inout Contents,
    _ answer: @escaping @Sendable (WriteOutcome) -> Void
  ) -> WriteID {
    contents.lastWrite += 1
    let id = WriteID(contents.lastWrite)
    contents.writers[id] = answer
    return id
  }
}

// MARK: - The machine's wishes

extension ClientCore {
  /// Something to do when the lock is free again.
  private typealias Errand = @Sendable () -> Void

  private func handle(_ event: ReplicaMachine.Event, in contents: inout Contents) -> [Errand] {
    published.withLock { $0.state = nil }
    let status = contents.machine.status
    let now = clock.now()
    let actions = contents.machine.handle(event, at: now, using: &contents.generator)
    publish(contents)
    var errands: [Errand] = []
    var news: [StateEvents] = []
    for action in actions {
      carryOut(action, in: &contents, news: &news, errands: &errands)
    }
    events.publish(news)
    if case .closed(let id) = event { contents.links[id] = nil }
    arm(&contents)
    announce(in: &contents, since: status, errands: &errands)
    return errands
  }

  private func publish(_ contents: borrowing Contents) {
    let (status, latency) = (contents.machine.status, contents.machine.latency)
    var connection: (any StateConnection)?
    if let id = contents.machine.liveConnection { connection = contents.links[id]?.connection }
    published.withLock { [connection] published in
      if !published.status.isLive {
        published.wire = connection.map { ($0 is any LockingConnection, $0.wire) }
      }
      (published.status, published.latency) = (status, latency)
    }
  }

  private func carryOut(
    _ action: ReplicaMachine.Action,
    in contents: inout Contents,
    news: inout [StateEvents],
    errands: inout [Errand]
  ) {
    switch action {
    case .connect(let id):
      contents.links[id] = open(id)
    case .send(let id, let change, let write):
      contents.links[id]?.outbox.yield(.change(change, for: write))
    case .leave(let id):
      contents.links[id]?.outbox.yield(.farewell)
    case .close(let id):
      contents.links[id]?.task.cancel()
    case .show(let batch):
      news.append(batch)
    case .finish(let id, let outcome):
      guard let answer = contents.writers.removeValue(forKey: id) else { return }
      errands.append { answer(outcome) }
    }
  }

  private func announce(
    in contents: inout Contents,
    since former: LinkStatus,
    errands: inout [Errand]
  ) {
    let observers = contents.observers.values
    if contents.machine.status != former {
      let status = self.status
      for observer in observers { observer.yield(status) }
    }
    guard contents.machine.isFinished else { return }
    contents.alarm.cancel()
    // Ending a stream calls its termination handler, which needs the lock.
    let ended = Array(observers)
    contents.observers = [:]
    errands.append { [events, hasFinished] in
      events.finish()
      for observer in ended { observer.finish() }
      hasFinished.fulfil()
    }
  }

  /// Sees to it that the machine is called when something is due.
  private func arm(_ contents: inout Contents) {
    contents.alarm.set(for: contents.machine.deadline, on: clock) { [weak self] in
      self?.timerFired(at: $0)
    }
  }

  private func timerFired(at deadline: Duration) {
    let errands = contents.withLock { contents in
      contents.alarm.hasRung(at: deadline)
      return handle(.timerFired, in: &contents)
    }
    for errand in errands { errand() }
  }
}

// MARK: - One connection

extension ClientCore {
  private func open(_ id: ConnectionID) -> Link {
    let (stream, outbox) = AsyncStream.makeStream(of: Outgoing.self)
    return Link(outbox: outbox, task: Task { await run(id, sending: stream) })
  }

  /// The whole life of one connection.
  ///
  /// Whoever ends first, the reader, the writer, or the wait for the machine
  /// to call it off, closes the connection, and that ends the others.
  private func run(_ id: ConnectionID, sending outgoing: AsyncStream<Outgoing>) async {
    do {
      let connection = try await transport.connect()
      contents.withLock { $0.links[id]?.connection = connection }
      handle(.connected(id))
      await withTaskGroup { group in
        group.addTask { await self.read(id, from: connection) }
        group.addTask { await self.send(outgoing, id, to: connection) }
        // Until the machine calls it off.
        group.addTask { _ = try? await Promise<Result<Void, any Error>>().get() }
        await group.next()
        // Closing takes its own task, as this one may be cancelled and the goodbye still has to go out.
        await Task { await connection.close() }.value
        group.cancelAll()
      }
    } catch {
      handle(.connectFailed(id, reason: String(describing: error)))
    }
    handle(.closed(id))
  }

  private func read(_ id: ConnectionID, from connection: any StateConnection) async {
    // A server that is back may ask for no tokens any more, and says nothing then.
    published.withLock { $0.access = nil }
    do {
      var delivery = try await connection.receive()
      // Taken out, since what waits for the next would keep this one, and it may be a whole state.
      while let now = delivery.take() {
        // What comes next is taken apart while this is applied: on two cores the two cost no more than the dearer.
        async let next = connection.receive()
        if case .role(let role, let name) = now { published.withLock { $0.access = (role, name) } }
        handle(.delivered(id, now))
        delivery = try await next
      }
      handle(.lost(id, reason: "the town closed the connection"))
    } catch {
      handle(.lost(id, reason: String(describing: error)))
    }
  }

  private func send(
    _ outgoing: AsyncStream<Outgoing>,
    _ id: ConnectionID,
    to connection: any StateConnection
  ) async {
    for await item in outgoing {
      guard case .change(let change, let write) = item else { return }
      do {
        try await connection.send(change)
      } catch let error as TransportError
        where error.code == .unsendable || error.code == .refused
      {
        if let write { handle(.writeRefused(write, reason: error.message)) }
      } catch {
        return handle(.lost(id, reason: String(describing: error)))
      }
    }
  }
}
