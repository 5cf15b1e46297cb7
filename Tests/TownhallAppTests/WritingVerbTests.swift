import SharedState
import StateSync
import Testing

@testable import TownhallApp

@Suite("Writing verbs: tried first, and asked what was meant")
struct WritingVerbTests {
  private static let town: StateDictionary = [
    "selection.a": ["name": "A", "selected": ["ids": [1]]], "selection.b": 2, "scene": true,
  ]

  @Test(
    "--dry-run prints the changes as watch does, and the town stays as it is",
    arguments: [
      (["set", "scene", "false"], "changed scene false true"),
      (["set", "new", "1"], "added new 1"),
      (
        ["update", "selection.a", "selected.ids=[2]"],
        #"changed selection.a {"name":"A","selected":{"ids":[2]}} {"name":"A","selected":{"ids":[1]}}"#
      ),
      (["remove", "scene", "selection.b"], "removed scene true|removed selection.b 2"),
      (
        ["clear", "selection."],
        #"removed selection.a {"name":"A","selected":{"ids":[1]}}|removed selection.b 2"#
      ),
      (["load", "-"], "changed scene 7 true"),
      (
        ["load", "-", "--replace"],
        #"changed scene 7 true|removed selection.a {"name":"A","selected":{"ids":[1]}}|removed selection.b 2"#
      ),
    ]
  )
  func dryRun(arguments: [String], changes: String) async throws {
    let town = SyncServer(Self.town)
    let console = Console(town, input: #"{"scene":7}"#)
    let result = await console.run(arguments + ["--dry-run"])
    #expect(result.status == 0, "\(result.told)")
    let lines = try result.output.split(separator: "\n").map { try StateValue(text: String($0)) }
    let told = lines.map { line in
      [line["change"]?.string, line["key"]?.string, line["value"]?.text, line["old"]?.text]
        .compactMap { $0 }.joined(separator: " ")
    }
    #expect(told.sorted().joined(separator: "|") == changes)
    #expect(lines.allSatisfy { $0["time"]?.string?.count == 24 })
    #expect(town.state == Self.town)
  }

  @Test("--dry-run of add prints the house that would stand there, and no key to go on with")
  func dryRunOfAdd() async throws {
    let town = SyncServer(Self.town)
    let result = await townhall("add", "selection.", "{}", "--dry-run", on: town)
    let line = try StateValue(text: String(result.output.dropLast()))
    #expect(line["change"] == "added" && line["value"] == [:])
    #expect(line["key"]?.string?.hasPrefix("selection.") == true)
    #expect(result.output.count(where: \.isNewline) == 1 && town.state == Self.town)
  }

  @Test("--dry-run says what would be, and still refuses what makes no sense")
  func dryRunWords() async {
    let town = SyncServer(Self.town)
    let clear = await townhall("clear", "selection.", "--dry-run", on: town)
    #expect(clear.told == "townhall: would clear 2 houses\n")
    let load = await townhall("load", "-", "--dry-run", on: town, input: "{}")
    #expect(load.told == "townhall: would have loaded 0 houses\n")
    #expect(await townhall("remove", "nobody", "--dry-run", on: town).status == 1)
    #expect(await townhall("update", "selection.b", "x=1", "--dry-run", on: town).status == 2)
  }

  @Test(
    "update goes where get --field looks, and takes a name with dots for one field where none leads there",
    arguments: [
      ("selected.ids=[2]", #"{"name":"A","selected":{"ids":[2]}}"#),
      ("selected.more=1", #"{"name":"A","selected":{"ids":[1],"more":1}}"#),
      ("owner.id=1", #"{"name":"A","selected":{"ids":[1]},"owner.id":1}"#),
      (#""selected.ids"=1"#, #"{"name":"A","selected":{"ids":[1]},"selected.ids":1}"#),
      ("selected.ids[0]=5", #"{"name":"A","selected":{"ids":[5]}}"#),
    ]
  )
  func nested(field: String, value: String) async {
    let town = SyncServer(Self.town)
    let result = await townhall("update", "selection.a", field, on: town)
    #expect(result == .init(status: 0, output: "", told: ""))
    #expect(town.state["selection.a"]?.text == value)
  }

  @Test("What leads into a value without fields is refused, with the way to write one field")
  func noFields() async {
    let town = SyncServer(Self.town)
    let result = await townhall("update", "selection.a", "name.first=1", on: town)
    #expect(result.status == 2 && result.told.contains("leads into what has no fields"))
    #expect(result.told.contains(#"'"name.first"' names one field"#))
    #expect(town.state == Self.town)
  }

  @Test(
    "A text that is nearly a street's name is refused with the street, unless --prefix insists",
    arguments: [(["add", "sel", "{}"], "sel6f2…"), (["clear", "sel"], "2 houses would go")]
  )
  func streets(arguments: [String], says: String) async {
    let town = SyncServer(Self.town)
    let refused = await Console(town).run(arguments)
    #expect(refused.status == 2 && town.state == Self.town)
    for words in ["say sel. if that is meant", says, "--prefix insists"] {
      #expect(refused.told.contains(words), "\(refused.told)")
    }
    let insisted = await Console(town).run(arguments + ["--prefix"])
    #expect(insisted.status == 0)
    let selections = town.state.keys(withPrefix: "sel")
    #expect(selections.count == (arguments[0] == "add" ? 3 : 0))
  }

  @Test("A town that nobody has named is told on standard error by all that writes, and only then")
  func foundByDefault() async {
    let town = SyncServer(Self.town)
    for arguments in [
      ["set", "x", "1"], ["update", "selection.a", "y=1"], ["add", "s.", "1"], ["remove", "x"],
      ["clear", "s."], ["load", "-"], ["set", "x", "1", "--dry-run"],
    ] {
      let note = "townhall: the town is ws://127.0.0.1:38801, since none was named\n"
      let found = await Console(town, input: "{}", isNamed: false).run(arguments)
      #expect(found.status == 0 && found.told.hasPrefix(note), "\(found.told)")
      let named = await Console(town, input: "{}").run(["set", "x", "1"])
      #expect(named.told == "")
    }
    let mended = await Console(town, isNamed: false).run(["inspect", "--repair"])
    #expect(mended.told.contains("since none was named"))
    #expect(await Console(town, isNamed: false).run(["keys"]).told == "")
  }

  @Test(
    "A mistyped verb is answered with the one that was meant, whatever follows it",
    arguments: [
      ("gte", "did you mean get?"), ("udpate", "did you mean update?"),
      ("SET", "did you mean get or set?"), ("remov", "did you mean remove?"),
      ("discovr", "did you mean discover?"),
    ]
  )
  func slips(word: String, advice: String) async {
    for more in [[], ["selection.a"], ["selection.a", "--pretty"]] {
      let result = await Console(SyncServer(Self.town)).run([word] + more)
      #expect(result.status == 2 && result.output == "")
      #expect(result.told.contains("\(word) is neither a verb nor an address"), "\(result.told)")
      #expect(result.told.contains(advice), "\(result.told)")
    }
  }
}
