import NetworkSupport
import StateSync
import Testing

@testable import WebSocketTransport

@Suite("WebSocketAddress")
struct WebSocketAddressTests {
  @Test(
    "An address is read, and written in full",
    arguments: [
      ("ws://lab-3", "ws://lab-3:38801"),
      ("ws://127.0.0.1:80", "ws://127.0.0.1:80"),
      ("WSS://lab.example:443/room?interval=0.1", "wss://lab.example:443/room?interval=0.1"),
      ("ws://[::1]", "ws://[::1]:38801"),
      ("wss://[fe80::1%eth0]:9/", "wss://[fe80::1%eth0]:9"),
      ("ws://lab?interval=1", "ws://lab:38801/?interval=1"),
    ]
  )
  func reads(text: String, full: String) throws {
    let address = try WebSocketAddress(text)
    #expect(address.description == full)
    #expect(try WebSocketAddress(full) == address)
  }

  @Test(
    "Wishes are added to the query, in which what a person wrote counts more",
    arguments: [
      ("ws://lab", "/?frames=0&interval=0.0&only=a%5C%2A%26&only=s.*"),
      ("ws://lab/room", "/room?frames=0&interval=0.0&only=a%5C%2A%26&only=s.*"),
      ("ws://lab/?", "/?frames=0&interval=0.0&only=a%5C%2A%26&only=s.*"),
      ("ws://lab/?x=1", "/?x=1&frames=0&interval=0.0&only=a%5C%2A%26&only=s.*"),
      ("ws://lab/?interval=2", "/?interval=2&frames=0&only=a%5C%2A%26&only=s.*"),
      ("ws://lab/?frames=1", "/?frames=1&interval=0.0&only=a%5C%2A%26&only=s.*"),
    ]
  )
  func wishes(text: String, path: String) throws {
    var wishes = SubscriptionWishes(interval: .zero)
    wishes.narrow(to: ["a*&"], prefixes: ["s."])
    let address = try WebSocketAddress(text)
    #expect(address.path(asking: wishes) == path.replacing("%2A", with: "*"))
  }

  @Test("Without a wish only frames are asked not to be sent, and not even that if somebody says")
  func noWishes() throws {
    #expect(try WebSocketAddress("ws://lab").path(asking: SubscriptionWishes()) == "/?frames=0")
    let said = try WebSocketAddress("ws://lab/?frames=1&interval=2")
    #expect(said.path(asking: SubscriptionWishes()) == said.path)
  }

  @Test("Brackets belong to the address, not to the host")
  func brackets() throws {
    let address = try WebSocketAddress("ws://[::1]:5/a")
    #expect(address.host == "::1" && address.port == 5 && address.path == "/a")
    #expect(address.authority == "[::1]:5")
  }

  @Test(
    "What is wrong with an address is said in one line",
    arguments: [
      ("", "begin with ws:// or wss://"),
      ("lab-3:38801", "begin with ws:// or wss://"),
      ("ws:/lab", "begin with ws:// or wss://"),
      ("http://lab", "http:// is not ws:// or wss://"),
      ("ws://", "names no host"),
      ("ws://:38801", "names no host"),
      ("ws://lab:", "“” is not a port"),
      ("ws://lab:0", "“0” is not a port"),
      ("ws://lab:65536", "“65536” is not a port"),
      ("ws://lab:+80", "“+80” is not a port"),
      ("ws://lab:http", "“http” is not a port"),
      ("ws://::1", "needs brackets"),
      ("ws://[::1", "has no “]”"),
      ("ws://[::1]x", "cannot follow"),
      ("ws://[lab]", "not an IPv6 address"),
      ("ws://a@lab", "user name"),
      ("ws://la b", "“ ” cannot stand in a host name"),
      ("ws://läb", "“ä” cannot stand in a host name"),
      ("ws://lab/#a", "“#”"), ("wss://lab#sha256:00", "64 hexadecimal digits"),
      ("ws://lab#sha256:\(String(repeating: "00", count: 32))", "only wss://"),
      ("ws://lab/a b", "%XX"),
      ("ws://lab/a\r\nX: y", "%XX"),
    ]
  )
  func refuses(text: String, problem: String) {
    let error = #expect(throws: NetworkAddressError.self) { try WebSocketAddress(text) }
    #expect(error?.description.contains(problem) == true, "\(String(describing: error))")
    #expect(error?.problem.contains("\n") == false)
  }
}
