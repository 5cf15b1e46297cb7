import SharedState
import StateEditing
import Testing
import TextScreen

@testable import Dashboard

@Suite("Copying")
struct CopyTests {
  private func scene() -> Scene {
    var scene = Scene()
    scene.join(Scene.smallTown)
    scene.press("/")
    scene.type("hyper")
    scene.press(.enter, .escape)
    return scene
  }

  private func copied(_ scene: Scene) -> String? {
    for case .copy(let text) in scene.effects { return text }
    return nil
  }

  @Test("yy, yk and yp copy the value, the key and the path of the house")
  func entry() {
    var scene = scene()
    scene.type("yy")
    #expect(copied(scene) == #"{"display_name":"Selection","particle_ids":[43,44,45]}"#)
    scene.type("yk")
    #expect(copied(scene) == "selection.hyperballs")
    scene.type("yp")
    #expect(copied(scene) == "selection.hyperballs")
  }

  @Test("Inside a house they copy the field under the cursor and its path")
  func field() {
    var scene = scene()
    scene.press("2", "j")
    scene.type("yy")
    #expect(copied(scene) == "[43,44,45]")
    scene.type("yp")
    #expect(copied(scene) == "selection.hyperballs.particle_ids")
    scene.type("yk")
    #expect(copied(scene) == "selection.hyperballs")
  }

  @Test("A place in a list, and a field whose name has a dot, are written as paths are")
  func paths() {
    var scene = Scene()
    scene.join(["a.b": ["owner.id": [7]], "list": [["x": 1], ["x": 2]]])
    scene.press("j", "2", "o")
    scene.press("G")
    scene.type("yp")
    #expect(copied(scene)?.hasPrefix(#"a.b."owner.id""#) == true)
  }

  @Test("On a street yk copies its prefix, and yy says what to do")
  func group() {
    var scene = scene()
    scene.press("h")
    scene.type("yk")
    #expect(copied(scene) == "selection.")
    scene.type("yy")
    #expect(copied(scene) == nil)
    #expect(scene.lines.last == " yy: choose a house first; Enter opens a street")
  }

  @Test("The person reads that it was sent to the terminal, never that it was copied")
  func words() {
    var scene = scene()
    scene.send(.copied(bytes: 42, limit: nil))
    #expect(scene.lines.last == " sent to the terminal (42 bytes)")
    scene.send(.copied(bytes: 80_000, limit: 74_994))
    #expect(scene.lines.last == " too long for the terminal: 74,994 bytes at most")
  }

  @Test("yc, ys and yn copy the last edit; before one they say that there is none")
  func calls() {
    var scene = scene()
    scene.type("yc")
    #expect(scene.lines.last == " yc: you have not edited anything yet")
    let base = scene.town["selection.hyperballs"]
    var mine = base
    mine?.object?["particle_ids"] = [43, 44]
    scene.submit(.update, [.init(key: "selection.hyperballs", base: base, mine: mine)])
    scene.type("yc")
    #expect(copied(scene) == "client.selections.update('hyperballs', particle_ids=[43, 44])")
    scene.type("ys")
    #expect(
      copied(scene)
        == #"try await client.selections.update("hyperballs", ["particle_ids": [43, 44]])"#
    )
    scene.type("yn")
    #expect(
      copied(scene)
        == "client.update_state(DictionaryChange(updates={'selection.hyperballs': "
        + "{'display_name': 'Selection', 'particle_ids': [43, 44]}}))"
    )
  }
}
