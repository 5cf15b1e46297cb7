import SharedState
import StateEditing
import Testing
import TextScreen

@testable import Dashboard

@Suite("Who wrote what is looked at")
struct AuthorTests {
  /// The cursor is on the scene, which somebody has just changed.
  private func changed(asks: Bool = true, columns: Int = 120) -> Scene {
    let options = DashboardOptions(
      address: "ws://127.0.0.1:38801",
      userID: "me",
      asksForAuthors: asks,
      seed: 1
    )
    var scene = Scene(columns, 30, options: options)
    scene.join([Scene.ada: Scene.avatar(height: 1), "scene": 1, "scene.box": true])
    scene.press("j", "j")
    scene.change(["scene": 2])
    return scene
  }

  private static func author(
    name: String = "",
    role: String = "",
    user: String = "",
    connection: Int64 = 3,
    isGone: Bool = false
  ) -> StateValue {
    [
      "connection": .int(connection), "age": 0.5, "name": .string(name), "role": .string(role),
      "user": .string(user), "gone": .bool(isGone),
    ]
  }

  @Test("The server is asked who has changed the house that is seen, and the answer stands there")
  func tellsAuthor() throws {
    var scene = changed()
    let question = try #require(scene.question)
    #expect(question.key == "scene")
    #expect(scene.picture.contains("changed just now by others"))
    scene.send(.commandEnded(question.id, .success(Self.author(name: "Ada", role: "guest"))))
    #expect(scene.picture.contains("changed just now by Ada, guest"))
    scene.wait(.seconds(3))
    #expect(scene.picture.contains("changed 3 s ago by Ada, guest"))
    #expect(scene.question == nil, "nothing has happened since")
  }

  @Test(
    "Whom nobody gave a token goes by their avatar, and the server's own program by what it is",
    arguments: [
      (author(user: "929680e7-1b7f-4a53-9d67-0a4e0d2a6a11"), "by Ada"),
      (author(user: "u-17"), "by u-17"), (author(connection: 0), "by the town"),
      (author(name: "Bob", role: "writer", isGone: true), "by Bob, writer, who has left"),
      (author(role: "guest"), "by a guest"), (author(), "by others"), ([:], "by others"),
      ("what?", "by others"), (author(name: "\u{1B}[2J"), "by \u{241B}[2J"),
    ] as [(StateValue, String)]
  )
  func words(answer: StateValue, words: String) throws {
    var scene = changed()
    let id = try #require(scene.model.authors.pending)
    scene.send(.commandEnded(id, .success(answer)))
    #expect(scene.picture.contains(words), "\(scene.picture)")
    #expect(!scene.picture.contains("\u{1B}"))
  }

  @Test("One question is on its way at a time, and one a second, however often the house changes")
  func pace() throws {
    var scene = changed()
    let first = try #require(scene.question)
    for number in 3..<40 {
      scene.wait(.milliseconds(33))
      scene.change(["scene": .int(Int64(number))])
      #expect(scene.question == nil)
    }
    scene.send(.commandEnded(first.id, .success(Self.author(name: "Ada"))))
    let second = try #require(scene.question, "it has changed since, and a second has passed")
    scene.send(.commandEnded(second.id, .success(Self.author(name: "Bob"))))
    #expect(scene.question == nil)
    scene.wait(.milliseconds(33))
    scene.change(["scene": 50])
    #expect(scene.question == nil && scene.picture.contains("lately by Bob"))
    scene.wait(.seconds(1.1))
    #expect(scene.model.authors.pending != nil)
  }

  @Test("What is one's own, or has not changed, is not asked about; nor is it on request")
  func notAsked() {
    var scene = changed(asks: false)
    #expect(scene.question == nil)
    scene = changed()
    scene.press("j", "j")
    #expect(scene.question == nil && scene.picture.contains("unchanged since you came"))
  }

  @Test("A server that does not know the question is asked once, until there is another connection")
  func unknown() throws {
    var scene = changed()
    let id = try #require(scene.question).id
    scene.send(.commandEnded(id, .failure(CommandFailure(.unknownCommand, "no such command"))))
    #expect(!scene.picture.contains("no such command") && scene.picture.contains("by others"))
    scene.wait(.seconds(5))
    scene.change(["scene": 3])
    #expect(scene.question == nil)
    scene.lose()
    scene.send(.link(.live(latency: nil)))
    #expect(scene.question?.key == "scene")
  }

  @Test("Of what has gone it is told too; a failure that passes is no reason to ask no more")
  func gone() throws {
    var scene = changed()
    let first = try #require(scene.question).id
    scene.send(
      .commandEnded(first, .failure(CommandFailure(.unavailable, "no answer within 60 s")))
    )
    scene.wait(.seconds(2))
    scene.change(remove: ["scene"])
    let second = try #require(scene.question).id
    scene.send(.commandEnded(second, .success(Self.author(name: "Ada", role: "guest"))))
    #expect(scene.picture.contains("moved out just now by Ada, guest"), "\(scene.picture)")
  }

  @Test("What one has removed oneself is nobody else's doing, though another has just changed it")
  func ownRemoval() throws {
    var scene = changed()
    let id = try #require(scene.question).id
    scene.send(.commandEnded(id, .success(Self.author(name: "Ada"))))
    scene.press("d", "y")
    let edits = scene.effects.compactMap { effect -> EditRequest? in
      if case .edit(let request) = effect { request } else { nil }
    }
    let removal = try #require(edits.first)
    scene.wait(.milliseconds(33))
    scene.change(remove: ["scene"])
    scene.send(.outcome(removal.id, .sent(.accepted(latency: .milliseconds(4)))))
    scene.press(.escape)
    #expect(scene.model.known.news(of: "scene")?.author == .you)
    #expect(scene.picture.contains("moved out just now; its last value"), "\(scene.picture)")
  }

  @Test("A late answer about another house is not taken for this one")
  func late() throws {
    var scene = changed()
    let id = try #require(scene.question).id
    scene.change(["scene.box": false])
    scene.press("j", "j")
    scene.send(.commandEnded(id, .success(Self.author(name: "Ada"))))
    #expect(!scene.picture.contains("by Ada") && scene.picture.contains("by others"))
    #expect(scene.model.authors.pending == nil)
    scene.wait(.seconds(1.1))
    #expect(scene.model.authors.pending != nil)
  }
}

@Suite("What the server lets a dashboard do")
struct AccessTests {
  private func joined(_ role: AccessRole, _ name: String, columns: Int = 120) -> Scene {
    var scene = Scene(columns, 30)
    scene.send(.access(role, name: name))
    scene.join(Scene.smallTown)
    return scene
  }

  @Test("The first line says as whom one is here, where the server asks for tokens")
  func statusLine() {
    #expect(joined(.guest, "Ada").lines[0].contains("Ada, guest"))
    #expect(joined(.writer, "").lines[0].contains("writer"))
    #expect(joined(.guest, "Ada", columns: 80).lines[0].contains("Ada, guest"))
    var open = Scene(120, 30)
    open.join(Scene.smallTown)
    #expect(!open.lines[0].contains("owner"))
    let hostile = joined(.owner, String(repeating: "\u{1B}[2Jx", count: 100))
    #expect(!hostile.picture.contains("\u{1B}") && hostile.lines[0].contains("live"))
  }

  @Test("A guest is refused before an edit begins, with the reason, and asks for no lock")
  func guest() {
    var scene = joined(.guest, "Ada")
    #expect(scene.picture.contains("you are here as Ada, guest: you read, and write nothing"))
    for key: Key in ["s", "u", "m", "a", "r", "b", "D"] {
      scene.press("j", key)
      #expect(scene.model.edit == nil, "\(key)")
      #expect(scene.effects == [], "\(key)")
    }
    scene.press("s")
    #expect(scene.lines.last?.contains("you are a guest here, who reads") == true)
    scene.press("L")
    #expect(scene.effects == [] && scene.model.lockedKeys.isEmpty)
  }

  @Test("A server that comes back without asking for tokens lets a former guest write")
  func noLongerGuest() {
    var scene = joined(.guest, "Ada")
    scene.lose()
    scene.send(.access(nil, name: ""))
    scene.send(.link(.live(latency: nil)))
    scene.press("j", "s")
    #expect(scene.model.edit != nil && !scene.lines[0].contains("guest"))
  }

  @Test("A writer edits as ever, and is told its role once")
  func writer() {
    var scene = joined(.writer, "Bob")
    scene.send(.access(.writer, name: "Bob"))
    #expect(scene.picture.components(of: "you are here as Bob, writer") == 1)
    scene.press("j", "s")
    #expect(scene.model.edit != nil)
  }
}

extension Scene {
  /// Who wrote what the server has just been asked.
  fileprivate var question: (id: CallID, key: String?)? {
    for case .ask(let id, "townhall/author", let arguments) in effects {
      return (id, arguments["key"]?.string)
    }
    return nil
  }
}

extension String {
  fileprivate func components(of part: String) -> Int { ranges(of: part).count }
}
