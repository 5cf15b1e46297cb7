internal import SharedState
public import StateSync

/// What anybody may use up of a server; the defaults are far from what a session needs.
///
/// ```swift
/// var limits = ServerLimits()
/// limits.state.entries = 10_000
/// let server = try await SharedStateServer.start(port: 38801, limits: limits)
/// ```
public struct ServerLimits: Sendable, Hashable {
  /// How many clients there may be; nil for as many as the process may have open file descriptors for, less some for itself.
  public var clients: Int?
  /// How many of them may come from one address; nil for all but an eighth, and as many as there are from this machine.
  public var clientsOfAddress: Int?
  /// How many clients may come over one gRPC connection.
  public var clientsOfConnection = 16
  /// How many calls one gRPC connection may have open.
  public var callsOfConnection = 256
  /// How many connections may wait that are no clients yet; nil for what is left, 1,024 at most.
  public var waiting: Int?
  /// How large a message may be, in bytes.
  public var messageBytes = 128 << 20
  /// How many bytes of messages that are not whole yet there may be in all.
  public var unfinishedBytes = 256 << 20
  /// How many messages, such as changes, one connection may send in a second before it is slowed down; nil for as many as it likes.
  public var messagesPerSecond: Int? = 50_000
  /// How much there may be in the state.
  public var state = StateLimits()

  /// Takes the usual limits.
  public init() {}

  /// One of the limits, by the name that a person gives it.
  package struct Named: Sendable {
    package let name: String
    /// What it bounds.
    package let what: String
    /// What happens to whoever overdoes it.
    package let refusal: String
    /// The most that it can be.
    fileprivate var most = Int.max
    /// What it is; nil if it follows from others.
    package let value: @Sendable (ServerLimits) -> Int?
    fileprivate let set: @Sendable (inout ServerLimits, Int) -> Void
  }

  package static let named: [Named] = [
    Named(
      name: "clients",
      what: "clients",
      refusal: "503, or RESOURCE_EXHAUSTED: this shared state is full",
      value: { $0.clients },
      set: { $0.clients = $1 }
    ),
    Named(
      name: "clients-of-address",
      what: "clients from one address, or one IPv6 network of 64 bits",
      refusal: "the same: no more room for your address",
      value: { $0.clientsOfAddress },
      set: { $0.clientsOfAddress = $1 }
    ),
    Named(
      name: "clients-of-connection",
      what: "clients over one gRPC connection",
      refusal: "RESOURCE_EXHAUSTED, in words",
      value: { $0.clientsOfConnection },
      set: { $0.clientsOfConnection = $1 }
    ),
    Named(
      name: "calls",
      what: "calls that one gRPC connection has open",
      refusal: "HTTP/2 holds them back",
      value: { $0.callsOfConnection },
      set: { $0.callsOfConnection = $1 }
    ),
    Named(
      name: "waiting",
      what: "connections that are no clients yet",
      refusal: "whoever has waited longest goes",
      value: { $0.waiting },
      set: { $0.waiting = $1 }
    ),
    Named(
      name: "message-bytes",
      what: "bytes of one message",
      refusal: "1009, or RESOURCE_EXHAUSTED",
      value: { $0.messageBytes },
      set: { $0.messageBytes = $1 }
    ),
    Named(
      name: "unfinished-bytes",
      what: "bytes of messages that are not whole, of all together",
      refusal: "1008, or a closed connection, to whoever has most of them",
      value: { $0.unfinishedBytes },
      set: { $0.unfinishedBytes = $1 }
    ),
    Named(
      name: "messages",
      what: "messages of one connection in a second, such as changes",
      refusal: "it is read more slowly",
      value: { $0.messagesPerSecond },
      set: { $0.messagesPerSecond = $1 }
    ),
    Named(
      name: "entries",
      what: "entries in the state",
      refusal: "the change is not made, and its writer is told",
      value: { $0.state.entries },
      set: { $0.state.entries = $1 }
    ),
    Named(
      name: "state-bytes",
      what: "bytes of all keys and values, and 64 for each entry",
      refusal: "the same",
      value: { $0.state.bytes },
      set: { $0.state.bytes = $1 }
    ),
    Named(
      name: "key-bytes",
      what: "bytes of one key",
      refusal: "the same",
      value: { $0.state.keyBytes },
      set: { $0.state.keyBytes = $1 }
    ),
    Named(
      name: "value-bytes",
      what: "bytes of one value",
      refusal: "the same",
      value: { $0.state.valueBytes },
      set: { $0.state.valueBytes = $1 }
    ),
    Named(
      name: "nesting",
      what: "lists and dictionaries inside each other in a value",
      refusal: "the same",
      most: StateValue.deepestNesting,
      value: { $0.state.nesting },
      set: { $0.state.nesting = $1 }
    ),
    Named(
      name: "locks",
      what: "locks",
      refusal: "the lock is not granted",
      value: { $0.state.locks },
      set: { $0.state.locks = $1 }
    ),
    Named(
      name: "commands",
      what: "commands that one client offers",
      refusal: "passed over, and told to whoever runs the server",
      value: { $0.state.commands },
      set: { $0.state.commands = $1 }
    ),
    Named(
      name: "running",
      what: "commands of a WebSocket client that wait for an answer; of all ten times as many",
      refusal: "too many commands are waiting for an answer",
      value: { $0.state.running },
      set: { $0.state.running = $1 }
    ),
  ]

  /// Sets a limit as a person writes it: `entries=10000`, `state-bytes=64M`.
  ///
  /// - Returns: Why that cannot be; nil if it is set.
  package mutating func set(_ text: String) -> String? {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard let limit = Self.named.first(where: { $0.name == parts[0] }) else {
      let names = Self.named.map(\.name).joined(separator: ", ")
      return "there is no limit “\(parts[0])”; there are \(names)"
    }
    guard parts.count == 2, let number = Self.number(parts[1]) else {
      return "\(limit.name) wants a number from 1, such as 1000, 64k, 16M or 1G"
    }
    guard number <= limit.most else { return "\(limit.name) can be \(limit.most) at most" }
    limit.set(&self, number)
    return nil
  }

  private static func number(_ text: Substring) -> Int? {
    let units: [Character: Int] = ["k": 1 << 10, "M": 1 << 20, "G": 1 << 30]
    let unit = text.last.flatMap { units[$0] }
    guard let count = Int(unit == nil ? text : text.dropLast()), count > 0 else { return nil }
    let (number, isTooLarge) = count.multipliedReportingOverflow(by: unit ?? 1)
    return isTooLarge ? nil : number
  }
}
