#if GRPC
public import NetworkSupport

/// The address of a server on the gRPC wire: `grpc://lab-3:38801`, `grpcs://[::1]:38801`.
///
/// ```swift
/// let address = try GRPCAddress("grpc://lab-3")
/// address.port           // 38801, where Narupa and NanoVer listen
/// address.description    // "grpc://lab-3:38801"
/// ```
public struct GRPCAddress: Sendable, Hashable, CustomStringConvertible {
  /// Where Narupa's and NanoVer's servers listen if nobody says otherwise.
  public static let defaultPort = AddressParts.defaultPort

  /// Whether the connection is encrypted.
  public let isSecure: Bool
  /// The host name or IP address, without brackets.
  public let host: String
  /// The port.
  public let port: Int
  /// The fingerprint that the server's certificate is to have: `grpcs://lab-3#sha256:9f86d081…`.
  ///
  /// It is no part of what the address is called.
  public let pin: CertificatePin?

  /// Makes an address of parts that are known to be good.
  public init(
    host: String,
    port: Int = GRPCAddress.defaultPort,
    isSecure: Bool = false,
    pin: CertificatePin? = nil
  ) {
    self.host = host
    self.port = port
    self.isSecure = isSecure
    self.pin = pin
  }

  /// Reads an address that a person wrote.
  ///
  /// - Throws: `NetworkAddressError`, which says what is wrong in one line.
  public init(_ text: String) throws(NetworkAddressError) {
    let parts = try AddressParts(text, schemes: (plain: "grpc", secure: "grpcs"))
    guard parts.path == "/" else {
      throw NetworkAddressError(text: text, problem: "nothing can follow the port")
    }
    self.init(host: parts.host, port: parts.port, isSecure: parts.isSecure, pin: parts.pin)
  }

  /// The host and port as they stand in an address: `lab-3:38801`, `[::1]:38801`.
  public var authority: String { AddressParts.authority(host, port) }

  /// The address in full, with its port.
  public var description: String { "\(isSecure ? "grpcs" : "grpc")://\(authority)" }
}
#endif
