import ScreenKit
import SharedState
import StateEditing
import Testing
import TextScreen
import Trajectory

@testable import Dashboard

@Suite("Going back in a session")
struct TravelTests {
  /// A town in which something happened at 12:00:10, 20 and 30; it is 12:00:40 now.
  private func scene(_ columns: Int = 100, past: PastBounds = .usual) -> Scene {
    var scene = Scene(
      columns,
      30,
      options: DashboardOptions(
        address: "ws://x:1",
        settings: DashboardSettings(past: past),
        seed: 1
      )
    )
    scene.join(["s.a": ["x": 1], "s.b": ["x": 2], "t.a": 1])
    scene.press("j")
    scene.wait(.seconds(10))
    scene.change(["s.a": ["x": 10], "mark.one": ["text": "ligand\u{1B}[2J is in"]])
    scene.wait(.seconds(10))
    scene.change(["s.c": ["x": 3]], remove: ["s.b"])
    scene.wait(.seconds(10))
    scene.change(["s.a": ["x": 30]])
    scene.wait(.seconds(10))
    return scene
  }

  private func sent(_ scene: Scene) -> EditRequest? {
    for case .edit(let request) in scene.effects { return request }
    return nil
  }

  /// What is in the panes, without the frames.
  private func rows(_ scene: Scene) -> [[Substring]] {
    scene.lines.dropFirst(scene.model.isInPast ? 2 : 1).map {
      $0.split { "│╎".contains($0) }.filter { !$0.allSatisfy { " ─╌".contains($0) } }
    }
  }

  @Test("The past is marked by a word, by its clock, and by the frames around it")
  func unmistakable() {
    var scene = scene()
    let live = scene.picture
    #expect(live.contains("● live") && !live.contains("╌") && !live.contains("PAST"))
    scene.press(",")
    #expect(scene.lines[0].contains(" PAST 12:00:20 ") && !scene.lines[0].contains("live"))
    #expect(scene.lines[1].hasPrefix(" past  12:00:20 0:20.0 ago "))
    #expect(scene.lines[1].contains("◆ ligand") && !scene.picture.contains("\u{1B}"))
    #expect(scene.lines[2].contains("Town as of 12:00:20 ╌╌"))
    #expect(scene.picture.contains("Activity paused at 12:00:40 ──"))
    #expect(scene.lines.last?.contains(" w now  , back  A on  P play  R restore") == true)
    #expect(scene.picture.contains("x  10") && !scene.picture.contains("x  30"))
    // It had become so ten seconds before: no field is marked as if it had just changed back.
    #expect(scene.picture.contains("changed at 12:00:10"))
    let field = scene.lines.first { $0.contains("~   x  10") }
    #expect(field?.contains("12:00:10") == true)
    // Nobody's keys change what was.
    scene.press("s")
    #expect(scene.effects.isEmpty && scene.model.edit == nil)
    #expect(scene.lines.last?.contains("s: this is the past; w comes back to now") == true)
    scene.press("w")
    #expect(scene.lines[0].contains("● live") && !scene.picture.contains("╌"))
    #expect(scene.picture.contains("x  30"))
    let ascii = DashboardOptions(address: "ws://x:1", ascii: true, seed: 1)
    var plain = Scene(100, 30, options: ascii)
    plain.join(["s.a": 1])
    plain.wait(.seconds(1))
    plain.change(["s.a": 2])
    plain.press(",")
    #expect(plain.lines[2].contains(".....") && plain.lines[0].contains(" PAST "))
    #expect(plain.picture.unicodeScalars.allSatisfy { $0.isASCII })
  }

  @Test("A moment looks as it did then, with the marks of what had just happened")
  func asItWas() throws {
    var then = Scene(120, 30)
    then.join(["s.a": ["x": 1], "s.b": ["x": 2], "t.a": 1, "u": true])
    then.press("j")
    then.wait(.seconds(10))
    then.change(["s.a": ["x": 10], "s.new": 1, "u": false])
    then.wait(.seconds(2))
    then.change(remove: ["s.b"])
    var later = then
    later.wait(.seconds(30))
    later.change(["s.a": ["x": 11], "s.b": ["x": 5], "v.a": 1], remove: ["s.new", "t.a"])
    later.wait(.seconds(30))
    later.press(",")
    #expect(later.model.known.state == then.model.known.state)
    // Frames, titles and the line with the place are other ones on purpose, and how busy a street was is not kept.
    let tree = { (scene: Scene) in
      scene.lines.filter { $0.first == "│" || $0.first == "╎" }
        .map {
          $0.dropFirst().prefix(46).filter { !"▁▂▃▄▅▆▇█".contains($0) }.replacing(" ", with: "")
        }
    }
    #expect(Array(tree(later).prefix(10)) == Array(tree(then).prefix(10)))
    #expect(tree(later).contains { $0.contains("movedout") })
    // The same after going about.
    later.press("A", ",", ",", "A", "A")
    later.press(",")
    #expect(Array(tree(later).prefix(10)) == Array(tree(then).prefix(10)))
  }

  @Test("Nothing on the screen is of now but Activity: cards, people, selections")
  func nothingOfNow() {
    var scene = Scene(200, 60)
    scene.join(Scene.smallTown)
    scene.wait(.seconds(10))
    let then: [String: StateValue] = [
      Scene.ada: Scene.avatar(height: 4.25), "scene.box": 425,
      "selection.root": ["display_name": "R425", "particle_ids": .null],
    ]
    scene.change(then)
    scene.wait(.seconds(10))
    let picture = scene.picture
    #expect(picture.contains("4.2") && picture.contains("425") && picture.contains("R425"))
    scene.change([
      Scene.ada: Scene.avatar(height: 7.75), "scene.box": 775,
      "selection.root": ["display_name": "R775", "particle_ids": .null],
      "avatar.zoe": ["name": "Zoe775"], "selection.new": ["display_name": "N775"],
    ])
    scene.wait(.seconds(1))
    scene.press(",")
    let rows = scene.lines
    let activity = rows.firstIndex { $0.contains("Activity paused") } ?? 0
    #expect(
      !rows[..<activity].joined().contains("775") && !rows[..<activity].joined().contains("7.7")
    )
    #expect(rows[..<activity].joined().contains("R425") && activity > 20)
    scene.press("w")
    #expect(scene.picture.contains("R775") && scene.picture.contains("Zoe775"))
  }

  @Test("Keys and the pointer go about: changes, seconds, marks, the changes of one house")
  func goAbout() {
    var scene = scene()
    let time = { (scene: Scene) in scene.model.isInPast ? scene.model.pictureTime.clockText : "now"
    }
    var seen: [String] = []
    for key: Character in [",", ",", ",", ",", "A", "A", "A"] {
      scene.press(.character(key))
      seen.append(time(scene))
    }
    #expect(
      seen == ["12:00:20", "12:00:10", "12:00:00", "12:00:00", "12:00:10", "12:00:20", "now"]
    )
    scene.press("{")
    #expect(time(scene) == "12:00:35")
    scene.press("{", "}")
    #expect(time(scene) == "12:00:35")
    scene.press("(")
    #expect(time(scene) == "12:00:10" && scene.model.known.state["s.a"] == ["x": 10])
    scene.press("(")
    #expect(scene.lines.last?.contains("there is no mark before this") == true)
    scene.press("B")
    #expect(time(scene) == "12:00:00" && scene.model.known.state["s.a"] == ["x": 1])
    scene.press(")")
    #expect(time(scene) == "12:00:10")
    scene.press("'")
    #expect(scene.model.tree.key == "s.a", "\(scene.model.tree.key ?? "")")
    #expect(time(scene) == "12:00:30" && scene.model.known.state["s.a"] == ["x": 30])
    scene.press(";")
    #expect(time(scene) == "12:00:10")
    scene.type(":seek -0:15")
    scene.press(.enter)
    #expect(time(scene) == "12:00:25" && scene.model.known.state["s.c"] == ["x": 3])
    scene.type(":seek 12:00:12")
    scene.press(.enter)
    #expect(time(scene) == "12:00:12" && scene.model.known.state["s.c"] == nil)
    scene.type(":seek 11:59")
    scene.press(.enter)
    #expect(scene.lines.last?.contains("nothing before 12:00:00 is kept") == true)
    scene.type(":seek soon")
    scene.press(.enter)
    #expect(scene.lines.last?.contains("soon is neither a time of day") == true)
    let line = scene.lines[1]
    let column = line.distance(
      from: line.startIndex,
      to: line.lastIndex { "─▁▂▃▄▅▆▇█".contains($0) }!
    )
    scene.send(.screen(.mouse(Mouse(.press, at: Point(column: column, row: 1)))))
    #expect(time(scene) == "12:00:39")
    scene.press("w", ",")
    scene.wait(.seconds(3))
    #expect(time(scene) == "12:00:20", "a moment stands still")
  }

  @Test("The past plays until it has come to now, at any speed")
  func plays() {
    var scene = scene()
    scene.press(",", ",", "P")
    #expect(scene.lines[1].hasPrefix(" playing  12:00:10"))
    scene.wait(.seconds(9))
    #expect(scene.model.pictureTime.clockText == "12:00:19")
    #expect(scene.model.known.state.contains("s.b"))
    scene.wait(.seconds(2))
    #expect(!scene.model.known.state.contains("s.b"))
    scene.press("=", "=")
    scene.wait(.seconds(2))
    #expect(scene.model.pictureTime.clockText == "12:00:29" && scene.lines[1].contains("×4"))
    scene.press("P")
    scene.wait(.seconds(5))
    #expect(scene.model.pictureTime.clockText == "12:00:29")
    scene.press("P")
    scene.wait(.seconds(20))
    #expect(!scene.model.isInPast && scene.lines[0].contains("● live"))
    #expect(scene.model.known.state == scene.town)
  }

  @Test("What happens meanwhile is counted, waits, and is there on the way back")
  func meanwhile() {
    var (scene, never) = (scene(), scene())
    scene.press(",", ",")
    let before = rows(scene)
    for number in 0..<20 {
      scene.change(["s.a": ["x": .int(Int64(number))], "n.\(number)": 1], remove: ["t.a"])
      never.change(["s.a": ["x": .int(Int64(number))], "n.\(number)": 1], remove: ["t.a"])
    }
    #expect(rows(scene) == before && scene.lines[0].contains("+41 since"))
    scene.press("w")
    #expect(scene.model.known.state == scene.town)
    #expect(scene.model.known.index.shownKeys == never.model.known.index.shownKeys)
    #expect(scene.picture.contains("back to now: 41 changes at 22 houses meanwhile"))
  }

  @Test("R brings a house back as it was at the moment, after a look, and z takes that back")
  func restoreOne() throws {
    var scene = scene()
    scene.press(",", ",")
    #expect(scene.model.tree.key == "s.a")
    scene.press("R")
    #expect(scene.model.edit != nil && scene.picture.contains("30") && scene.picture.contains("10"))
    scene.press(.enter)
    let request = try #require(sent(scene))
    #expect(request.entries == [.init(key: "s.a", base: ["x": 30], mine: ["x": 10])])
    #expect(scene.model.isInPast)
    let change = StateChange(updates: ["s.a": ["x": 10]])
    let inverse = StateChange(updates: ["s.a": ["x": 30]])
    scene.send(.sent(request.id, change, inverse: inverse))
    scene.change(["s.a": ["x": 10]])
    scene.send(.outcome(request.id, .sent(.accepted(latency: .milliseconds(4)))))
    scene.wait(.seconds(5))
    scene.press("R")
    #expect(scene.lines.last?.contains("R: this is what lives here now") == true)
    scene.press("z")
    #expect(try #require(sent(scene)).entries.map(\.mine) == [["x": 30]])
  }

  @Test("Esc leaves what is to be brought back, and nothing is asked; e writes it first")
  func leaves() {
    var scene = scene()
    scene.press(",", ",", "R")
    #expect(scene.lines.last?.contains("Esc leave it") == true)
    scene.press(.escape)
    #expect(scene.model.edit == nil && scene.effects.isEmpty && scene.model.isInPast)
    scene.press("R", "e")
    #expect(scene.model.edit?.phase == .editing)
  }

  @Test("On the smallest screen, too, a line says when it was")
  func smallest() {
    var scene = Scene(40, 12)
    scene.join(["s.a": 1])
    scene.wait(.seconds(5))
    scene.change(["s.a": 2])
    scene.wait(.seconds(5))
    scene.press(",")
    #expect(scene.lines[1].hasPrefix(" past  12:00:00 0:10.0 ago"), "\(scene.picture)")
  }

  @Test("A house that was not there yet goes, and one that has gone comes back")
  func restoreComings() throws {
    var scene = scene()
    scene.press(",", ",", "j")
    #expect(scene.model.tree.key == "s.b")
    scene.press("R")
    #expect(try #require(sent(scene)).entries == [.init(key: "s.b", base: nil, mine: ["x": 2])])
  }

  @Test(
    "R on a street, and gR for the whole, list what differs and bring all of it back as one edit"
  )
  func restoreMany() throws {
    var scene = scene()
    scene.press(",", ",", "k", "R")
    #expect(scene.picture.contains("12:00:10 → now: 3 houses differ"))
    #expect(scene.picture.contains("all as at 12:00:10: 1 removed, 1 changed, 1 brought back"))
    #expect(scene.model.list?.chooser.items.count == 4)
    scene.press("R")
    let request = try #require(sent(scene))
    let entries = request.entries.sorted { $0.key < $1.key }
    #expect(entries.map(\.key) == ["s.a", "s.b", "s.c"])
    #expect(entries.map(\.mine) == [["x": 10], ["x": 2], nil])
    #expect(entries.map(\.base) == [["x": 30], nil, ["x": 3]])
    #expect(request.merges)
    let before = StateDictionary(["s.a": ["x": 30], "s.c": ["x": 3], "t.a": 1])
    guard case .change(let change) = request.rebased(on: before) else {
      return #expect(Bool(false))
    }
    var after = before
    after.apply(change)
    #expect(after == ["s.a": ["x": 10], "s.b": ["x": 2], "t.a": 1])
    scene.press("B")
    scene.type("gR")
    // The mark stays, and so would people.
    #expect(scene.picture.contains("all as at 12:00:00: 1 removed, 1 changed, 1"))
    scene.press("j", "j", "R")
    #expect(scene.model.edit?.key == "s.a" || sent(scene) != nil)
  }

  @Test("Two moments are compared, or one and now, from the picture or by name")
  func compare() {
    var scene = scene()
    scene.type(":diff 12:00:15")
    scene.press(.enter)
    #expect(scene.picture.contains("12:00:15 → now: 3 houses differ"))
    #expect(scene.picture.contains("~ s.a  x 10 → 30"))
    scene.press(.escape)
    scene.type(":diff 12:00:05 12:00:15")
    scene.press(.enter)
    #expect(scene.picture.contains("12:00:05 → 12:00:15: 2 houses differ"))
    scene.press(.escape)
    scene.press(",")
    scene.type("g=")
    #expect(scene.picture.contains("12:00:20 → now: 1 house differs"))
    scene.press(.escape)
    scene.type(":diff 12:00:25")
    scene.press(.enter)
    #expect(
      scene.picture.contains("12:00:20 → 12:00:25")
        || scene.picture.contains("nothing differs between 12:00:20 and 12:00:25")
    )
    scene.press(.escape)
    scene.press(",")
    scene.type(":diff 12:00:25")
    scene.press(.enter)
    #expect(scene.picture.contains("12:00:10 → 12:00:25: 2 houses differ"))
    scene.press(.escape)
    scene.type(":diff 11:00")
    scene.press(.enter)
    #expect(scene.lines.last?.contains("nothing before 12:00:00 is kept") == true)
    scene.press("w")
    scene.type("g=")
    #expect(scene.lines.last?.contains("this is now; , goes back") == true)
  }

  @Test("A moment that is kept no longer is not offered, and what is shown of it says so")
  func dropped() {
    var scene = scene(past: PastBounds(time: .seconds(35), bytes: 1 << 20))
    scene.press(",", ",", ",", ",")
    #expect(scene.model.pictureTime.clockText == "12:00:05")
    #expect(scene.lines.last?.contains("nothing before 12:00:05 is kept") == true)
    scene.press("A")
    scene.wait(.seconds(20))
    #expect(scene.lines[1].contains("(no longer kept)"))
    #expect(scene.model.known.state["s.a"] == ["x": 10])
    scene.press(",")
    #expect(scene.lines.last?.contains("nothing before 12:00:25 is kept") == true)
    scene.press("A")
    #expect(scene.model.pictureTime.clockText == "12:00:25")
    #expect(scene.model.known.state["s.c"] == ["x": 3])
    scene.wait(.seconds(3600))
    scene.press("w")
    #expect(scene.model.known.state == scene.town && scene.model.known.index.entryCount == 4)
    var none = self.scene(past: PastBounds(time: .zero, bytes: 1 << 20))
    none.press(",")
    #expect(none.lines.last?.contains("nothing of the past is kept") == true)
  }

  @Test("In a town that was empty when we came the past begins then")
  func emptyTown() {
    var scene = Scene()
    scene.send(.link(.live(latency: .milliseconds(4))))
    scene.wait(.seconds(20))
    scene.change(["a": 1])
    scene.wait(.seconds(10))
    scene.change(["a": 2])
    scene.wait(.seconds(10))
    scene.press("{", "{", "{")
    #expect(scene.lines[1].contains("0:15.0 ago") && scene.model.known.state["a"] == 1)
    scene.press("B")
    #expect(scene.model.known.state.isEmpty)
    scene.press("w")
    #expect(scene.model.known.state == ["a": 2])
  }

  @Test("What lies over the panes writes nothing of the past either, nor does a line that is typed")
  func noWayAround() {
    var scene = scene()
    scene.press(",")
    for line in ["set s.a 1", "remove s.a", "add s. 1", "update s.a x=1", "mark now"] {
      scene.type(":\(line)")
      scene.press(.enter)
      #expect(sent(scene) == nil && scene.picture.contains("this is the past"), "\(line)")
      scene.press(.escape)
    }
    scene.send(.commands(.success([CommandDescription(name: "playback/load", arguments: [:])])))
    scene.press("X")
    #expect(scene.effects.allSatisfy { if case .runCommand = $0 { false } else { true } })
  }

  @Test(
    "A house that is chosen from what differs is the one that is edited, wherever the cursor is"
  )
  func chosenHouse() throws {
    var scene = Scene(200, 60)
    scene.join(Scene.smallTown)
    scene.wait(.seconds(5))
    scene.change(["scene.box": false, "selection.root": ["display_name": "R2"]])
    scene.wait(.seconds(5))
    scene.press("4", "j")
    scene.press("2", ",")
    scene.type("g=")
    let items = try #require(scene.model.list?.chooser.items)
    let place = try #require(items.firstIndex { $0.label.text.contains("scene.box") })
    for _ in 0..<place { scene.press("j") }
    scene.press("R")
    #expect(scene.model.edit?.key == "scene.box")
    scene.press(.enter)
    #expect(try #require(sent(scene)).entries == [.init(key: "scene.box", base: false, mine: true)])
  }

  @Test("A past that moves on while its beginning is let go of plays on, and is right")
  func edge() {
    var scene = scene(past: PastBounds(time: .seconds(20), bytes: 1 << 20))
    for number in 0..<100 {
      scene.change(["s.a": ["x": .int(Int64(number))]])
      scene.wait(.milliseconds(500))
    }
    scene.press(",", "B", "P")
    for number in 100..<140 {
      scene.change(["s.a": ["x": .int(Int64(number))]])
      scene.wait(.milliseconds(500))
      let place = scene.model.pause?.past?.place
      #expect(place.map { $0.step >= scene.model.watch.timeline.first } == true)
      let shown = scene.model.known.state["s.a"]?["x"]?.int ?? -1
      #expect(abs(Int(shown) - (number - 39)) <= 1, "\(shown) at \(number)")
    }
  }

  @Test("Streets tell what had last happened in them, and an order is one again on the way back")
  func streets() {
    var scene = Scene(100, 30)
    scene.join(["s.a": 1, "s.b": 1, "t.a": 1])
    scene.wait(.seconds(10))
    scene.change(["s.a": 2])
    scene.wait(.seconds(3))
    scene.change(["s.b": 2, "s.c": 1])
    scene.wait(.seconds(10))
    scene.change(["t.a": 2])
    let moment = { (prefix: String) in scene.model.known.news(ofGroup: prefix)?.at.clockText }
    #expect(moment("s.") == "12:00:13")
    scene.press(",", ",")
    #expect(scene.model.pictureTime.clockText == "12:00:10" && moment("s.") == "12:00:10")
    #expect(moment("t.") == nil)
    scene.press("w")
    #expect(moment("s.") == "12:00:13" && moment("t.") == "12:00:23")
    scene.type(":sort change")
    scene.press(.enter)
    scene.wait(.seconds(2))
    let order = scene.model.known.index.shownKeys
    scene.press(",", ",", ",", "w")
    scene.wait(.seconds(2))
    #expect(scene.model.known.index.shownKeys == order)
  }

  @Test("The molecule is the one that there was")
  func molecule() {
    var scene = Scene(100, 30)
    scene.join(["s.a": 1])
    var simulation = Simulation()
    for number in 1...5 {
      simulation.take(Frame([FrameKey.simulationTime.name: .double(Double(number))]))
      scene.send(.simulation(simulation, frames: number))
      scene.wait(.seconds(1))
      scene.change(["s.a": .int(Int64(number))])
      scene.wait(.seconds(1))
    }
    scene.press("{")
    #expect(scene.model.known.simulation.facts.time == 3)
    #expect(scene.model.newestSimulation.facts.time == 5)
    simulation.take(Frame([FrameKey.simulationTime.name: 6.0]))
    scene.send(.simulation(simulation, frames: 6))
    #expect(scene.model.known.simulation.facts.time == 3)
    scene.press("w")
    #expect(scene.model.known.simulation.facts.time == 6)
  }

  @Test("Whatever is done in the past and meanwhile, now is now again", arguments: 0..<6)
  func monkey(seed: Int) {
    var random = SplitMix(seed: UInt64(seed))
    var scene = Scene(100, 30)
    scene.join(Scene.smallTown)
    let keys = Array(",,,,AAA{}();'PP=_w|BjkKHHg=R")
    for _ in 0..<400 {
      switch Int.random(in: 0..<3, using: &random) {
      case 0:
        let key = "selection.\(Int.random(in: 0..<8, using: &random))"
        if Bool.random(using: &random) {
          scene.change([key: .int(Int64.random(in: 0..<99, using: &random))])
        } else {
          scene.change(remove: [key])
        }
      case 1: scene.press(.character(keys[Int.random(in: 0..<keys.count, using: &random)]))
      default: scene.wait(.milliseconds(Int.random(in: 1...4000, using: &random)))
      }
      if scene.model.edit != nil || scene.model.list != nil { scene.press(.escape, .escape) }
      if let place = scene.model.pause?.past?.place {
        let timeline = scene.model.watch.timeline
        let state = timeline.state(at: place, newest: scene.town)
        #expect(state == nil || scene.model.known.state == state)
      }
      let index = scene.model.known.index
      let alive = Set(index.shownKeys.filter { !index.isGhost($0) && !index.isHeld($0) })
      #expect(alive.isSubset(of: Set(scene.model.known.state.keys)))
    }
    if scene.model.pause != nil { scene.press("w") }
    #expect(scene.model.known.state == scene.town)
    scene.wait(.seconds(60))
    #expect(scene.model.known.index.entryCount == scene.town.count)
  }

  @Test("record begins and ends a recording, which the status line tells of")
  func records() {
    var scene = scene()
    scene.type(":record lab3")
    scene.press(.enter)
    #expect(scene.effects.contains(.record("lab3")))
    scene.send(.recording(RecordingStatus(path: "lab3.nanover.zip")))
    scene.send(.recording(RecordingStatus(path: "lab3.nanover.zip", seconds: 72)))
    #expect(scene.lines[0].contains("● rec 1:12"))
    scene.send(
      .recording(RecordingStatus(path: "lab3.nanover.zip", seconds: 73, trouble: "disk\u{7} full"))
    )
    #expect(scene.lines[0].contains("✗ rec 1:13"))
    #expect(scene.lines.last?.contains("full: what comes is recorded as soon as") == true)
    scene.type(":record other")
    scene.press(.enter)
    #expect(!scene.effects.contains(.record("other")))
    scene.type(":record")
    scene.press(.enter)
    #expect(scene.effects.contains(.endRecording))
    scene.send(.recording(nil))
    #expect(!scene.lines[0].contains(" rec "))
  }

  @Test("mark with words marks the moment for everybody")
  func marks() throws {
    var scene = scene()
    scene.type(":mark ligand is in")
    scene.press(.enter)
    let entry = try #require(sent(scene)?.entries.first)
    #expect(entry.key.hasPrefix("mark.") && entry.mine == ["text": "ligand is in"])
    scene.press(",")
    scene.type(":mark not here")
    scene.press(.enter)
    #expect(sent(scene) == nil)
  }
}
