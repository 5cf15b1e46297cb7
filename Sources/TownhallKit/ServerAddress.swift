package import AccessControl
#if GRPC
internal import GRPCTransport
#endif
package import NetworkSupport
internal import StateRecording
package import StateSync
package import Trajectory
internal import WebSocketTransport

/// The address of a server: `ws://lab-3:38801`, `grpc://lab-3`, or in short `lab-3` or `127.0.0.1:38801`.
///
/// `ws://` and `wss://` are NanoVer's wire of today, `grpc://` and `grpcs://` the one of Narupa, and of NanoVer before
/// September 2025. Without a scheme the client finds out which of them is spoken there, and whether in TLS.
///
/// A recorded session is a town as well, of which one moment is seen: `session.nanover.zip` its last, and
/// `session.nanover.zip@5.2` the one after 5.2 seconds; so are the older `session.state` and `session.traj`, which are read together
/// if both are there. Nobody can change it.
///
/// The fingerprint of a server's certificate, or of its key, may follow: `wss://lab-3#sha256:9f86d081…`. Then that
/// counts, and neither who vouches for the certificate, nor its names, nor its dates.
///
/// ```swift
/// let address = try ServerAddress("ws://lab-3")
/// address.description    // "ws://lab-3:38801"
/// ```
public struct ServerAddress: Sendable, Hashable, CustomStringConvertible {
  /// Where a server on this machine is, if nobody says otherwise.
  public static let nearby = "ws://127.0.0.1:38801"

  private enum Wire: Hashable {
    case webSocket(WebSocketAddress)
    #if GRPC
    case grpc(GRPCAddress)
    #endif
    /// A recorded session, at a moment.
    case recording(RecordedPlace)
    /// Whichever answers at this host and port; in TLS, if there is a pin.
    case any(WebSocketAddress)
  }

  private let wire: Wire
  /// What to ask the server for; they are no part of what the address is called.
  package var wishes = SubscriptionWishes()
  /// What to be known by there; it is no part of what the address is called either.
  package var token: AccessToken?
  /// The fingerprint that the server is remembered by; one in the address counts more.
  package var remembered: ExpectedPin?
  /// Where frames of a simulation are to go.
  package var frames: FrameInbox?
  /// Whether somebody looks on, who is told when the server falls silent.
  package var isWatched = false

  /// Reads an address that a person wrote.
  ///
  /// - Throws: `ServerAddressError`, which says what is wrong in one line.
  public init(_ text: String) throws(ServerAddressError) {
    let (text, token) = Self.withoutToken(text)
    self.token = token
    if let place = try RecordedPlace(text) {
      wire = .recording(place)
      return
    }
    if let problem = Self.foreign(text) { throw ServerAddressError(text: text, problem: problem) }
    do {
      wire = try Self.wire(text)
    } catch {
      throw ServerAddressError(text: text, problem: error.problem)
    }
  }

  /// Takes the token out of an address, so that nothing that names the address shows it.
  ///
  /// `ws://lab-3/?token=town-9qV0…&interval=0` is `ws://lab-3/?interval=0` for whoever has that token.
  package static func withoutToken(_ text: String) -> (text: String, token: AccessToken?) {
    guard let mark = text.firstIndex(of: "?") else { return (text, nil) }
    let rest = text[text.index(after: mark)...]
    let query = rest.prefix { $0 != "#" }
    let items = query.split(separator: "&", omittingEmptySubsequences: false)
    guard let item = items.first(where: { $0.hasPrefix("token=") }) else { return (text, nil) }
    let others = items.filter { !$0.hasPrefix("token=") }.joined(separator: "&")
    let end = rest.dropFirst(query.count)
    let head = text[..<mark] + (others.isEmpty ? "" : "?" + others)
    return (String(head + end), AccessToken(String(item.dropFirst("token=".count))))
  }

  private static func wire(_ text: String) throws(NetworkAddressError) -> Wire {
    #if GRPC
    if isGRPC(text) { return .grpc(try GRPCAddress(text)) }
    #endif
    if text.contains("://") { return .webSocket(try WebSocketAddress(text)) }
    let address = try WebSocketAddress((text.contains("#") ? "wss://" : "ws://") + text)
    return address.path == "/" ? .any(address) : .webSocket(address)
  }

  private static func isGRPC(_ text: String) -> Bool {
    let lower = text.lowercased()
    return lower.hasPrefix("grpc://") || lower.hasPrefix("grpcs://")
  }

  /// The address in full, with its port.
  public var description: String {
    switch wire {
    case .webSocket(let address): address.description
    #if GRPC
    case .grpc(let address): address.description
    #endif
    case .recording(let place): place.description
    case .any(let address): address.authority
    }
  }

  private var parts: (host: String, port: Int, isSecure: Bool, pin: CertificatePin?) {
    switch wire {
    case .webSocket(let address), .any(let address):
      (address.host, address.port, address.isSecure, address.pin)
    #if GRPC
    case .grpc(let address): (address.host, address.port, address.isSecure, address.pin)
    #endif
    case .recording(let place): (place.path, 0, false, nil)
    }
  }

  /// Whether it is a recorded session, which says nothing new and takes nothing in.
  package var isRecording: Bool { if case .recording = wire { true } else { false } }

  /// What is wrong with the recording, if it is one; a town that is there all the same.
  ///
  /// - Throws: Why it cannot be read at all, or has no such moment.
  package func recordingFlaws() throws(TransportError) -> [String] {
    guard case .recording(let place) = wire else { return [] }
    let recording = try place.open()
    _ = try place.time(in: recording)
    return recording.flaws.map(\.description)
  }

  /// The host and port, by which a server is remembered.
  package var authority: String { AddressParts.authority(parts.host.lowercased(), parts.port) }

  /// Whether it says that no TLS is spoken there.
  package var isPlain: Bool {
    if case .any = wire { false } else { !parts.isSecure }
  }

  /// Whether TLS is spoken there: asks, if the address does not say it.
  package func isEncrypted() async -> Bool {
    guard case .any(let address) = wire, !address.isSecure else { return parts.isSecure }
    return await TLSProbe.certificates(of: address.host, port: address.port) != nil
  }

  /// The certificate that is shown there, whoever it is; nil if there is none.
  package func certificate() async -> PeerCertificate? {
    await TLSProbe.certificates(of: parts.host, port: parts.port)?.first
  }

  /// What cannot be joined, though a person may well ask for it.
  private static func foreign(_ text: String) -> String? {
    if text.isEmpty { return "it is empty; try \(nearby)" }
    #if !GRPC
    if isGRPC(text) {
      return "this program was built without gRPC (trait GRPC), so it joins ws:// and wss:// only"
    }
    #endif
    return nil
  }

  /// The transport to the server.
  ///
  /// - Parameters:
  ///   - trust: Whom to trust if the connection is encrypted.
  ///   - token: Who to be where locks are concerned; somebody new unless it is given.
  /// - Returns: A transport that connects there, again and again.
  /// - Throws: `TransportError` if the certificates cannot be read.
  package func transport(
    trust: TrustOptions = TrustOptions(),
    token: String? = nil
  ) throws -> any StateTransport {
    switch wire {
    case .webSocket(let address): return try way(to: address, trust)
    #if GRPC
    case .grpc(let address): return try way(to: address, trust, token)
    #endif
    case .recording(let place): return RecordingTransport(place: place, frames: frames)
    case .any(let address):
      // Whose key is known is not spoken to in the clear.
      let isSecure = address.isSecure || remembered != nil
      return EitherTransport(
        address: description,
        plain: isSecure ? [] : try ways(to: address, isSecure: false, trust, token),
        secure: { try ways(to: address, isSecure: true, trust, token) }
      )
    }
  }

  private func ways(
    to address: WebSocketAddress,
    isSecure: Bool,
    _ trust: TrustOptions,
    _ token: String?
  ) throws -> [any StateTransport] {
    let (host, port, pin) = (address.host, address.port, address.pin)
    let webSocket = WebSocketAddress(host: host, port: port, isSecure: isSecure, pin: pin)
    var ways: [any StateTransport] = [try way(to: webSocket, trust)]
    #if GRPC
    let grpc = GRPCAddress(host: host, port: port, isSecure: isSecure, pin: pin)
    ways.append(try way(to: grpc, trust, token))
    #endif
    return ways
  }
  private var keepalive: Keepalive { Keepalive(warning: isWatched ? Keepalive.patience : nil) }

  private func way(
    to address: WebSocketAddress,
    _ trust: TrustOptions
  ) throws -> WebSocketClientTransport {
    var options = WebSocketClientTransport.Options()
    options.caFile = trust.certificateFile
    options.wishes = wishes
    options.frames = frames
    options.token = self.token
    options.remembered = remembered
    options.keepalive = keepalive
    return try WebSocketClientTransport(address, options: options)
  }

  #if GRPC
  private func way(
    to address: GRPCAddress,
    _ trust: TrustOptions,
    _ token: String?
  ) throws -> GRPCClientTransport {
    var options = GRPCClientTransport.Options()
    options.caFile = trust.certificateFile
    options.remembered = remembered
    if let token { options.accessToken = token }
    options.credential = self.token
    options.frames = frames
    // This wire has a word for the interval, and none for the keys.
    if let interval = wishes.interval { options.interval = interval }
    options.keepalive = keepalive
    return try GRPCClientTransport(address, options: options)
  }
  #endif
}

/// Says why a text is not the address of a server.
public struct ServerAddressError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What was given.
  public let text: String
  /// What is wrong with it.
  public let problem: String

  /// What was given and what is wrong with it, in one line.
  public var description: String { "“\(text)” is not the address of a town: \(problem)" }
}

/// Whom to trust when a connection is encrypted.
public struct TrustOptions: Sendable, Hashable {
  /// A PEM file with certificates to trust besides the system's.
  public var certificateFile: String?

  /// Chooses whom to trust; the system's certificates if nothing is said.
  public init(certificateFile: String? = nil) { self.certificateFile = certificateFile }
}

/// What a server shows of itself when its connections are encrypted.
public struct ServerIdentity: Sendable, Hashable {
  /// A PEM file with the certificate and those that vouch for it.
  public var certificateFile: String
  /// A PEM file with the certificate's private key.
  public var keyFile: String

  /// Names the two files.
  public init(certificateFile: String, keyFile: String) {
    self.certificateFile = certificateFile
    self.keyFile = keyFile
  }
}
