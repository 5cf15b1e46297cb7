internal import ConcurrencySupport
@_exported public import SharedState
package import StateSync

/// A program's own complete copy of the shared state on a server, kept equal to it.
///
/// Reading is local and never waits. A write returns when the server has accepted it. If the connection breaks,
/// the client looks for the server until it is back, and then holds what the server holds.
///
/// ```swift
/// let client = try await SharedStateClient.connect(to: "ws://127.0.0.1:38801")
/// let reference = client.sharedState["scene.ambient_occlusion"]
/// try await reference.set(false)
/// try reference.snapshot()                // false
/// client.selections.keys                  // ["selection.root", …]
/// await client.close()
/// ```
public final class SharedStateClient: Sendable {
  /// Where the server is.
  public let address: String
  /// The view of the whole state.
  public let sharedState: SharedStateView

  /// What keeps the copy in step with the server.
  package let sync: SyncClient

  private init(transport: any StateTransport, userID: String?) {
    address = transport.address
    var options = SyncClient.Options()
    if let userID { options.userID = userID }
    sync = SyncClient(transport: transport, options: options)
    sharedState = SharedStateView(sync)
  }

  /// Joins a server, and returns when its whole state is here.
  ///
  /// - Parameters:
  ///   - address: As ``ServerAddress`` reads it: `ws://host:port`, `grpc://host`, `host`; the port is 38801 if left out.
  ///   - trust: Whom to trust if the connection is encrypted.
  ///   - patience: How long to look for the server. One that is only starting is found as soon as it is there.
  /// - Returns: A client that holds the whole state.
  /// - Throws: `ServerAddressError`, `ServerNotTrusted` at once if the server's certificate is none to go by, or
  ///   `ServerNotFound` when the time is up.
  public static func connect(
    to address: String,
    trust: TrustOptions = TrustOptions(),
    patience: Duration = .seconds(10)
  ) async throws -> SharedStateClient {
    let transport = try ServerAddress(address).transport(trust: trust)
    return try await connect(through: transport, patience: patience)
  }

  /// Joins a server by a transport that is at hand.
  ///
  /// - Parameters:
  ///   - transport: The transport to the server.
  ///   - userID: The id to go by; a random one unless it is given.
  ///   - patience: How long to look for it.
  ///   - trouble: Is told once why the server has not been reached at the first try.
  /// - Returns: A client that holds the whole state.
  /// - Throws: `ServerNotTrusted`, or `ServerNotFound` when the time is up, or at once where trying again is of no use.
  package static func connect(
    through transport: any StateTransport,
    as userID: String? = nil,
    patience: Duration,
    trouble: @escaping @Sendable (String) -> Void = { _ in }
  ) async throws -> SharedStateClient {
    let decisive = DecisiveTransport(transport)
    let client = SharedStateClient(transport: decisive, userID: userID)
    let statuses = client.sync.statuses()
    client.sync.start()
    do {
      try await arrival(statuses, by: decisive, patience: patience, trouble: trouble)
      return client
    } catch {
      await client.close()
      throw error
    }
  }

  /// Leaves the server in good order; nothing of this client stays there.
  ///
  /// Closing twice does nothing.
  public func close() async { await sync.stop() }

  /// Whether this copy is the server's; false while the connection is broken.
  public var isLive: Bool { sync.status.isLive }

  /// What the server lets this client do; nil if it lets everybody do all.
  ///
  /// ```swift
  /// if client.role == .guest { print("reads, and writes its own avatar") }
  /// ```
  public var role: AccessRole? { sync.role }

  /// Where the state is kept, for whole edits and for changes as they come.
  package var endpoint: any SharedStateEndpoint { sync }

  /// Runs some work, and stops it when the connection breaks.
  ///
  /// - Parameters:
  ///   - silence: Is told when the server falls silent, and for how long it has been by then, and with nil when it is
  ///     heard again; only if the transport looks for that.
  ///   - work: What to do.
  /// - Returns: What the work comes to.
  /// - Throws: What the work throws, or `ConnectionLost`.
  package func untilLost<Result: Sendable>(
    silence: @escaping @Sendable (Duration?) -> Void = { _ in },
    _ work: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    let (statuses, address, clock) = (sync.statuses(), address, sync.clock)
    return try await race(work) {
      var isSilent = false
      for await status in statuses {
        if status.isLive, isSilent != (status.silentSince != nil) {
          isSilent.toggle()
          silence(status.silentSince.map { clock.now() - $0 })
        }
        if case .waiting(_, let reason, _) = status {
          throw ConnectionLost(address: address, reason: reason)
        }
      }
      throw CancellationError()
    }
  }

  private static func arrival(
    _ statuses: AsyncStream<LinkStatus>,
    by transport: DecisiveTransport,
    patience: Duration,
    trouble: @escaping @Sendable (String) -> Void
  ) async throws {
    let last = Locked<String?>(nil)
    let arrival: Void? = try await within(patience) {
      for await status in statuses {
        switch status {
        case .live: return
        case .waiting(_, let reason, _):
          try transport.check()
          let former = last.withLock { last in
            defer { last = reason }
            return last
          }
          if former == nil { trouble(reason) }
        case .connecting, .syncing, .stopped: break
        }
      }
      throw CancellationError()
    }
    guard arrival == nil else { return }
    let reason = last.withLock { $0 } ?? "it did not answer in time"
    throw ServerNotFound(address: transport.address, reason: reason)
  }
}

/// A transport that keeps in mind why to try again is of no use.
private final class DecisiveTransport: StateTransport {
  private let transport: any StateTransport
  private let verdict = Locked<TransportError?>(nil)

  init(_ transport: any StateTransport) { self.transport = transport }

  var address: String { transport.address }

  func connect() async throws -> any StateConnection {
    do {
      return try await transport.connect()
    } catch let error as TransportError where error.isFinal {
      verdict.withLock { $0 = error }
      throw error
    }
  }

  /// Fails if to try again is of no use.
  func check() throws {
    guard let verdict = verdict.withLock({ $0 }) else { return }
    guard verdict.code != .denied else { throw verdict }
    guard verdict.code != .encrypted else {
      throw ServerNotFound(address: address, reason: verdict.message)
    }
    throw ServerNotTrusted(
      address: address,
      reason: verdict.message,
      isUnvouched: verdict.code == .unvouched
    )
  }
}

/// There was no server at an address.
public struct ServerNotFound: Error, Sendable, Hashable, CustomStringConvertible {
  /// Where it was looked for.
  public let address: String
  /// What happened at the last try.
  public let reason: String

  /// What was tried and what happened, in one line.
  public var description: String {
    reason.contains(address) ? reason : "no town at \(address): \(reason)"
  }
}

/// The certificate of a server is none to go by, so it was not joined.
public struct ServerNotTrusted: Error, Sendable, Hashable, CustomStringConvertible {
  /// Where the server is.
  public let address: String
  /// What is wrong with the certificate.
  public let reason: String
  /// Whether all that is wrong is that nobody known vouches for it, so that it may be the right one.
  public let isUnvouched: Bool

  /// What is wrong, in one line.
  public var description: String {
    reason.contains(address) ? reason : "no town at \(address): \(reason)"
  }
}

/// The connection to a server broke.
public struct ConnectionLost: Error, Sendable, Hashable, CustomStringConvertible {
  /// Where it was.
  public let address: String
  /// What happened.
  public let reason: String

  /// What happened, in one line.
  public var description: String { "lost the town at \(address): \(reason)" }
}
