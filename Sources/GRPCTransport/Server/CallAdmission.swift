#if GRPC
import AccessControl
import GRPCCore
import NetworkSupport
import ProtocolBuffers
import StateSync
import Synchronization

/// Lets calls in, by whoever makes them, and reads what they say.
struct CallAdmission: Sendable {
  let roster: SubscriberRoster

  /// Refuses web pages: no client of this wire is one, and a browser that came this way would not say whose page it is
  /// otherwise.
  private static func checkOrigin(_ metadata: Metadata) throws {
    guard metadata["origin"].first(where: { _ in true }) == nil else {
      throw RPCError(code: .permissionDenied, message: "web pages may not call this service")
    }
  }

  /// Who makes a call, if they may make any.
  func admit(
    _ context: ServerContext,
    _ metadata: Metadata
  ) throws -> (Caller, Visitor) {
    try Self.checkOrigin(metadata)
    guard let caller = roster.caller(named: context.remotePeer) else {
      throw RPCError(code: .unavailable, message: "the connection is gone")
    }
    do throws(AccessDenied) {
      let grant = try caller.show(Self.token(in: metadata))
      return (caller, Visitor(caller, grant))
    } catch {
      throw RPCError(code: .unauthenticated, message: error.description)
    }
  }

  /// The token in a call's metadata: `authorization: Bearer town-9qV0…`.
  private static func token(in metadata: Metadata) -> AccessToken? {
    guard let value = metadata[stringValues: "authorization"].first(where: { _ in true }),
      value.lowercased().hasPrefix("bearer ")
    else { return nil }
    return AccessToken(String(value.dropFirst("bearer ".count).drop { $0 == " " }))
  }

  /// Reads the one message of a call, which is unfinished until then.
  func read<Message>(
    _ request: StreamingServerRequest<Result<Message, WireError>>,
    from caller: Caller
  ) async throws -> Message {
    caller.beginReading()
    defer { caller.endReading() }
    do {
      return try await ServerRequest(stream: request).message.get()
    } catch let error as WireError {
      throw RPCError(code: .invalidArgument, message: "malformed message: \(error)")
    }
  }
}

/// The keys of which was told already that their values do not fit: they may change thirty times a second.
final class ToldKeys: Sendable {
  private static let most = 1000
  private let keys = Mutex<Set<String>>([])

  /// Whether nobody has been told of a key yet.
  func isNews(_ key: String) -> Bool {
    keys.withLock { $0.count < Self.most && $0.insert(key).inserted }
  }
}
#endif
