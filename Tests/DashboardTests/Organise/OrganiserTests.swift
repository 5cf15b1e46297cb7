import ScreenKit
import SharedState
import StateEditing
import Testing
import TextScreen
import Trajectory

@testable import Dashboard

@Suite("The organiser's panel")
struct OrganiserTests {
  private static let adaID = "929680e7-1b7f-4a53-9d67-0a4e0d2a6a11"
  private static let ada: StateValue = [
    "connection": 3, "name": "Ada", "user": .string(adaID), "role": "writer", "wire": "WebSocket",
    "address": "10.0.0.7", "seconds": 90, "messages": 1200, "restraint": "",
  ]
  private static let program: StateValue = [
    "connection": 4, "name": "", "user": "py", "role": "writer", "wire": "WebSocket",
    "address": "10.0.0.8", "seconds": 7300, "messages": 1, "restraint": "frozen",
  ]

  private func scene(_ columns: Int = 100, _ rows: Int = 30, readOnly: Bool = false) -> Scene {
    var scene = Scene(
      columns,
      rows,
      options: DashboardOptions(address: "ws://x", readOnly: readOnly, userID: "me", seed: 1)
    )
    scene.join(Scene.smallTown)
    scene.change(["report.connection.health.\(Self.adaID)": ["rtt": 41.0]])
    return scene
  }

  private func opened(_ columns: Int = 100, _ rows: Int = 30, readOnly: Bool = false) throws
    -> Scene
  {
    var scene = scene(columns, rows, readOnly: readOnly)
    scene.press("W")
    let id = try #require(scene.model.connections.asking)
    scene.send(.commandEnded(id, .success(["connections": [Self.ada, Self.program]])))
    return scene
  }

  // MARK: Who is here

  @Test("Each has a row: name, device, since when, round trip, what was heard, role and restraint")
  func rows() throws {
    var scene = try opened()
    let row = try #require(scene.lines.first { $0.contains("headset") })
    for words in ["Ada", "1 min", "41 ms", "writer"] { #expect(row.contains(words), "\(row)") }
    let other = try #require(scene.lines.first { $0.contains("program") })
    for words in ["py", "2 h", "frozen"] { #expect(other.contains(words), "\(other)") }
    // Nobody stirs.
    scene.wait(.seconds(40))
    #expect(scene.picture.contains("silent 40 s"), "\(scene.picture)")
    scene.change([Scene.ada: Scene.avatar(height: 1.5)])
    #expect(!scene.picture.contains("silent 4"))
  }

  @Test(
    "At every size all lines fit, and somebody is seen",
    arguments: [(40, 12), (80, 24), (200, 60)]
  )
  func sizes(columns: Int, rows: Int) throws {
    let scene = try opened(columns, rows)
    #expect(scene.lines.allSatisfy { TextWidth.columns(of: $0) <= columns })
    #expect(scene.picture.contains("Ada"), "\(scene.picture)")
    #expect(rows < 24 || scene.picture.contains("interaction-range"))
    #expect(rows < 24 || scene.picture.contains("set it up as it was saved"))
  }

  @Test("A server that does not tell who is connected still has people, and nobody to freeze")
  func foreign() throws {
    var scene = scene()
    scene.press("W")
    let id = try #require(scene.model.connections.asking)
    scene.send(.commandEnded(id, .failure(CommandFailure(.unknownCommand, "?"))))
    #expect(scene.picture.contains("headset"))
    scene.press("f")
    #expect(scene.effects == [])
    #expect(scene.lines.last?.contains("only a town of townhall's can do that") == true)
  }

  @Test("Who comes is asked about, once, and who leaves is gone from the cursor too")
  func comings() throws {
    var scene = try opened()
    scene.change(["avatar.bob-1234567": ["name": "Bob"]])
    #expect(scene.effects.contains { if case .ask = $0 { true } else { false } })
    #expect(scene.picture.contains("Bob"))
    scene.change(["avatar.bob-1234567": ["name": "Bob", "color": [1.0]]])
    #expect(!scene.effects.contains { if case .ask = $0 { true } else { false } })
    scene.press(.end)
    scene.change([:], remove: ["avatar.bob-1234567", Scene.ada])
    #expect(scene.picture.contains("program"))
  }

  @Test(
    "One key does something to somebody; sending away is asked for twice",
    arguments: [
      (["f"], "townhall/freeze", 3), (["m"], "townhall/mute", 3),
      (["e", "e"], "townhall/evict", 3),
      (["j", "f"], "townhall/release", 4),
    ] as [([Key], String, Int64)]
  )
  func acts(keys: [Key], name: String, number: Int64) throws {
    var scene = try opened()
    for key in keys { scene.press(key) }
    guard case .runCommand(_, name, let arguments)? = scene.effects.first else {
      Issue.record("\(scene.effects)")
      return
    }
    #expect(arguments == ["connection": .int(number)])
  }

  @Test(
    "Nobody freezes the dashboard they sit at; where that may be it, the key is asked for twice"
  )
  func ourselves() throws {
    var scene = scene()
    scene.press("W")
    let id = try #require(scene.model.connections.asking)
    var (own, unknown) = (Self.program.object ?? [:], Self.program.object ?? [:])
    (own["user"], own["connection"], own["restraint"]) = ("me", 7, "")
    (unknown["user"], unknown["connection"], unknown["restraint"]) = ("", 8, "")
    let rows: StateValue = ["connections": [Self.ada, .object(own), .object(unknown)]]
    scene.send(.commandEnded(id, .success(rows)))
    scene.press("j", "f")
    #expect(scene.effects == [] && scene.lines.last?.contains("this very dashboard") == true)
    scene.press("j", "f")
    #expect(scene.effects == [] && scene.lines.last?.contains("f again") == true)
    scene.press("k", "j", "f")
    #expect(scene.effects == [])
    scene.press("f")
    #expect(!scene.effects.isEmpty)
  }

  @Test(
    "The cursor stays on who it is on, when others come and leave; and the server is asked anew"
  )
  func stays() throws {
    var scene = try opened()
    scene.change(["avatar.aaron-1234": ["name": "Aaron"]])
    scene.press(.home, "j")
    let row = try #require(scene.model.organiser?.current)
    scene.change(remove: ["avatar.aaron-1234"])
    #expect(scene.model.organiser?.current == row && scene.model.organiser?.cursor == 0)
    let id = try #require(scene.model.connections.asking)
    scene.send(.commandEnded(id, .success(["connections": [Self.ada]])))
    scene.wait(.seconds(6))
    #expect(scene.model.connections.asking != nil)
  }

  @Test("A message that is sent is told of although the panel is left, and another waits")
  func leaves() throws {
    var scene = try opened()
    scene.press("n")
    scene.type("hi")
    scene.press(.enter, "n")
    scene.type("ho")
    scene.press(.enter)
    #expect(scene.lines.last?.contains("still on its way") == true)
    scene.press(.escape)
    scene.send(.commands(.success([CommandDescription(name: "ada/notify")])))
    guard case .runCommand(let id, _, let arguments)? = scene.effects.first else {
      Issue.record("\(scene.effects)")
      return
    }
    #expect(arguments == ["message": "hi"])
    scene.send(.commandEnded(id, .success(.null)))
    #expect(scene.lines.last?.contains("told 1 of 1: hi") == true)
  }

  // MARK: What is asked of all

  private func edit(_ scene: Scene) -> EditRequest? {
    for case .edit(let request) in scene.effects { return request }
    return nil
  }

  @Test(
    "One key turns what is asked of all headsets",
    arguments: [
      ("b", "suggested.box.locked", true), ("x", "suggested.box.hidden", true),
      ("t", "suggested.interaction.type", "gaussian"),
      ("y", "suggested.interaction.hydrogens", true), ("v", "suggested.avatars.hidden", true),
    ] as [(Key, String, StateValue)]
  )
  func turns(key: Key, name: String, value: StateValue) throws {
    var scene = try opened()
    scene.press(key)
    #expect(edit(scene)?.entries == [.init(key: name, base: nil, mine: value)])
  }

  @Test(
    "A number is typed, as a float; none takes it away; what makes no sense stays to be mended",
    arguments: [
      ("p", "0.5", "suggested.passthrough", 0.5),
      ("s", "100", "suggested.interaction.scale", 100.0),
      ("r", "0.4", "suggested.interaction.range", 0.4),
    ] as [(Key, String, String, StateValue)]
  )
  func typed(key: Key, text: String, name: String, value: StateValue) throws {
    var scene = try opened()
    scene.press(key)
    scene.type("much")
    scene.press(.enter)
    #expect(edit(scene) == nil && scene.model.organiser?.flaw?.hasSuffix("or none") == true)
    scene.press(.control("u"))
    #expect(scene.model.organiser?.flaw == nil)
    scene.type(text)
    scene.press(.enter)
    #expect(edit(scene)?.entries == [.init(key: name, base: nil, mine: value)])
    scene.change([name: value])
    scene.press(key)
    #expect(scene.lines.last?.contains(", now \(text)") == true, "\(scene.picture)")
    scene.type("none")
    scene.press(.enter)
    #expect(edit(scene)?.entries == [.init(key: name, base: value, mine: nil)])
    scene.press(key, .escape)
    #expect(scene.model.organiser != nil && scene.model.organiser?.typing == nil)
  }

  @Test("The simulation's keys are those of the panes; the panel stays")
  func simulation() throws {
    var scene = try opened()
    scene.press("P")
    #expect(
      scene.effects.contains {
        if case .runCommand(_, "playback/play", _) = $0 { true } else { false }
      }
    )
    scene.press("B")
    #expect(
      scene.effects.contains {
        if case .runCommand(_, "playback/reset", _) = $0 { true } else { false }
      }
    )
    #expect(scene.model.organiser != nil)
  }

  @Test("Who only looks is refused everything, in words")
  func readOnly() throws {
    for key in ["b", "f", "n"] as [Key] {
      var scene = try opened(readOnly: true)
      scene.press(key)
      if key == "n" {
        scene.type("x")
        scene.press(.enter)
      }
      #expect(edit(scene) == nil && !scene.effects.contains(.listCommands))
      #expect(scene.lines.last?.contains("read only") == true, "\(key)")
    }
  }

  // MARK: Telling everybody

  @Test("A message goes to each who takes one, and it is said how many had it")
  func notice() throws {
    var scene = try opened()
    scene.press("n")
    scene.type("five minutes")
    scene.press(.enter)
    #expect(scene.effects == [.listCommands])
    let names = ["ada/notify", "bob/notify", "other"]
    scene.send(.commands(.success(names.map { CommandDescription(name: $0) })))
    let calls = scene.effects.compactMap { effect -> (CallID, String, StateObject)? in
      if case .runCommand(let id, let name, let arguments) = effect {
        (id, name, arguments)
      } else {
        nil
      }
    }
    #expect(calls.map(\.1) == ["ada/notify", "bob/notify"])
    #expect(calls.allSatisfy { $0.2 == ["message": "five minutes"] })
    scene.send(.commandEnded(calls[0].0, .success(.null)))
    scene.send(.commandEnded(calls[1].0, .failure(CommandFailure(.failed, "no"))))
    #expect(scene.lines.last?.contains("told 1 of 2: five minutes") == true, "\(scene.picture)")
    // Another list of commands tells nobody anything.
    scene.send(.commands(.success(names.map { CommandDescription(name: $0) })))
    #expect(scene.effects == [])
  }

  @Test("Where nobody takes messages that is said")
  func nobody() throws {
    var scene = try opened()
    scene.press("n")
    scene.type("x")
    scene.press(.enter)
    scene.send(.commands(.success([CommandDescription(name: "other")])))
    #expect(scene.lines.last?.contains("nobody here takes messages") == true)
  }

  // MARK: Ghosts

  @Test("Who is silent and not connected is offered to be swept away; what they made stays")
  func sweeps() throws {
    var scene = try opened()
    scene.change(remove: ["update.index.U"])
    scene.change([
      "avatar.ghost-123456": ["name": "Ghost"], "cursor.ghost-123456.left": 1,
      "selection.ghost-123456.0": ["name": "G"],
    ])
    scene.press("S")
    #expect(scene.lines.last?.contains("everybody whose body is here is here") == true)
    scene.wait(.seconds(11))
    scene.press("S")
    #expect(scene.picture.contains("Left behind") && scene.picture.contains("Ghost"))
    // Who has come back meanwhile is let be.
    var woken = scene
    woken.change(["cursor.ghost-123456.left": 2])
    woken.press(.enter)
    #expect(edit(woken) == nil && woken.lines.last?.contains("they have come back") == true)
    let offered = scene.model.chooser?.items.map(\.label.text) ?? []
    #expect(!offered.contains { $0.contains("Ada") }, "she is connected")
    scene.press(.enter)
    let entries = try #require(edit(scene)?.entries)
    #expect(entries.map(\.key) == ["avatar.ghost-123456", "cursor.ghost-123456.left"])
    #expect(entries.allSatisfy { $0.mine == nil })
  }

  // MARK: Set-ups

  @Test("The room is saved under a name, and brought back whole or in part, as one edit")
  func setups() throws {
    var scene = try opened()
    scene.press("w")
    scene.type("monday")
    scene.press(.enter)
    guard case .saveRoom("monday", let setup)? = scene.effects.first else {
      Issue.record("\(scene.effects)")
      return
    }
    #expect(setup == RoomSetup(of: scene.town))
    scene.change(["selection.hyperballs": ["name": "other"]], remove: ["scene.box"])
    scene.press("a")
    #expect(scene.effects == [.listRooms])
    scene.send(.rooms(["monday", "tues\u{1B}day"]))
    #expect(scene.picture.contains("monday") && !scene.picture.contains("\u{1B}"))
    scene.press(.enter)
    #expect(scene.effects == [.readRoom("monday")])
    scene.send(.room("monday", setup))
    #expect(scene.picture.contains("2 houses differ"), "\(scene.picture)")
    scene.press("j", "j", .enter)
    #expect(edit(scene)?.entries.map(\.key) == ["selection.hyperballs"])
    scene.send(.room("monday", setup))
    scene.press(.enter)
    let request = try #require(edit(scene))
    #expect(Set(request.entries.map(\.key)) == ["scene.box", "selection.hyperballs"])
    #expect(request.merges && request.verb == .set)
    #expect(scene.model.organiser != nil)
  }

  @Test("A set-up that comes after the panel was left opens nothing")
  func late() throws {
    var scene = try opened()
    scene.press("a", .escape)
    scene.send(.rooms(["monday"]))
    scene.send(.room("monday", RoomSetup(of: scene.town)))
    #expect(scene.model.chooser == nil && scene.model.organiser == nil)
  }
}
