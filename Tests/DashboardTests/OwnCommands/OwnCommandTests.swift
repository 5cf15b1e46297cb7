import Lessons
import ScreenKit
import SharedState
import StateEditing
import Testing
import TextScreen

@testable import Dashboard

@Suite("Commands of one's own")
struct OwnCommandTests {
  private static let key = "selection.root"

  private static func options(
    _ commands: [OwnCommand],
    keys: [KeyChoice] = [],
    readOnly: Bool = false,
    presents: Bool = false
  ) -> DashboardOptions {
    DashboardOptions(
      address: "ws://127.0.0.1:38801",
      readOnly: readOnly,
      presents: presents,
      settings: DashboardSettings(keys: keys, commands: commands),
      seed: 1
    )
  }

  /// A dashboard with some commands, whose cursor is on an entry.
  private static func scene(_ commands: OwnCommand..., readOnly: Bool = false) -> Scene {
    var scene = Scene(options: options(commands, readOnly: readOnly))
    scene.join(Scene.smallTown)
    scene.model.goTree(to: .entry(key))
    return scene
  }

  private static func command(
    _ output: OwnCommand.Output = .notice,
    scope: OwnCommand.Scope = .house,
    asks: Bool = false,
    writes: Bool = false
  ) -> OwnCommand {
    OwnCommand(
      "count",
      "wc -c",
      keys: ["F6"],
      help: "count the bytes",
      output: output,
      scope: scope,
      asks: asks,
      writes: writes,
      settingsLine: 7
    )
  }

  /// What is to be run, if it is one command of one's own.
  private func run(of scene: Scene) throws -> OwnCommandRun {
    let runs = scene.effects.compactMap { effect -> OwnCommandRun? in
      if case .runOwnCommand(let run) = effect { run } else { nil }
    }
    #expect(runs.count == 1)
    return try #require(runs.first)
  }

  // MARK: Asking for one

  @Test("Its key runs it, with what is under the cursor")
  func runs() throws {
    var scene = Self.scene(Self.command())
    scene.press(.function(6))
    let run = try run(of: scene)
    #expect(run.command == Self.command())
    #expect(run.key == Self.key && run.street == "selection." && run.town == "ws://127.0.0.1:38801")
    #expect(run.value == Scene.smallTown[Self.key])
    #expect(scene.model.notice?.text == "count runs")
    #expect(scene.model.hasPendingEdits)
  }

  @Test(
    "Palette, help and footer show it like ours, and a line of the palette names what it works on"
  )
  func shown() throws {
    var scene = Scene(200, 50, options: Self.options([Self.command()]))
    scene.join(Scene.smallTown)
    scene.model.goTree(to: .entry("scene.box"))
    #expect(scene.lines.last?.contains("F6 count") == true)
    let help = scene.model.helpItems.map(\.label.text)
    #expect(help.contains("Commands of your own"))
    #expect(help.contains { $0.contains("F6") && $0.contains("count the bytes") })
    scene.type(":coun")
    #expect(scene.picture.contains("count the bytes"))
    scene.press(.enter)
    #expect(try run(of: scene).key == "scene.box")
    scene.type(":count \(Self.key)")
    scene.press(.enter)
    #expect(try run(of: scene).key == Self.key)
  }

  @Test("Without any of them nothing of the help changes")
  func none() {
    let help = Model(options: DashboardOptions(address: "a")).helpItems.map(\.label.text)
    #expect(!help.contains("Commands of your own"))
  }

  @Test(
    "One about an entry wants one that is there; one about a group wants a group; one about anything is run anywhere"
  )
  func scope() throws {
    var scene = Self.scene(Self.command(.notice, scope: .house))
    scene.model.goTree(to: .group("selection."))
    scene.press(.function(6))
    #expect(scene.effects == [] && scene.model.notice?.text.hasPrefix("F6: choose a house") == true)
    scene = Self.scene(Self.command(.notice, scope: .street))
    scene.press(.function(6))
    let street = try run(of: scene)
    #expect(street.street == "selection." && street.key == nil && street.value == nil)
    scene = Scene(options: Self.options([Self.command(.notice, scope: .any)]))
    scene.join([:])
    scene.press(.function(6))
    let any = try run(of: scene)
    #expect(any.key == nil && any.street == nil)
    scene = Scene(options: Self.options([Self.command(.notice, scope: .house)]))
    scene.join([:])
    scene.press(.function(6))
    #expect(scene.effects == [] && scene.model.notice?.role == .warning)
  }

  @Test("Who wants to be asked is, and no is the answer that Enter gives")
  func asks() throws {
    var scene = Self.scene(Self.command(asks: true))
    scene.press(.function(6))
    #expect(scene.effects == [] && scene.picture.contains("Run count?"))
    #expect(scene.picture.contains("wc -c"))
    scene.press(.enter)
    #expect(scene.effects == [] && scene.model.list == nil)
    scene.press(.function(6), "n")
    #expect(scene.effects == [] && scene.model.list == nil)
    scene.press(.function(6), "y")
    #expect(try run(of: scene).key == Self.key)
  }

  @Test("At most four run at once, and the next may when one has ended")
  func four() throws {
    var scene = Self.scene(Self.command())
    var numbers: [Int] = []
    for _ in 0..<4 {
      scene.press(.function(6))
      numbers.append(try run(of: scene).number)
    }
    #expect(Set(numbers).count == 4)
    scene.press(.function(6))
    #expect(scene.effects == [] && scene.model.notice?.text.contains("4 commands") == true)
    scene.send(.ownCommandEnded(numbers[0], OwnCommandResult(.exited(0))))
    scene.press(.function(6))
    #expect(try run(of: scene).number != numbers[0])
  }

  // MARK: Where nothing may be written

  @Test(
    "Where nothing may be written those run that only look, and none that is said to write or makes a value",
    arguments: [
      (OwnCommand.Output.notice, false, true), (.pane, false, true), (.terminal, false, true),
      (.none, true, false), (.value, false, false),
    ]
  )
  func readOnly(output: OwnCommand.Output, writes: Bool, runs: Bool) {
    let command = Self.command(output, writes: writes)
    var readOnly = Self.scene(command, readOnly: true)
    readOnly.press(.function(6))
    #expect(readOnly.effects.isEmpty != runs)
    #expect(runs || readOnly.model.notice?.text == "F6: this dashboard is read only")
    var shown = Scene(options: Self.options([command], presents: true))
    shown.join(Scene.smallTown)
    shown.model.goTree(to: .entry(Self.key))
    shown.press(.function(6))
    #expect(shown.effects.isEmpty != runs)
    var past = Self.scene(command)
    past.wait(.seconds(9))
    past.change([Self.key: ["n": 1]])
    past.wait(.seconds(9))
    past.press(",", .function(6))
    #expect(past.model.isInPast && past.effects.contains { $0.isOwnCommand } == runs)
  }

  @Test("In the past one that looks is given what is seen, not what is there now")
  func past() throws {
    var scene = Self.scene(Self.command())
    scene.wait(.seconds(9))
    scene.change([Self.key: ["n": 1]])
    scene.wait(.seconds(9))
    scene.press(",", .function(6))
    #expect(try run(of: scene).value == Scene.smallTown[Self.key])
  }

  @Test(
    "A tour has none of them, whatever the settings say, and neither have settings that come during it"
  )
  func tour() {
    let settings = DashboardSettings(commands: [Self.command()])
    #expect(Keymap<Model>(settings, inTour: true)["count"] == nil)
    #expect(Keymap<Model>(settings, inTour: false)["count"] != nil)
    var options = Self.options([Self.command()])
    options.tour = TourOptions(TourScene.tour, progress: TourProgress(), lesson: nil)
    var scene = Scene(options: options)
    #expect(scene.model.keymap["count"] == nil && scene.model.keymap["undo"] != nil)
    scene.send(.settings(settings))
    #expect(scene.model.keymap["count"] == nil)
  }

  @Test("Nothing that the town holds becomes one, and no key of theirs means anything")
  func bound() {
    var scene = Self.scene()
    scene.change(["commands.count": ["run": "touch /tmp/x", "key": "F6"]])
    scene.press(.function(6))
    #expect(scene.effects == [])
    scene.send(.ownCommandEnded(1, OwnCommandResult(.exited(0), output: "unasked")))
    #expect(!scene.picture.contains("unasked") && scene.effects == [])
  }

  // MARK: Keys and names

  private func problems(_ commands: OwnCommand..., keys: KeyChoice...) -> [String] {
    DashboardSettings(keys: keys, commands: commands).problems.map(\.description)
  }

  @Test("What collides with a key or a name of ours is told like the keys are")
  func conflicts() {
    let quit = OwnCommand("bye", "true", keys: ["q"], settingsLine: 3)
    #expect(problems(quit) == ["line 3: q for bye takes the key of quit (q)"])
    let undo = OwnCommand("undo", "true", keys: ["F6"], settingsLine: 4)
    #expect(
      problems(undo) == ["line 4: undo is a command that is built in; call yours something else"]
    )
    #expect(
      Keymap<Model>(DashboardSettings(commands: [undo]), inTour: false)["undo"]?.keys.map(\.label)
        == ["z"]
    )
    let first = OwnCommand("a", "true", keys: ["F6"], settingsLine: 1)
    let second = OwnCommand("b", "true", keys: ["F6"], settingsLine: 5)
    #expect(
      problems(first, second) == ["line 5: F6 for b collides with F6 for a, which keeps it"]
    )
    let fixed = OwnCommand("c", "true", keys: ["^c"], settingsLine: 6)
    #expect(problems(fixed) == ["line 6: ^c is always quit-at-once"])
  }

  @Test("The table of keys binds them too, and holds where both say something")
  func table() {
    let settings = DashboardSettings(
      keys: [KeyChoice("a", keys: ["F8"]), KeyChoice("b", keys: ["F9"])],
      commands: [OwnCommand("a", "true", keys: ["F6"]), OwnCommand("b", "true")]
    )
    #expect(settings.problems == [])
    #expect(settings.commandsInForce.map(\.keys) == [["F8"], ["F9"]])
    #expect(!settings.keysInForce.contains { $0.name == "a" })
    #expect(settings.keysInForce.contains { $0.name == "undo" })
  }

  @Test("Settings that are read again bring them and take them away")
  func reload() throws {
    var scene = Self.scene()
    scene.press(.function(6))
    #expect(scene.effects == [])
    scene.send(.settings(DashboardSettings(commands: [Self.command()])))
    scene.press(.function(6))
    let number = try run(of: scene).number
    scene.send(.settings(DashboardSettings()))
    scene.press(.function(6))
    #expect(scene.effects == [])
    // What runs is told all the same when it ends.
    scene.send(.ownCommandEnded(number, OwnCommandResult(.exited(0), output: "12\n")))
    #expect(scene.model.notice?.text == "count: 12")
  }

  // MARK: What comes of it

  private func ended(
    _ output: OwnCommand.Output,
    _ result: OwnCommandResult,
    scene: Scene? = nil
  ) throws -> Scene {
    var scene = scene ?? Self.scene(Self.command(output))
    scene.press(.function(6))
    scene.send(.ownCommandEnded(try run(of: scene).number, result))
    return scene
  }

  @Test("The first line goes into the footer, and steers no terminal")
  func notice() throws {
    let scene = try ended(
      .notice,
      OwnCommandResult(.exited(0), output: "\n\u{1B}[31m12\u{7}\nmore")
    )
    let text = try #require(scene.model.notice?.text)
    #expect(text.hasPrefix("count: ") && text.contains("12") && !text.contains("more"))
    #expect(text.unicodeScalars.allSatisfy { !$0.isControl })
    // It may hold values, of which no log is kept.
    #expect(scene.model.noticeToLog == nil && scene.model.noticeText != nil)
    #expect(!scene.model.hasPendingEdits)
  }

  @Test(
    "One that fails says so with its last complaint, and what it wrote is not taken for an answer"
  )
  func fails() throws {
    let failed = OwnCommandResult(.exited(2), output: "12", complaint: "no such\u{1B}[2J file")
    for output in OwnCommand.Output.allCases where output != .pane {
      let scene = try ended(output, failed)
      let text = try #require(scene.model.notice?.text)
      #expect(
        text.contains("count: ended with status 2: no such") && scene.model.notice?.role == .error
      )
      #expect(text.unicodeScalars.allSatisfy { !$0.isControl } && scene.model.edit == nil)
      guard case .note(let words, .error)? = scene.model.activity.log.items.last?.subject else {
        Issue.record("nothing is told in Activity")
        continue
      }
      #expect(words.town.contains("ended with status 2"))
    }
    let late = try ended(.none, OwnCommandResult(.timedOut))
    #expect(late.model.notice?.text.contains("was ended after 30 seconds") == true)
    let unable = try ended(.none, OwnCommandResult(.notRun("there is no sh")))
    #expect(unable.model.notice?.text.contains("count: there is no sh") == true)
  }

  @Test("All of it is laid over the screen, to be scrolled, searched and copied")
  func pane() throws {
    let output = (1...200).map { "line \($0)\tx\u{1B}[0m" }.joined(separator: "\r\n") + "\n"
    var scene = try ended(.pane, OwnCommandResult(.exited(0), output: output))
    #expect(scene.picture.contains("line 1  x") && !scene.picture.contains("line 200"))
    #expect(scene.picture.unicodeScalars.allSatisfy { $0 == "\n" || !$0.isControl })
    scene.press("G")
    #expect(scene.picture.contains("line 200"))
    scene.press("y")
    #expect(scene.effects == [.copy(output)])
    scene.press(.escape)
    #expect(scene.model.list == nil)
    let failed = try ended(.pane, OwnCommandResult(.exited(1), output: "half", complaint: "why"))
    #expect(failed.picture.contains("half") && failed.model.notice?.text.contains("why") == true)
    let silent = try ended(.pane, OwnCommandResult(.exited(0)))
    #expect(silent.model.list == nil && silent.model.notice?.text.contains("said nothing") == true)
  }

  @Test("Lines that are too long go on in the next row, and what was cut says so")
  func longLines() throws {
    let output = String(repeating: "x", count: 1000)
    var scene = try ended(.pane, OwnCommandResult(.exited(0), output: output, isCut: true))
    #expect(scene.lines.joined().count { $0 == "x" } >= 1000)
    #expect(scene.picture.contains("cut here, after 1 MiB"))
    let lines = String(repeating: "a\n", count: 30_000)
    scene = try ended(.pane, OwnCommandResult(.exited(0), output: lines))
    scene.press("G")
    #expect(scene.picture.contains("cut here, after 10,000 rows"))
  }

  @Test("Nothing opens in front of somebody who went on: it is kept, and the command shows it")
  func wentOn() throws {
    var scene = Self.scene(Self.command(.pane))
    scene.press(.function(6))
    let number = try run(of: scene).number
    scene.press("i")
    scene.send(.ownCommandEnded(number, OwnCommandResult(.exited(0), output: "done")))
    #expect(scene.model.list == nil)
    #expect(scene.model.notice?.text.hasPrefix("count is done; F6 at \(Self.key)") == true)
    scene.press(.function(6))
    #expect(scene.effects == [] && scene.picture.contains("done"))
    scene.press(.escape, .function(6))
    #expect(try run(of: scene).number != number)
  }

  // MARK: A new value

  private static let made = OwnCommandResult(.exited(0), output: "{\"display_name\": \"New\"}\n")

  @Test("A new value is looked at before it is sent, and Esc leaves everything as it is")
  func value() throws {
    var scene = try ended(.value, Self.made)
    guard case .review? = scene.model.edit?.phase else {
      Issue.record("\(String(describing: scene.model.edit?.phase))")
      return
    }
    #expect(!scene.effects.contains { if case .edit = $0 { true } else { false } })
    #expect(scene.picture.contains("New"))
    var left = scene
    left.press(.escape)
    #expect(
      left.model.edit == nil && left.model.list == nil && !left.effects.contains(where: \.isEdit)
    )
    scene.press(.enter)
    let request = try #require(scene.effects.compactMap(\.edit).first)
    #expect(request.entries.map(\.key) == [Self.key])
    #expect(request.entries.first?.mine == ["display_name": "New"])
  }

  @Test("What others changed while it ran stays theirs, and the same field is asked about")
  func merges() throws {
    var scene = Scene(options: Self.options([Self.command(.value)]))
    scene.join([Self.key: ["a": 1, "b": 1]])
    scene.model.goTree(to: .entry(Self.key))
    scene.press(.function(6))
    let number = try run(of: scene).number
    scene.change([Self.key: ["a": 1, "b": 2]])
    var other = scene
    scene.send(
      .ownCommandEnded(number, OwnCommandResult(.exited(0), output: "{\"a\": 7, \"b\": 1}"))
    )
    scene.press(.enter)
    #expect(scene.effects.compactMap(\.edit).first?.entries.first?.mine == ["a": 7, "b": 2])
    other.send(
      .ownCommandEnded(number, OwnCommandResult(.exited(0), output: "{\"a\": 1, \"b\": 9}"))
    )
    guard case .conflict? = other.model.edit?.phase else {
      Issue.record("\(String(describing: other.model.edit?.phase))")
      return
    }
  }

  @Test("What is no value, is as it was, or was cut changes nothing and opens nothing")
  func noValue() throws {
    let none = try ended(.value, OwnCommandResult(.exited(0), output: "not json"))
    #expect(
      none.model.edit == nil && none.model.notice?.text.contains("its output is no value") == true
    )
    let same = try ended(
      .value,
      OwnCommandResult(.exited(0), output: Scene.smallTown[Self.key]?.text ?? "")
    )
    #expect(
      same.model.edit == nil
        && same.model.notice?.text.contains("leaves \(Self.key) as it is") == true
    )
    let cut = try ended(.value, OwnCommandResult(.exited(0), output: "[1]", isCut: true))
    #expect(cut.model.edit == nil && cut.model.notice?.text.contains("over 1 MiB") == true)
    let long = "\"" + String(repeating: "x", count: 1_000_001) + "\""
    let whole = try ended(.value, OwnCommandResult(.exited(0), output: long))
    #expect(whole.model.edit == nil && whole.model.notice?.text.contains("too long") == true)
  }

  @Test("A value that comes when nothing may be written any more is kept until it may")
  func lost() throws {
    var scene = Self.scene(Self.command(.value))
    scene.press(.function(6))
    let number = try run(of: scene).number
    scene.lose()
    scene.send(.ownCommandEnded(number, Self.made))
    #expect(scene.model.edit == nil && scene.model.notice?.text.contains("not connected") == true)
    scene.send(.link(.live(latency: .milliseconds(4))))
    scene.press(.function(6))
    #expect(scene.effects.allSatisfy { !$0.isOwnCommand } && scene.model.edit != nil)
  }
}

extension Effect {
  fileprivate var isOwnCommand: Bool { if case .runOwnCommand = self { true } else { false } }
  fileprivate var isEdit: Bool { edit != nil }
  fileprivate var edit: EditRequest? { if case .edit(let request) = self { request } else { nil } }
}
