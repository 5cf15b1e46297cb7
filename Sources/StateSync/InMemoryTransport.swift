internal import SharedState
internal import Synchronization

/// A transport to a server in the same process, reached as if it were far away.
///
/// ```swift
/// let server = SyncServer()
/// let client = SyncClient(transport: InMemoryTransport(server: server))
/// ```
public struct InMemoryTransport: StateTransport {
  /// Where the server is, for a person.
  public let address: String
  /// The line between the two, which can be cut and mended.
  public let line: InMemoryLine

  private let server: SyncServer
  private let interval: Duration
  /// Whether locks can be taken this way.
  private let knowsLocks: Bool
  /// Who comes this way, where locks are concerned; it stays the same over all connections.
  private let token = RandomIdentifier.make()

  /// Makes a transport to a server; several may share one line.
  ///
  /// - Parameters:
  ///   - server: Where it leads.
  ///   - address: What it is called, for a person.
  ///   - line: What can be cut.
  ///   - interval: How often to hear of changes, on average; zero means of each at once.
  ///   - knowsLocks: Whether locks can be taken this way; NanoVer's own wire knows none.
  public init(
    server: SyncServer,
    address: String = "memory:",
    line: InMemoryLine = InMemoryLine(),
    interval: Duration = SyncServer.standardInterval,
    knowsLocks: Bool = true
  ) {
    self.server = server
    self.interval = interval
    self.knowsLocks = knowsLocks
    self.address = address
    self.line = line
  }

  /// Joins the server.
  public func connect() async throws -> any StateConnection {
    guard server.isOpen else {
      throw TransportError(.unreachable, "cannot reach \(address): the town is closed")
    }
    let connection = InMemoryConnection(
      server: server,
      interval: interval,
      token: token,
      line: line
    )
    guard line.open(connection) else {
      await connection.close()
      throw TransportError(.unreachable, "cannot reach \(address): the line is cut")
    }
    return knowsLocks ? connection : LocklessConnection(connection: connection)
  }
}

/// A connection in memory on which no locks can be taken.
private struct LocklessConnection: CommandingConnection {
  let connection: InMemoryConnection

  var wire: String { connection.wire }

  func receive() async throws -> StateDelivery? { try await connection.receive() }
  func send(_ change: StateChange) async throws { try await connection.send(change) }
  func close() async { await connection.close() }

  func listCommands() async throws -> [CommandDescription] { try await connection.listCommands() }

  func runCommand(_ name: String, arguments: StateObject) async throws -> StateValue {
    try await connection.runCommand(name, arguments: arguments)
  }
}

/// The line that in-memory connections run over, for those who want to see it break.
public final class InMemoryLine: Sendable {
  private struct Contents {
    var isCut = false
    var isDeaf = false
    var connections: [ObjectIdentifier: InMemoryConnection] = [:]
  }

  private let contents = Mutex(Contents())

  /// Makes a line that works.
  public init() {}

  /// Breaks all connections, and lets nobody connect until the line is mended.
  public func cut() {
    let broken = contents.withLock { contents in
      contents.isCut = true
      defer { contents.connections = [:] }
      return Array(contents.connections.values)
    }
    for connection in broken { connection.breakDown() }
  }

  /// Makes the line work again.
  public func mend() { contents.withLock { ($0.isCut, $0.isDeaf) = (false, false) } }

  /// Lets what clients send vanish while what the server sends still arrives, as a NanoVer server does with a
  /// connection that once sent it something malformed.
  public func deafen() { contents.withLock { $0.isDeaf = true } }

  var isDeaf: Bool { contents.withLock { $0.isDeaf } }

  func open(_ connection: InMemoryConnection) -> Bool {
    contents.withLock { contents in
      guard !contents.isCut else { return false }
      contents.connections[ObjectIdentifier(connection)] = connection
      return true
    }
  }

  func close(_ connection: InMemoryConnection) {
    contents.withLock { $0.connections[ObjectIdentifier(connection)] = nil }
  }
}

final class InMemoryConnection: LockingConnection, CommandingConnection {
  private enum Condition {
    case open, closed, broken
  }

  private let server: SyncServer
  private let session: ServerSession
  private let token: String
  private let line: InMemoryLine
  private let condition = Mutex(Condition.open)

  init(server: SyncServer, interval: Duration, token: String, line: InMemoryLine) {
    self.server = server
    session = server.join(interval: interval)
    self.token = token
    self.line = line
  }

  var wire: String { "the same memory" }

  func receive() async throws -> StateDelivery? {
    let shared = await session.next()
    guard condition.withLock({ $0 != .broken }) else { throw Self.broken }
    return shared.map { .change($0.change) }
  }

  func send(_ change: StateChange) async throws {
    try check()
    guard !line.isDeaf else { return }
    guard session.receive(change, as: token) else { throw TransportError.lockedByAnother }
  }

  private func check() throws(TransportError) {
    switch condition.withLock({ $0 }) {
    case .open: return
    case .closed: throw TransportError(.connectionLost, "the connection is closed")
    case .broken: throw Self.broken
    }
  }

  func updateLocks(_ requests: [String: LockRequest]) async throws -> Bool {
    try check()
    guard !line.isDeaf else { throw Self.unanswered }
    return server.updateLocks(requests, as: token)
  }

  func listCommands() async throws -> [CommandDescription] {
    try checkForCommands()
    return server.listCommands()
  }

  func runCommand(_ name: String, arguments: StateObject) async throws -> StateValue {
    try checkForCommands()
    return try await server.runCommand(name, arguments: arguments)
  }

  private func checkForCommands() throws(CommandFailure) {
    do {
      try check()
    } catch {
      throw CommandFailure(.unavailable, error.message)
    }
    if line.isDeaf { throw CommandFailure(.unavailable, Self.unanswered.message) }
  }

  func close() async {
    end(as: .closed)
    line.close(self)
  }

  func breakDown() { end(as: .broken) }

  private func end(as end: Condition) {
    condition.withLock { if $0 == .open { $0 = end } }
    session.leave()
  }

  private static var unanswered: TransportError {
    TransportError(.connectionLost, "the town did not answer")
  }

  private static var broken: TransportError { TransportError(.connectionLost, "the line was cut") }
}
