import SharedState
import Testing
import TextScreen

@testable import Dashboard

@Suite("Who is connected")
struct ConnectionListTests {
  private static let ada: StateValue = [
    "connection": 3, "name": "Ada", "user": "929680e7-1b7f-4a53-9d67-0a4e0d2a6a11",
    "role": "guest", "wire": "WebSocket", "address": "10.0.0.7", "seconds": 90, "messages": 1200,
    "restraint": "",
  ]
  // Over gRPC numbers are doubles.
  private static let bob: StateValue = [
    "connection": 4.0, "name": "", "user": "me", "role": "owner", "wire": "gRPC",
    "address": "127.0.0.1", "seconds": 5.0, "messages": 0.0, "restraint": "frozen",
  ]
  private static let strange: StateValue = [
    "connection": 5, "name": "\u{1B}[2J\u{202E}x", "wire": 7, "messages": -1,
  ]

  private func scene(_ columns: Int = 120, readOnly: Bool = false) -> Scene {
    var scene = Scene(
      columns,
      30,
      options: DashboardOptions(address: "ws://x", readOnly: readOnly, userID: "me", seed: 1)
    )
    scene.join(Scene.smallTown)
    return scene
  }

  private func listed(_ columns: Int = 120, readOnly: Bool = false) throws -> Scene {
    var scene = scene(columns, readOnly: readOnly)
    scene.press("g", "w")
    #expect(scene.picture.contains("asking the town who is there"))
    try answer(&scene, .success(["connections": [Self.ada, Self.bob, Self.strange, "?"]]))
    return scene
  }

  private func answer(
    _ scene: inout Scene,
    _ result: Result<StateValue, CommandFailure>
  ) throws {
    let id = try #require(scene.model.connections.asking)
    scene.send(.commandEnded(id, result))
  }

  @Test("Each connection has a row: who, role, where from, since when, what they wrote")
  func rows() throws {
    let picture = try listed().picture
    for words in [
      "Ada     guest ", "WebSocket from 10.0.0.7", "1,200 messages", "owner   you", "frozen",
      "gRPC", "1 min",
    ] { #expect(picture.contains(words), "\(words) in\n\(picture)") }
    #expect(!picture.contains("\u{1B}") && !picture.contains("\u{202E}"))
    #expect(try listed(80).lines.allSatisfy { $0.count <= 80 })
  }

  @Test(
    "A key takes something from a connection, or gives it back; sending away is asked for twice",
    arguments: [
      (["f"], "townhall/freeze", "Ada is frozen"), (["m"], "townhall/mute", "Ada is muted"),
      (["e", "e"], "townhall/evict", "Ada was sent away"),
    ] as [([Key], String, String)]
  )
  func acts(keys: [Key], name: String, words: String) throws {
    var scene = try listed()
    for key in keys { scene.press(key) }
    let act = try #require(scene.deed)
    #expect(act.name == name && act.arguments == ["connection": 3])
    scene.send(.commandEnded(act.id, .success([:])))
    #expect(scene.picture.contains(words))
    // And the list is asked for again.
    try answer(&scene, .success(["connections": [Self.bob]]))
    #expect(!scene.picture.contains("10.0.0.7"))
  }

  @Test("Who is frozen already is released by the same key")
  func release() throws {
    var scene = try listed()
    scene.press("j", "f")
    #expect(
      scene.deed?.name == "townhall/release"
        && scene.deed?.arguments == ["connection": 4]
    )
  }

  @Test("One e alone sends nobody away, nor do two with another connection in between")
  func twice() throws {
    var scene = try listed()
    scene.press("e")
    #expect(scene.deed == nil && scene.lines.last?.contains("e again sends Ada away") == true)
    scene.press("j", "e")
    #expect(scene.deed == nil)
    // Nor long afterwards, when nobody remembers the first.
    scene.wait(.seconds(60))
    scene.press("e")
    #expect(scene.deed == nil)
  }

  @Test("After a new connection numbers mean others, so the list is closed and acts on nobody")
  func reconnected() throws {
    var scene = try listed()
    scene.press("e")
    scene.lose()
    #expect(scene.model.chooser == nil)
    scene.send(.link(.live(latency: nil)))
    scene.press("g", "w")
    scene.press("e")
    #expect(scene.deed == nil)
  }

  @Test("A failure is said in words, without what could steer the terminal")
  func failures() throws {
    var scene = try listed()
    scene.press("f")
    let id = try #require(scene.deed).id
    scene.send(.commandEnded(id, .failure(CommandFailure(.failed, "no such connection is here"))))
    #expect(scene.picture.contains("no such connection is here"))

    var other = self.scene()
    other.press("g", "w")
    try answer(&other, .failure(CommandFailure(.unknownCommand, "\u{1B}[2J")))
    #expect(other.picture.contains("can tell") && !other.picture.contains("\u{1B}"))
  }

  @Test("Who only looks sees the list and acts on nobody; who is no owner is told so beforehand")
  func refusals() throws {
    var scene = try listed(readOnly: true)
    scene.press("f")
    #expect(scene.effects == [] && scene.picture.contains("read only"))
    var guest = self.scene()
    guest.send(.access(.writer, name: "Bob"))
    guest.press("g", "w")
    #expect(guest.effects == [])
    #expect(guest.lines.last?.contains("only an owner is told who is connected") == true)
  }

  @Test("Enter shows what is theirs, and an answer after the list is closed disturbs nothing")
  func shows() throws {
    var scene = try listed()
    scene.press(.enter)
    #expect(scene.model.chooser == nil && scene.picture.contains("of Ada"))
    var bare = try listed()
    bare.press("j", .enter)
    #expect(bare.lines.last?.contains("no avatar of theirs is here") == true)
    var late = self.scene()
    late.press("g", "w", .escape)
    let before = late.lines
    try answer(&late, .success(["connections": [Self.ada]]))
    #expect(late.lines == before)
  }
}

extension Scene {
  /// What the server has just been asked to do.
  fileprivate var deed: (id: CallID, name: String, arguments: StateObject)? {
    for case .runCommand(let id, let name, let arguments) in effects {
      return (id, name, arguments)
    }
    return nil
  }
}
