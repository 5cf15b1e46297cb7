public import SharedState
public import StateSync

/// A bare connection with a naive copy of what arrived over it, for tests of wires.
public actor TransportProbe {
  /// What was promised and did not come true.
  public struct Failure: Error, CustomStringConvertible {
    /// What was expected, and what came instead.
    public let description: String

    /// Makes a failure.
    public init(_ description: String) {
      self.description = description
    }
  }

  /// How long anything may take before it counts as never.
  public static let patience = Duration.seconds(20)

  private let connection: any StateConnection
  /// Everything that has arrived, applied in order.
  public private(set) var copy = StateDictionary()
  /// How many changes have arrived.
  public private(set) var deliveries = 0

  /// Changes that came together with one that has been applied.
  private var waiting: [StateChange] = []

  /// Watches a connection; nobody else may receive from it.
  public init(_ connection: any StateConnection) {
    self.connection = connection
  }

  /// Connects over a transport.
  public static func connect(_ transport: any StateTransport) async throws -> TransportProbe {
    TransportProbe(try await transport.connect())
  }

  /// Waits for the next change and applies it; nil when the connection has ended.
  @discardableResult
  public func next() async throws -> StateChange? {
    while true {
      if waiting.isEmpty {
        guard let delivery = try await timed(connection.receive) else { return nil }
        waiting += delivery.whole
      }
      guard !waiting.isEmpty else { continue }
      let change = waiting.removeFirst()
      deliveries += 1
      copy.apply(change)
      return change
    }
  }

  /// Takes in changes until the copy is as wanted.
  public func wait(
    for what: String,
    until condition: @Sendable (StateDictionary) -> Bool
  ) async throws {
    while !condition(copy) {
      guard try await next() != nil else {
        throw Failure("the connection ended before \(what)")
      }
    }
  }

  /// Sends a change.
  public func send(_ change: StateChange) async throws {
    try await connection.send(change)
  }

  /// Closes the connection.
  nonisolated public func close() async {
    await connection.close()
  }

  /// Waits until the connection ends, however it does.
  public func waitForEnd() async throws {
    do {
      while try await next() != nil {}
    } catch is TransportError {
      return
    }
  }

  /// Runs something that must not take for ever; when it does, closing the connection sets it free.
  private func timed(
    _ work: @escaping @Sendable () async throws -> StateDelivery?
  ) async throws -> StateDelivery? {
    let connection = connection
    return try await withThrowingTaskGroup { group in
      group.addTask { try await work() }
      group.addTask {
        try await Task.sleep(for: Self.patience)
        await connection.close()
        throw Failure("nothing arrived within \(Self.patience)")
      }
      defer { group.cancelAll() }
      return try await group.next() ?? nil
    }
  }

  /// Waits until something is true, looking every few milliseconds.
  public static func eventually(
    _ what: String,
    _ condition: @Sendable () async throws -> Bool
  ) async throws {
    let end = ContinuousClock.now + patience
    while try await !condition() {
      guard ContinuousClock.now < end else { throw Failure("never came true: \(what)") }
      try await Task.sleep(for: .milliseconds(5))
    }
  }
}
