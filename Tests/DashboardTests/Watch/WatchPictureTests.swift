import SharedState
import Testing
import TextScreen

@testable import Dashboard

@Suite("Pictures of what is watched")
struct WatchPictureTests {
  /// A visit of the hyperballs, with some life since.
  private func withSnapshot(_ columns: Int, _ rows: Int, ascii: Bool = false) -> Scene {
    let options = DashboardOptions(
      title: "lab-3",
      address: "ws://127.0.0.1:38801",
      ascii: ascii,
      seed: 1
    )
    var scene = Scene(columns, rows, options: options)
    scene.join(Scene.smallTown)
    scene.press("/")
    scene.type("hyper")
    scene.press(.enter, .escape, "p", "K")
    scene.wait(.seconds(2))
    scene.change([
      "selection.hyperballs": [
        "display_name": "Selection", "particle_ids": [43, 44, 45, 46], "selected": .null,
      ],
      "visualiser.9f2": [
        "selection": "selection.hyperballs", "renderer": "cartoon", "priority": 1,
      ],
    ])
    scene.wait(.seconds(3))
    return scene
  }

  @Test("A visit beside the live house", arguments: [(80, 24), (200, 60), (40, 12)])
  func visit(columns: Int, rows: Int) throws {
    var scene = withSnapshot(columns, rows)
    if columns == 40 { scene.press("2") }
    try Golden.expect(scene.picture, "snapshot\(columns)")
  }

  @Test("What its frame says of 0 is true wherever the cursor is, and of a snapshot too")
  func widens() {
    var scene = withSnapshot(80, 24)
    scene.press("1")
    #expect(scene.picture.contains("0 widens"))
    scene.press("0")
    #expect(scene.picture.contains("snapshot") && !scene.picture.contains("0 widens"))
    #expect(Array(scene.model.layout.panes.keys) == [.detail])
  }

  @Test("A visit in ASCII")
  func ascii() throws {
    let scene = withSnapshot(120, 24, ascii: true)
    let isPlain = scene.picture.unicodeScalars.allSatisfy { $0.isASCII }
    #expect(isPlain)
    try Golden.expect(scene.picture, "snapshotAscii")
  }

  @Test("Pinned houses side by side", arguments: [(80, 24), (200, 60)])
  func pins(columns: Int, rows: Int) throws {
    var scene = withSnapshot(columns, rows)
    scene.press("D", "j", "p", "G", "p")
    scene.type("gp")
    try Golden.expect(scene.picture, "pins\(columns)")
  }

  @Test(
    "Pinned lists of two lengths have a row for each element of the longer one, whichever was first"
  )
  func pinnedLists() {
    func part(_ name: String) -> StateValue {
      ["name": .string(name), "position": [1.0, 2.0, 3.0]]
    }
    for names in [["a.one", "a.three"], ["a.three", "a.one"]] {
      var scene = Scene(120, 40)
      scene.join([
        "a.one": ["parts": [part("head")]],
        "a.three": ["parts": [part("head"), part("left"), part("right")]],
      ])
      for name in names {
        scene.type(":\(name)")
        scene.press(.enter, "p")
      }
      scene.type("gp")
      for word in ["▾ [1]", "\"left\"", "▾ [2]", "\"right\""] {
        #expect(scene.picture.contains(word), "\(names)\n\(scene.picture)")
      }
    }
  }

  @Test("What a house was, and which houses left")
  func past() throws {
    var scene = withSnapshot(80, 24)
    scene.press("H")
    try Golden.expect(scene.picture, "past")
    scene.press(.escape)
    scene.change(remove: ["scene"])
    scene.change(remove: ["update.index.U"])
    scene.type("gh")
    try Golden.expect(scene.picture, "departed")
  }

  @Test("A picture that stands still says so in each title and in the first line")
  func paused() throws {
    var scene = withSnapshot(80, 24)
    scene.press("w")
    scene.change(["scene": 1, "scene.box": false])
    try Golden.expect(scene.picture, "paused")
  }

  @Test("Each small size is safe with a visit, with pins and while paused", arguments: 0..<34)
  func everySize(columns: Int) {
    for rows in 0..<12 {
      var scene = Scene(columns, rows)
      scene.join(Scene.strangeTown)
      scene.press("G", "K", "p", "k", "p", "K")
      scene.change(["a.\u{0}": ["x": 1], ".": 5], remove: ["", "selection."])
      for keys in ["2", "gp", "2j0", "gp", "H", "w", "1k"] {
        scene.type(keys)
        #expect(scene.lines.count == rows)
      }
      scene.press(.escape)
      scene.type("gk")
      #expect(scene.lines.count == rows)
    }
  }

  @Test("An idle screen with a visit, with pins or on pause asks for no waking")
  func idle() {
    for keys in ["K", "pgp", "w", "Kw"] {
      var scene = withSnapshot(120, 30)
      scene.type(keys)
      scene.change(["selection.hyperballs": ["n": 1]])
      scene.wait(.seconds(30))
      #expect(scene.model.wakeUp == nil, "\(keys)")
      let still = scene.lines
      scene.wait(.seconds(100))
      #expect(scene.lines == still)
    }
  }
}
