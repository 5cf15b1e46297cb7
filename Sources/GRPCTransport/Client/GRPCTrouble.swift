#if GRPC
import GRPCCore
import ProtocolBuffers
import SharedState
import StateSync

/// Puts what gRPC throws into the words of the sync engine.
struct GRPCTrouble: Sendable {
  let address: String
  let line: GRPCChannel

  /// What it means for a connection that something has thrown.
  func ofConnection(_ error: any Error) -> any Error {
    switch error {
    case is CancellationError, is TransportError:
      error
    case is WireError:
      TransportError(
        .protocolViolation,
        "the town at \(address) sent a malformed message: \(error)"
      )
    case let error as RPCError where error.code == .unauthenticated:
      TransportError.notJoined(.denied, address, Self.words(error))
    case let error as RPCError:
      TransportError(.connectionLost, lost + reason(error))
    default:
      TransportError(.connectionLost, lost)
    }
  }

  /// A change went on and on, message after message.
  func endless(_ options: GRPCClientTransport.Options) -> TransportError {
    let words = "a change of more than \(options.maximumChangeSize) bytes that does not end"
    return TransportError(.protocolViolation, "the town at \(address) sent \(words)")
  }

  /// What it means for a change that sending it has thrown: most of what a server says about one call does not concern the
  /// others.
  func ofChange(_ error: any Error) -> any Error {
    guard let error = error as? RPCError, !Self.isAboutTheConnection(error) else {
      return ofConnection(error)
    }
    return TransportError(.refused, "the town refused it: \(Self.words(error))")
  }

  /// What it means for a command that running it has thrown.
  func ofCommand(_ error: any Error) -> any Error {
    guard let error = error as? RPCError, !Self.isAboutTheConnection(error) else {
      return error is CancellationError
        ? error : CommandFailure(.unavailable, String(describing: ofConnection(error)))
    }
    let kind: CommandFailure.Kind =
      switch error.code {
      case .invalidArgument, .notFound: .unknownCommand
      case .permissionDenied: .denied
      default: .failed
      }
    return CommandFailure(kind, Self.words(error))
  }

  static func isAboutTheConnection(_ error: RPCError) -> Bool {
    [.unavailable, .cancelled, .internalError, .deadlineExceeded].contains(error.code)
  }

  static func words(_ error: RPCError) -> String {
    error.message.isEmpty ? "\(error.code)" : error.message
  }

  private var lost: String { "the connection to the town at \(address) is gone" }

  private func reason(_ error: RPCError) -> String {
    if let trouble = line.trouble { return ": \(trouble)" }
    return error.code == .unavailable || error.code == .cancelled ? "" : ": \(Self.words(error))"
  }
}
#endif
