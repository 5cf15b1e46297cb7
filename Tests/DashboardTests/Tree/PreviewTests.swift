import ScreenKit
import SharedState
import Testing
import TextScreen

@testable import Dashboard

@Suite("Preview")
struct PreviewTests {
  private func text(_ key: String, _ value: StateValue) -> String {
    Preview.line(key: key, entry: StateEntry(value), Meanings(), glyphs: .unicode).text
  }

  @Test("What is as good as nothing in a place is no row of digits")
  func tiny() {
    let at: StateValue = ["position": [4.6012251132443944e-17, -0.04, 1.26]]
    #expect(text("user-origin.u", at) == "at 0.0 0.0 1.3")
  }

  @Test("All atoms, no atoms and some atoms are three different things")
  func atoms() {
    #expect(text("selection.a", ["display_name": "A", "particle_ids": nil]) == "\"A\" all atoms")
    #expect(text("selection.a", ["display_name": "A"]) == "\"A\" all atoms")
    #expect(text("selection.a", ["display_name": "A", "particle_ids": []]) == "\"A\" no atoms")
    #expect(text("selection.a", ["particle_ids": [4]]) == "1 atom")
    #expect(text("selection.a", ["particle_ids": [4, 5]]) == "2 atoms")
  }

  @Test("NanoVer's selections are read under both of its names", arguments: ["nanover", "narupa"])
  func rendering(name: String) {
    let fields: [(String, StateValue)] = [
      ("\(name).rendering.hide", true),
      ("\(name).rendering.renderer", ["render": "liquorice"]),
    ]
    let properties = StateObject(fields)
    let value: StateValue = [
      "name": "Protein", "selected": ["particle_ids": [0, 1]], "properties": .object(properties),
    ]
    #expect(text("selection.p", value) == "\"Protein\" 2 atoms  liquorice  hidden")
  }

  @Test("Each street has its own words")
  func streets() {
    let visualiser: StateValue = ["renderer": "hyperballs", "selection": "selection.a"]
    #expect(text("visualiser.1", visualiser) == "hyperballs → selection.a")
    let headset: StateValue = ["name": "headset", "position": [0.5, 1.41, -0.3]]
    #expect(
      text("avatar.1", ["name": "Ada", "components": [headset]]) == "Ada  head 0.5 1.4 -0.3"
    )
    #expect(
      text("interaction.1", ["interaction_type": "spring", "particles": [1, 2], "scale": 100.0])
        == "spring  on 2 atoms  scale 100.0"
    )
    #expect(text("scene", [0, 0, 1, 0, 0, 0, 1, 1, 1, 1]) == "at 0.0 0.0 1.0  scale 1.0 1.0 1.0")
    #expect(text("simulation.name", "17-ala") == "\"17-ala\"")
  }

  @Test(
    "A house that holds something else than its street's kind shows what it holds",
    arguments: [
      ("selection.a", "{particle_ids \"x\"}", ["particle_ids": "x"]),
      ("selection.a", "{selected [1]}", ["selected": [1]]),
      ("selection.a", "7", 7),
      ("avatar.a", "{components 3}", ["components": 3]),
      ("interaction.a", "{}", [:]),
      ("scene", "[1 2]", [1, 2]),
      ("visualiser.a", "{renderer 4}", ["renderer": 4]),
    ] as [(String, String, StateValue)]
  )
  func odd(key: String, expected: String, value: StateValue) {
    #expect(text(key, value) == expected)
  }

  @Test("A value of megabytes is not decoded for one line")
  func huge() {
    enum Refusing: StateValueCodec {
      static func decode(_ checkedBytes: RawSpan) -> StateValue {
        Issue.record("decoded")
        return nil
      }
    }
    let bytes = [UInt8](repeating: 0, count: 3_000_000)
    let packed = PackedStateValue(checked: bytes, codec: Refusing.self)
    let line = Preview.line(
      key: "a.b",
      entry: StateEntry(packed: packed),
      Meanings(),
      glyphs: .unicode
    )
    #expect(line.text == "3.0 MB, open it to look inside")
  }
}
