import ArgumentParser
import ModelContextProtocol
import SharedState

extension VerbTool {
  /// Those that look and change nothing.
  ///
  /// - Parameter hasFiles: Whether there is a folder whose files may be read.
  /// - Returns: The tools, in the order in which they are listed.
  static func reading(hasFiles: Bool) -> [VerbTool] {
    [keys, get, dump, diff(hasFiles: hasFiles), watch, wait, inspect, atoms, commands, who, status]
      + (hasFiles ? [history] : [])
  }

  /// For how many seconds to listen whether somebody simulates.
  static let patience = "5"
  static let complete = Schema.flag("Whether that is all of it.")
  static let key = Schema.text("The key of a house, such as selection.root.")
  static let prefix = Schema.text("Only keys that begin so, such as selection. with its dot.")

  private static let keys = VerbTool(
    "keys",
    "List keys",
    "\(Keys.configuration.abstract) Keys are told apart by their first dot: all that begin with selection. are one street.",
    takes: ["prefix": prefix],
    answers: [
      "keys": Schema.list(of: ["type": "string"], "The keys."),
      "total": Schema.total("How many there are."), "complete": complete,
    ],
    always: ["keys", "total", "complete"],
    call: { VerbCall("keys").with("json").about([$0.text("prefix") ?? ""]) },
    answer: { ToolReading($1, of: $0, advice: "ask for those that begin in some way").list("keys") }
  )

  private static let get = VerbTool(
    "get",
    "Read a value",
    Get.configuration.abstract,
    takes: [
      "key": key,
      "field": Schema.text(
        "Only what is at this path in it, such as components[0].position or properties.hide."
      ),
    ],
    needs: ["key"],
    answers: [
      "key": ["type": "string"], "field": ["type": "string"],
      "value": Schema.any("What is there."),
    ],
    always: ["key", "value"],
    call: { VerbCall("get", $0.text("key") ?? "").with("field", $0.text("field")) },
    answer: { arguments, outcome in
      var asked: StateObject = [:]
      for name in ["key", "field"] { asked[name] = arguments.object[name] }
      return ToolReading(outcome, of: arguments, advice: "ask for a field of it")
        .value("value", beside: asked)
    }
  )

  private static let dump = VerbTool(
    "dump",
    "Read many values",
    Dump.configuration.abstract,
    takes: ["prefix": prefix],
    answers: [
      "state": Schema.dictionary("Each key with its value."), "complete": complete,
    ],
    always: ["state", "complete"],
    call: { VerbCall("dump", $0.text("prefix") ?? "") },
    answer: {
      ToolReading($1, of: $0, advice: "ask for those that begin in some way, or get one by one")
        .houses("state")
    }
  )

  /// What is compared with a town, or brought back into one: a state that is given, or one in a file.
  static func source(hasFiles: Bool, _ description: String) -> StateObject {
    var source: StateObject = [
      "state": Schema.dictionary("\(description): each key with its value, as dump answers it.")
    ]
    guard hasFiles else { return source }
    source["file"] = Schema.text(
      "\(description): a recording or a dump in the folder that may be read."
    )
    source["moment"] = Schema.text(
      "Which moment of the recording: seconds from its beginning, or the text of a mark; its end without it."
    )
    return source
  }

  private static func diff(hasFiles: Bool) -> VerbTool {
    var input = source(hasFiles: hasFiles, "What to compare with")
    input["only"] = Schema.list(
      of: ["type": "string"],
      "Compare only keys that fit one of these patterns, such as selection.*"
    )
    return VerbTool(
      "diff",
      "Compare with the town",
      "Tell how the town differs from a state that is given, house by house and field by field: old is what was given, value what is in the town.",
      takes: input,
      answers: [
        "differences": Schema.list(of: ["type": "object"], "Each difference."),
        "complete": complete,
      ],
      always: ["differences", "complete"],
      call: { given throws(Failure) in
        var call = VerbCall("diff").with("json")
        for pattern in given.texts("only") { call = call.with("only", pattern) }
        return try call.about(from: given).about([given.town])
      },
      answer: {
        ToolReading($1, of: $0, advice: "compare fewer keys").lines("differences", found: 1)
      }
    )
  }

  private static let watch = VerbTool(
    "watch",
    "Watch what changes",
    "Tell what changes in the town, until so many changes have come or the time is up. Each says what the house held before, and holds now.",
    takes: [
      "prefix": prefix,
      "count": Schema.count(1...1000, "How many changes to wait for; 20 without it."),
      "seconds": Schema.seconds(0...300, "For how long to watch; 5 without it."),
      "initial": Schema.flag("Begin with what is there, as added."),
    ],
    answers: [
      "changes": Schema.list(of: ["type": "object"], "Each change, in their order."),
      "complete": complete,
    ],
    always: ["changes", "complete"],
    waits: true,
    call: { given in
      let seconds = given.isRecording ? nil : "\(given.number("seconds") ?? 5)"
      return VerbCall("watch", given.text("prefix") ?? "")
        .with("count", "\(Int64(given.number("count") ?? 20))").with("timeout", seconds)
        .with("initial", if: given.isSet("initial"))
    },
    answer: {
      // That fewer have come is an answer, too.
      ToolReading($1, of: $0, advice: "watch fewer keys")
        .lines("changes", found: 1, orNothing: true)
    }
  )

  private static let wait = VerbTool(
    "wait",
    "Wait for a value",
    "Wait until a house is lived in, or holds a certain value, and tell what it holds then.",
    takes: [
      "key": key, "equals": Schema.any("Wait until it holds exactly this value, in JSON."),
      "equals_text": Schema.text("The same in the text form."),
      "seconds": Schema.seconds(0...600, "For how long to wait; 30 without it."),
    ],
    needs: ["key"],
    answers: ["key": ["type": "string"], "value": Schema.any("What it holds.")],
    always: ["key", "value"],
    waits: true,
    call: { given throws(Failure) in
      let value = try given.value("equals", orText: "equals_text")
      return VerbCall("wait", given.text("key") ?? "").with("equals", value?.text)
        .with("timeout", "\(given.number("seconds") ?? 30)")
    },
    answer: { arguments, outcome in
      var asked: StateObject = [:]
      asked["key"] = arguments.object["key"]
      return ToolReading(outcome, of: arguments, advice: "get a field of it")
        .value("value", beside: asked)
    }
  )

  static let findings = Schema.list(
    of: ["type": "object"],
    "Each finding: how bad it is, the key and field, what is wrong, whom it troubles and what to do."
  )

  static let prefixes = Schema.list(
    of: ["type": "string"],
    "Only these houses and streets; the whole town without it."
  )

  private static let inspect = VerbTool(
    "inspect",
    "Find what is wrong",
    "Tell what in the town will trouble somebody's program. An error stops a program, a warning is ignored or shown wrongly, a note may be meant so.",
    takes: [
      "prefixes": prefixes,
      "atoms": Schema.flag("Also tell which atoms the simulated molecule does not have."),
    ],
    answers: ["findings": findings, "complete": complete],
    always: ["findings", "complete"],
    call: {
      VerbCall("inspect").with("json").with("timeout", patience)
        .with("atoms", if: $0.isSet("atoms"))
        .about($0.texts("prefixes"))
    },
    answer: {
      ToolReading($1, of: $0, advice: "look into fewer houses").lines("findings", found: 1)
    }
  )

  private static let atoms = VerbTool(
    "atoms",
    "Choose atoms",
    "Tell which atoms of the simulated molecule a query means. Its words: all none protein backbone nucleic water hydrogen; index 0 5:9; name CA C*; element C; resname ALA; resid 5 7:9; chain A; within 0.5 of …; byres …; bonded to …; selection NAME; and or not ( ).",
    takes: [
      "query": Schema.text("Which atoms, such as byres within 0.5 of (selection ligand)."),
      "form": Schema.choice(
        ["numbers", "residues", "count"],
        "What to answer: the numbers that selections hold, a line for each residue, or how many; numbers without it."
      ),
    ],
    needs: ["query"],
    answers: [
      "atoms": Schema.list(of: ["type": "integer"], "The numbers."),
      "residues": Schema.list(of: ["type": "string"], "A line for each residue."),
      "total": Schema.total("How many atoms."), "complete": complete,
    ],
    call: { given in
      let form = given.text("form") ?? "numbers"
      return VerbCall("atoms", given.text("query") ?? "").with("timeout", patience)
        .with("json", if: form == "numbers").with("count", if: form == "count")
    },
    answer: { arguments, outcome in
      let reading = ToolReading(outcome, of: arguments, advice: "ask for fewer, or for the count")
      switch arguments.text("form") {
      case "residues": return reading.text("residues")
      case "count": return reading.value("total")
      default: return reading.list("atoms")
      }
    }
  )

  private static let commands = VerbTool(
    "commands",
    "List commands",
    ListCommands.configuration.abstract,
    takes: [:],
    answers: [
      "commands": Schema.list(
        of: ["type": "object"],
        "Each command with its name, its arguments as they are if nothing is said, and what a button for it would say."
      ), "total": Schema.total("How many there are."), "complete": complete,
    ],
    always: ["commands", "total", "complete"],
    call: { _ in VerbCall("commands").with("json") },
    answer: { ToolReading($1, of: $0, advice: "there are very many").list("commands") }
  )

  private static let who = VerbTool(
    "who",
    "Tell who is there",
    "Tell who is connected to the town, or who wrote a key last. Only towns of townhall know, and only their owners hear of connections.",
    takes: ["key": Schema.text("The key of which to tell who wrote it.")],
    answers: [
      "connections": Schema.list(of: ["type": "object"], "Each connection."),
      "author": ["type": "object", "description": "Who wrote the key, and how long ago."],
      "complete": complete,
    ],
    call: { VerbCall("who").with("json").about($0.text("key").map { [$0] } ?? []) },
    answer: { arguments, outcome in
      let reading = ToolReading(outcome, of: arguments, advice: "ask for one key")
      return arguments.text("key") == nil ? reading.lines("connections") : reading.value("author")
    }
  )

  private static let status = VerbTool(
    "status",
    "Tell how the town stands",
    ShowStatus.configuration.abstract
      + " Only towns of townhall tell it, and only to their owners.",
    takes: [:],
    answers: ["status": ["type": "object", "description": "How it stands."]],
    always: ["status"],
    call: { _ in VerbCall("status").with("json") },
    answer: { ToolReading($1, of: $0, advice: "there is no less to be had").value("status") }
  )

  private static let history = VerbTool(
    "history",
    "Tell what a house has held",
    "Tell what a house has held and when, of a recording in the folder that may be read, or of the town that is kept in it.",
    takes: [
      "key": key,
      "file": Schema.text("The recording; without it the folder itself, if a town is kept in it."),
    ],
    needs: ["key"],
    answers: [
      "changes": Schema.list(of: ["type": "object"], "Each change, in their order."),
      "complete": complete,
    ],
    always: ["changes", "complete"],
    call: { given throws(Failure) in
      guard let folder = given.folder else { throw Failure(.badUsage, "no folder may be read") }
      let file = try given.text("file").map { name throws(Failure) in
        try folder.file(name, endings: ToolFolder.recordings)
      }
      return VerbCall("history", given.text("key") ?? "").with("keep", file ?? folder.keptTown)
    },
    answer: { ToolReading($1, of: $0, advice: "look into a shorter recording").lines("changes") }
  )
}

extension VerbCall {
  /// The same about a state that was given, or one in a file.
  func about(from given: ToolArguments) throws(Failure) -> VerbCall {
    guard let name = given.text("file") else {
      guard let state = try given.state("state") else {
        throw Failure(
          .badUsage,
          given.folder == nil ? "state is missing" : "state or file is missing"
        )
      }
      guard given.text("moment") == nil else {
        throw Failure(.badUsage, "moment is one of a recording, and there is no file")
      }
      return about(["-"]).reading(state)
    }
    guard given.object["state"] == nil else {
      throw Failure(.badUsage, "either state or file, not both")
    }
    guard let folder = given.folder else { throw Failure(.badUsage, "no folder may be read") }
    guard let moment = given.text("moment") else { return about([try folder.file(name)]) }
    return about(["\(try folder.file(name, endings: ToolFolder.recordings))@\(moment)"])
  }
}
