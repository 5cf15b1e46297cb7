import Foundation

/// A certificate that vouches for itself, made for one test.
public struct Certificate {
  private let folder: URL

  /// The certificate's file.
  public var path: String { folder.appending(path: "cert.pem").path() }
  /// The files of the certificate and its key.
  public var files: (certificateFile: String, keyFile: String) {
    (path, folder.appending(path: "key.pem").path())
  }

  private static let openssl = ["/usr/bin/openssl", "/usr/local/bin/openssl"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  /// Whether this machine has what makes one.
  public static var canBeMade: Bool { openssl != nil }

  /// Makes one for some names, as in `DNS:localhost,IP:127.0.0.1`.
  ///
  /// - Parameter names: Whom it is for.
  /// - Returns: The certificate, which the caller removes.
  /// - Throws: `TransportProbe.Failure` if openssl does not make it.
  public static func make(
    names: String = "DNS:localhost,IP:127.0.0.1"
  ) async throws -> Certificate {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "townhall-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let certificate = Certificate(folder: folder)
    let process = Process()
    process.executableURL = URL(filePath: openssl ?? "")
    process.arguments = [
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
      "-days", "2", "-subj", "/CN=townhall test",
      "-addext", "subjectAltName=\(names)",
      "-keyout", certificate.files.keyFile, "-out", certificate.path,
    ]
    process.standardError = FileHandle.nullDevice
    let status = try await withCheckedThrowingContinuation { continuation in
      process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
      do { try process.run() } catch { continuation.resume(throwing: error) }
    }
    guard status == 0 else { throw TransportProbe.Failure("openssl ended with \(status)") }
    return certificate
  }

  /// Removes its files.
  public func remove() { try? FileManager.default.removeItem(at: folder) }
}
