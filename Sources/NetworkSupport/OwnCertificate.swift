// NIO's TLS reads certificates and makes none, and no other library in a build without gRPC can: this is the BoringSSL
// that it brings along, under the same names as everywhere.
internal import CNIOBoringSSL

/// A certificate that vouches for itself, with its key, both as PEM.
package struct OwnCertificate: Sendable {
  /// Something that cannot fail with a working BoringSSL did.
  package struct Failure: Error, CustomStringConvertible {
    package let description: String
  }

  package let certificate: [UInt8]
  package let key: [UInt8]

  /// Makes a certificate.
  ///
  /// - Parameters:
  ///   - names: The host names and IP addresses that it is for; the first is also what it is called.
  ///   - formerKey: The key to use; a new one is made without it.
  ///   - days: How long it holds, from a day ago.
  /// - Returns: The certificate and its key.
  /// - Throws: `Failure`.
  package static func make(
    for names: [String],
    key formerKey: [UInt8]? = nil,
    days: Int
  ) throws(Failure) -> OwnCertificate {
    let key = if let formerKey { try readKey(formerKey) } else { try makeKey() }
    defer { EVP_PKEY_free(key) }
    guard let certificate = X509_new() else { throw Failure(description: "no memory") }
    defer { X509_free(certificate) }
    try fill(certificate, names, key, days)
    try require(X509_sign(certificate, key, EVP_sha256()) > 0, "to sign")
    return OwnCertificate(
      certificate: try text { PEM_write_bio_X509($0, certificate) },
      key: try text { PEM_write_bio_PKCS8PrivateKey($0, key, nil, nil, 0, nil, nil) }
    )
  }

  private static func require(_ isDone: Bool, _ what: String) throws(Failure) {
    guard isDone else { throw Failure(description: "BoringSSL refused \(what)") }
  }

  // MARK: Keys

  private static func makeKey() throws(Failure) -> OpaquePointer {
    let curve = EC_KEY_new_by_curve_name(NID_X9_62_prime256v1)
    defer { EC_KEY_free(curve) }
    try require(EC_KEY_generate_key(curve) == 1, "to make a key")
    guard let key = EVP_PKEY_new() else { throw Failure(description: "no memory") }
    guard EVP_PKEY_set1_EC_KEY(key, curve) == 1 else {
      EVP_PKEY_free(key)
      throw Failure(description: "BoringSSL refused to keep a key")
    }
    return key
  }

  private static func readKey(_ pem: [UInt8]) throws(Failure) -> OpaquePointer {
    let key = pem.withUnsafeBytes { bytes -> OpaquePointer? in
      let source = BIO_new_mem_buf(bytes.baseAddress, bytes.count)
      defer { BIO_free(source) }
      return PEM_read_bio_PrivateKey(source, nil, nil, nil)
    }
    guard let key else { throw Failure(description: "there is no private key that can be read") }
    return key
  }

  // MARK: What a certificate says

  private static func fill(
    _ certificate: OpaquePointer,
    _ names: [String],
    _ key: OpaquePointer,
    _ days: Int
  ) throws(Failure) {
    // Version 3, which is counted from zero.
    try require(X509_set_version(certificate, 2) == 1, "a version")
    var serial = [UInt8](repeating: 0, count: 16)
    RAND_bytes(&serial, serial.count)
    // Neither negative nor beginning with zeros.
    serial[0] = serial[0] & 0x3f | 0x40
    let number = X509_get_serialNumber(certificate)
    try require(ASN1_STRING_set(number, serial, serial.count) == 1, "a number")
    // A client's clock may be behind.
    let day = 24 * 60 * 60
    X509_gmtime_adj(X509_getm_notBefore(certificate), -day)
    X509_gmtime_adj(X509_getm_notAfter(certificate), (days - 1) * day)
    try require(X509_set_pubkey(certificate, key) == 1, "a key")
    try call(certificate, String((names.first ?? "").prefix(50)))
    // Nothing is said of what the key is for: a key that may not sign certificates, BoringSSL would not believe about its own.
    try extend(certificate, NID_basic_constraints, "critical,CA:FALSE")
    try extend(certificate, NID_ext_key_usage, "serverAuth")
    let places = names.map { (isAddress($0) ? "IP:" : "DNS:") + $0 }
    try extend(certificate, NID_subject_alt_name, places.joined(separator: ","))
    try extend(certificate, NID_subject_key_identifier, "hash")
    try extend(certificate, NID_authority_key_identifier, "keyid:always")
  }

  private static func call(_ certificate: OpaquePointer, _ name: String) throws(Failure) {
    let subject = X509_get_subject_name(certificate)
    let text = Array("townhall \(name)".utf8)
    let isCalled =
      X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, text, text.count, -1, 0) == 1
      && X509_set_issuer_name(certificate, subject) == 1
    try require(isCalled, "a name")
  }

  private static func extend(
    _ certificate: OpaquePointer,
    _ kind: Int32,
    _ value: String
  ) throws(Failure) {
    var context = X509V3_CTX()
    X509V3_set_ctx(&context, certificate, certificate, nil, nil, 0)
    let extended = X509V3_EXT_nconf_nid(nil, &context, kind, value)
    defer { X509_EXTENSION_free(extended) }
    try require(extended != nil && X509_add_ext(certificate, extended, -1) == 1, "“\(value)”")
  }

  private static func isAddress(_ name: String) -> Bool {
    name.contains(":") || name.allSatisfy { $0.isNumber || $0 == "." }
  }

  private static func text(_ write: (OpaquePointer?) -> Int32) throws(Failure) -> [UInt8] {
    let target = BIO_new(BIO_s_mem())
    defer { BIO_free(target) }
    var (contents, count): (UnsafePointer<UInt8>?, Int) = (nil, 0)
    guard write(target) == 1, BIO_mem_contents(target, &contents, &count) == 1 else {
      throw Failure(description: "BoringSSL refused to write")
    }
    return Array(UnsafeBufferPointer(start: contents, count: count))
  }
}
