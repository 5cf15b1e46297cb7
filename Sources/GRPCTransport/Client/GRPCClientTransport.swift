#if GRPC
public import AccessControl
import GRPCCore
public import NetworkSupport
import SharedState
public import StateSync
public import Trajectory

/// The transport to a server that speaks gRPC: Narupa's servers, and NanoVer's until September 2025.
///
/// Which of the two it is, it finds out: their services differ by name alone.
///
/// ```swift
/// let transport = try GRPCClientTransport("grpc://127.0.0.1:38801")
/// let client = SyncClient(transport: transport)
/// ```
///
/// Numbers arrive as doubles. What the wire cannot carry is refused with a word about what it is: bytes, integers above
/// 2^53, and null as the value of a key, which would remove it.
public struct GRPCClientTransport: StateTransport {
  /// What can be chosen about a connection.
  public struct Options: Sendable {
    /// A file of PEM certificates to trust besides those of the system.
    public var caFile: String?
    /// What to be known by, if the server asks.
    public var credential: AccessToken?
    /// How often to be told what changed, at most; zero means of each change at once.
    public var interval: Duration = .seconds(1) / 30
    /// Where frames of a simulation go; nil to be sent none.
    public var frames: FrameInbox?
    /// Who this client is where locks are concerned.
    ///
    /// It stays the same from one connection to the next, so that a client that comes back has its locks.
    public var accessToken = RandomIdentifier.make()
    /// How long a connection may take to open: name lookup, TLS and the first question together.
    public var connectTimeout: Duration = .seconds(10)
    /// How long the server may take to see a closed connection end.
    public var closeTimeout: Duration = .seconds(1)
    /// How long a server may say nothing at first before it is asked whether its state is empty.
    ///
    /// Narupa's server and NanoVer's say nothing until there is something in the state.
    public var silence: Duration = .milliseconds(500)
    /// How long it may then say nothing before it counts as empty.
    public var patience: Duration = .seconds(10)
    /// The largest message in bytes, both ways.
    ///
    /// Python's servers take no more than 4 MiB.
    public var maximumMessageSize = 128 << 20
    /// The largest change in bytes that the server may send in several messages; it is kept until its last has come.
    public var maximumChangeSize = 4 << 30
    /// How to find out that the server is gone.
    ///
    /// It is asked by a call of the health service, which each server answers, if only by saying that it has none: servers
    /// of Narupa's time hang up on who sends HTTP/2's own pings more often than every five minutes.
    public var keepalive = Keepalive()
    /// How long a change, a question about locks or one about commands may go unanswered before the connection counts as
    /// lost; a large change gets a second more for each MiB.
    public var callPatience: Duration = .seconds(10)
    /// How long an answer to a command may take.
    public var commandPatience: Duration = .seconds(70)
    /// The names to try, in this order.
    var dialects = Dialect.allCases

    /// The fingerprint that the server is remembered by, if the address says none.
    package var remembered: ExpectedPin?

    /// Makes the usual choice.
    public init() {}
  }

  private let target: GRPCAddress
  private let options: Options
  private let tls: ClientTLS?

  /// Makes a way to an address that a person wrote.
  ///
  /// - Throws: `NetworkAddressError`, or `TransportError` if the certificates cannot be read.
  public init(_ address: String, options: Options = Options()) throws {
    try self.init(GRPCAddress(address), options: options)
  }

  /// Makes a way to an address.
  ///
  /// - Throws: `TransportError` if the certificates cannot be read.
  public init(_ address: GRPCAddress, options: Options = Options()) throws(TransportError) {
    target = address
    self.options = options
    tls =
      address.isSecure
      ? try ClientTLS(
        caFile: options.caFile,
        expecting: address.pin.map { ExpectedPin($0) } ?? options.remembered,
        protocols: ["h2"]
      ) { TransportError(.unreachable, $0) }
      : nil
  }

  /// Where the server is.
  public var address: String { target.description }

  /// Opens a connection, or gives up within `connectTimeout`.
  ///
  /// - Throws: `TransportError` that says what was tried and what happened.
  public func connect() async throws -> any StateConnection {
    try await reach(within: options.connectTimeout) {
      try await dial()
    } discard: { connection in
      await connection.close()
    } failure: { reason in
      TransportError.unreachable(address, reason)
    }
  }

  private func dial() async throws -> GRPCConnection {
    let line = try await GRPCChannel.open(target, tls: tls, options: options)
    do {
      let dialect = try await dialect(of: line)
      return GRPCConnection(line: line, dialect: dialect, address: address, options: options)
    } catch {
      await line.close(within: options.closeTimeout)
      guard let error = error as? RPCError else { throw error }
      if error.code == .unauthenticated {
        throw TransportError.notJoined(.denied, address, error.message)
      }
      let isForeign = error.code == .unavailable
      // Who has waited long enough does not look once more.
      if isForeign, !Task.isCancelled, let error = await obstacle(on: line) { throw error }
      let reason = isForeign ? "what answered there does not speak gRPC" : error.message
      throw TransportError.unreachable(address, line.trouble ?? reason)
    }
  }

  /// What a certificate, or the want of TLS, has to do with it that a connection came to nothing; nil if nothing.
  private func obstacle(on line: GRPCChannel) async -> TransportError? {
    guard let tls else {
      guard !line.isWeb, await TLSProbe.certificates(of: target.host, port: target.port) != nil
      else { return nil }
      return .notJoined(.encrypted, address, "it speaks TLS there: try grpcs://\(target.authority)")
    }
    guard let failure = line.failure,
      let verdict = await tls.verdict(on: failure, host: target.host, port: target.port)
    else { return nil }
    let code = verdict.flaw == .unvouched ? TransportError.Code.unvouched : .untrusted
    return .notJoined(code, address, verdict.words(at: "grpcs://\(target.authority)"))
  }

  /// Finds out what the server calls its service, by a change of nothing, which every server answers.
  private func dialect(of line: GRPCChannel) async throws -> Dialect {
    for dialect in options.dialects {
      do {
        let nothing = UpdateRequest(token: options.accessToken, change: StateChange())
        let _: SuccessReply = try await line.ask(dialect.updateState, nothing)
        return dialect
      } catch let error as RPCError where error.code == .unimplemented {
        continue
      }
    }
    throw TransportError.unreachable(
      address,
      "a gRPC server answered, and has neither NanoVer's shared state nor Narupa's"
    )
  }
}
#endif
