import Foundation
import SharedState
import StateRecording
import StateSync
import TestSupport
import Testing
import TownhallKit
import Trajectory

@testable import TownhallApp

@Suite("The verbs around recordings", .timeLimit(.minutes(2)))
struct RecordingVerbTests {
  private static func folder() throws -> ScratchFolder {
    let folder = ScratchFolder()
    try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    return folder
  }

  /// A recording with a state in the beginning, and changes a second apart.
  private static func recording(
    in folder: ScratchFolder,
    _ state: StateDictionary,
    _ changes: [StateChange]
  ) throws -> String {
    let path = "\(folder.path)/s.nanover.zip"
    let recorder = try Recorder(path, state: state)
    for (number, change) in changes.enumerated() {
      recorder.take(change, at: .seconds(number + 1))
    }
    try recorder.finish(at: .seconds(changes.count))
    return path
  }

  /// A house that is there, changes and goes, beside another one.
  private static func life(in folder: ScratchFolder) throws -> String {
    let changes = [
      StateChange(updates: ["b": 1]), StateChange(updates: ["a": 2]), StateChange(removals: ["a"]),
    ]
    return try recording(in: folder, ["a": 1], changes)
  }

  @Test("record writes what happens until it is stopped, and only what was asked for")
  func record() async throws {
    let folder = try Self.folder()
    let town = SyncServer(["selection.a": 1, "other": 1])
    let console = Console(town)
    async let result = console.run([
      "record", "\(folder.path)/s", "--only", "selection.*", "--no-frames",
    ])
    #expect(await eventually { console.output.hasSuffix("s.nanover.zip\n") })
    town.apply(StateChange(updates: ["selection.a": 2, "other": 2]))
    town.apply(StateChange(updates: ["selection.b": 3]))
    try await Task.sleep(for: .milliseconds(300))
    console.signal.yield(2)
    let end = await result
    #expect(end.told.contains("townhall: recorded 0:0") && end.told.contains("messages"))
    let recording = try Recording("\(folder.path)/s.nanover.zip")
    #expect(recording.flaws == [])
    #expect(try recording.moment(at: .zero).state == ["selection.a": 1])
    #expect(
      try recording.moment(at: recording.duration).state == ["selection.a": 2, "selection.b": 3]
    )
    // A file that is there is somebody's.
    let again = await Console(town).run(["record", "\(folder.path)/s"])
    #expect(again.status == 2 && again.told.contains("cannot record: s.nanover.zip: File exists"))
    let odd = await Console(town).run(["record", "\(folder.path)/t", "--split", "5 furlongs"])
    #expect(odd.status == 2)
  }

  @Test("A town that is lost, or a time that is up, ends a recording in good order")
  func ends() async throws {
    let folder = try Self.folder()
    let town = SyncServer(["a": 1])
    let timed = await Console(town).run(["record", "\(folder.path)/t", "--timeout", "0.2"])
    #expect(timed.status == 0)
    #expect(try Recording("\(folder.path)/t.nanover.zip").flaws == [])
    let console = Console(town)
    async let result = console.run(["record", "\(folder.path)/s"])
    #expect(await eventually { !console.output.isEmpty })
    town.shutDown()
    #expect(await result.status == 3)
    #expect(try Recording("\(folder.path)/s.nanover.zip").flaws == [])
  }

  @Test("mark puts up a house that a recording knows as a mark")
  func mark() async throws {
    let town = SyncServer()
    let result = await Console(town).run(["mark", "ligand is in"])
    let key = result.output.trimmingCharacters(in: .newlines)
    #expect(result.status == 0 && key.hasPrefix("mark."))
    #expect(town.state[key]?["text"] == "ligand is in" && town.state[key]?["at"]?.string != nil)
    let folder = try Self.folder()
    let path = try Self.recording(
      in: folder,
      [:],
      [
        StateChange(updates: ["a": 1]), StateChange(updates: [key: town.state[key] ?? .null]),
        StateChange(updates: ["a": 2]),
      ]
    )
    let there = await Console(town).run(["diff", "\(path)@ligand is in", "\(path)@2"])
    #expect(there.status == 0, "\(there)")
    let none = await Console(town).run(["diff", "\(path)@other", path])
    #expect(none.status == 3 && none.told.contains("has no mark 'other': it has 'ligand is in'"))
  }

  @Test("--at names the moment of a recording, and of nothing else")
  func at() async throws {
    let folder = ScratchFolder()
    try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    let path = "\(folder.path)/one.nanover.zip"
    let recorder = try Recorder(path, state: ["a": 0])
    recorder.take(StateChange(updates: ["a": 1, "mark.x": "in"]), nil, at: .seconds(2))
    recorder.take(StateChange(updates: ["a": 2]), nil, at: .seconds(4))
    try recorder.finish(at: .seconds(4))
    for (moment, value) in [("1", "0"), ("2.5", "1"), ("in", "1"), ("9", "2")] {
      let got = await Console(SyncServer()).run(["get", "a", "-t", path, "--at", moment])
      #expect(got.output == value + "\n", "\(moment): \(got.told)")
    }
    for town in ["ws://127.0.0.1:1", "\(path)@1"] {
      let refused = await Console(SyncServer()).run(["get", "a", "-t", town, "--at", "2"])
      #expect(refused.status == 2 && refused.told.contains("--at is a moment of a recording"))
    }
  }

  @Test("Two recordings are compared on one clock: which houses differ, and from when to when")
  func along() async throws {
    let folder = ScratchFolder()
    try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    let write = { (name: String, changes: [(Int, StateChange)], end: Int) in
      let path = "\(folder.path)/\(name).nanover.zip"
      let recorder = try Recorder(path, state: ["a": 0, "b": 0])
      for (second, change) in changes { recorder.take(change, nil, at: .seconds(second)) }
      try recorder.finish(at: .seconds(end))
      return path
    }
    let one = try write(
      "one",
      [
        (1, StateChange(updates: ["a": 1])), (3, StateChange(updates: ["a": 3, "b": 1])),
        (6, StateChange(removals: ["b"])), (9, StateChange(updates: ["late": 1])),
      ],
      10
    )
    let two = try write(
      "two",
      [
        (2, StateChange(updates: ["a": 1])), (3, StateChange(updates: ["a": 3, "b": 1])),
        (7, StateChange(updates: ["c": 1])),
      ],
      8
    )
    let result = await Console(SyncServer()).run(["diff", one, two, "--along", "start"])
    #expect(result.status == 1)
    #expect(
      result.output.split(separator: "\n") == [
        "~ a: from 1.0 to 2.0", "~ b: from 6.0 to the end", "~ c: from 7.0 to the end",
      ]
    )
    #expect(result.told.contains("compared from 0.0 to 7.0"))
    #expect(result.told.contains("3 houses of the two recordings differ"))
    let json = await Console(SyncServer()).run([
      "diff", one, two, "--along", "start", "--json", "--only", "a",
    ])
    #expect(json.output == #"{"key":"a","from":1.0,"to":2.0}"# + "\n")
    // Both began within this test: by the clock they differ by as much.
    let clock = await Console(SyncServer()).run([
      "diff", one, two, "--along", "clock", "--only", "b",
    ])
    #expect(
      clock.status == 1 && clock.output.contains("~ b: from 20") && clock.output.contains("Z to ")
    )
    let same = await Console(SyncServer()).run(["diff", one, one, "--along", "clock"])
    #expect(same.status == 0 && same.output.isEmpty)
    let moment = await Console(SyncServer()).run(["diff", "\(one)@1", two, "--along", "start"])
    #expect(moment.status == 2 && moment.told.contains("no whole recording"))
  }

  @Test("diff tells houses and fields, as lines or as JSON, and whether there are any")
  func diff() async throws {
    let folder = try Self.folder()
    let path = try Self.recording(
      in: folder,
      ["a": ["x": 1, "y": [1, 2]], "b": 1],
      [
        StateChange(updates: ["a": ["x": 2, "y": [1, 2]], "c\u{1B}": "new"], removals: ["b"])
      ]
    )
    let console = Console(SyncServer())
    let result = await console.run(["diff", "\(path)@0", path])
    #expect(result.status == 1 && result.told.contains("3 houses of the two towns differ"))
    #expect(
      result.output.hasPrefix("~ a x: 1 → 2\n- b: 1\n+ c") && !result.output.contains("\u{1B}")
    )
    let json = await Console(SyncServer()).run(["diff", "\(path)@0", path, "--json", "--only", "a"])
    #expect(json.output == #"{"key":"a","field":"x","old":1,"value":2}"# + "\n" && json.status == 1)
    let dump = "\(folder.path)/dump.json"
    try Data(#"{"b": 1, "a": {"x": 1, "y": [1, 2]}}"#.utf8).write(to: URL(fileURLWithPath: dump))
    let same = await Console(SyncServer()).run(["diff", dump, "\(path)@0"])
    #expect(same.status == 0 && same.output.isEmpty)
  }

  @Test(
    "restore makes a town as it was, as one change, and takes that back where nobody has been since"
  )
  func restore() async throws {
    let folder = try Self.folder()
    let path = try Self.recording(
      in: folder,
      ["a": ["x": 1], "avatar.u": 1, "gone": 1, "same": 1],
      []
    )
    let now: StateDictionary = ["a": ["x": 2, "y": 3], "avatar.v": 2, "new": 1, "same": 1]
    let town = SyncServer(now)
    let batches = town.events()
    let console = { Console(town, folder: folder.path) }
    let dry = await console().run(["restore", path, "--dry-run"])
    #expect(dry.status == 0 && town.state == now && dry.told.contains("3 houses would be as in"))
    #expect(dry.output.split(separator: "\n").count == 3)
    let result = await console().run(["restore", path])
    #expect(result.status == 0 && result.told.contains("3 houses are as in"), "\(result)")
    #expect(town.state == ["a": ["x": 1], "avatar.v": 2, "gone": 1, "same": 1])
    for await batch in batches {
      // Besides what the program says of itself.
      let keys = batch.change.keys.filter {
        !$0.hasPrefix("update.index.") && !$0.hasPrefix("avatar.")
      }
      #expect(Set(keys) == ["a", "gone", "new"])
      break
    }
    // What somebody else does elsewhere meanwhile stays.
    town.apply(StateChange(updates: ["a": ["x": 1, "z": 9], "other": 1]))
    let undone = await console().run(["restore", "--undo"])
    #expect(undone.status == 0, "\(undone)")
    #expect(
      town.state == [
        "a": ["x": 2, "z": 9, "y": 3], "avatar.v": 2, "new": 1, "same": 1, "other": 1,
      ]
    )
    let again = await console().run(["restore", "--undo"])
    #expect(again.status == 1 && again.told.contains("nothing was restored"))
    let part = await console().run(["restore", path, "--only", "avatar."])
    #expect(part.status == 0 && town.state["avatar.u"] == 1 && town.state["avatar.v"] == nil)
  }

  @Test("history tells what a house has held, in one recording and in a folder of many")
  func history() async throws {
    let folder = try Self.folder()
    let path = try Self.life(in: folder)
    let result = await Console(SyncServer()).run(["history", "a", "--keep", path])
    let lines = try result.output.split(separator: "\n").map { try StateValue(text: String($0)) }
    #expect(lines.map { $0["change"] } == ["added", "changed", "removed"])
    #expect(lines.map { $0["value"] } == [1, 2, nil] && lines.map { $0["old"] } == [nil, 1, 2])
    #expect(lines.allSatisfy { $0["time"]?.string?.hasSuffix("Z") == true })
    let never = await Console(SyncServer()).run(["history", "z", "--keep", path])
    #expect(never.status == 1)
    let none = await Console(SyncServer()).run(["history", "a", "--keep", path + ".nanover.zip"])
    #expect(none.status == 2 && none.told.contains("No such file or directory"))
    // A town that was opened three times: in the second nobody lived there.
    let kept = "\(folder.path)/kept"
    try FileManager.default.createDirectory(atPath: kept, withIntermediateDirectories: true)
    for (number, state) in [["a": 1], [:], ["a": 1]].enumerated()
      as EnumeratedSequence<[StateDictionary]>
    {
      let recorder = try Recorder(
        "\(kept)/town-000\(number + 1)-20261129-000000.nanover.zip",
        state: state
      )
      try recorder.finish(at: .seconds(1))
    }
    let many = await Console(SyncServer()).run(["history", "a", "--keep", kept])
    #expect(many.output.split(separator: "\n").count == 3 && many.status == 0)
  }

  @Test("watch prints what happened in a recording, from a moment on")
  func watch() async throws {
    let folder = try Self.folder()
    let path = try Self.life(in: folder)
    let all = await Console(SyncServer()).run(["watch", "--initial", "-t", path])
    let lines = try all.output.split(separator: "\n").map { try StateValue(text: String($0)) }
    #expect(lines.map { $0["change"] } == ["added", "added", "changed", "removed"])
    #expect(lines.map { $0["key"] } == ["a", "b", "a", "a"] && all.status == 0)
    let late = await Console(SyncServer()).run(["watch", "a", "--count", "1", "-t", "\(path)@2"])
    #expect(late.output.contains(#""change":"removed","key":"a","old":2"#) && late.status == 0)
    let few = await Console(SyncServer()).run(["watch", "--count", "9", "-t", path])
    #expect(few.status == 1 && few.told.contains("fewer than 9 changes"))
    let none = await Console(SyncServer()).run(["watch", "-t", "\(folder.path)/n.nanover.zip"])
    #expect(none.status == 3)
  }

  @Test("What is typed for times and sizes is read, and nothing else")
  func amounts() {
    #expect(SplitAfter(argument: "10min") == .time(.seconds(600)))
    #expect(SplitAfter(argument: "1.5GB") == .bytes(1_500_000_000))
    #expect(SplitAfter(argument: "90s") == .time(.seconds(90)))
    #expect(TimeSpan(argument: "30d") == TimeSpan(.seconds(30 * 86_400)))
    for text in ["", "10", "min", "-1s", "0s", "1e9s", "5 min", "nanmb"] {
      #expect(SplitAfter(argument: text) == nil, "\(text)")
    }
  }

  @Test("A recording is played for whoever joins, who may pause it and go about in it")
  func replay() async throws {
    let folder = try Self.folder()
    let path = try Self.recording(
      in: folder,
      ["a": 0, "b": 0],
      [
        StateChange(updates: ["a": 1]), StateChange(updates: ["a": 2], removals: ["b"]),
      ]
    )
    let (town, hub) = (SyncServer(["mine": 1]), FrameHub())
    var options = ReplayDriver.Options()
    options.isRunning = false
    let driver = try ReplayDriver(Recording(path), in: town, on: hub, options: options)
    #expect(town.state == ["a": 0, "b": 0, "mine": 1])
    let playing = Task { await driver.run({ _ in }) }
    _ = try await town.runCommand("playback/seek", arguments: ["time": 2])
    #expect(await eventually { town.state == ["a": 2, "mine": 1] })
    _ = try await town.runCommand("playback/back")
    #expect(await eventually { town.state == ["a": 1, "b": 0, "mine": 1] })
    let status = try await town.runCommand("playback/status")
    #expect(status["time"] == 1.0 && status["playing"] == false && status["messages"] == 3)
    _ = try await town.runCommand("playback/speed", arguments: ["factor": 50])
    _ = try await town.runCommand("playback/play")
    #expect(await eventually { town.state == ["a": 2, "mine": 1] })
    await #expect(throws: CommandFailure.self) {
      try await town.runCommand("playback/seek", arguments: ["mark": "none"])
    }
    playing.cancel()
    await playing.value
  }
}
