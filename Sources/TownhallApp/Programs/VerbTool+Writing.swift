import ArgumentParser
import ModelContextProtocol
import SharedState

extension VerbTool {
  /// Those that change the town.
  ///
  /// - Parameter hasFiles: Whether there is a folder whose files may be read.
  /// - Returns: The tools, in the order in which they are listed.
  static func writing(hasFiles: Bool) -> [VerbTool] {
    [
      set, update, add, remove, clear, select, load, restore(hasFiles: hasFiles), repair, run,
    ]
  }

  /// What all of them take.
  private static let isDry = Schema.flag(
    "Make no changes, and answer those that would be made."
  )

  /// What all of them answer.
  private static let outcome: StateObject = [
    "done": Schema.flag("Whether it was done, and not only tried."),
    "changes": Schema.list(of: ["type": "object"], "What would change."),
    "complete": complete,
  ]

  private static let outcomeWithKey: StateObject = {
    var fields = outcome
    fields["key"] = Schema.text("The key that it has now.")
    return fields
  }()

  private static let value = Schema.any(
    "The value in JSON; {\"$bytes\": \"base64\"} for bytes, {\"$number\": \"1.0\"} for a number as it is written."
  )

  private static let text = Schema.text(
    "The value in the text form instead, in which 1.0 is a float and 1 an integer: JSON, and Infinity, NaN, b64\"…\"."
  )

  private static func hints(destroys: Bool, repeats: Bool = true) -> Tool.Hints {
    Tool.Hints(isReadOnly: false, isDestructive: destroys, isIdempotent: repeats)
  }

  private static func answer(
    _ arguments: ToolArguments,
    _ outcome: VerbRunner.Outcome,
    _ done: StateObject = [:]
  ) -> ToolAnswer {
    ToolReading(outcome, of: arguments, advice: "change fewer houses at once")
      .writing(isDry: arguments.isSet("dry_run"), done)
  }

  private static let set = VerbTool(
    "set",
    "Set a value",
    "\(SetValue.configuration.abstract) What was there is replaced as a whole.",
    takes: ["key": key, "value": value, "text": text, "dry_run": isDry],
    needs: ["key"],
    answers: outcome,
    always: ["done"],
    hints: hints(destroys: true),
    call: { given throws(Failure) in
      let value = try given.neededValue("value", orText: "text")
      return VerbCall("set", given.text("key") ?? "", value.text)
        .with("dry-run", if: given.isSet("dry_run"))
    },
    answer: { answer($0, $1) }
  )

  private static let update = VerbTool(
    "update",
    "Update fields",
    Update.configuration.abstract + " A field that somebody else changed meanwhile is not lost.",
    takes: [
      "key": key,
      "fields": Schema.dictionary(
        "What each field is to be, in JSON: its path, such as selected.particle_ids, with the value."
      ),
      "texts": Schema.dictionary(
        of: ["type": "string"],
        "The same with values in the text form, in which 1.0 is a float and 1 an integer."
      ), "dry_run": isDry,
    ],
    needs: ["key"],
    answers: outcome,
    always: ["done"],
    hints: hints(destroys: true),
    call: { given throws(Failure) in
      let fields = try given.fields("fields", orTexts: "texts")
      guard !fields.isEmpty else { throw Failure(.badUsage, "fields are missing") }
      return VerbCall("update", given.text("key") ?? "").about(fields)
        .with("dry-run", if: given.isSet("dry_run"))
    },
    answer: { answer($0, $1) }
  )

  private static let add = VerbTool(
    "add",
    "Add a house",
    "Add a house with a fresh random key to a street, and answer the key.",
    takes: [
      "prefix": Schema.text("The street, with its dot: selection.", canBeEmpty: false),
      "value": value, "text": text, "dry_run": isDry,
    ],
    needs: ["prefix"],
    answers: outcomeWithKey,
    always: ["done"],
    hints: hints(destroys: false, repeats: false),
    call: { given throws(Failure) in
      let value = try given.neededValue("value", orText: "text")
      return VerbCall("add", given.text("prefix") ?? "", value.text)
        .with("dry-run", if: given.isSet("dry_run"))
    },
    answer: { answer($0, $1, Self.keyPrinted(by: $1)) }
  )

  private static let remove = VerbTool(
    "remove",
    "Remove houses",
    Remove.configuration.abstract,
    takes: [
      "keys": Schema.list(of: ["type": "string"], atLeast: 1, "The keys."), "dry_run": isDry,
    ],
    needs: ["keys"],
    answers: outcome,
    always: ["done"],
    hints: hints(destroys: true),
    call: {
      VerbCall("remove").about($0.texts("keys")).with("dry-run", if: $0.isSet("dry_run"))
    },
    answer: { answer($0, $1) }
  )

  private static let clear = VerbTool(
    "clear",
    "Clear a street",
    "Remove all houses of a street, or of the whole town.",
    takes: [
      "prefix": Schema.text("The street, with its dot: selection.", canBeEmpty: false),
      "all": Schema.flag("Clear the whole town."), "dry_run": isDry,
    ],
    answers: outcome,
    always: ["done"],
    hints: hints(destroys: true),
    call: {
      VerbCall("clear").about($0.text("prefix").map { [$0] } ?? [])
        .with("all", if: $0.isSet("all")).with("dry-run", if: $0.isSet("dry_run"))
    },
    answer: { answer($0, $1) }
  )

  private static let select = VerbTool(
    "select",
    "Make a selection",
    "Make a selection of the atoms that a query means, or choose those of one anew. The words of a query are those of the tool atoms.",
    takes: [
      "name": Schema.text("Which selection, by its key or its name.", canBeEmpty: false),
      "query": Schema.text("Which atoms; without it the query that the selection was made by."),
      "dry_run": isDry,
    ],
    needs: ["name"],
    answers: outcomeWithKey,
    always: ["done"],
    hints: hints(destroys: true),
    call: {
      VerbCall("select", $0.text("name") ?? "").about($0.text("query").map { [$0] } ?? [])
        .with("timeout", patience).with("dry-run", if: $0.isSet("dry_run"))
    },
    answer: { answer($0, $1, Self.keyPrinted(by: $1)) }
  )

  private static let load = VerbTool(
    "load",
    "Set many values",
    "Set every house of a state that is given, as dump answers one.",
    takes: [
      "state": Schema.dictionary("Each key with its value."),
      "replace": Schema.flag("Also remove every house that is not in it."), "dry_run": isDry,
    ],
    needs: ["state"],
    answers: outcome,
    always: ["done"],
    hints: hints(destroys: true),
    call: { given throws(Failure) in
      VerbCall("load", "-").reading(try given.state("state") ?? "{}")
        .with("replace", if: given.isSet("replace"))
        .with("dry-run", if: given.isSet("dry_run"))
    },
    answer: { answer($0, $1) }
  )

  private static func restore(hasFiles: Bool) -> VerbTool {
    var input = source(hasFiles: hasFiles, "What the town is to be as")
    input["only"] = Schema.list(
      of: ["type": "string"],
      "Restore only keys that fit one of these patterns, such as selection.*; people's heads and hands only if they do."
    )
    input["undo"] = Schema.flag("Take back what was restored last in this town, and nothing else.")
    input["dry_run"] = isDry
    return VerbTool(
      "restore",
      "Make it as it was",
      "Make the town as a state that is given, as one change, field by field: where somebody else changes the same place at that moment, nothing is written. What is not in it is removed.",
      takes: input,
      answers: outcome,
      always: ["done"],
      hints: hints(destroys: true),
      call: { given throws(Failure) in
        var call = VerbCall("restore").with("dry-run", if: given.isSet("dry_run"))
        for pattern in given.texts("only") { call = call.with("only", pattern) }
        guard given.isSet("undo") else { return try call.about(from: given) }
        guard given.object["state"] == nil, given.object["file"] == nil else {
          throw Failure(.badUsage, "undo takes back what was restored, and restores nothing")
        }
        return call.with("undo")
      },
      answer: { answer($0, $1) }
    )
  }

  private static let repair = VerbTool(
    "repair",
    "Repair what is wrong",
    "Mend what inspect finds where that is safe, which is to add what is missing or to convert, and tell what is left.",
    takes: ["prefixes": prefixes, "dry_run": isDry],
    answers: [
      "done": Schema.flag("Whether it was done, and not only tried."), "findings": findings,
      "changes": Schema.list(of: ["type": "object"], "What would change."), "complete": complete,
    ],
    always: ["done", "complete"],
    hints: hints(destroys: true),
    call: { given in
      let isDry = given.isSet("dry_run")
      return VerbCall("inspect").with("json").with("repair", if: !isDry)
        .with("dry-run", if: isDry).about(given.texts("prefixes"))
    },
    answer: { arguments, outcome in
      let isDry = arguments.isSet("dry_run")
      let reading = ToolReading(outcome, of: arguments, advice: "repair fewer houses at once")
      var answer = isDry ? reading.lines("changes") : reading.lines("findings", found: 1)
      answer.content?.object?["done"] = .bool(!isDry)
      return answer
    }
  )

  private static let run = VerbTool(
    "run",
    "Run a command",
    "\(RunCommand.configuration.abstract) The tool commands lists them; what they do is up to whoever offers them.",
    takes: [
      "name": Schema.text("The command, such as playback/pause.", canBeEmpty: false),
      "arguments": Schema.dictionary("What each argument is to be, in JSON."),
      "texts": Schema.dictionary(
        of: ["type": "string"],
        "The same with values in the text form, in which 1.0 is a float and 1 an integer."
      ),
      "seconds": Schema.seconds(0...600, "How long the answer may take; 60 without it."),
    ],
    needs: ["name"],
    answers: ["result": Schema.any("What the command answered; null if nothing.")],
    always: ["result"],
    hints: hints(destroys: true, repeats: false),
    call: { given throws(Failure) in
      VerbCall("run", given.text("name") ?? "")
        .about(try given.fields("arguments", orTexts: "texts"))
        .with("within", given.number("seconds").map { "\($0)" })
    },
    answer: { ToolReading($1, of: $0, advice: "there is no less to be had").value("result") }
  )

  /// The key that a verb has printed, in quotes where it is one with which a line would not be one.
  private static func keyPrinted(by outcome: VerbRunner.Outcome) -> StateObject {
    let line = outcome.output.split(separator: "\n").first.map(String.init) ?? ""
    guard !line.isEmpty else { return [:] }
    let quoted = line.hasPrefix("\"") ? (try? StateValue(text: line))?.string : nil
    return ["key": .string(quoted ?? line)]
  }
}
