import ScreenKit
import SharedState
import Testing
import TextScreen

@testable import Dashboard

@Suite("People")
struct PeopleTests {
  private static let ada = "929680e7-1b7f-4a53-9abc-0123456789ab"
  private static let bea = "0c1d5b0e-52a4-4f5e-8abc-0123456789cd"

  private static func avatar(_ name: String) -> StateValue {
    ["name": .string(name), "components": [["name": "headset", "position": [0.5, 1.4, -0.3]]]]
  }

  private static let town: [String: StateValue] = [
    "avatar.\(ada)": avatar("Ada"), "avatar.\(bea)": avatar("Bea"),
    "cursor.\(ada).left": ["ownerid": .string(ada), "position": [1.0, 2.0, 3.0]],
    "interaction.web-1": [
      "interaction_type": "spring", "particles": [1], "scale": 3.0, "owner.id": .string(ada),
    ],
    "playarea.\(bea)": ["A": [0.0, 0.0, 0.0]], "selection.\(ada).0": ["particle_ids": [1, 2]],
    "selection.root": ["display_name": "Root"], "update.index.\(ada)": 7,
    "visualiser.v": ["renderer": "cartoon", "selection": .string("selection.\(ada).0")],
  ]

  private func scene(_ columns: Int = 120, _ rows: Int = 40, ascii: Bool = false) -> Scene {
    var scene = Scene(columns, rows, options: DashboardOptions(address: "ws://x:1", ascii: ascii))
    scene.join(Self.town)
    return scene
  }

  private func people(_ town: [String: StateValue] = PeopleTests.town) -> People {
    var people = People()
    for (key, value) in town { people.note(key, StateEntry(value)) }
    return people
  }

  @Test("A key with somebody's id is said with their name, in its group and by itself")
  func names() {
    let people = people()
    func row(_ key: String) -> String { people.name(ofEntry: key, .unicode) }
    #expect(row("avatar.\(Self.ada)") == "Ada")
    #expect(row("cursor.\(Self.ada).left") == "Ada · left")
    #expect(row("selection.\(Self.ada).0") == "Ada's selection 0")
    #expect(people.name(ofEntry: "selection.\(Self.ada).0", columns: 12, .unicode) == "Ada · 0")
    #expect(row("update.index.\(Self.ada)") == "Ada · index")
    #expect(row("note.\(Self.bea).x.y") == "Bea · x.y")
    #expect(row("selection.root") == "root" && row("scene") == "scene" && row("a.") == "")
    #expect(people.title(of: "cursor.\(Self.ada).left", .ascii) == "cursor Ada - left")
    #expect(people.title(of: "selection.\(Self.ada).0", .unicode) == "Ada's selection 0")
    #expect(people.title(of: "update.index.\(Self.ada)", .unicode) == "update index Ada")
    #expect(people.title(of: "selection.root", .unicode) == "selection.root")
  }

  @Test("Where two have one name, each has as much of the id as tells them apart")
  func namesakes() {
    var town = Self.town
    town["avatar.9296ffff-1b7f"] = Self.avatar("Ada")
    let people = people(town)
    #expect(people.name(of: Self.ada) == "Ada 92968")
    #expect(people.name(of: "9296ffff-1b7f") == "Ada 9296f")
    #expect(people.name(of: Self.bea) == "Bea")
  }

  @Test("An id may hold dots itself, and one without a name is an id all the same")
  func dottedIDs() {
    let people = people(["avatar.ada@lab.example": Self.avatar("Ada"), "avatar.\(Self.bea)": 1])
    #expect(people.name(ofEntry: "avatar.ada@lab.example", .unicode) == "Ada")
    #expect(people.title(of: "cursor.ada@lab.example.left", .unicode) == "cursor Ada · left")
    #expect(people.title(of: "update.index.ada@lab.example", .unicode) == "update index Ada")
    #expect(people.id(inKey: "selection.\(Self.bea).0") == Self.bea)
    #expect(people.title(of: "selection.\(Self.bea).0", .unicode) == "selection.\(Self.bea).0")
    #expect(people.id(inKey: "selection.root") == nil && people.id(inKey: "cursor.") == nil)
  }

  @Test("A short id is a name only where keys are somebody's")
  func shortIDs() {
    let people = people(["avatar.root": Self.avatar("Mallory"), "avatar.U": Self.avatar("Uma")])
    #expect(people.title(of: "selection.root", .unicode) == "selection.root")
    #expect(people.title(of: "update.index.U", .unicode) == "update index Uma")
    #expect(people.title(of: "avatar.root", .unicode) == "avatar Mallory")
  }

  @Test("What a name holds is safe to show, and neither long nor empty")
  func hostile() {
    let names = ["\u{1b}[31mRed", "", "   ", String(repeating: "x", count: 5000), "a\nb"]
    for name in names {
      let people = people(["avatar.\(Self.ada)": Self.avatar(name)])
      let shown = people.title(of: "avatar.\(Self.ada)", .unicode)
      #expect(!shown.unicodeScalars.contains { $0.value < 32 })
      #expect(shown.count <= 200)
      if name.allSatisfy({ $0 == " " }) { #expect(shown == "avatar.\(Self.ada)") }
    }
  }

  @Test(
    "Who leaves keeps the name while what they have built stands; who is renamed has the new one"
  )
  func leaving() {
    var people = people()
    people.note("avatar.\(Self.ada)", nil)
    #expect(people.title(of: "selection.\(Self.ada).0", .unicode) == "Ada's selection 0")
    people.note("avatar.aaaaaaaa-0000", StateEntry(Self.avatar("Ada")))
    #expect(people.name(of: "aaaaaaaa-0000") == "Ada", "who has left takes no name away")
    #expect(people.name(of: Self.ada) == "Ada 9296")
    let version = people.version
    people.note("avatar.\(Self.bea)", StateEntry(Self.avatar("Bea")))
    #expect(people.version == version, "nothing new")
    people.note("avatar.\(Self.bea)", StateEntry(Self.avatar("Bella")))
    #expect(people.name(of: Self.bea) == "Bella" && people.version > version)
    for number in 0..<5000 {
      people.note("avatar.flood-\(number)", StateEntry(Self.avatar("Flood")))
      people.note("avatar.flood-\(number)", nil)
    }
    #expect(people.ids(named: Search("Flood")).count <= People.mostDeparted)
  }

  @Test("Tree, house, links, activity, pins, plots and the map say the name")
  func everywhere() {
    var scene = scene()
    #expect(scene.picture.contains("Ada · left"))
    #expect(scene.picture.contains("Ada  spring"), "the owner of an interaction")
    #expect(scene.picture.contains("→ Ada's selection 0"))
    scene.type(":cursor.\(Self.ada).left")
    scene.press(.enter)
    #expect(scene.picture.contains("┌ cursor Ada · left "))
    #expect(scene.picture.contains("cursor.\(Self.ada).left"), "and the key has its place")
    #expect(scene.picture.contains("Ada  \"929680e7"), "the field that holds the id")
    #expect(scene.picture.contains("belongs to avatar Ada (gd)"))
    scene.press("2", "j", "j", "l", "j", "t", "1")
    #expect(scene.picture.contains("cursor Ada · left"))
    scene.change([
      "cursor.\(Self.ada).left": ["ownerid": .string(Self.ada), "position": [2.0, 2.0, 3.0]]
    ])
    #expect(scene.picture.contains("~ cursor Ada · left"))
    scene.type("u")
    #expect(scene.picture.contains("└─ cursor Ada · left "), "an edit says whose entry it is")
    scene.press(.escape)
    scene.type("p")
    scene.type(":selection.\(Self.ada).0")
    scene.press(.enter)
    scene.type("pgp")
    #expect(scene.picture.contains("Ada's selection 0"))
    scene.type("gpgm")
    #expect(scene.picture.contains("Ada's selection 0"))
  }

  @Test("/ finds the name, and what rows show, keys first; : offers the keys of who is called so")
  func found() {
    var scene = scene()
    scene.type("/Ada's")
    #expect(scene.model.tree.key == "selection.\(Self.ada).0")
    scene.press(.escape)
    scene.type("/cartoon")
    scene.wait(.milliseconds(20))
    #expect(scene.model.tree.key == "visualiser.v")
    scene.press(.escape)
    scene.press(.home)
    scene.type("/root")
    scene.wait(.milliseconds(20))
    scene.press(.enter)
    #expect(scene.model.tree.key == "selection.root")
    scene.type(":bea")
    let offered = scene.model.chooser?.shown.prefix(2).map(\.label.text) ?? []
    #expect(
      offered.first?.hasPrefix("avatar Bea") == true
        && offered.last?.hasPrefix("playarea Bea") == true
    )
    scene.press(.enter)
    #expect(scene.model.tree.key == "avatar.\(Self.bea)")
  }

  @Test(
    "At every width the whole key under the cursor can be read",
    arguments: [(40, 12), (60, 20), (80, 24), (120, 30), (200, 60)]
  )
  func wholeKey(columns: Int, rows: Int) {
    for key in ["cursor.\(Self.ada).left", "selection.\(String(repeating: "long-", count: 12))end"]
    {
      var scene = scene(columns, rows)
      scene.change(["selection.\(String(repeating: "long-", count: 12))end": 1])
      scene.type(":\(key)")
      scene.press(.enter)
      for pane in ["1", "4"] as [Key] {
        scene.press(pane)
        guard scene.model.paneKey == key else { continue }
        let layout = scene.model.layout
        let panes = layout.panes.keys.compactMap(layout.inside).map { rect in
          scene.lines[rect.row..<rect.endRow].map { line in
            String(line.dropFirst(rect.column).prefix(rect.columns)).trimmed
          }.joined()
        }
        #expect(panes.contains { $0.contains(key) }, "\(scene.picture)")
      }
    }
  }
}

extension String {
  fileprivate var trimmed: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
