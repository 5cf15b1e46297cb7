import ScreenKit
import SharedState
import StateEditing
import Testing
import TextScreen

@testable import Dashboard

@Suite("What is done to all marked houses")
struct MarkedTests {
  private func scene(marking keys: [String] = ["note.a", "note.b", "other.c"]) -> Scene {
    var scene = Scene()
    scene.join(["note.a": ["name": "A"], "note.b": 2, "note.d": 4, "other.c": "c", "z": 1])
    for key in keys { mark(key, &scene) }
    return scene
  }

  private func go(to key: String, _ scene: inout Scene) {
    scene.press("/")
    scene.type(key)
    scene.press(.enter, .escape)
  }

  private func mark(_ key: String, _ scene: inout Scene) {
    go(to: key, &scene)
    scene.press("v")
  }

  private func copied(_ scene: Scene) -> String? {
    for case .copy(let text) in scene.effects { return text }
    return nil
  }

  // MARK: Removing

  @Test("d asks once for all, and y removes them in one message that one undo takes back")
  func remove() {
    var scene = scene()
    let before = scene.wholeTown
    // The cursor is on a house that is not marked.
    go(to: "note.d", &scene)
    scene.press("d")
    #expect(scene.picture.contains("Remove 3 houses?") && scene.requests.isEmpty)
    #expect(["- note.a", "- note.b", "- other.c"].allSatisfy(scene.picture.contains))
    scene.press("y")
    #expect(scene.requests.count == 1)
    #expect(scene.requests.first?.entries.map(\.key) == ["note.a", "note.b", "other.c"])
    scene.settleEdits()
    #expect(scene.town.keys.sorted() == ["note.d", "z"])
    #expect(scene.lines.last?.contains("remove 3 houses: accepted after 4 ms, z takes") == true)
    #expect(!scene.lines[0].contains("marked"))
    // What others do meanwhile stays.
    scene.change(["note.d": 5, "note.e": 6])
    scene.act("z")
    #expect(scene.requests.isEmpty && scene.town["note.d"] == 5 && scene.town["note.e"] == 6)
    for (key, text) in before where key != "note.d" { #expect(scene.wholeTown[key] == text) }
    #expect(scene.model.undo.done.isEmpty && scene.model.undo.undone.count == 1)
  }

  @Test("No is what Enter means, and n and Esc", arguments: ["n", .enter, .escape] as [Key])
  func keeps(answer: Key) {
    var scene = scene()
    scene.act("d", answer)
    #expect(scene.town.count == 5 && scene.model.chooser == nil)
    #expect(scene.lines[0].contains("3 marked"))
  }

  @Test("The second answer removes like y")
  func answers() {
    var scene = scene()
    scene.act("d", .down, .enter)
    #expect(scene.town.keys.sorted() == ["note.d", "z"])
  }

  @Test("Another's newer value at a key that was removed is not lost by the undo")
  func undoMeetsOthers() {
    var scene = scene()
    scene.act("d", "y")
    scene.change(["note.b": "somebody's"])
    scene.act("z")
    #expect(scene.town["note.b"] == "somebody's")
    guard case .conflict? = scene.model.edit?.phase else {
      Issue.record("no merge is shown")
      return
    }
    scene.act("l", .enter, .enter)
    #expect(scene.town["note.b"] == "somebody's")
    #expect(scene.town["note.a"] == ["name": "A"] && scene.town["other.c"] == "c")
  }

  @Test("What has gone while it asks is left out, and told")
  func goneWhileAsked() {
    var scene = scene()
    scene.press("d")
    scene.change(remove: ["note.b"])
    scene.press("y")
    #expect(scene.requests.first?.entries.map(\.key) == ["note.a", "other.c"])
    scene.settleEdits()
    #expect(scene.lines.last?.contains("1 house had gone already") == true)
    #expect(scene.notes.contains { $0.contains("1 house had gone already") })
  }

  @Test("What has gone before it asks is listed as gone, and told")
  func goneBefore() {
    var scene = scene()
    scene.change(remove: ["note.b"])
    scene.press("d")
    #expect(scene.picture.contains("Remove 2 houses?"))
    #expect(scene.lines.contains { $0.contains("note.b") && $0.contains("nobody lives there") })
    scene.act("y")
    #expect(scene.lines.last?.contains("1 house had gone already") == true)
  }

  @Test("If all have gone nothing is sent, and that is said")
  func allGone() {
    var scene = scene(marking: ["note.a", "note.b"])
    scene.press("d")
    scene.change(remove: ["note.a", "note.b"])
    scene.press("y")
    #expect(scene.requests.isEmpty)
    #expect(scene.lines.last?.contains("2 houses had gone already") == true)
  }

  @Test("A removal of several is done again by .")
  func again() {
    var scene = scene()
    scene.act("d", "y")
    mark("note.d", &scene)
    scene.act(".", .down, .enter)
    #expect(scene.town.keys.sorted() == ["z"])
  }

  @Test("A house that is named is meant, whatever is marked", arguments: ["remove", "pin", "mute"])
  func named(verb: String) {
    var scene = scene()
    scene.press(":")
    scene.type("\(verb) note.d")
    scene.act(.enter)
    switch verb {
    case "remove":
      scene.act("y")
      #expect(scene.town.count == 4 && scene.town["note.d"] == nil)
    case "pin": #expect(scene.model.watch.pins.isEmpty || scene.model.watch.pins == ["note.d"])
    default: #expect(!scene.model.known.mutes.entries.contains(StateKey("note.a")))
    }
    #expect(scene.model.undo.markedKeys == ["note.a", "note.b", "other.c"])
  }

  @Test("What lies in front and is about a house of its own is meant, whatever is marked")
  func inFront() {
    var scene = scene()
    scene.type("gm")
    #expect(!scene.model.actsOnMarks)
    scene.press(.escape)
    #expect(scene.model.actsOnMarks)
  }

  @Test("Very many are asked for, removed and brought back")
  func many() {
    var scene = Scene()
    var town: [String: StateValue] = [:]
    for number in 0..<20_000 { town["many.\(number)"] = ["n": .int(Int64(number))] }
    scene.join(town)
    scene.press("j")
    for key in town.keys { scene.model.undo.toggleMark(key) }
    scene.act("d", "y")
    #expect(scene.town.isEmpty)
    scene.act("z")
    #expect(scene.town.count == 20_000 && scene.model.undo.undone.count == 1)
  }

  // MARK: The other verbs

  @Test("p pins all, and unpins all once they are pinned")
  func pin() {
    var scene = scene()
    scene.press("p")
    #expect(scene.model.watch.pins == ["note.a", "note.b", "other.c"])
    #expect(scene.lines.last?.contains("3 pinned houses") == true)
    scene.press("p")
    #expect(scene.model.watch.pins.isEmpty)
    #expect(scene.lines.last?.contains("unpinned 3 houses") == true)
    mark("note.d", &scene)
    scene.press("p")
    #expect(scene.model.watch.pins.count == 4)
  }

  @Test("More than can be pinned are not pinned in part")
  func tooMany() {
    var scene = Scene()
    scene.join(Dictionary(uniqueKeysWithValues: (0..<20).map { ("n.\($0)", 1) }))
    scene.press("j")
    for number in 0..<13 { scene.model.undo.toggleMark("n.\(number)") }
    scene.press("p")
    #expect(scene.model.watch.pins.isEmpty)
    #expect(scene.lines.last?.contains("12 houses can be pinned, and 13 are marked") == true)
  }

  @Test("x mutes all, and has all heard again once they are muted")
  func mute() {
    var scene = scene()
    scene.press("x")
    #expect(scene.model.known.mutes.entries.count == 3)
    #expect(scene.lines.last?.contains("3 houses: muted") == true)
    scene.press("x")
    #expect(scene.model.known.mutes.entries.isEmpty)
    #expect(scene.lines.last?.contains("3 houses: heard again") == true)
  }

  @Test(
    "yk copies the keys, a line each, and yy the values as one dictionary; the words say of how many"
  )
  func copy() {
    var scene = scene()
    scene.type("yk")
    #expect(copied(scene) == "note.a\nnote.b\nother.c")
    scene.send(.copied(bytes: 21, limit: nil))
    #expect(scene.lines.last?.contains("21 bytes of 3 houses") == true)
    scene.type("yy")
    #expect(copied(scene) == #"{"note.a":{"name":"A"},"note.b":2,"other.c":"c"}"#)
    scene.press("V")
    scene.type("yk")
    #expect(copied(scene) == "other.c")
    scene.send(.copied(bytes: 7, limit: nil))
    #expect(scene.lines.last?.contains("(7 bytes)") == true)
  }

  @Test("L asks for all locks, and gives all back")
  func lock() {
    var scene = scene()
    scene.press("L")
    #expect(scene.lines.last?.contains("knows no locks") == true)
    scene.send(.link(.live(latency: nil, locks: true)))
    scene.press("L")
    #expect(scene.model.locks.byHand.count == 3)
    #expect(scene.lines.last?.contains("asking for the lock on 3 houses") == true)
    scene.press("L")
    #expect(scene.model.locks.byHand.isEmpty)
    #expect(scene.lines.last?.contains("gave back the lock on 3 houses") == true)
  }

  @Test("Each says that a marked house has gone meanwhile", arguments: ["p", "x", "L", "yk", "yy"])
  func goneElsewhere(keys: String) {
    var scene = scene()
    scene.send(.link(.live(latency: nil, locks: true)))
    scene.change(remove: ["note.b"])
    scene.type(keys)
    if keys.first == "y" { scene.send(.copied(bytes: 9, limit: nil)) }
    #expect(scene.lines.last?.contains("2 ") == true, "\(scene.lines.last ?? "")")
    #expect(scene.lines.last?.contains("1 house had gone") == true, "\(scene.lines.last ?? "")")
  }

  // MARK: Told

  @Test("The footer says what the keys do to the marked houses, and the help which they are")
  func told() {
    var scene = scene()
    scene.press("j")
    let footer = scene.lines.last ?? ""
    #expect(footer.contains("3 marked: d remove"), "\(footer)")
    #expect(["V unmark", "x mute", "p pin"].allSatisfy(footer.contains), "\(footer)")
    #expect(footer.contains("? help") && footer.contains("q quit"))
    scene.press("V", "j")
    #expect(scene.lines.last?.contains("marked") == false)
    let help = scene.model.helpItems.map(\.label.text).joined(separator: "\n")
    #expect(help.contains("marked: d V . L x p yy yk fall on all marked houses"), "\(help)")
  }
}
