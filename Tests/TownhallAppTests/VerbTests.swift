import SharedState
import StateSync
import Testing

@testable import TownhallApp

@Suite("Verbs")
struct VerbTests {
  @Test("set, update, get, add, remove and clear do what they say and print only values")
  func story() async throws {
    let town = SyncServer()
    let set = await townhall(
      "set",
      "selection.a",
      #"{"display_name":"A","particle_ids":[1,2]}"#,
      on: town
    )
    #expect(set == .init(status: 0, output: "", told: ""))
    let update = await townhall("update", "selection.a", #"display_name="B""#, on: town)
    #expect(update == .init(status: 0, output: "", told: ""))
    let get = await townhall("get", "selection.a", on: town)
    #expect(
      get == .init(status: 0, output: "{\"display_name\":\"B\",\"particle_ids\":[1,2]}\n", told: "")
    )
    let add = await townhall("add", "selection.", "{}", on: town)
    let key = String(add.output.dropLast())
    #expect(add.status == 0)
    #expect(key.hasPrefix("selection.") && key.count == 46)
    #expect(town.state[key] == [:])
    #expect(await townhall("remove", key, on: town) == .init(status: 0, output: "", told: ""))
    #expect(town.state.keys == ["selection.a"])
    let clear = await townhall("clear", "selection.", on: town)
    #expect(clear == .init(status: 0, output: "", told: "townhall: cleared 1 house\n"))
    #expect(town.state.isEmpty)
  }

  @Test("No verb leaves anything of its own in the town")
  func traces() async {
    let town = SyncServer(["a": 1])
    for arguments in [
      ["keys"], ["get", "a"], ["dump"], ["wait", "a"], ["set", "b", "2"], ["update", "c", "x=1"],
      ["clear", "zzz."],
    ] {
      _ = await Console(town).run(arguments)
    }
    #expect(town.state == ["a": 1, "b": 2])
    #expect(town.sessionCount == 0)
  }

  @Test(
    "Each way to end has its exit status and one line that says why",
    arguments: [
      (["get", "nobody"], 1, #"no house "nobody" in this town"#),
      (["get", "box", "--field", "y"], 1, "box has no field y"),
      (["update", "nobody", "x=1"], 1, #"no house "nobody" in this town"#),
      (["remove", "box", "nobody"], 1, "nothing was removed"),
      (["wait", "nobody", "--timeout", "0.05"], 1, "in time"),
      (["watch", "--count", "1", "--timeout", "0.05"], 1, "the time was up"),
      (["set", "x", #"{"a":"#], 2, "line 1, column 6"),
      (["set", "x", "hello"], 2, #"'"hello"'"#),
      (["set", "x", "it's"], 2, #"'"it'\''s"'"#),
      (["set", "x", "True"], 2, "write true"),
      (["set", "x", ""], 2, "a value is missing"),
      (["update", "box", "x"], 2, "FIELD=VALUE"),
      (["update", "box", "x=hello"], 2, #"field x: hello is not a value"#),
      (["update", "number", "x=1"], 2, "number holds an int, which has no fields"),
      (["get"], 2, "see 'townhall get --help'"),
      (["get", "box", "--prety"], 2, "--pretty"),
      (["clear", ""], 2, "--all"),
      (["clear", "box", "--all"], 2, "not both"),
      (["watch", "--count", "0"], 2, "--count"),
      (["keys", "--timeout", "soon"], 2, "--timeout"),
      (["keys", "--town", "http://lab"], 2, "http"),
      (["keys", "--town", "ws://lab:99999"], 2, "99999"),
      (["lst"], 2, "neither a verb"),
      (["load", "/nowhere/at.all"], 2, "No such file"),
      (["serve", "--tls-cert", "x"], 2, "belong together"),
      (["serve", "--max-clients", "0"], 2, "1 or more"),
      (["serve", "--port", "0", "--max-clients", "99999999"], 3, "there is room for"),
      (["keys", "--ca-file", "/nowhere.pem"], 2, "/nowhere.pem"),
      (["keys", "--town", "ws://elsewhere:1", "--timeout", "0.1"], 3, "connection refused"),
    ]
  )
  func endings(arguments: [String], status: Int32, says: String) async {
    let town = SyncServer(["box": ["x": 1], "number": 3])
    let result = await Console(town).run(arguments)
    #expect(result.status == status)
    #expect(result.output == "")
    #expect(result.told.contains(says), "\(result.told)")
    #expect(result.told.hasPrefix("townhall: "))
    #expect(result.told.split(separator: "\n").count == 1, "\(result.told)")
    #expect(town.state == ["box": ["x": 1], "number": 3])
  }

  @Test("A negative number is a value and not an option", arguments: ["-5", "-0.5", "-Infinity"])
  func negativeNumbers(number: String) async {
    let town = SyncServer()
    #expect(await townhall("set", "x", number, on: town).status == 0)
    #expect(await townhall("get", "x", on: town).output == number + "\n")
  }

  @Test("A value may come from standard input, and may be anything that the text form can say")
  func standardInput() async {
    let town = SyncServer()
    let text = #"{"force":Infinity,"data":b64"AAEC","one":1.0,"name":"é\n"}"#
    #expect(await townhall("set", "x", "-", on: town, input: text + "\n").status == 0)
    #expect(await townhall("get", "x", on: town).output == text + "\n")
  }

  @Test(
    "A field is found by its path, dots in names or not",
    arguments: [
      ("a", "{\"b.c\":[10,{\"d\":true}]}"), ("a.b.c[0]", "10"), ("a.b.c[1].d", "true"),
      ("a.b.c.1.d", "true"), (#"a."b.c"[0]"#, "10"), ("e.f", "null"),
    ]
  )
  func fields(path: String, text: String) async throws {
    let town = SyncServer(["x": ["a": ["b.c": [10, ["d": true]]], "e.f": nil, "e": ["g": 1]]])
    #expect(await townhall("get", "x", "--field", path, on: town).output == text + "\n")
  }

  @Test("keys are sorted, one to a line, whatever is in them")
  func keys() async {
    let town = SyncServer(["b": 1, "a": 2, "line\nbreak": 3, "a\u{1b}[2J": 4, "\"q\"": 5])
    let lines = await townhall("keys", on: town).output
    #expect(
      lines == "\"\\\"q\\\"\"\na\n\"a\\u001b[2J\"\nb\n\"line\\nbreak\"\n",
      "\(lines)"
    )
    #expect(await townhall("keys", "a", "--json", on: town).output == "[\"a\",\"a\\u001b[2J\"]\n")
    #expect(await townhall("keys", "zzz", on: town).output == "")
  }

  @Test("update keeps the fields that it does not name, in their order")
  func update() async {
    let town = SyncServer(["x": ["a": 1, "owner.id": "U", "b": 2]])
    #expect(
      await townhall("update", "x", "b=[3]", #"owner.id="V""#, "c=null", on: town).status == 0
    )
    #expect(
      await townhall("get", "x", on: town).output
        == "{\"a\":1,\"owner.id\":\"V\",\"b\":[3],\"c\":null}\n"
    )
  }

  @Test("clear --all empties the town, and removing several keys is all or nothing")
  func clearing() async {
    let town = SyncServer(["a": 1, "b": 2, "c": 3])
    #expect(await townhall("remove", "a", "b", on: town).status == 0)
    #expect(town.state == ["c": 3])
    let clear = await townhall("clear", "--all", on: town)
    #expect(clear.told == "townhall: cleared 1 house\n")
    #expect(town.state.isEmpty)
  }

  @Test("Help goes to standard output, has examples, and every verb has some")
  func help() async {
    for verb in [
      "keys", "get", "set", "update", "add", "remove", "clear", "watch", "wait", "serve", "dump",
      "load", "dashboard", "commands", "run", "lock",
    ] {
      let help = await townhall(verb, "--help", on: SyncServer())
      #expect(help.status == 0 && help.told == "")
      #expect(help.output.contains("EXAMPLES\n  townhall"), "\(help.output)")
    }
    let version = await townhall("--version", on: SyncServer())
    #expect(version == .init(status: 0, output: "townhall \(Version.current)\n", told: ""))
    let completions = await townhall("--generate-completion-script", "bash", on: SyncServer())
    #expect(completions.status == 0 && completions.output.contains("townhall"))
  }
}

@Suite("watch and wait")
struct WaitingVerbTests {
  @Test("watch prints a line for each change: added, changed and removed, with old and new value")
  func watch() async throws {
    let town = SyncServer(["selection.a": 1, "other": 1])
    let console = Console(town)
    async let result = console.run(["watch", "selection.", "--count", "3"])
    #expect(await eventually { town.sessionCount == 1 })
    // One at a time: what changes twice between two deliveries is one change.
    for (step, change) in [
      StateChange(updates: ["selection.a": 2, "other": 2]),
      StateChange(updates: ["selection.b": nil]), StateChange(removals: ["selection.a"]),
    ].enumerated() {
      #expect(await eventually { console.output.count(where: \.isNewline) == step })
      try await Task.sleep(for: .milliseconds(step == 0 ? 200 : 0))
      town.apply(change)
    }
    let lines = try await result.output.split(separator: "\n").map {
      try StateValue(text: String($0))
    }
    #expect(lines.map { $0["change"] } == ["changed", "added", "removed"])
    #expect(lines.map { $0["key"] } == ["selection.a", "selection.b", "selection.a"])
    #expect(lines.map { $0["value"] } == [2, .null, nil])
    #expect(lines.map { $0["old"] } == [1, nil, 2])
    let time = try #require(lines.first?["time"]?.string)
    #expect(time.count == 24 && time.hasPrefix("20") && time.hasSuffix("Z"))
    #expect(await result.status == 0)
  }

  @Test(
    "A town that falls silent is told of on standard error, and so is that it is heard again",
    arguments: [["watch", "--timeout", "2"], ["wait", "b", "--timeout", "2"]]
  )
  func silence(call: [String]) async {
    let console = Console(SyncServer(["a": 1]), fallsSilent: true)
    let result = await console.run(call)
    #expect(result.output.isEmpty)
    #expect(
      result.told.contains(
        "townhall: the town has been silent for 3 s\ntownhall: the town is heard again\n"
      )
    )
  }

  @Test("watch --initial begins with the houses that stand, and ends quietly when nobody reads on")
  func initial() async {
    let town = SyncServer(["a": 1, "b": 2])
    let result = await Console(town).run(["watch", "--initial"], limit: 1)
    #expect(result.status == 0 && result.told == "")
    #expect(result.output.contains(#""change":"added","key":"a","value":1}"#))
    #expect(await townhall("watch", "--timeout", "0.05", on: town).status == 0)
  }

  @Test("^C ends a watch with 130 and SIGTERM with 143, and it leaves the town")
  func signals() async {
    for (signal, status) in [(2, 130), (15, 143)] as [(Int32, Int32)] {
      let town = SyncServer()
      let console = Console(town)
      async let result = console.run(["watch"])
      #expect(await eventually { town.sessionCount == 1 })
      console.signal.yield(signal)
      #expect(await result == .init(status: status, output: "", told: ""))
      #expect(town.sessionCount == 0)
    }
  }

  @Test("wait prints the value when somebody moves in, or when it is the one waited for")
  func wait() async {
    let town = SyncServer(["there": [1, 2]])
    #expect(await townhall("wait", "there", on: town).output == "[1,2]\n")
    let console = Console(town)
    async let result = console.run(["wait", "task", "--equals", #""done""#, "--timeout", "20"])
    #expect(await eventually { town.sessionCount == 1 })
    town.apply(StateChange(updates: ["task": "begun"]))
    try? await Task.sleep(for: .milliseconds(100))
    #expect(console.output == "")
    town.apply(StateChange(updates: ["task": "done"]))
    #expect(await result == .init(status: 0, output: "\"done\"\n", told: ""))
  }

  @Test("A town that goes away ends a watch with 3 and a word about it")
  func lost() async {
    let town = SyncServer(["a": 1])
    let console = Console(town)
    async let result = console.run(["watch", "--initial"])
    #expect(await eventually { console.output != "" })
    town.shutDown()
    #expect(await result.status == 3)
    #expect(await result.told.hasPrefix("townhall: lost the town at ws://in.memory:1"))
  }
}

@Suite("dump and load")
struct WholeTownVerbTests {
  @Test("A dump is sorted, one house a line, and loads back as it was")
  func roundTrip() async throws {
    let town = SyncServer(["b": ["x": .double(.infinity)], "a.1": nil, "é": .bytes([1]), "z": 1.0])
    let dump = await townhall("dump", on: town).output
    #expect(
      dump == "{\n\"a.1\": null,\n\"b\": {\"x\":Infinity},\n\"z\": 1.0,\n\"é\": b64\"AQ==\"\n}\n"
    )
    let copy = SyncServer(["stranger": 1])
    let load = await townhall("load", "-", "--replace", on: copy, input: dump)
    #expect(load.status == 0)
    #expect(load.told == "townhall: loaded 4 houses, removed 1\n")
    #expect(copy.state == town.state)
    #expect(await townhall("dump", "--pretty", on: copy).output.contains("\n  \"b\": {\n    \"x\""))
    #expect(await townhall("dump", on: SyncServer()).output == "{}\n")
  }

  @Test("A complaint about an argument commands no terminal", arguments: ["--theme", "--bogus"])
  func hostileArgument(option: String) async {
    let result = await townhall(option, "\u{1b}[31mx", "\u{1b}]0;y\u{7}", on: SyncServer())
    #expect(result.status == 2)
    #expect(!result.told.contains("\u{1b}") && !result.told.contains("\u{7}"), "\(result.told)")
  }

  @Test("Nothing is sent of a file that is not whole")
  func invalid() async {
    for (text, says) in [
      ("{\n\"a\": 1,\n\"b\": }\n", "standard input: line 3, column 6"), ("[1]", "not a dictionary"),
      ("{\"a\":1,\"a\":2}", "line 1"),
    ] {
      let town = SyncServer()
      let result = await townhall("load", "-", on: town, input: text)
      #expect(result.status == 2)
      #expect(result.told.contains(says), "\(result.told)")
      #expect(town.state.isEmpty)
    }
  }

  @Test("A large town goes in messages of bounded size, each house once")
  func chunks() {
    let houses = StateObject((0..<12_345).map { ("k\($0)", .int(Int64($0))) })
    let chunks = Array(Chunks(houses: houses))
    #expect(chunks.count == 3)
    #expect(chunks.reduce(0) { $0 + $1.count } == 12_345)
    let heavy = StateObject((0..<5).map { ("k\($0)", .bytes(Array(repeating: 0, count: 5 << 20))) })
    #expect(Array(Chunks(houses: heavy)).map(\.count) == [2, 2, 1])
    #expect(Array(Chunks(houses: [:])).isEmpty)
  }

  @Test("The dump of a large town equals what was loaded, byte for byte")
  func largeTown() async throws {
    let houses = 20_000
    let text =
      "{\n"
      + (0..<houses).map { "street\($0 % 200).\($0)" }.sorted()
      .map { "\"\($0)\": {\"display_name\":\"House \($0)\",\"particle_ids\":[1,2],\"x\":0.5}" }
      .joined(separator: ",\n") + "\n}\n"
    let town = SyncServer()
    #expect(await townhall("load", "-", on: town, input: text).status == 0)
    #expect(town.state.count == houses)
    let dump = await townhall("dump", on: town)
    #expect(dump.output == text)
  }
}
