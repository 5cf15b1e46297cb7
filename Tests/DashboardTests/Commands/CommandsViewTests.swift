import ScreenKit
import SharedState
import Testing
import TextScreen

@testable import Dashboard

@Suite("Commands of the town")
struct CommandsViewTests {
  private static let offered = [
    CommandDescription(name: "multiuser/radially-orient-origins", arguments: ["radius": 1.0]),
    CommandDescription(
      name: "playback/load",
      arguments: ["index": 1, "loop": true],
      label: "Load"
    ),
    CommandDescription(name: "playback/pause", label: "Pause"),
    CommandDescription(name: "user/\u{1B}[2J日本", label: "\u{7}bell"),
  ]

  private func scene(_ columns: Int = 80, _ rows: Int = 24, readOnly: Bool = false) -> Scene {
    var scene = Scene(
      columns,
      rows,
      options: DashboardOptions(address: "ws://127.0.0.1:38801", readOnly: readOnly, seed: 1)
    )
    scene.join(Scene.smallTown)
    return scene
  }

  /// The list is open, and has come.
  private func listed(_ columns: Int = 80, _ rows: Int = 24, readOnly: Bool = false) -> Scene {
    var scene = scene(columns, rows, readOnly: readOnly)
    scene.press("X")
    scene.send(.commands(.success(Self.offered)))
    return scene
  }

  private func choose(_ name: String, _ scene: inout Scene) {
    scene.press("/")
    scene.type(name)
    scene.press(.enter)
  }

  private func call(_ scene: Scene) -> (id: CallID, name: String, arguments: StateObject)? {
    for case .runCommand(let id, let name, let arguments) in scene.effects {
      return (id, name, arguments)
    }
    return nil
  }

  // MARK: The list

  @Test("The list is asked for when it opens and when r is pressed, and at no other time")
  func asks() {
    var scene = scene()
    scene.press("X")
    #expect(scene.effects == [.listCommands])
    #expect(scene.picture.contains("asking the town what it offers"))
    scene.press("r")
    #expect(scene.effects == [])
    scene.send(.commands(.success(Self.offered)))
    scene.wait(.seconds(600))
    #expect(scene.effects == [] && scene.model.wakeUp == nil)
    scene.press("r")
    #expect(scene.effects == [.listCommands])
  }

  @Test(
    "Names, what their buttons say and their arguments stand in the list",
    arguments: [80, 200]
  )
  func picture(columns: Int) throws {
    try Golden.expect(listed(columns, columns == 80 ? 24 : 60).picture, "commands\(columns)")
  }

  @Test("A list that comes after the person has left, or opened another, disturbs nothing")
  func late() {
    var scene = scene()
    scene.press("X", .escape)
    let before = scene.lines
    scene.send(.commands(.success(Self.offered)))
    #expect(scene.lines == before)
    scene.press("?")
    let help = scene.lines
    scene.send(.commands(.success(Self.offered)))
    #expect(scene.lines == help)
  }

  @Test("No commands, and no answer, are said in words")
  func nothing() {
    var scene = scene()
    scene.press("X")
    scene.send(.commands(.success([])))
    #expect(scene.picture.contains("the town offers no commands"))
    scene.press("r")
    scene.send(
      .commands(
        .failure(CommandFailure(.unavailable, "the wire of the town at x knows no commands"))
      )
    )
    #expect(scene.picture.contains("the wire of the town at x knows no commands"))
    scene.press(.enter)
    #expect(scene.effects == [] && scene.model.chooser != nil)
  }

  @Test("Who only looks sees the list and is told why nothing runs; without a town there is none")
  func refusals() {
    var scene = listed(readOnly: true)
    scene.press(.enter)
    #expect(scene.effects == [] && scene.lines.last?.contains("read only") == true)
    scene.press("a")
    #expect(scene.model.call == nil && scene.lines.last?.contains("read only") == true)
    var lost = self.scene()
    lost.lose()
    lost.press("X")
    #expect(lost.effects == [] && lost.lines.last == " X: not connected to the town")
  }

  @Test("A town that offers a hundred thousand commands is shown as far as one can choose from it")
  func many() {
    var scene = scene()
    scene.press("X")
    let names = (0..<100_000).map { CommandDescription(name: "c/\($0)") }
    scene.send(.commands(.success(names)))
    scene.press("G")
    #expect(scene.model.chooser?.items.count == 1001)
    #expect(scene.model.chooser?.items.last?.label.text == "and 99,000 more commands")
  }

  // MARK: Running

  @Test("One without arguments runs at once; what came of it is told in the pane and in Activity")
  func runs() throws {
    var scene = listed()
    choose("pause", &scene)
    let call = try #require(self.call(scene))
    #expect(call.name == "playback/pause" && call.arguments == [:])
    #expect(scene.picture.contains("still running, since 12:00:00"))
    #expect(scene.picture.contains("without arguments"))
    scene.wait(.seconds(5))
    #expect(scene.model.wakeUp == nil)
    scene.send(.commandEnded(call.id, .success(.null)))
    #expect(scene.picture.contains("✓ done after 5.0 s, without a result"))
    #expect(scene.notes.last == "✓ playback/pause: done after 5.0 s")
    scene.press("r")
    #expect(self.call(scene)?.name == "playback/pause" && self.call(scene)?.id != call.id)
  }

  @Test("Arguments are edited as values: 2 stays an int, 1.5 a float, and a flaw is not sent")
  func arguments() throws {
    var scene = listed()
    choose("load", &scene)
    #expect(scene.effects == [] && scene.picture.contains("run playback/load"))
    scene.press("+", .tab, " ", .enter)
    #expect(call(scene)?.arguments == ["index": 2, "loop": false])
    var other = listed()
    choose("radially", &other)
    other.press(.control("u"))
    other.type("1.5x")
    other.press(.enter)
    #expect(other.effects == [] && other.picture.contains("column 1"))
    other.press(.end, .backspace, .enter)
    #expect(call(other)?.arguments == ["radius": 1.5])
    other.send(
      .commandEnded(try #require(call(other)).id, .failure(CommandFailure(.failed, "no avatars")))
    )
    other.press("e", .control("u"), "2", .enter)
    // What was a float is written as one.
    #expect(call(other)?.arguments == ["radius": 2.0])
  }

  @Test("A command that is not known to take arguments can be given some")
  func ownArguments() {
    var scene = listed()
    scene.press("/")
    scene.type("pause")
    scene.press(.escape)
    while scene.model.chooser?.current?.name != "playback/pause" { scene.press("j") }
    scene.press("a")
    scene.type("speed=3")
    scene.press(.enter)
    #expect(call(scene)?.name == "playback/pause" && call(scene)?.arguments == ["speed": 3])
  }

  @Test("A result is shown in full and scrolls, and Activity keeps one line of it")
  func result() throws {
    var scene = listed()
    choose("pause", &scene)
    let id = try #require(self.call(scene)).id
    let names = (0..<200).map { StateValue.object(["file": .string("simulation-\($0).xml")]) }
    scene.send(.commandEnded(id, .success(["simulations": .array(names)])))
    var seen = Set(scene.lines.flatMap { $0.split(separator: " ") })
    for _ in 0..<60 {
      scene.press(.pageDown)
      seen.formUnion(scene.lines.flatMap { $0.split(separator: " ") })
    }
    for number in 0..<200 { #expect(seen.contains("\"simulation-\(number).xml\"")) }
    let end = scene.lines
    scene.press("j")
    #expect(scene.lines == end)
    scene.press("g")
    #expect(scene.picture.contains("\"simulation-0.xml\""))
    let note = try #require(scene.notes.last)
    #expect(note.hasPrefix("✓ playback/pause: done ") && note.utf8.count < 250)
    #expect(note.contains("simulation-0.xml"))
  }

  @Test("An exception is shown in full, line by line, and nothing in it commands the terminal")
  func exception() throws {
    var scene = listed()
    choose("pause", &scene)
    let id = try #require(self.call(scene)).id
    let long = String(repeating: "x", count: 200) + "END"
    scene.send(
      .commandEnded(
        id,
        .failure(CommandFailure(.failed, "Traceback:\n  File \"a.py\"\u{1B}[2J\n\(long)"))
      )
    )
    #expect(scene.picture.contains("✗ not done, after"))
    #expect(scene.picture.contains("  File \"a.py\"␛[2J"))
    #expect(scene.picture.contains("xEND") && !scene.picture.contains("\u{1B}"))
    #expect(scene.notes.last?.hasPrefix("✗ playback/pause: Traceback:   File") == true)
  }

  @Test("An enormous result, or one that is nested without end, is cut and says so")
  func enormous() {
    let big = CallReport(.string(String(repeating: "a", count: 10_000_000)))
    let rows = big.rows(columns: 78)
    #expect(rows.count < 1000)
    #expect(rows.last == "There is more: the first 64,000 characters are shown.")
    var deep: StateValue = 1
    for _ in 0..<1000 { deep = [deep] }
    let text = CallReport(deep).rows(columns: 78).joined()
    #expect(text == deep.text)
  }

  @Test("Whoever has left the pane is told at the foot and in Activity, without the result's value")
  func left() throws {
    var scene = listed()
    choose("pause", &scene)
    let id = try #require(self.call(scene)).id
    scene.press(.escape)
    #expect(scene.model.call == nil)
    scene.send(.commandEnded(id, .success(["secret": 1])))
    #expect(scene.lines.last == " ✓ playback/pause: done in under 1 ms")
    #expect(scene.notes.last?.hasSuffix(#", {"secret": 1}"#) == true)
  }

  @Test("A lost connection ends what waits, in words; what comes after all is not told again")
  func lost() throws {
    var scene = listed()
    choose("pause", &scene)
    let id = try #require(self.call(scene)).id
    scene.lose()
    #expect(scene.picture.contains("the connection was lost before the town answered"))
    let notes = scene.notes
    #expect(notes.contains { $0.hasPrefix("✗ playback/pause: the connection was lost") })
    scene.send(.commandEnded(id, .success(1)))
    #expect(scene.notes == notes && !scene.picture.contains("done after"))
    scene.press("r")
    #expect(scene.effects == [] && scene.picture.contains("not connected to the town"))
  }

  @Test("Only so many commands wait at a time, and the reason is said")
  func bound() {
    var scene = listed()
    for number in 0..<17 {
      if number > 0 {
        scene.press("X")
        scene.send(.commands(.success(Self.offered)))
      }
      choose("pause", &scene)
      if number < 16 { scene.press(.escape) }
    }
    #expect(scene.effects == [] && scene.model.calls.running.count == 16)
    #expect(scene.lines.last == " 16 commands are running; wait for one to end")
  }

  @Test("The list and the pane are drawn at every size, and each key is safe in them")
  func everySize() {
    for columns in stride(from: 0, to: 40, by: 3) {
      for rows in 0..<12 {
        var scene = listed(columns, rows)
        for key: Key in ["j", .enter, "x", .tab, .control("n"), .enter, .escape] {
          scene.press(key)
          #expect(scene.lines.count == rows)
        }
        var running = listed(columns, rows)
        choose("pause", &running)
        running.send(.commandEnded(CallID(1), .success(["a": [1, 2, 3]])))
        for key: Key in ["j", .pageDown, "G", "g", "%", "e", .escape] {
          running.press(key)
          #expect(running.lines.count == rows)
        }
      }
    }
  }

  @Test("In lines, a command is told like an edit")
  func spoken() {
    var scene = listed()
    var speaker = Speaker()
    _ = speaker.lines(for: scene.model)
    choose("pause", &scene)
    let started = speaker.lines(for: scene.model)
    #expect(started.contains("○ still running, since 12:00:00"))
    #expect(scene.model.hasPendingEdits)
    scene.send(.commandEnded(CallID(1), .success(["n": 7])))
    let ended = speaker.lines(for: scene.model)
    #expect(ended.contains("\"n\": 7") && ended.contains { $0.contains("with this result") })
    #expect(!scene.model.hasPendingEdits)
  }

  @Test("It is run by name too, as are its neighbours in the palette")
  func palette() {
    var scene = scene()
    scene.press(":")
    scene.type("commands")
    scene.press(.enter)
    #expect(scene.effects == [.listCommands])
  }
}
