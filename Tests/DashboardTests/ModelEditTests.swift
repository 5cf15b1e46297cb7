import SharedState
import StateEditing
import Testing
import TextScreen
import ScreenKit

@testable import Dashboard

@Suite("Edits, from key to outcome")
struct ModelEditTests {
  private func scene(readOnly: Bool = false) -> Scene {
    var scene = Scene(
      options: DashboardOptions(address: "ws://x:1", readOnly: readOnly, seed: 1)
    )
    scene.join(Scene.smallTown)
    scene.press("/")
    scene.type("hyper")
    scene.press(.enter, .escape)
    return scene
  }

  /// The edit that was asked for, if one was.
  private func sent(_ scene: Scene) -> EditRequest? {
    for case .edit(let request) in scene.effects { return request }
    return nil
  }

  @Test("d asks, y sends the removal, and its outcome is told where one looks and in Activity")
  func remove() throws {
    var scene = scene()
    scene.press("d")
    #expect(scene.effects.isEmpty)
    scene.press("y")
    let request = try #require(sent(scene))
    #expect(request.verb == .remove)
    #expect(request.entries.map(\.key) == ["selection.hyperballs"])
    #expect(request.entries.first?.mine == nil && request.entries.first?.base != nil)
    #expect(scene.lines[0].contains("1 unconfirmed"))
    scene.change(remove: ["selection.hyperballs"])
    scene.send(.outcome(request.id, .sent(.accepted(latency: .milliseconds(4)))))
    #expect(!scene.lines[0].contains("unconfirmed"))
    #expect(scene.model.known.news(of: "selection.hyperballs")?.author == .you)
    scene.wait(.seconds(5))
    #expect(scene.model.edit == nil)
    #expect(scene.picture.contains("remove selection.hyperballs: accepted after 4 ms"))
  }

  @Test("d and n sends nothing", arguments: ["n", .escape, .enter] as [Key])
  func removeNot(answer: Key) {
    var scene = scene()
    scene.press("d", answer)
    #expect(scene.effects.isEmpty && scene.model.edit == nil && scene.model.outbox.pending.isEmpty)
  }

  @Test("What an edit went over is told, where it was chosen to go over whatever is there")
  func replaced() throws {
    var scene = scene()
    let pair = try #require(scene.town["selection.hyperballs"])
    func named(_ name: String) -> StateValue {
      pair.replacing(["display_name"], with: .string(name)) ?? pair
    }
    scene.press("s")
    scene.type("x")
    scene.change(["selection.hyperballs": named("Somebody's")])
    scene.model.edit?.phase = .conflict(
      Proposal(base: pair, mine: named("Mine"), live: named("Somebody's"))
    )
    scene.press("m", .enter, .enter)
    let request = try #require(sent(scene))
    // Meanwhile it was changed once more.
    scene.change(["selection.hyperballs": named("Newer")])
    let rebased = request.rebased(on: scene.town)
    let change = StateChange(updates: ["selection.hyperballs": named("Mine")])
    #expect(rebased == .change(change))
    scene.send(.sent(request.id, change, inverse: change.inverse(against: scene.town)))
    scene.change(["selection.hyperballs": named("Mine")])
    scene.send(.outcome(request.id, .sent(.accepted(latency: .milliseconds(4)))))
    #expect(scene.picture.contains(#"display_name: it replaced "Newer""#))
  }

  @Test(
    "Without a connection no edit begins, and nothing of one is told",
    arguments: ["s", "u", "m", "a", "d", "c", "e", "z", ".", "R", "L", "+", "~"] as [Key]
  )
  func lost(key: Key) {
    var scene = scene()
    scene.lose()
    let before = scene.model.activity.log.items.count
    scene.press(key)
    #expect(scene.effects.isEmpty && scene.model.edit == nil)
    #expect(
      scene.lines.last?.contains("not connected to the town") == true,
      "\(scene.lines.last ?? "")"
    )
    #expect(scene.model.activity.log.items.count == before)
  }

  @Test("What was written when the connection went is kept, and r sends it once it is back")
  func kept() throws {
    var scene = scene()
    scene.press("s")
    scene.type("x")
    let pair = scene.town["selection.hyperballs"]
    scene.model.edit?.phase = .review(Proposal(base: pair, mine: 2, live: pair))
    scene.lose()
    let before = scene.model.activity.log.items.count
    scene.press(.enter)
    #expect(scene.effects.isEmpty && scene.model.outbox.pending.isEmpty)
    #expect(scene.picture.contains("what you wrote is kept here"))
    scene.press("r")
    #expect(scene.effects.isEmpty && scene.model.activity.log.items.count == before)
    scene.send(.link(.live(latency: .milliseconds(4))))
    #expect(scene.picture.contains("connected again: r sends it"))
    scene.press("r")
    #expect(sent(scene)?.entries.first?.mine == 2)
  }

  @Test(
    "The key that would close a result does nothing else when that has just gone by itself",
    arguments: [.enter, .escape, " "] as [Key]
  )
  func closedByItself(key: Key) throws {
    var scene = scene()
    scene.press("2")
    scene.type("+")
    scene.press("1", "u", .control("u"))
    scene.type("New")
    scene.press(.enter, .enter)
    let request = try #require(sent(scene))
    scene.change(["selection.hyperballs": request.entries[0].mine ?? .null])
    scene.send(.outcome(request.id, .sent(.accepted(latency: .milliseconds(4)))))
    #expect(scene.model.edit != nil)
    scene.wait(.seconds(4))
    #expect(scene.model.edit == nil)
    let focus = scene.model.focus
    scene.press(key)
    #expect(scene.model.focus == focus && scene.model.edit == nil)
    #expect(scene.lines.last == " the result had closed by itself")
    scene.press(.enter)
    #expect(scene.model.focus == .detail)
  }

  @Test("Nothing is removed without a connection", arguments: ["d", "c"])
  func notRemoved(key: Character) {
    var scene = scene()
    scene.press(.character(key))
    scene.lose()
    if key == "c" { scene.type("selection.") }
    scene.press(key == "c" ? .enter : "y")
    #expect(scene.effects.isEmpty && scene.model.outbox.pending.isEmpty)
    #expect(scene.picture.contains("nothing can be removed until"))
  }

  @Test("Enter on a field opens an update with the cursor on that field")
  func field() {
    var scene = scene()
    scene.press(.enter, .enter)
    #expect(scene.model.edit?.verb == .update)
    #expect(scene.model.edit?.target == .entry("selection.hyperballs", field: ["display_name"]))
  }

  @Test("Each edit has a name of its own, and a fresh house a name that no house has")
  func names() {
    var scene = scene()
    scene.press("a")
    let first = scene.model.edit
    scene.press(.escape, "a")
    let second = scene.model.edit
    #expect(first?.id != second?.id)
    #expect(first?.key != second?.key)
    #expect(first?.key?.hasPrefix("selection.") == true && first?.key?.count == 10 + 36)
  }

  @Test("Read only refuses each verb in words", arguments: ["s", "u", "m", "a", "d", "c", "e"])
  func readOnly(key: String) {
    var scene = scene(readOnly: true)
    scene.type(key)
    #expect(scene.model.edit == nil && scene.effects.isEmpty)
    #expect(scene.lines.last == " \(key): this dashboard is read only")
    #expect(scene.lines[0].contains("read only"))
    scene.press("j")
    #expect(scene.lines.last?.contains("set") == false)
  }

  @Test("e opens $EDITOR on the value, and what comes back is reviewed before it is sent")
  func external() throws {
    var scene = scene()
    scene.press("e")
    guard case .externalEdit(let id, let text, let header, _, let name)? = scene.effects.first
    else {
      Issue.record("no editor was asked for")
      return
    }
    #expect(header.contains("selection.hyperballs"))
    #expect(text.contains("display_name") && name == "selection.hyperballs.json")
    let changed = text.replacing("Selection", with: "Pair")
    scene.send(.externalEdit(id, .saved(changed)))
    #expect(scene.effects.isEmpty)
    scene.press(.enter)
    let request = try #require(sent(scene))
    #expect(request.entries.first?.mine?["display_name"] == "Pair")
  }

  @Test("A second word about an edit is told too: accepted, and then overwritten")
  func secondWord() throws {
    var scene = scene()
    scene.press("d", "y")
    let id = try #require(sent(scene)).id
    scene.send(.outcome(id, .sent(.unconfirmed)))
    scene.send(.outcome(id, .sent(.overwritten(latency: .milliseconds(12)))))
    let notes = scene.model.activity.log.items.compactMap { item -> String? in
      guard case .note(let phrase, _) = item.subject else { return nil }
      return phrase.town
    }
    #expect(notes.count { $0.contains("has not confirmed it") } == 1)
    #expect(notes.count { $0.contains("overwritten by somebody else 12 ms later") } == 1)
  }

  @Test("An outcome or an editor's text for an edit that nobody knows changes nothing")
  func strangers() {
    var scene = scene()
    let before = scene.lines
    scene.send(.outcome(EditID(99), .sent(.accepted(latency: .zero))))
    scene.send(.externalEdit(EditID(99), .saved("1")))
    #expect(scene.lines == before && scene.effects.isEmpty)
  }

  @Test("The pane follows the town: the footer tells its keys, and the tree beside it lives on")
  func beside() {
    var scene = scene()
    scene.press("u")
    #expect(scene.lines.last?.contains("Enter review") == true)
    scene.change(["aaa": 1])
    #expect(scene.picture.contains("aaa"))
  }
}
