import SharedState
import StateEditing
import TextScreen
import Testing
import Trajectory

@testable import Dashboard

@Suite("The room from above")
struct RoomTests {
  private static func avatar(_ name: String, x: Double, z: Double, turned: [Double]) -> StateValue {
    [
      "name": .string(name),
      "components": [
        [
          "name": "headset", "position": [.double(x), 1.6, .double(z)],
          "rotation": .array(turned.map { .double($0) }),
        ]
      ],
    ]
  }

  private static let half = 0.5.squareRoot()

  /// Somebody at each side of a play area of four metres by two, who look to the middle; and the box.
  private static let town: [String: StateValue] = [
    "avatar.u1": avatar("West", x: -2, z: 0, turned: [0, half, 0, half]),
    "avatar.u2": avatar("East", x: 2, z: 0, turned: [0, -half, 0, half]),
    "avatar.u3": avatar("North\u{1B}[2J", x: 0, z: 1, turned: [0, 1, 0, 0]),
    "avatar.u4": avatar("South", x: 0, z: -1, turned: [0, 0, 0, 1]),
    "playarea.u1": ["A": [-2, 0, -1], "B": [-2, 0, 1], "C": [2, 0, 1], "D": [2, 0, -1]],
    "user-origin.u1": ["position": [-1, 0, 0], "rotation": [0, 0, 0, 1]],
    "scene": [-0.5, 1, -0.5, 0, 0, 0, 1, 0.5, 0.5, 0.5],
  ]

  private static func scene(ascii: Bool = false, _ town: [String: StateValue] = town) -> Scene {
    var scene = Scene(80, 24, options: DashboardOptions(address: "x", ascii: ascii, seed: 1))
    scene.join(town)
    scene.send(
      .simulation(
        {
          var simulation = Simulation()
          simulation.take(Frame(["system.box.vectors": [2, 0, 0, 0, 2, 0, 0, 0, 2]]))
          return simulation
        }(),
        frames: 1
      )
    )
    scene.type("gf")
    return scene
  }

  /// Where a text stands in the picture.
  private static func place(of text: String, in scene: Scene) -> (column: Int, row: Int)? {
    for (row, line) in scene.lines.enumerated() {
      if let range = line.firstRange(of: text) {
        return (line.distance(from: line.startIndex, to: range.lowerBound), row)
      }
    }
    return nil
  }

  @Test("Everybody stands where they are, and looks where they look")
  func places() throws {
    let scene = Self.scene()
    let (west, east) = (
      try #require(Self.place(of: "→ West", in: scene)),
      try #require(Self.place(of: "← East", in: scene))
    )
    let (north, south) = (
      try #require(Self.place(of: "↓ North␛[2J", in: scene)),
      try #require(Self.place(of: "↑ South", in: scene))
    )
    #expect(west.row == east.row && north.row < west.row && west.row < south.row)
    #expect(
      north.column == south.column && west.column < north.column && north.column < east.column
    )
    // To scale: four metres across are twice as wide as two metres are high, and a character is twice as high as wide.
    let (across, down) = (east.column - west.column, south.row - north.row)
    #expect(abs(across - down * 4) <= 4, "\(across) by \(down)")
    #expect(scene.picture.contains("4 people, 1 play area, the box, + origins"))
    #expect(scene.lines.joined().contains("1 m"))
  }

  @Test("Without colours or Unicode it is told by other signs")
  func ascii() throws {
    let scene = Self.scene(ascii: true)
    for text in ["> West", "< East", "v North", "^ South"] {
      #expect(Self.place(of: text, in: scene) != nil, "\(text)\n\(scene.picture)")
    }
    #expect(scene.picture.unicodeScalars.allSatisfy { $0.isASCII || $0 == "␛" })
  }

  @Test("Places that are none, or farther than any room, are left out; an empty room says so")
  func hostile() {
    let odd: [String: StateValue] = [
      "avatar.a": Self.avatar("A", x: .nan, z: 0, turned: [0, 0, 0, 1]),
      "avatar.b": Self.avatar("B", x: 1e300, z: 0, turned: [0, 0, 0, 1]),
      "avatar.c": ["components": 5], "avatar.d": 7,
      "avatar.e": Self.avatar("E", x: 0, z: 0, turned: [1e9, 1e9, 1e9, 1e9]),
      "avatar.f": Self.avatar("F", x: 1, z: 0, turned: [0.7071, 0, 0, 0.7071]),
      "playarea.a": ["A": [0, 0], "B": 1], "scene": [1e9, 0, 0, 0, 0, 0, 1, 1e300, 1, 1],
    ]
    let scene = Self.scene(odd)
    #expect(scene.picture.contains("2 people, 0 play areas") && scene.picture.contains("● "))
    #expect(Self.scene([:]).picture.contains("nobody is here"))
    for columns in [1, 5, 20, 300] {
      var small = Scene(columns, 3)
      small.join(odd)
      small.type("gf")
      _ = small.picture
    }
  }

  @Test("o has the server set everybody up around the middle; Esc leaves")
  func orients() {
    var scene = Self.scene()
    scene.type("o")
    guard case .runCommand(_, let name, let arguments)? = scene.effects.first else {
      Issue.record("nothing was run")
      return
    }
    #expect(name == "multiuser/radially-orient-origins" && arguments == ["radius": 1.0])
    scene.press(.escape)
    #expect(scene.model.overlays.isEmpty && scene.picture.contains("Town"))
  }

  @Test("What headsets report of their connections is a table; who falls silent is marked")
  func health() {
    var scene = Self.scene()
    scene.press(.escape)
    scene.type("gy")
    #expect(scene.picture.contains("no headset reports; a asks them to"))
    scene.type("a")
    guard case .edit(let request)? = scene.effects.first else {
      Issue.record("nothing was sent")
      return
    }
    #expect(request.entries.map(\.key) == ["suggested.report.connection.health"])
    let report: StateValue = ["frame": 30, "state": 29, "rtt": 41, "fps": 72]
    scene.change([
      "report.connection.health.u1": report, "report.connection.health.u2": ["frame": "x"],
    ])
    let row = scene.lines.first { $0.contains("West") } ?? ""
    #expect(
      row.contains("30") && row.contains("29") && row.contains("41 ms") && row.contains("72 fps"),
      "\(scene.picture)"
    )
    #expect(!row.contains("silent"))
    scene.wait(.seconds(4))
    scene.change(["report.connection.health.u2": report])
    #expect(scene.lines.first { $0.contains("West") }?.contains("silent") == true)
    #expect(scene.lines.first { $0.contains("East") }?.contains("silent") == false)
  }
}
