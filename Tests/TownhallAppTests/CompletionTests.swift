import ArgumentParser
import Dashboard
import Glibc
import SharedState
import StateSync
import Synchronization
import TestSupport
import Testing

@testable import TownhallApp

@Suite("What a call may go on with")
struct CompletionTests {
  private static let breaks = " \t\n\"'><=;|&(:"

  private static let houses: StateDictionary = [
    "selection.a": ["display_name": "A", "selected": ["particle_ids": [1, 2]], "owner.id": "x"],
    "selection.b": ["parts": [["x": 1], ["y": 2]], "we=ird": 1],
    "scene": [:], "scene.saved": 1,
  ]

  /// What is offered for the last of some words; an arrow stands behind what goes on without a blank.
  private func offered(
    _ words: String...,
    by town: SyncServer = SyncServer(Self.houses),
    within patience: String = "20"
  ) async -> [String] {
    let console = Console(town, completionPatience: patience)
    let call = await console.run(["complete", "zsh", "--"] + words)
    #expect(call.status == 0 && call.told == "")
    return call.output.split(separator: "\n").map { line in
      let columns = line.split(separator: "\t", omittingEmptySubsequences: false)
      guard columns.count > 1 else { return "(\(line))" }
      return columns[1] + (columns[0] == "part" ? "→" : "")
    }
  }

  private func townhall(arguments: [String], on town: SyncServer) async -> Console.Result {
    await Console(town).run(arguments)
  }

  @Test("Verbs, those below a verb, and the pages of the help")
  func verbs() async {
    #expect(await offered("g") == ["get"])
    #expect(await offered("token", "r") == ["revoke"])
    let all = await offered("")
    #expect(all.contains("serve") && all.contains("dashboard") && all.contains("completion"))
    #expect(!all.contains("complete") && !all.contains("help-keys"))
    #expect(await offered("help", "ke") == ["keys"])
    #expect(await offered("help", "token", "n") == ["new"])
    #expect(await offered("nonsense", "") == [])
  }

  @Test("Options and flags that are not said yet, and the values of those that have a few")
  func options() async {
    #expect(await offered("get", "selection.a", "--f") == ["--field"])
    #expect(await offered("get", "--field", "x", "selection.a", "--f") == [])
    #expect(await offered("record", "--only", "x", "--on") == ["--only"])
    #expect(await offered("diff", "--along", "") == ["start", "clock"])
    #expect(await offered("token", "new", "o") == ["owner"])
    #expect(await offered("completion", "") == ["bash", "zsh", "fish"])
    #expect(await offered("tour", "--theme", "m") == ["mono"])
    #expect(await offered("--theme=t") == ["--theme=terminal"])
    #expect(await offered("get", "--timeout", "") == [])
    #expect(await offered("get", "--", "--f") == [])
  }

  @Test("Keys of the town, without those that are said already")
  func keys() async {
    #expect(await offered("get", "sel") == ["selection.a", "selection.b"])
    #expect(await offered("get", "") == ["scene", "scene.saved", "selection.a", "selection.b"])
    #expect(await offered("remove", "selection.a", "sel") == ["selection.b"])
    #expect(await offered("get", "selection.a", "") == [])
    #expect(await offered("set", "sce", by: SyncServer(Self.houses)) == ["scene", "scene.saved"])
    #expect(await offered("history", "--keep", "x", "") == [])
  }

  @Test("Streets where a verb is about one, and in the place of more keys than one looks through")
  func streets() async throws {
    #expect(await offered("clear", "s") == ["scene.→", "selection.→"])
    #expect(await offered("watch", "selection.") == [])
    #expect(
      await offered("inspect", "scene") == ["scene.→", "scene", "scene.saved"]
    )
    #expect(await offered("record", "x", "--only", "sc") == ["scene.*", "scene", "scene.saved"])
    let many = SyncServer(["lone": 1])
    many.apply(
      StateChange(
        updates: Dictionary(
          uniqueKeysWithValues: (0..<1200).map { ("a.\($0 % 3).\($0)", StateValue.int(1)) }
        )
      )
    )
    #expect(await offered("get", "", by: many) == ["a.→", "lone"])
    #expect(await offered("get", "a.", by: many) == ["a.0.→", "a.1.→", "a.2.→"])
    #expect(await offered("get", "a.1.", by: many).count == 400)
    many.apply(
      StateChange(
        updates: Dictionary(
          uniqueKeysWithValues: (0..<1200).map { ("b.\($0)", StateValue.int(1)) }
        )
      )
    )
    // A part of them would look like all of them.
    #expect(await offered("get", "b.", by: many) == [])
  }

  @Test("Fields of the house that the call is about, as they are typed")
  func fields() async {
    #expect(
      await offered("update", "selection.a", "") == [
        "display_name=→", "selected=→", "selected.particle_ids=→", "owner.id=→",
      ]
    )
    #expect(await offered("update", "selection.b", "we") == [])
    #expect(
      await offered("get", "selection.b", "--field", "p") == [
        "parts", "parts[0]", "parts[0].x", "parts[1]", "parts[1].y",
      ]
    )
    #expect(await offered("get", "nobody", "--field", "") == [])
  }

  @Test("Each path that is offered leads to its field")
  func paths() async throws {
    let value: StateValue = ["a": ["b.c": ["d e": 1]], "a.b": 2, "": 3, "q\"": [["": 1]]]
    let town = SyncServer(["x": value])
    let paths = await offered("get", "x", "--field", "", by: town)
    #expect(paths.count == 8)
    for path in paths {
      let get = await townhall(arguments: ["get", "x", "--field", path], on: town)
      #expect(get.status == 0, "\(path): \(get.told)")
    }
  }

  @Test("Commands of the town, and what they can be told")
  func commands() async throws {
    let town = SyncServer()
    let seat = town.joinCommands { _ in }
    seat.handle(.register(["name": "x/echo", "arguments": ["a": 1, "b=": 2], "label": "Say it"]))
    #expect(await offered("run", "x", by: town) == ["x/echo"])
    #expect(await offered("run", "x/echo", "", by: town) == ["a=→"])
    let help = await townhall(arguments: ["complete", "fish", "--", "run", "x"], on: town)
    #expect(help.output == "x/echo\tSay it\n")
    seat.leave()
  }

  @Test("Selections by name, lessons, and the lessons of a class")
  func others() async throws {
    #expect(await offered("select", "") == ["a", "b"])
    #expect(await offered("tour", "--lesson", "vis") == ["visit"])
    let town = SyncServer(["class": ["lessons": .string(ScratchTour.text)]])
    let lessons = await offered(
      "tour",
      "--town",
      "ws://in.memory:1",
      "--lesson",
      "",
      by: town
    )
    #expect(lessons == ["move-out", "move-in"])
  }

  @Test("Addresses that are known; files where one may be meant")
  func addresses() async {
    #expect(await offered("keys", "--town", "") == ["ws://in.memory:1", "ws://127.0.0.1:38801"])
    #expect(await offered("keys", "--town=ws://i") == ["--town=ws://in.memory:1"])
    #expect(await offered("keys", "--town", "./") == ["(files)"])
    #expect(await offered("./") == ["(files)"])
    #expect(await offered("diff", "mon") == ["(files)"])
    #expect(await offered("repair", "") == ["(files)"])
    #expect(await offered("serve", "--keep", "") == ["(folders)"])
  }

  @Test("The town on the line counts; one that is not there is nothing to wait or to be told of")
  func absentTown() async {
    let town = SyncServer(Self.houses)
    for option in ["--town", "-t"] {
      let there = await offered("get", option, "ws://elsewhere:1", "", by: town, within: "0.2")
      #expect(there == [])
    }
    #expect(await offered("get", "--town=nonsense://", "", by: town) == [])
    #expect(await offered("get", "--town", "ws://in.memory:1", "sel", by: town).count == 2)
    #expect(await offered("get", "--ca-file", "/nowhere.pem", "sel", by: town) == [])
    #expect(await eventually { town.sessionCount == 0 })
    #expect(town.state == Self.houses)
  }

  @Test("What is not what it looks like, or would be an option, is left out")
  func hostile() async {
    let town = SyncServer([
      "a.new\nline": 1, "a.tab\t": 1, "a.esc\u{1b}[2J": 1, "a.del\u{7f}": 1, "a.c1\u{9b}": 1,
      "a.bidi\u{202e}": 1, "a.zero\u{200b}": 1, "a.sep\u{2028}": 1, "--help": 1, "-x": 1,
      "a.fine one": 1, "": 1,
    ])
    town.apply(
      StateChange(updates: ["a.\(String(repeating: "x", count: 400))": 1])
    )
    #expect(await offered("get", "", by: town) == ["a.fine one"])
    #expect(await offered("get", "-", by: town).allSatisfy { $0.hasPrefix("-") && $0 != "-x" })
    #expect(await offered("get", "--", "-", by: town) == ["--help", "-x"])
  }

  @Test(
    "bash is handed words as they have to stand in its line",
    arguments: [
      ("townhall get sel", ["words", "selection.a", "selection.b"]),
      ("townhall clear sel", ["part", "selection."]),
      ("  townhall  get   scene.", ["words", "scene.saved"]),
      ("townhall get 'sel", ["words", "selection.a", "selection.b"]),
      ("townhall get \"sce", ["words", "scene", "scene.saved"]),
      (
        "townhall update selection.a display_name=1 sel",
        ["words", "selected=", "selected.particle_ids="]
      ),
      // It takes words apart at colons and equals signs, and puts in what stands behind the last of them.
      ("townhall keys --town ws:", ["words", "//in.memory:1", "//127.0.0.1:38801"]),
      ("townhall keys --town=ws://in.memory:", ["words", "1"]),
      ("townhall get --town ws://in.memory:1 scene.", ["words", "scene.saved"]),
      ("townhall get \\s\\e\"l\"'ection'.a --fie", ["words", "--field"]),
      // Only bash knows what these come to.
      ("townhall get $HOME", []), ("townhall get \"sel\"", []), ("townhall get sel\\", []),
      ("townhall get a; townhall get sel", []), ("townhall get $(ls", []), ("townhall", []),
    ]
  )
  func bash(line: String, words: [String]) async {
    let call = await townhall(
      arguments: ["complete", "bash", "--breaks=" + Self.breaks, "--", line],
      on: SyncServer(Self.houses)
    )
    #expect(call == .init(status: 0, output: words.map { $0 + "\n" }.joined(), told: ""))
  }

  @Test(
    "What bash reads means the key again, whatever is in it",
    arguments: [
      "$(x)", "`x`", "`\u{301}x`\u{301}", "'\u{301}", "\"\u{301}$(x)", "a b", "'", "\"", "\\", ";",
      "&|<>()",
      "*?[a]{b,c}", "#", "!!", "~root", "=ls", "a:b=c", "é", "\u{301}",
    ]
  )
  func quoting(key: String) throws {
    for opening in ["", "'", "\"", "x:", "x='"] {
      let line = try #require(
        TypedCall(bash: "townhall get \(opening)", breaks: Self.breaks)
      )
      guard let text = line.bash(line.lead + key + ".") else {
        #expect(opening == "\"" && key.unicodeScalars.contains("!"))
        continue
      }
      var closed = "townhall get \(opening)\(text)"
      if let quote = line.quote { closed.unicodeScalars.append(quote) }
      let read = try #require(TypedCall(bash: closed + " ", breaks: Self.breaks), "\(closed)")
      #expect(read.words.count == 2)
      #expect(
        read.words.last?.utf8.elementsEqual((line.lead + key + ".").utf8) == true,
        "\(closed)"
      )
    }
  }

  @Test(
    "A word of fish is read as fish means it",
    arguments: [
      ("sel", "sel"), ("'my k", "my k"), ("\"my k", "my k"), ("my\\ k", "my k"),
      ("'it\\'s", "it's"),
      ("'a\\b", "a\\b"), ("\"a\\\"", "a\""), ("'a'b", "ab"),
    ]
  )
  func fish(word: String, text: String) { #expect(TypedCall.text(ofFish: word) == text) }

  /// What nobody can know: a number, a time, words of somebody's own, or the name of what is not there yet.
  private static let unknowable: Set<String> = [
    "query", "seconds", "time", "value", "text", "reason", "connection", "count", "name", "moment",
    "host", "port", "seed", "number", "name=number", "origin", "after", "house.field", "id",
    "max-clients",
    "factor", "timeout", "message", "bytes",
  ]

  @Test("Each value of each verb is completed, or nobody can know it")
  func everyValue() {
    func check(_ verb: any ParsableCommand.Type) {
      for argument in ArgumentInfo.all(of: verb)
      where argument.kind != .flag && argument.values.isEmpty {
        let isKnown =
          Offer(valueName: argument.valueName) != nil || argument.takesFiles
          || argument.takesFolders || Self.unknowable.contains(argument.valueName)
        #expect(isKnown, "<\(argument.valueName)> of \(verb.name)")
      }
      verb.configuration.subcommands.filter { $0.configuration.shouldDisplay }.forEach(check)
    }
    check(TownhallCommand.self)
    #expect(ArgumentInfo.all(of: Get.self).map(\.valueName).contains("key"))
  }

  @Test(
    "Each shell's script is printed, also for who asks as ArgumentParser has it",
    arguments: Shell.allCases
  )
  func scripts(shell: Shell) async {
    let script = await townhall(arguments: ["completion", shell.rawValue], on: SyncServer())
    #expect(script.status == 0 && script.output.contains("complete \(shell.rawValue)"))
    for arguments in [
      ["--generate-completion-script", shell.rawValue],
      ["--generate-completion-script=\(shell.rawValue)"],
    ] {
      #expect(await townhall(arguments: arguments, on: SyncServer()) == script)
    }
  }
}

@Suite("help keys")
struct HelpKeysTests {
  private func run(_ arguments: String...) async -> Console.Result {
    await Console(SyncServer(), isNamed: false).run(arguments)
  }

  @Test("Every command of the dashboard is there, under the headings of the help")
  func everyKey() async throws {
    let page = await run("help", "keys")
    #expect(page.status == 0 && page.told == "")
    #expect(page.output.hasPrefix("Moving\n  j Down "))
    let lines = try await run("help", "keys", "--json").output.split(separator: "\n").map {
      try StateValue(text: String($0))
    }
    let names = lines.compactMap { $0["name"]?.string }
    #expect(Set(names) == DashboardSettings.commandNames)
    #expect(names.count == DashboardSettings.commandNames.count)
    for line in lines {
      #expect(line.object?.keys.sorted() == ["group", "help", "keys", "name", "writes"])
      let help = try #require(line["help"]?.string)
      #expect(!help.isEmpty && page.output.contains(help))
    }
    let writes = Set(lines.filter { $0["writes"] == true }.compactMap { $0["name"]?.string })
    #expect(writes.isSuperset(of: ["set", "update", "add", "remove", "clear", "undo", "flip"]))
    #expect(writes.isDisjoint(with: ["down", "search", "pin", "quit", "map"]))
    #expect(lines.contains { $0["name"] == .null && $0["group"] == "While you write" })
  }

  @Test("Keys and words are those of the settings")
  func settings() async throws {
    let folder = ScratchFolder()
    try Files.makeFolder(folder.path)
    let file = folder.path + "/own.toml"
    close(try Files.replace(file, with: "words = \"dict\"\n[keys]\nset = [\"F9\"]\n".utf8))
    let page = await run("help", "keys", "--json", "--config", file)
    let set = try #require(
      page.output.split(separator: "\n").first { $0.contains(#""name":"set""#) }
    )
    #expect(set.contains(#""keys":["F9"]"#) && set.contains("entry") && !set.contains("house"))
  }

  @Test("The help of the verbs is what it was, that of keys too")
  func verbs() async {
    #expect(await run("help", "get").output == run("get", "--help").output)
    #expect(await run("keys", "--help").output.contains("List the keys of a town"))
    #expect(await run("help").output.contains("townhall help keys"))
    #expect(await !run("--help").output.contains("help-keys"))
    #expect(await run("help", "keys", "--nonsense").status == 2)
  }
}
