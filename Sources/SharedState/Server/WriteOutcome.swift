/// How a write ended.
public enum WriteOutcome: Sendable, Hashable {
  /// The server took it, after this long, and it stood when the word came back.
  case accepted(latency: Duration)
  /// The server took it, after this long, but somebody had already written over it when the word came back.
  case overwritten(latency: Duration)
  /// The server did not answer in time. It may have taken the write or not; the client connects anew to find out.
  case unconfirmed
  /// There was no connection, or it was lost before the server answered. The server may have taken the write.
  case disconnected
  /// The wire cannot carry it, or the server refused it, for the reason given; it is not on the server.
  case refused(reason: String)
}

extension WriteOutcome {
  /// Whether the server took the write for certain.
  public var isAccepted: Bool {
    switch self {
    case .accepted, .overwritten: true
    case .unconfirmed, .disconnected, .refused: false
    }
  }
}

/// A write that the server is not known to have taken.
public struct WriteError: Error, Sendable, Hashable, CustomStringConvertible {
  /// How it ended.
  public let outcome: WriteOutcome
  /// Where the server is, for a person.
  public let address: String

  /// Makes an error from an outcome other than accepted or overwritten.
  public init(_ outcome: WriteOutcome, address: String) {
    self.outcome = outcome
    self.address = address
  }

  /// What happened and what to try, in one line.
  public var description: String {
    switch outcome {
    case .accepted, .overwritten:
      "the town at \(address) took the write"
    case .unconfirmed:
      "the town at \(address) did not confirm the write in time; look whether it is there, then try again"
    case .disconnected:
      "not connected to the town at \(address), so the write may not have arrived; try again once it is back"
    case .refused(let reason):
      "\(address) did not take the write: \(reason)"
    }
  }
}
