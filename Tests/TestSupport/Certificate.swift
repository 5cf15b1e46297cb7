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
  /// - Parameters:
  ///   - names: Whom it is for.
  ///   - dates: From when to when it holds, as in `20260101000000Z`; two days from now on without them.
  /// - Returns: The certificate, which the caller removes.
  /// - Throws: `TransportProbe.Failure` if openssl does not make it.
  public static func make(
    names: String = "DNS:localhost,IP:127.0.0.1",
    dates: (from: String, to: String)? = nil
  ) async throws -> Certificate {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "townhall-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let certificate = Certificate(folder: folder)
    let kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    let request =
      ["req"] + kind + [
        "-subj", "/CN=townhall test", "-addext", "subjectAltName=\(names)", "-keyout",
        certificate.files.keyFile,
      ]
    guard let dates else {
      _ = try await run(request + ["-x509", "-days", "2", "-out", certificate.path])
      return certificate
    }
    let wanted = folder.appending(path: "request.pem").path()
    _ = try await run(request + ["-new", "-out", wanted])
    _ = try await run([
      "ca", "-batch", "-selfsign", "-notext", "-config", try certificate.writeConfiguration(),
      "-keyfile", certificate.files.keyFile, "-in", wanted, "-out", certificate.path,
      "-startdate", dates.from, "-enddate", dates.to,
    ])
    return certificate
  }

  /// What `openssl ca` wants to know before it lets anybody choose dates.
  private func writeConfiguration() throws -> String {
    let path = folder.path()
    try Data().write(to: folder.appending(path: "index"))
    let text = """
      [ca]
      default_ca = own
      [own]
      database = \(path)/index
      new_certs_dir = \(path)
      rand_serial = yes
      default_md = sha256
      policy = any
      copy_extensions = copy
      [any]
      commonName = supplied

      """
    let file = folder.appending(path: "ca.conf")
    try Data(text.utf8).write(to: file)
    return file.path()
  }

  /// Its fingerprint (SHA-256), in pairs of digits with colons between them.
  ///
  /// - Throws: `TransportProbe.Failure` if openssl does not tell it.
  public func fingerprint() async throws -> String {
    let told = try await Self.run(["x509", "-noout", "-fingerprint", "-sha256", "-in", path])
    return told.split(separator: "=").last.map { $0.trimmingCharacters(in: .newlines) } ?? ""
  }

  /// Puts the files of another in the place of its own.
  ///
  /// - Throws: What stands in the way.
  public func replace(with other: Certificate) throws {
    for (own, new) in [
      (path, other.path), (files.keyFile, other.files.keyFile),
    ] {
      try Data(contentsOf: URL(filePath: new)).write(to: URL(filePath: own), options: .atomic)
    }
  }

  private static func run(_ arguments: [String]) async throws -> String {
    let (process, output) = (Process(), Pipe())
    process.executableURL = URL(filePath: openssl ?? "")
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    process.standardOutput = output
    let status = try await withCheckedThrowingContinuation { continuation in
      process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
      do { try process.run() } catch { continuation.resume(throwing: error) }
    }
    guard status == 0 else { throw TransportProbe.Failure("openssl ended with \(status)") }
    return String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
  }

  /// Removes its files.
  public func remove() { try? FileManager.default.removeItem(at: folder) }
}
