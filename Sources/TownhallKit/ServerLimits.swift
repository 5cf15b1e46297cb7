internal import SharedState
public import StateSync
public import Trajectory

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
  /// How much there may be in a frame of a simulation.
  public var frames = FrameBoard.Limits()

  /// Takes the usual limits.
  public init() {}

  /// One of the limits, by the name that a person gives it.
  package struct Named: Sendable {
    package let name: String
    /// What it is; nil if it follows from others.
    package let value: @Sendable (ServerLimits) -> Int?
    /// The most that it can be.
    fileprivate let most: Int
    fileprivate let set: @Sendable (inout ServerLimits, Int) -> Void

    fileprivate init(
      _ name: String,
      _ path: any WritableKeyPath<ServerLimits, Int> & Sendable,
      most: Int = .max
    ) {
      (self.name, self.most) = (name, most)
      value = { $0[keyPath: path] }
      set = { $0[keyPath: path] = $1 }
    }

    /// A limit that follows from others unless it is set.
    fileprivate init(_ name: String, _ path: any WritableKeyPath<ServerLimits, Int?> & Sendable) {
      (self.name, most) = (name, .max)
      value = { $0[keyPath: path] }
      set = { $0[keyPath: path] = $1 }
    }
  }

  package static let named: [Named] = [
    Named("clients", \.clients),
    Named("clients-of-address", \.clientsOfAddress),
    Named("clients-of-connection", \.clientsOfConnection),
    Named("calls", \.callsOfConnection),
    Named("waiting", \.waiting),
    Named("message-bytes", \.messageBytes),
    Named("unfinished-bytes", \.unfinishedBytes),
    Named("messages", \.messagesPerSecond),
    Named("entries", \.state.entries),
    Named("state-bytes", \.state.bytes),
    Named("key-bytes", \.state.keyBytes),
    Named("value-bytes", \.state.valueBytes),
    Named("nesting", \.state.nesting, most: StateValue.deepestNesting),
    Named("locks", \.state.locks),
    Named("commands", \.state.commands),
    Named("running", \.state.running),
    Named("frame-bytes", \.frames.bytes),
    Named("frame-names", \.frames.keys),
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
