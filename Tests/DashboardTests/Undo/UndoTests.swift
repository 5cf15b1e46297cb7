import SharedState
import StateEditing
import Testing
import TextScreen

@testable import Dashboard

@Suite("Undo and redo")
struct UndoTests {
  private static let key = "selection.hyperballs"

  private func scene() -> Scene {
    var scene = Scene()
    scene.join(Scene.smallTown)
    scene.press("/")
    scene.type("hyper")
    scene.press(.enter, .escape)
    return scene
  }

  /// Gives a field of the house another value.
  private func update(_ scene: inout Scene, _ field: String, _ value: StateValue?) {
    let base = scene.town[Self.key]
    var mine = base
    mine?.object?[field] = value
    scene.submit(.update, [.init(key: Self.key, base: base, mine: mine)])
  }

  @Test("z takes an edit back byte for byte, Z does it again, and each says how it went")
  func backAndForth() {
    var scene = scene()
    let before = scene.wholeTown
    update(&scene, "display_name", "Pair")
    let after = scene.wholeTown
    #expect(
      scene.lines.last?.contains(
        "✓ update selection.hyperballs: accepted after 4 ms, z takes it back"
      ) == true
    )
    scene.act("z")
    #expect(scene.wholeTown == before)
    #expect(
      scene.lines.last?.contains(
        "✓ undo of update selection.hyperballs: accepted after 4 ms, Z does it again"
      ) == true
    )
    #expect(scene.model.notice?.text.contains("  python> client.selections.update(") == true)
    scene.act("Z")
    #expect(scene.wholeTown == after)
    #expect(scene.lines.last?.contains("redo of update selection.hyperballs") == true)
    scene.act("z", .control("r"))
    #expect(scene.wholeTown == after)
  }

  @Test("A field that was taken out comes back in its place")
  func order() {
    var scene = scene()
    let before = scene.wholeTown
    update(&scene, "display_name", nil)
    scene.act("z")
    #expect(scene.wholeTown == before)
  }

  @Test("What others have changed in other fields since stays")
  func neighbours() {
    var scene = scene()
    update(&scene, "display_name", "Pair")
    scene.change([Self.key: ["display_name": "Pair", "particle_ids": [1, 2], "hide": true]])
    scene.act("z")
    #expect(
      scene.town[Self.key] == ["display_name": "Selection", "particle_ids": [1, 2], "hide": true]
    )
  }

  @Test("What others changed between the look and the sending is not taken back with it")
  func sentOnFreshest() {
    var scene = scene()
    let seen = scene.town[Self.key]
    var mine = seen
    mine?.object?["display_name"] = "Pair"
    scene.change([Self.key: ["display_name": "Selection", "particle_ids": [9]]])
    scene.submit(.update, [.init(key: Self.key, base: seen, mine: mine)])
    #expect(scene.town[Self.key] == ["display_name": "Pair", "particle_ids": [9]])
    scene.act("z")
    #expect(scene.town[Self.key] == ["display_name": "Selection", "particle_ids": [9]])
  }

  @Test(
    "A field that somebody else changed since opens the merge, and nothing is sent before a choice"
  )
  func conflict() {
    var scene = scene()
    update(&scene, "display_name", "Pair")
    scene.change([Self.key: ["display_name": "Theirs", "particle_ids": [43, 44, 45]]])
    scene.act("z")
    #expect(scene.town[Self.key]?["display_name"] == "Theirs")
    guard case .conflict(let proposal)? = scene.model.edit?.phase else {
      Issue.record("no merge is shown")
      return
    }
    #expect(
      proposal.conflicts == [
        .init(path: ["display_name"], base: "Pair", mine: "Selection", live: "Theirs")
      ]
    )
    #expect(scene.picture.contains("\"Theirs\"") && scene.picture.contains("\"Selection\""))
    scene.act("m", .enter, .enter)
    #expect(scene.town[Self.key]?["display_name"] == "Selection")
    scene.act(.escape)
    #expect(scene.model.undo.done.isEmpty && scene.model.undo.undone.count == 1)
    scene.act("Z")
    #expect(scene.town[Self.key]?["display_name"] == "Theirs")
  }

  @Test("No merge opens in front of who has pressed another key since; doing it again opens it")
  func goneOn() {
    var scene = scene()
    update(&scene, "display_name", "Pair")
    scene.change([Self.key: ["display_name": "Theirs", "particle_ids": [43, 44, 45]]])
    scene.press("z")
    let sent = scene.effects
    scene.press("k")
    scene.effects = sent
    scene.settleEdits()
    #expect(scene.model.edit == nil)
    #expect(scene.notes.last?.contains("not sent, selection.hyperballs was changed") == true)
    #expect(scene.model.notice?.text.contains("not sent, selection.hyperballs was") == true)
    scene.act("z")
    guard case .conflict? = scene.model.edit?.phase else {
      Issue.record("no merge is shown")
      return
    }
  }

  @Test(
    "Leaving the merge lets what is there stay, and z goes on with the edit before",
    arguments: [true, false]
  )
  func leaveMerge(choosesLive: Bool) {
    var scene = scene()
    update(&scene, "hide", true)
    update(&scene, "display_name", "Pair")
    scene.change([
      Self.key: ["display_name": "Theirs", "particle_ids": [43, 44, 45], "hide": true]
    ])
    scene.act("z")
    if choosesLive { scene.act("l", .enter, .enter) } else { scene.act(.escape, .escape) }
    #expect(scene.model.edit == nil)
    scene.act("z")
    #expect(scene.town[Self.key] == ["display_name": "Theirs", "particle_ids": [43, 44, 45]])
  }

  @Test("clear of 500 houses is one message, and one undo brings all of them back")
  func clearStreet() throws {
    var scene = Scene()
    var town = Scene.smallTown
    for number in 0..<500 { town["note.\(number)"] = ["n": .int(Int64(number)), "a": 1.5] }
    scene.join(town)
    let before = scene.wholeTown
    scene.press("/")
    scene.type("note")
    scene.press(.enter, .escape, "c")
    scene.type("note")
    scene.press(.enter)
    if scene.requests.isEmpty {
      scene.press(.escape, "c")
      scene.type("note.")
      scene.press(.enter)
    }
    #expect(scene.requests.count == 1 && scene.requests.first?.entries.count == 500)
    scene.settleEdits()
    #expect(scene.town.count == Scene.smallTown.count)
    scene.press("z")
    #expect(scene.requests.count == 1 && scene.model.edit == nil)
    scene.settleEdits()
    #expect(scene.wholeTown == before)
    #expect(scene.lines.last?.contains("undo of clear note. (500 houses)") == true)
  }

  @Test(
    "One house of a cleared street that is lived in again is merged, and the others come with it"
  )
  func clearedAndRebuilt() {
    var scene = Scene()
    scene.join(["note.a": ["n": 1], "note.b": ["n": 2], "note.c": ["n": 3]])
    let houses = ["note.a", "note.b", "note.c"]
    scene.submit(.clear, houses.map { .init(key: $0, base: scene.town[$0], mine: nil) })
    #expect(scene.town.isEmpty)
    scene.change(["note.b": "theirs", "note.c": "theirs too"])
    scene.act("z")
    #expect(scene.model.edit?.key == "note.b" && scene.town["note.a"] == nil)
    scene.act("l", .enter)
    // Of this house there is nothing to send; the others go, and meet the next.
    scene.act(.enter)
    #expect(scene.model.edit?.key == "note.c")
    scene.act("l", .enter, .enter)
    #expect(scene.model.edit == nil && scene.model.undo.done.isEmpty)
    #expect(scene.town == ["note.a": ["n": 1], "note.b": "theirs", "note.c": "theirs too"])
  }

  @Test("Of several houses each merge is shown in turn, and all go out in one message")
  func severalMerges() {
    var scene = Scene()
    scene.join(["note.a": ["n": 1], "note.b": ["n": 2], "note.c": ["n": 3]])
    let houses = ["note.a", "note.b", "note.c"]
    scene.submit(.clear, houses.map { .init(key: $0, base: scene.town[$0], mine: nil) })
    scene.change(["note.b": "theirs", "note.c": "theirs too"])
    scene.act("z")
    #expect(scene.model.edit?.key == "note.b")
    scene.act("m", .enter, .enter)
    #expect(scene.model.edit?.key == "note.c" && scene.town["note.b"] == "theirs")
    scene.act("m", .enter)
    scene.press(.enter)
    #expect(scene.requests.first?.entries.count == 3)
    scene.settleEdits()
    #expect(scene.town == ["note.a": ["n": 1], "note.b": ["n": 2], "note.c": ["n": 3]])
  }

  @Test(
    "An added house is removed again; one that somebody has changed since is shown, not removed"
  )
  func added() {
    var scene = scene()
    let before = scene.wholeTown
    scene.submit(.add, [.init(key: "selection.new", base: nil, mine: ["display_name": "New"])])
    scene.act("z")
    #expect(scene.wholeTown == before)
    scene.act("Z")
    scene.change(["selection.new": ["display_name": "New", "hide": true]])
    scene.act("z")
    #expect(scene.town["selection.new"] == ["display_name": "New", "hide": true])
    guard case .conflict? = scene.model.edit?.phase else {
      Issue.record("the changed house is not shown")
      return
    }
    scene.act("m", .enter, .enter)
    #expect(scene.town["selection.new"] == nil)
  }

  @Test(
    "What the town has not confirmed does not enter; what it confirms later does",
    arguments: [
      .sent(.unconfirmed), .sent(.disconnected), .sent(.refused(reason: "no")),
    ] as [EditOutcome]
  )
  func notAccepted(outcome: EditOutcome) {
    var scene = scene()
    let before = scene.wholeTown
    scene.effects = scene.model.submit(
      .set,
      [.init(key: "scene.box", base: true, mine: false)]
    )
    let requests = scene.requests
    scene.settleEdits(outcome)
    scene.press("z")
    #expect(scene.requests.isEmpty)
    #expect(scene.lines.last == " z: there is nothing to take back")
    #expect(requests.count == 1)
    for request in requests {
      scene.send(.outcome(request.id, .sent(.accepted(latency: .seconds(3)))))
    }
    scene.act("z")
    #expect(scene.wholeTown == before)
  }

  @Test("An edit is taken back once, however often its end is told")
  func toldTwice() {
    var scene = scene()
    scene.effects = scene.model.submit(.set, [.init(key: "scene.box", base: true, mine: false)])
    let requests = scene.requests
    scene.settleEdits()
    for request in requests {
      scene.send(.outcome(request.id, .sent(.overwritten(latency: .seconds(1)))))
    }
    #expect(scene.model.undo.done.count == 1)
  }

  @Test("Steps are taken back one after the other, also before the town has answered the first")
  func hasty() {
    var scene = scene()
    let before = scene.wholeTown
    update(&scene, "display_name", "One")
    update(&scene, "hide", true)
    scene.press("z")
    let first = scene.effects
    scene.press("z")
    scene.effects = first + scene.effects
    #expect(scene.requests.count == 2)
    scene.settleEdits()
    #expect(scene.wholeTown == before)
    scene.press("z")
    #expect(scene.requests.isEmpty)
  }

  @Test("A new edit drops what was taken back")
  func redoDropped() {
    var scene = scene()
    update(&scene, "display_name", "One")
    scene.act("z")
    update(&scene, "display_name", "Two")
    scene.press("Z")
    #expect(scene.requests.isEmpty)
    #expect(scene.lines.last == " Z: nothing was taken back")
  }

  @Test("The stack is bounded in steps and in bytes, and the newest step always stays")
  func bounded() {
    var scene = scene()
    for number in 0..<150 { update(&scene, "n", .int(Int64(number))) }
    #expect(scene.model.undo.done.count == UndoStack.capacity)
    let large = StateValue.string(String(repeating: "x", count: UndoStack.byteCapacity))
    update(&scene, "large", large)
    #expect(scene.model.undo.done.count == 1)
    scene.act("z")
    #expect(scene.town[Self.key]?["large"] == nil)
  }

  @Test("The footer tells z when there is something, and a read-only dashboard takes nothing back")
  func hint() {
    var scene = scene()
    #expect(scene.lines.last?.contains("z undo") == false)
    update(&scene, "hide", true)
    scene.press("j")
    #expect(scene.lines.last?.contains("z undo") == true)
  }

  @Test("Beside an edit that has arrived the footer says it in Python, and z takes it back at once")
  func donePane() {
    var scene = scene()
    let before = scene.wholeTown
    scene.act("d", "y")
    #expect(
      scene.lines.last?.contains("Enter close now  z undo  python> del client.selections['hype")
        == true
    )
    scene.act("z")
    #expect(scene.model.edit == nil && scene.wholeTown == before)
    let python = "python> del client.selections['hyperballs']"
    let swift = #"swift> try await client.selections.remove("hyperballs")"#
    let town = "town> someone moved out of selection.hyperballs"
    #expect(
      scene.notes.contains("\(town)  \(python)  \(swift)"),
      "where there is room for few lines"
    )
    scene.send(.screen(.resized(Size(columns: 200, rows: 60))))
    scene.act("d", "y")
    #expect([town, python, swift].allSatisfy(scene.notes.contains))
  }

  @Test("A merge does not push aside an edit that is being written")
  func busy() {
    var scene = scene()
    update(&scene, "display_name", "Pair")
    scene.press("z")
    let undo = scene.effects
    scene.change([Self.key: ["display_name": "Theirs"]])
    scene.press("u")
    let writing = scene.model.edit?.id
    scene.effects = undo
    scene.settleEdits()
    #expect(scene.model.edit?.id == writing && writing != nil)
    #expect(scene.model.undo.done.count == 1)
    #expect(scene.town[Self.key] == ["display_name": "Theirs"])
  }
}
