package import StateSync
internal import WebSocketTransport

/// Where a town is: `ws://lab-3:38801`, `wss://lab-3`, or in short `lab-3` or `127.0.0.1:38801`.
///
/// ```swift
/// let address = try TownAddress("lab-3")
/// address.description    // "ws://lab-3:38801"
/// ```
public struct TownAddress: Sendable, Hashable, CustomStringConvertible {
  /// Where a town on this machine is, if nobody says otherwise.
  public static let nearby = "ws://127.0.0.1:38801"

  private let webSocket: WebSocketAddress

  /// Reads an address that a person wrote; without a scheme it is taken for `ws://`.
  ///
  /// - Throws: `TownAddressError`, which says what is wrong in one line.
  public init(_ text: String) throws(TownAddressError) {
    if let problem = Self.foreign(text) { throw TownAddressError(text: text, problem: problem) }
    do {
      webSocket = try WebSocketAddress(text.contains("://") ? text : "ws://" + text)
    } catch {
      throw TownAddressError(text: text, problem: error.problem)
    }
  }

  /// The address in full, with its port.
  public var description: String { webSocket.description }

  /// What cannot be joined, though a person may well ask for it.
  private static func foreign(_ text: String) -> String? {
    let lower = text.lowercased()
    if lower.isEmpty { return "it is empty; try \(nearby)" }
    if lower.hasPrefix("grpc://") || lower.hasPrefix("grpcs://") {
      return "towns of the gRPC generation cannot be joined yet, only ws:// and wss://"
    }
    if [".nanover.zip", ".state", ".traj"].contains(where: lower.hasSuffix) {
      return "recordings cannot be opened yet, only towns at ws:// and wss://"
    }
    return nil
  }

  /// The way to the town.
  package func transport(trust: TrustOptions = TrustOptions()) throws -> any StateTransport {
    var options = WebSocketClientTransport.Options()
    options.caFile = trust.certificateFile
    return try WebSocketClientTransport(webSocket, options: options)
  }
}

/// Says why a text is not the address of a town.
public struct TownAddressError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What was given.
  public let text: String
  /// What is wrong with it.
  public let problem: String

  /// What was given and what is wrong with it, in one line.
  public var description: String { "“\(text)” is not the address of a town: \(problem)" }
}

/// Whom to trust when a town is encrypted.
public struct TrustOptions: Sendable, Hashable {
  /// A PEM file with certificates to trust instead of the system's.
  public var certificateFile: String?

  /// Chooses whom to trust; the system's certificates if nothing is said.
  public init(certificateFile: String? = nil) {
    self.certificateFile = certificateFile
  }
}

/// What a server shows of itself when its town is encrypted.
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
