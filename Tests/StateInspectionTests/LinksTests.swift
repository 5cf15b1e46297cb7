import SharedState
import Testing

@testable import StateInspection

@Suite("Links")
struct LinksTests {
  private func links(_ key: String, _ value: StateValue) -> [String] {
    Links.of(key, value).map { "\($0.path): \($0.kind.forward) \($0.target)" }
  }

  @Test(
    "A visualiser draws a selection, in each street of visualisers, its name with or without the prefix",
    arguments: ["visualiser.a", "visualisers.a", "visualisation.a"],
    ["selection.pair", "pair"]
  )
  func drawing(key: String, name: String) {
    #expect(links(key, ["selection": .string(name)]) == ["selection: draws selection.pair"])
  }

  @Test("A selection given as atoms, an empty name and another street point at nothing")
  func none() {
    #expect(links("visualiser.a", ["selection": [1, 2]]) == [])
    #expect(links("visualiser.a", ["selection": ""]) == [])
    #expect(links("visualiser.a", ["renderer": "cartoon"]) == [])
    #expect(links("visualiser.a", 3) == [])
    #expect(links("suggested.a", ["selection": "selection.pair"]) == [])
    #expect(
      links("visualiser.a", ["selection": .string(String(repeating: "x", count: 1001))]) == []
    )
  }

  @Test(
    "What is somebody's by its key belongs to their avatar",
    arguments: [
      "user-origin.U", "playarea.U", "update.index.U", "cursor.U.left", "cursor.U.right",
      "report.connection.health.U",
    ]
  )
  func ownedByKey(key: String) {
    #expect(links(key, 1) == ["(whole value): belongs to avatar.U"])
    let isFound = Links.keysOwned(by: "avatar.U").contains(key) || key.hasPrefix("cursor.")
    #expect(isFound && Links.groups(pointingAt: "avatar.U").contains("cursor."))
  }

  @Test("A key with an empty id belongs to nobody, and ids with dots are whole")
  func ids() {
    #expect(Links.ofKey("user-origin.") == [])
    #expect(Links.ofKey("update.other.U") == [])
    #expect(Links.ofKey("cursor.a.b.left").map(\.target) == ["avatar.a.b"])
  }

  @Test("An interaction belongs to the owner of its flat field owner.id, a cursor to its ownerid")
  func owner() {
    #expect(
      links("interaction.i", ["owner.id": "U"]) == [#""owner.id": belongs to avatar.U"#]
    )
    #expect(links("interaction.i", ["owner": ["id": "U"]]) == [])
    #expect(
      links("cursor.U.left", ["ownerid": "V"]) == [
        "(whole value): belongs to avatar.U", "ownerid: belongs to avatar.V",
      ]
    )
  }

  @Test("An avatar that names itself points at nothing, one that names another points there")
  func identity() {
    #expect(links("avatar.U", ["playerid": "U"]) == [])
    #expect(links("avatar.U", ["playerid": "V"]) == ["playerid: is the player of avatar.V"])
  }

  @Test("Transforms, handles and objects are placed in a transform, by its name or key")
  func placement() {
    for key in ["transform.a", "handle.a", "object.label.a"] {
      #expect(links(key, ["parent": "b"]) == ["parent: is placed in transform.b"])
      #expect(links(key, ["parent": "transform.b"]) == ["parent: is placed in transform.b"])
      #expect(links(key, ["parent": .null]) == [])
    }
  }

  @Test("A panel sets the variables of its elements and of their arguments")
  func controls() {
    let panel: StateValue = [
      "elements": [
        ["type": "slider", "variable": "variable.speed"],
        ["type": "button", "arguments": ["x": ["variable": "scene.box"], "y": 3]],
        "odd", ["variable": 3],
      ]
    ]
    #expect(
      links("panel.p", panel) == [
        "elements[0].variable: sets variable.speed",
        "elements[1].arguments.x.variable: sets scene.box",
      ]
    )
  }

  @Test("A panel of a million elements gives no more links than are looked for")
  func bounded() {
    let element: StateValue = ["variable": "a.b", "arguments": ["x": ["variable": "c.d"]]]
    let panel: StateValue = ["elements": .array(Array(repeating: element, count: 1000))]
    #expect(Links.of("panel.p", panel).count == Links.most)
  }

  @Test("Whoever points at a house is in a street that is looked through for it")
  func streetsAreComplete() {
    let values: [(String, StateValue)] = [
      ("visualiser.a", ["selection": "s"]), ("visualisers.a", ["selection": "s"]),
      ("visualisation.a", ["selection": "s"]), ("interaction.a", ["owner.id": "u"]),
      ("avatar.a", ["playerid": "u"]), ("cursor.a.left", ["ownerid": "u"]),
      ("transform.a", ["parent": "b"]), ("handle.a", ["parent": "b"]),
      ("object.a", ["parent": "handle.b"]), ("panel.a", ["elements": [["variable": "x.y"]]]),
    ]
    for (key, value) in values {
      let group = KeyParts.prefix(of: key) ?? ""
      #expect(Links.referring.contains(group))
      let targets = Links.of(key, value).filter { !$0.path.isRoot }.map(\.target)
      #expect(!targets.isEmpty)
      for target in targets {
        #expect(Links.groups(pointingAt: target).contains(group), "\(key) at \(target)")
      }
    }
  }
}
