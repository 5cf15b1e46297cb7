#if GRPC
import Foundation
import TestSupport

/// A certificate of this machine that vouches for itself, made for one test.
struct Certificate {
  private let folder: URL

  var path: String { folder.appending(path: "cert.pem").path() }
  var files: (certificateFile: String, keyFile: String) {
    (path, folder.appending(path: "key.pem").path())
  }

  private static let openssl = ["/usr/bin/openssl", "/usr/local/bin/openssl"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  static var canBeMade: Bool { openssl != nil }

  static func make() async throws -> Certificate {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "townhall-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let certificate = Certificate(folder: folder)
    let process = Process()
    process.executableURL = URL(filePath: openssl ?? "")
    process.arguments = [
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
      "-days", "2", "-subj", "/CN=townhall test",
      "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
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

  func remove() { try? FileManager.default.removeItem(at: folder) }
}
#endif
