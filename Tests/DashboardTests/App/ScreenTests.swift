import ScreenKit
import SharedState
import Testing
import TextScreen

@testable import Dashboard

@Suite("The mouse, zoom and paste")
struct ScreenTests {
  @Test("M leaves the mouse to the terminal and takes it back, and says so")
  func mouse() {
    var scene = Scene()
    scene.join(Scene.smallTown)
    scene.press("M")
    #expect(scene.effects == [.setMouse(false)])
    #expect(scene.model.notice?.text == "the mouse is the terminal's now; M takes it back")
    scene.press("M")
    #expect(scene.effects == [.setMouse(true)])
    scene = Scene(options: DashboardOptions(address: "a", reportsMouse: false))
    scene.press("M")
    #expect(scene.effects == [.setMouse(true)])
    #expect(scene.model.helpItems.contains { $0.label.text.contains("Shift-drag") })
  }

  @Test("The wheel scrolls the pane under the pointer, and the cursor and the focus stay")
  func wheel() {
    var scene = Scene()
    scene.join(
      Dictionary(uniqueKeysWithValues: (0..<80).map { ("house.\($0)", StateValue.int(Int64($0))) })
    )
    let (cursor, before) = (scene.model.tree.cursor, scene.picture)
    scene.send(.screen(.mouse(Mouse(.wheelDown, at: Point(column: 5, row: 5)))))
    #expect(scene.model.tree.cursor == cursor && scene.model.focus == .tree)
    #expect(scene.picture != before)
  }

  @Test(
    "Each pane fills the screen on 0 and says so, and 0 brings the others back",
    arguments: Model.panes.map(\.id)
  )
  func zoom(pane: PaneID) {
    for (columns, rows) in [(80, 24), (200, 60)] {
      var scene = Scene(columns, rows)
      scene.join(Scene.smallTown)
      let number = (Model.panes.firstIndex { $0.id == pane } ?? 0) + 1
      scene.press(Key.sequence("\(number)")[0])
      let before = scene.model.layout.panes
      scene.press("0")
      #expect(scene.model.layout.panes == [pane: scene.model.layout.body])
      #expect(scene.lines[1].contains("zoomed"), "\(scene.lines[1])")
      scene.press("0")
      #expect(scene.model.layout.panes == before)
      #expect(!scene.picture.contains("zoomed"))
    }
  }

  @Test("Where one pane fits, zoom has nothing to do, and an edit has the whole screen")
  func small() {
    var scene = Scene(40, 12)
    scene.join(Scene.smallTown)
    scene.press("0")
    #expect(!scene.picture.contains("zoomed"))
    #expect(scene.model.notice != nil)
    scene.press("j", "u")
    #expect(scene.model.edit != nil && scene.model.layout.panes.isEmpty)
    #expect(scene.model.layout.edit == scene.model.layout.body)
  }

  @Test("A paste of ten thousand characters in the panes runs no key")
  func paste() {
    var scene = Scene()
    scene.join(Scene.smallTown)
    let before = scene.model.view(scene.model.size)
    scene.send(.screen(.paste(String(repeating: "dyq\n:quit\n\u{3}", count: 1000))))
    #expect(scene.effects.isEmpty && scene.model.edit == nil && scene.model.chooser == nil)
    #expect(scene.model.notice?.text.contains("paste runs no keys") == true)
    scene.wait(.seconds(7))
    #expect(scene.model.view(scene.model.size) == before)
  }
}

@Suite("Without colours")
struct ColourlessTests {
  /// A row as one sees it without colours: its text, and what stands out by itself.
  private struct Look: Hashable {
    var text: [String]
    var emphasis: [Emphasis]
  }

  private func look(of key: String, in scene: Scene) -> Look? {
    let picture = scene.model.view(scene.model.size)
    let name = String(key.split(separator: ".").last ?? "")
    guard let inside = scene.model.layout.inside(.tree),
      let row = (inside.row..<inside.row + inside.rows).first(where: { row in
        (inside.column..<inside.endColumn).map { picture[$0, row].text }.joined().contains(name)
      })
    else { return nil }
    let cells = (inside.column..<inside.endColumn).map { picture[$0, row] }
    return Look(text: cells.map(\.text), emphasis: cells.map(\.style.emphasis))
  }

  @Test("Each state of a house looks unlike each other one by its text or by what stands out")
  func houses() throws {
    let key = "selection.hyperballs"
    var quiet = Scene()
    quiet.join(Scene.smallTown)
    quiet.press("G")
    quiet.wait(.seconds(20))
    var fresh = quiet
    fresh.change([key: ["display_name": "Selection", "particle_ids": [43, 44, 45], "x": 1]])
    var later = fresh
    later.wait(KnownState.markTime / 2 + .milliseconds(500))
    var gone = quiet
    gone.change(remove: [key])
    var new = gone
    new.wait(.seconds(30))
    new.change([key: Scene.smallTown[key] ?? .null])
    var found = quiet
    found.type("/hyperb")
    found.press(.enter)
    var stale = quiet
    stale.lose()
    let scenes = [
      ("quiet", quiet), ("changed now", fresh), ("changed a moment ago", later),
      ("moved out", gone),
      ("new", new), ("under the cursor", found), ("out of date", stale),
    ]
    for (index, one) in scenes.enumerated() {
      for other in scenes[(index + 1)...] {
        let looks = (try #require(look(of: key, in: one.1), "\(one.0)"), look(of: key, in: other.1))
        #expect(looks.0 != looks.1, "\(one.0) and \(other.0)")
      }
    }
  }

  @Test("Each state of the connection is said in words")
  func connection() {
    let states: [LinkStatus] = [
      .connecting(attempt: 1), .syncing(received: 1, total: nil), .live(latency: nil),
      .live(latency: nil, silentSince: .seconds(996)),
      .waiting(attempt: 1, reason: "gone", until: .seconds(1002)),
    ]
    let lines = states.map { status in
      var scene = Scene()
      scene.send(.link(status))
      return scene.lines[0]
    }
    #expect(Set(lines).count == states.count)
  }

  @Test("A silence is counted, second by second, and nothing else wakes the dashboard")
  func silence() {
    for ascii in [false, true] {
      var options = DashboardOptions(address: "ws://127.0.0.1:38801")
      options.ascii = ascii
      var scene = Scene(options: options)
      scene.join(Scene.smallTown)
      scene.wait(.seconds(60))
      #expect(scene.model.wakeUp == nil)
      let since = scene.uptime - .milliseconds(3200)
      scene.send(.link(.live(latency: nil, silentSince: since)))
      #expect(scene.lines[0].contains("\(ascii ? "?" : "◐") silent for 3 s"))
      #expect(scene.model.wakeUp == since + .seconds(4))
      scene.wait(.seconds(2))
      #expect(scene.lines[0].contains("silent for 5 s"))
      scene.send(.link(.live(latency: nil)))
      #expect(scene.lines[0].contains("live") && !scene.lines[0].contains("silent"))
      #expect(scene.model.wakeUp == nil)
    }
  }

  @Test("A difference tells old, new and changed by marks")
  func difference() {
    var scene = Scene()
    scene.join(["a.b": ["x": 1, "y": 2]])
    scene.press("j", "e")
    guard case .externalEdit(let id, _, _, _, _)? = scene.effects.first else {
      Issue.record("no editor was asked for")
      return
    }
    scene.send(.externalEdit(id, .saved(#"{"x":3,"z":4}"#)))
    let text = scene.picture
    for row in ["- x", "+ x", "- y", "+ z"] {
      #expect(text.contains(row), "\(row) is not in\n\(text)")
    }
  }
}
