import AccessControl
import SharedState
import Testing

@Suite("AccessList")
struct AccessListTests {
  private static let ada = AccessToken("town-ada")
  private static let class7 = AccessToken("town-class")

  private static func list() throws -> AccessList {
    var list = AccessList()
    try list.add(Grant(.writer, name: "Ada Lovelace", digest: ada.digest, end: 1_800_000_000))
    try list.add(Grant(.guest, digest: class7.digest))
    return list
  }

  @Test("What is written is read back as it was")
  func roundTrip() throws {
    let list = try Self.list()
    #expect(try AccessList(list.text) == list)
    #expect(list.text.contains("writer \(Self.hex(Self.ada)) 2027-01-15T08:00:00Z Ada Lovelace\n"))
    #expect(!list.text.contains("town-ada"))
  }

  private static func hex(_ token: AccessToken) -> String {
    token.digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  @Test("A token's digest is SHA-256, as anybody can compute it")
  func digest() {
    // printf test | sha256sum
    #expect(
      Self.hex(AccessToken("test"))
        == "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )
  }

  @Test("A token is known for what it is good for, until it ends; others are known for nothing")
  func grants() throws {
    let list = try Self.list()
    #expect(try list.grant(for: Self.ada, at: 1_799_999_999).role == .writer)
    #expect(try list.grant(for: Self.class7, at: .max).role == .guest)
    #expect(throws: AccessDenied.over(1_800_000_000)) {
      try list.grant(for: Self.ada, at: 1_800_000_000)
    }
    #expect(throws: AccessDenied.unknownToken) {
      try list.grant(for: AccessToken("town-adb"), at: 0)
    }
    #expect(throws: AccessDenied.noToken) { try list.grant(for: nil, at: 0) }
  }

  @Test("What was taken back is known no more")
  func revoking() throws {
    var list = try Self.list()
    let id = list.grants[0].id
    #expect(list.revoke(id)?.name == "Ada Lovelace")
    #expect(list.revoke(id) == nil)
    #expect(throws: AccessDenied.unknownToken) { try list.grant(for: Self.ada, at: 0) }
  }

  @Test(
    "A line that cannot be read is told with its number, and lets nobody in",
    arguments: [
      ("king 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 -", "guest, writer"),
      ("guest 9f86", "SHA-256"),
      ("guest 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a0g -", "SHA-256"),
      ("guest 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "third"),
      (
        "guest 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 2026-02-30T00:00:00Z",
        "third"
      ),
      (
        "guest 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 - a\u{1b}[2J",
        "name"
      ),
    ]
  )
  func malformed(line: String, words: String) {
    let error = #expect(throws: AccessListError.self) { try AccessList("# a\n\n" + line) }
    #expect(error?.line == 3 && error?.description.contains(words) == true)
  }

  @Test("Nothing that tells of a token shows it")
  func hidden() {
    let token = AccessToken.random()
    #expect(!"\(token) \(String(reflecting: token))".contains(token.text))
    var dumped = ""
    dump(token, to: &dumped)
    #expect(!dumped.contains(token.text))
    #expect(AccessToken.random().text != token.text && token.text.utf8.count == 50)
  }

  @Test("A gate goes by the list of the moment")
  func gate() throws {
    let gate = AccessGate(try Self.list(), clock: { 1_799_999_999 })
    let grant = try gate.admit(Self.ada)
    #expect(gate.denial(of: grant) == nil)
    gate.replace(AccessList())
    #expect(gate.denial(of: grant) == .unknownToken)
    #expect(throws: AccessDenied.unknownToken) { try gate.admit(Self.ada) }
  }

  @Test("Moments are read as they are written", arguments: [0, 951_782_400, 1_800_000_000])
  func moments(seconds: Int) {
    #expect(Instant.seconds(Instant.text(seconds)) == seconds)
  }
}
