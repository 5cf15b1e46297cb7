import Glibc
import NIOCore
import NIOHTTP1

/// Which web pages may speak with a server through somebody's browser.
///
/// A browser lets any page open a WebSocket to any address, this machine's own among them, and leaves it to the server to
/// look at the page's origin (RFC 6455, 10.2). A page of the server's own origin is let in only if the host that it names
/// is this machine: the owner of any name can have it lead here, after their page was loaded (DNS rebinding). Programs that
/// are no browsers send no origin, and are let in as ever.
struct OriginPolicy: Sendable {
  /// The origins that are let in besides the server's own: `https://lab.example`, or `*` for all.
  private let allowed: Set<String>
  /// The names by which this machine goes.
  private let names: Set<String>

  init(allowing origins: [String] = [], on names: Set<String> = Self.machineNames()) {
    (allowed, self.names) = (Set(origins.map { Self.normal($0) }), names)
  }

  /// The names that lead to this machine and to no other: what it is called, alone and as its neighbours call it.
  static func machineNames() -> Set<String> {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return ["localhost"] }
    let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    let full = String(decoding: bytes, as: UTF8.self).lowercased()
    let short = full.split(separator: ".").first.map(String.init) ?? full
    return ["localhost", full, short, short + ".local"]
  }

  /// Lets a request in, or says why not.
  func check(_ headers: HTTPHeaders) throws(Refusal) {
    let origins = headers["Origin"]
    guard let origin = origins.first else { return }
    let name = Self.normal(origin)
    guard origins.count == 1, !allowed.contains("*"), !allowed.contains(name) else {
      if origins.count == 1 { return }
      throw Refusal(.forbidden, "A request has one origin, and this one \(origins.count).")
    }
    let hosts = headers["Host"]
    guard hosts.count == 1, let page = Self.place(ofOrigin: name),
      let here = Self.place(hosts[0].lowercased(), port: page.defaultPort),
      here == (page.host, page.port)
    else { throw refusal(of: origin) }
    guard isThisMachine(here.host) else {
      throw Refusal(
        .forbidden,
        "“\(ClientRequest.shortened(here.host))” is no name of this machine, so no web page may come by it."
      )
    }
  }

  private func refusal(of origin: String) -> Refusal {
    Refusal(
      .forbidden,
      "Web pages of \(ClientRequest.shortened(origin)) may not speak with this shared state; --allow-origin lets them."
    )
  }

  /// An address leads where it says, so nobody can have led it here.
  private func isThisMachine(_ host: String) -> Bool {
    let address = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
    return names.contains(host) || (try? SocketAddress(ipAddress: address, port: 0)) != nil
  }

  private static func normal(_ origin: String) -> String {
    let origin = origin.lowercased()
    return origin.hasSuffix("/") ? String(origin.dropLast()) : origin
  }

  /// The host and port of an origin such as `https://lab.example:8080`.
  private static func place(ofOrigin origin: String) -> (host: String, port: Int, defaultPort: Int)?
  {
    for (scheme, standard) in [("http://", 80), ("https://", 443)] where origin.hasPrefix(scheme) {
      return place(String(origin.dropFirst(scheme.count)), port: standard)
        .map { ($0.host, $0.port, standard) }
    }
    return nil
  }

  /// The host and port in `lab.example:8080` or `[::1]`.
  private static func place(_ authority: String, port standard: Int) -> (host: String, port: Int)? {
    guard let colon = authority.lastIndex(of: ":"), authority[colon...].firstIndex(of: "]") == nil
    else { return authority.isEmpty ? nil : (authority, standard) }
    let digits = authority[authority.index(after: colon)...]
    guard let port = Int(digits), colon > authority.startIndex else { return nil }
    return (String(authority[..<colon]), port)
  }
}
