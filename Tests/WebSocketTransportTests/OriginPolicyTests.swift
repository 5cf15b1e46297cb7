import NIOHTTP1
import SharedState
import StateSync
import Testing

@testable import WebSocketTransport

@Suite("Web pages", .timeLimit(.minutes(1)))
struct OriginPolicyTests {
  private static let names: Set<String> = ["localhost", "lab-3", "lab-3.local"]

  private func isLetIn(_ origin: [String], _ host: [String], allowing: [String] = []) -> Bool {
    var headers = HTTPHeaders()
    for origin in origin { headers.add(name: "Origin", value: origin) }
    for host in host { headers.add(name: "host", value: host) }
    let policy = OriginPolicy(allowing: allowing, on: Self.names)
    return (try? policy.check(headers)) != nil
  }

  @Test("A program sends no origin, and is let in by whatever name")
  func programs() {
    #expect(isLetIn([], ["lab-3:38801"]))
    #expect(isLetIn([], ["anything.example"]))
    #expect(isLetIn([], []))
  }

  @Test("A page that this machine serves is let in")
  func own() {
    #expect(isLetIn(["http://localhost:8080"], ["localhost:8080"]))
    #expect(isLetIn(["http://LAB-3.local"], ["lab-3.local"]))
    #expect(isLetIn(["http://lab-3"], ["lab-3:80"]))
    #expect(isLetIn(["https://lab-3"], ["lab-3"]))
    #expect(isLetIn(["http://192.168.1.7:38801"], ["192.168.1.7:38801"]))
    #expect(isLetIn(["http://[::1]:38801"], ["[::1]:38801"]))
  }

  @Test("Any other page is not, nor one whose owner has led their name here")
  func strangers() {
    #expect(!isLetIn(["https://evil.example"], ["127.0.0.1:38801"]))
    #expect(!isLetIn(["http://localhost:8080"], ["localhost:38801"]))
    #expect(!isLetIn(["http://evil.example:38801"], ["evil.example:38801"]))
    #expect(!isLetIn(["http://localhost.evil.example"], ["localhost.evil.example"]))
    #expect(!isLetIn(["null"], ["localhost"]))
    #expect(!isLetIn(["file://"], ["localhost"]))
    #expect(!isLetIn([""], ["localhost"]))
    #expect(!isLetIn(["http://localhost", "http://localhost"], ["localhost"]))
    #expect(!isLetIn(["http://localhost"], ["localhost", "localhost"]))
    #expect(!isLetIn(["http://localhost"], []))
  }

  @Test("One that was allowed is, however it names this machine")
  func allowed() {
    let allowing = ["https://lab.example/", "http://localhost:5173"]
    #expect(isLetIn(["https://lab.example"], ["10.0.0.7:38801"], allowing: allowing))
    #expect(isLetIn(["http://localhost:5173"], ["localhost:38801"], allowing: allowing))
    #expect(!isLetIn(["http://lab.example"], ["10.0.0.7:38801"], allowing: allowing))
    #expect(!isLetIn(["https://lab.example.evil"], ["10.0.0.7:38801"], allowing: allowing))
    #expect(isLetIn(["https://any.example"], ["10.0.0.7:38801"], allowing: ["*"]))
    #expect(!isLetIn(["a", "b"], ["10.0.0.7:38801"], allowing: ["*"]))
  }

  @Test(
    "A page of another origin gets 403 and a sentence before there is a WebSocket; an allowed one gets the town"
  )
  func handshake() async throws {
    let town = SyncServer(["a": 1])
    try await withServer(town, options: { $0.allowedOrigins = ["https://lab.example"] }) {
      server,
      _ in
      let stranger = try await RawLine.connect(to: server.port, shakesHands: false)
      try await stranger.send(request(from: "https://evil.example"))
      let answer = try await stranger.readHead()
      #expect(answer.hasPrefix("HTTP/1.1 403 Forbidden"))
      await stranger.hangUp()
      let page = try await RawLine.connect(to: server.port, shakesHands: false)
      try await page.send(request(from: "https://lab.example"))
      #expect(try await page.readHead().hasPrefix("HTTP/1.1 101"))
      #expect(try await page.nextFrame() != nil)
      await page.hangUp()
      #expect(town.state == ["a": 1])
    }
  }

  private func request(from origin: String) -> [UInt8] {
    let headers = "Host: 127.0.0.1\r\nOrigin: \(origin)\r\n"
    return Array(RawLine.request(for: "/", headers: headers).utf8)
  }
}
