internal import SharedState

// MARK: - Reading

extension Announcement {
  /// So many services are taken note of; no known server has more than six.
  static let mostServices = 16

  /// Reads a datagram.
  ///
  /// Strict about what leads somewhere (the address, the ports), and lenient about the rest: fields that nobody
  /// knows are passed over, and an id, a version or services may be missing.
  ///
  /// - Parameters:
  ///   - bytes: What came.
  ///   - sender: Where it came from; this is the address of a server that says only “any of mine”.
  /// - Throws: `AnnouncementError`, which says in one line why this is no announcement.
  public init(
    datagram bytes: some Collection<UInt8>,
    from sender: String? = nil
  ) throws(AnnouncementError) {
    guard bytes.count <= Self.mostBytes else { throw .tooLong }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .notText }
    let value: StateValue
    do {
      value = try StateValue(text: text)
    } catch {
      throw .notJSON(String(describing: error))
    }
    guard let name = value["name"]?.string else { throw .unfit("it has no name") }
    guard let address = value["address"]?.string else { throw .unfit("it has no address") }
    self.init(
      name: name,
      address: try Self.host(address, or: sender),
      id: value["id"]?.string.flatMap { $0.isEmpty ? nil : $0 },
      version: value["essd_version"]?.string,
      services: Self.services(value["services"]?.object ?? [:]),
      port: value["port"].flatMap(Self.port)
    )
  }

  /// The host that an address names, without brackets.
  private static func host(
    _ address: String,
    or sender: String?
  ) throws(AnnouncementError) -> String {
    let bare = address.hasPrefix("[") && address.hasSuffix("]")
    let host = bare ? String(address.dropFirst().dropLast()) : address
    let isAny = ["", "::", "0.0.0.0"].contains(host)
    guard let named = isAny ? sender : host else { throw .unfit("its address is any") }
    guard isHost(named) else { throw .unfit("its address is none") }
    return named
  }

  /// Whether a text may stand in a URL as a host: it comes from anybody, and is shown and connected to.
  private static func isHost(_ text: String) -> Bool {
    guard !text.isEmpty, text.utf8.count <= 253, text.utf8.allSatisfy({ $0 < 0x80 }) else {
      return false
    }
    func isName(_ text: Substring) -> Bool {
      text.allSatisfy { $0.isLetter || $0.isNumber || ".-_".contains($0) }
    }
    guard text.contains(":") else { return isName(text[...]) }
    // An address of IPv6, behind which a zone may stand: fe80::1%eth0.
    let number = text.prefix { $0 != "%" }
    return number.allSatisfy { $0.isHexDigit || ":.".contains($0) }
      && isName(text[number.endIndex...].dropFirst())
  }

  private static func services(_ fields: StateObject) -> [AnnouncedService] {
    fields.lazy
      .compactMap { field in port(field.value).map { AnnouncedService(field.key, port: $0) } }
      .prefix(mostServices).map { $0 }
  }

  private static func port(_ value: StateValue) -> Int? {
    value.int.flatMap { (1...65535).contains($0) ? Int($0) : nil }
  }
}

// MARK: - Writing

extension Announcement {
  /// The datagram that says this.
  ///
  /// It holds nothing but ASCII, and its fields stand apart as Python writes them. NanoVer's Python client writes
  /// each announcement again to measure it, and ends when that is too long: so ours is measured as it will be.
  public func datagram() throws(AnnouncementError) -> [UInt8] {
    var fields = ["\"name\": " + Self.quoted(name), "\"address\": " + Self.quoted(address)]
    if let id { fields.append("\"id\": " + Self.quoted(id)) }
    if let version { fields.append("\"essd_version\": " + Self.quoted(version)) }
    if let port { fields.append("\"port\": \(port)") }
    let list = services.map { "\(Self.quoted($0.name)): \($0.port)" }.joined(separator: ", ")
    fields.append("\"services\": {\(list)}")
    let bytes = Array("{\(fields.joined(separator: ", "))}".utf8)
    guard bytes.count <= Self.mostBytes else { throw .tooLong }
    return bytes
  }

  /// A text in quotation marks, in ASCII.
  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for unit in text.utf16 {
      switch unit {
      case 0x22, 0x5C: quoted += "\\" + String(UnicodeScalar(UInt8(unit)))
      case 0x20..<0x7F: quoted.unicodeScalars.append(UnicodeScalar(UInt8(unit)))
      default: quoted += "\\u" + String(hex: unit, digits: 4)
      }
    }
    return quoted + "\""
  }
}
