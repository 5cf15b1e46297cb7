import SharedState
import StateEditing
import Testing
import TextScreen

@testable import Dashboard

@Suite("Past and restore")
struct RestoreTests {
  private func scene(readOnly: Bool = false) -> Scene {
    var scene = Scene(
      100,
      30,
      options: DashboardOptions(address: "ws://x:1", readOnly: readOnly, seed: 1)
    )
    scene.join(["s.a": ["x": 1], "s.b": ["x": 2], "s.c": ["x": 3], "t.a": 1])
    scene.press("j")
    return scene
  }

  private func sent(_ scene: Scene) -> EditRequest? {
    for case .edit(let request) in scene.effects { return request }
    return nil
  }

  @Test("R on a house that has just left brings it back at once, built where nobody lives")
  func ghost() throws {
    var scene = scene()
    scene.change(remove: ["s.a"])
    scene.wait(.seconds(5))
    #expect(scene.model.tree.key == "s.a" && scene.picture.contains("x  1"))
    scene.press("R")
    let request = try #require(sent(scene))
    #expect(request.verb == .set)
    #expect(request.entries == [.init(key: "s.a", base: nil, mine: ["x": 1])])
  }

  @Test("R on a street that was cleared brings all of its houses back in one message")
  func group() throws {
    var scene = scene()
    scene.press("k")
    scene.change(remove: ["s.a", "s.b", "s.c"])
    scene.wait(.seconds(3))
    scene.change(["s.b": ["x": 9]])
    scene.press("R")
    let request = try #require(sent(scene))
    #expect(request.entries.map(\.key).sorted() == ["s.a", "s.c"], "s.b lives again")
    #expect(request.entries.allSatisfy { $0.base == nil && $0.mine != nil })
    scene.send(.outcome(request.id, .sent(.accepted(latency: .milliseconds(4)))))
    #expect(scene.picture.contains("restore s. (2 houses): accepted after 4 ms"))
    var quiet = self.scene()
    quiet.press("k", "R")
    #expect(quiet.effects.isEmpty && quiet.lines.last?.contains("no house has just left") == true)
  }

  @Test(
    "Long after it left, a house is found with gh or with H on its street, and R brings it back"
  )
  func later() throws {
    var scene = scene()
    scene.change(["s.a": ["x": 5]])
    scene.change(remove: ["s.a"])
    scene.press("G")
    scene.wait(.seconds(60))
    scene.type("gh")
    #expect(scene.picture.contains("s.a  {x 5}"))
    scene.press("R")
    #expect(try #require(sent(scene)).entries == [.init(key: "s.a", base: nil, mine: ["x": 5])])
    scene.press("g", "g", "H")
    #expect(scene.picture.contains("Houses that left"))
    scene.press(.enter)
    #expect(scene.model.tree.key == "s.a" && scene.model.detail.beside?.value == ["x": 5])
  }

  @Test("H tells what a house was, by whom and what changed, and Enter has it stand beside")
  func past() {
    var scene = scene()
    scene.change(["s.a": ["x": 1, "y": 2]])
    scene.wait(.seconds(2))
    scene.change(["s.a": ["x": 1, "y": 3]])
    scene.press("H")
    let lines = scene.lines.filter { $0.contains("│ 12:00:") || $0.contains("│ when you came") }
    #expect(lines.count == 3)
    #expect(lines[0].contains("12:00:02.000") && lines[0].contains("y 2 → 3"))
    #expect(lines[1].contains("12:00:00.000") && lines[1].contains("+y 2"))
    #expect(lines[2].contains("when you came"))
    scene.press("j", .enter)
    #expect(scene.model.detail.beside?.value == ["x": 1])
    #expect(scene.picture.contains("past before you came"))
    scene.press("H", "j", .enter)
    #expect(scene.model.watch.book.all.count == 1, "the same step is kept once")
    scene.press("k", .escape, "j", "j", "H")
    #expect(scene.lines.last?.contains("nothing has happened here since you came") == true)
  }

  @Test("R with the past beside a living house is reviewed, and merged like any edit")
  func review() throws {
    var scene = scene()
    scene.press("K")
    scene.change(["s.a": ["x": 7]])
    scene.press("R")
    #expect(scene.effects.isEmpty && scene.picture.contains("+ x = 1"))
    scene.change(["s.a": ["x": 7, "y": 1]])
    scene.press(.enter)
    let request = try #require(sent(scene))
    #expect(request.verb == .set && request.entries.first?.mine == ["x": 1, "y": 1])
  }

  @Test("R on the visit of a vacant address asks whether the house may go")
  func vacancy() {
    var scene = scene()
    scene.change(remove: ["s.a"])
    scene.press("K")
    scene.change(["s.a": 1])
    scene.press("R")
    #expect(scene.model.edit?.verb == .remove && scene.effects.isEmpty)
  }

  @Test("A value too long for an editor is brought back without a review by eye")
  func long() throws {
    var scene = scene()
    let long = StateValue.string(String(repeating: "x", count: 1_100_000))
    scene.change(["s.a": long])
    scene.press("K")
    scene.change(["s.a": 1])
    scene.press("R")
    #expect(try #require(sent(scene)).entries == [.init(key: "s.a", base: 1, mine: long)])
  }

  @Test("What cannot be brought back says why")
  func reasons() {
    var scene = scene()
    scene.press("R")
    #expect(scene.lines.last?.contains("this is what lives here now") == true)
    scene.press("K", "R")
    #expect(scene.lines.last?.contains("the snapshot is what lives here now") == true)
    var reader = self.scene(readOnly: true)
    reader.change(remove: ["s.a"])
    reader.press("R")
    #expect(reader.lines.last == " R: this dashboard is read only" && reader.effects.isEmpty)
    reader.press("H")
    reader.press("R")
    #expect(reader.effects.isEmpty)
  }
}
