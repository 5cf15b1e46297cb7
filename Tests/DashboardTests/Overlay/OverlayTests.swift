import StateEditing
import ScreenKit
import SharedState
import Testing
import TextScreen

@testable import Dashboard

/// What lies in front of the panes decides what actions are about.
@Suite("Overlays")
struct OverlayTests {
  /// A dashboard in which the tree stands on one entry and something else lies in front.
  private static let situations: [(name: String, scene: Scene)] = {
    var start = Scene()
    start.join([
      "a.1": 1, "a.2": true, "b.flag": true, "b.object": ["n": 1, "name": "x"], "c.1": 1.5,
    ])
    start.model.goTree(to: .entry("a.1"))
    start.wait(.seconds(7))
    var map = start
    map.type("gm")
    map.press("j")
    var mapOfField = start
    mapOfField.model.goTree(to: .entry("b.object"))
    mapOfField.press("2", "j")
    mapOfField.type("gm")
    mapOfField.press("l", "l")
    var edit = start
    edit.press("s")
    var search = start
    search.type("/b")
    var filter = start
    filter.type("fb")
    var help = start
    help.press("?")
    var palette = start
    palette.type(":")
    var call = start
    call.press("X")
    call.send(.commands(.success([CommandDescription(name: "play", arguments: ["speed": 1])])))
    call.press(.enter)
    return [
      ("nothing", start), ("the map", map), ("the map, from a field", mapOfField),
      ("an edit", edit), ("a search", search), ("a filter", filter), ("the help", help),
      ("the palette", palette), ("a call", call),
    ]
  }()

  /// The keys that an effect or an open edit is about.
  private static func touched(_ scene: Scene) -> Set<String> {
    var keys: Set<String> = []
    for case .edit(let request) in scene.effects { keys.formUnion(request.entries.map(\.key)) }
    for case .lock(let key, _) in scene.effects { keys.insert(key) }
    switch scene.model.edit?.target {
    case .entry(let key, _)?: keys.insert(key)
    case .group(let prefix)?: keys.insert(prefix)
    case nil: break
    }
    return keys
  }

  @Test("No action over any overlay goes to an entry that is not in front")
  func inFront() throws {
    for situation in Self.situations {
      for action in Model.actions where action.id != "undo" && action.id != "redo" {
        var scene = situation.scene
        let row = scene.model.currentRow
        let before = Self.touched(scene)
        scene.effects = scene.model.run(action.id)
        let allowed: Set<String> =
          switch row {
          case .entry(let key)?: [key, KeyParts.prefix(of: key) ?? ""]
          case .group(let prefix)?: [prefix]
          case nil: []
          }
        let wrong = Self.touched(scene).subtracting(before).subtracting(allowed)
        #expect(wrong.isEmpty, "\(action.name) over \(situation.name)")
        let isMuted = scene.model.known.mutes.covers("a.1")
        let isElsewhere = row != .entry("a.1") && row != .group("a.")
        #expect(!(isMuted && isElsewhere), "\(action.name) over \(situation.name)")
      }
    }
  }

  @Test(
    "On the map what writes is about the cell under the cursor",
    arguments: [
      ("increment", "c.1", .double(1.6)), ("flip", "b.flag", .bool(false)),
    ] as [(ActionID, String, StateValue)]
  )
  func map(id: ActionID, key: String, value: StateValue) throws {
    var scene = Scene()
    scene.join(["a.1": 1, "a.flag": true, "b.flag": true, "c.1": 1.5])
    scene.model.goTree(to: .entry(id == "flip" ? "a.flag" : "a.1"))
    scene.type("gm")
    scene.model.map?.go(to: .entry(key))
    scene.type(":\(id.name)")
    scene.press(.enter)
    guard case .edit(let request)? = scene.effects.first else {
      Issue.record("nothing was sent: \(scene.model.notice?.text ?? "")")
      return
    }
    #expect(request.entries.map(\.key) == [key])
    #expect(request.entries.first?.mine == value)
    #expect(scene.model.map != nil, "the map stays")
  }

  @Test(
    "On the map remove asks about the cell under the cursor, and the map gives way to the question"
  )
  func remove() {
    var scene = Scene()
    scene.join(["a.1": 1, "b.1": 2])
    scene.model.goTree(to: .entry("a.1"))
    scene.type("gm")
    scene.model.map?.go(to: .entry("b.1"))
    scene.type(":remove")
    scene.press(.enter)
    #expect(scene.model.edit?.target == .entry("b.1"))
    #expect(scene.model.map == nil)
    scene.press("n")
    #expect(scene.model.edit == nil)
    #expect(scene.model.tree.cursor == .entry("a.1"), "the tree is where it was")
  }

  @Test("Each overlay tells its keys, and its name is its own")
  func names() {
    let names = Model.overlayKinds.map(\.name)
    #expect(Set(names).count == names.count)
    for situation in Self.situations.dropFirst() {
      #expect(situation.scene.model.front != nil, "\(situation.name)")
      let isBlank = (situation.scene.lines.last ?? "").split(separator: " ").isEmpty
      #expect(!isBlank, "\(situation.name)")
    }
  }

  @Test("Every action that a text names is one")
  func labels() {
    let named: [ActionID] = [
      .set, .remove, .undo, .redo, .search, .snapshot, .dropSnapshot, .olderSnapshot, .history,
      .pause,
      .pins, .plot, .noPlots, .referrers, .back, .lock, .dismiss, .help, .quit, .words, .mouse,
      .tour, .lesson, .hint, .showMe, .beginAgain,
    ]
    let all = Set(Model.actions.map(\.id))
    #expect(all.count == Model.actions.count)
    #expect(named.filter { !all.contains($0) } == [])
    for move in [
      "down", "up", "half-page-down", "half-page-up", "page-down", "page-up", "first", "last",
    ] {
      #expect(CursorMove.of(ActionID(move)) != nil && all.contains(ActionID(move)))
    }
  }
}
