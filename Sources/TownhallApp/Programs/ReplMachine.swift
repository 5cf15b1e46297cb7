import ModelContextProtocol
import SharedState

/// Calls of verbs, line by line: takes requests, has several done at once, and answers each as it ends.
struct ReplMachine: LineMachine {
  /// A call of a verb.
  struct Work: Sendable, Hashable {
    let id: RequestID
    let arguments: [String]
    let input: String
  }

  private struct Call {
    let id: RequestID
    let waits: Bool
  }

  private var calls: [Int: Call] = [:]
  private var numbers: [RequestID: Int] = [:]
  private var queue: WorkQueue<Work>
  private let mostRunning: Int
  private var lastNumber = 0

  /// Makes one that has so many calls done at once, and lets so many wait.
  init(mostRunning: Int = 8, mostWaiting: Int = 64) {
    queue = WorkQueue(mostRunning: mostRunning, mostWaiting: mostWaiting)
    self.mostRunning = mostRunning
  }

  mutating func handle(_ event: LineEvent<VerbRunner.Outcome>) -> [LineAction<Work>] {
    switch event {
    case .received(.tooLong): return [.send(ReplLine.failure("the line is too long"))]
    case .received(.whole(let bytes)): return receive(bytes)
    case .told: return []
    case .ended(let number, let outcome):
      let next = queue.end(number)
      guard let call = calls.removeValue(forKey: number) else { return next }
      numbers[call.id] = nil
      return [.send(ReplLine.ended(outcome, of: call.id))] + next
    case .inputEnded:
      let waiting = calls.filter(\.value.waits).keys.sorted()
      return waiting.flatMap { cancel($0) }
    }
  }

  private mutating func receive(_ bytes: [UInt8]) -> [LineAction<Work>] {
    let request: StateValue
    do throws(PlainJSONError) {
      request = try PlainJSON.read(bytes)
    } catch {
      return [.send(ReplLine.failure("the line is no JSON: \(error)"))]
    }
    let id = RequestID(request["id"])
    if let flaw = ReplLine.flaw(of: request) { return [.send(ReplLine.failure(flaw, of: id))] }
    if let cancelled = RequestID(request["cancel"]) {
      return numbers[cancelled].map { cancel($0) } ?? []
    }
    guard let id else { return [.send(ReplLine.failure("id is missing"))] }
    guard numbers[id] == nil else {
      return [.send(ReplLine.failure("a call with this id has not ended yet", of: id))]
    }
    guard queue.hasRoom else {
      return [.send(ReplLine.failure("too many calls run and wait already", of: id))]
    }
    lastNumber += 1
    let work = Work(
      id: id,
      arguments: request["call"]?.array?.compactMap(\.string) ?? [],
      input: request["input"]?.string ?? ""
    )
    let waits = work.arguments.first.map(WaitingVerbs.names.contains) ?? false
    (calls[lastNumber], numbers[id]) = (Call(id: id, waits: waits), lastNumber)
    return queue.add(lastNumber, work)
  }

  private mutating func cancel(_ number: Int) -> [LineAction<Work>] {
    let (actions, hadBegun) = queue.cancel(number)
    guard !hadBegun, let call = calls.removeValue(forKey: number) else { return actions }
    numbers[call.id] = nil
    return actions + [.send(ReplLine.ended(.cancelled, of: call.id))]
  }
}

extension VerbRunner.Outcome {
  /// Of a call that was cancelled before it had begun.
  static let cancelled = VerbRunner.Outcome(status: Self.statusOfCancelled)

  /// The status of a call that was cancelled, which is that of a program that SIGTERM has ended.
  static let statusOfCancelled: Int32 = 143
}

/// The lines that are exchanged, and what they may be.
enum ReplLine {
  private static let id: StateValue = [
    "type": ["integer", "string"], "description": "What a call goes by until it has ended.",
  ]

  /// What a call may be.
  static let call: JSONSchema = JSONSchema(
    Schema.object(
      [
        "id": id,
        "call": Schema.list(
          of: ["type": "string"],
          atLeast: 1,
          "The words of the call, as on a shell: the verb, then its options and arguments."
        ), "input": Schema.text("What the verb finds on standard input."),
      ],
      required: ["id", "call"]
    )
  )

  /// What the end of one may be asked by.
  static let cancellation: JSONSchema = JSONSchema(
    Schema.object(["cancel": id], required: ["cancel"])
  )

  /// What a line of the input may be.
  static let request = JSONSchema(
    [
      "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "A line to townhall repl",
      "oneOf": [call.value, cancellation.value],
    ]
  )

  private static let answeredID: StateValue = [
    "type": ["integer", "string", "null"],
    "description": "Of which call; null if that could not be read.",
  ]

  /// What a line of the output may be.
  static let answer = JSONSchema(
    [
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "title": "A line from townhall repl",
      "oneOf": [
        Schema.object(
          ["id": answeredID, "event": Schema.any("A value that the verb has printed on its way.")],
          required: ["id", "event"]
        ),
        Schema.object(
          [
            "id": answeredID, "status": Schema.count(0...255, "How the call ended; 0 if well."),
            "value": Schema.any("The value that the verb printed."),
            "output": Schema.text("The text that the verb printed."),
            "complete": [
              "const": false, "description": "The output is only the beginning of all there was.",
            ],
            "told": Schema.list(of: ["type": "string"], "What a person would have been told."),
            "error": Schema.text("Why the call did not end well."),
          ],
          required: ["id", "status"]
        ),
      ],
    ]
  )

  /// What is wrong with a request, said of what it is meant to be.
  static func flaw(of request: StateValue) -> String? {
    guard let object = request.object else { return "a line is an object" }
    return (object["cancel"] == nil ? call : cancellation).flaw(of: request)
  }

  /// A value that a verb has printed on its way.
  static func event(_ line: Substring, of id: RequestID) -> String {
    let value = (try? StateValue(text: String(line))) ?? .string(String(line))
    return StateValue.object(["id": id.value, "event": PlainJSON.said(value)]).text
  }

  /// The end of a call.
  static func ended(_ outcome: VerbRunner.Outcome, of id: RequestID) -> String {
    var line: StateObject = ["id": id.value, "status": .int(Int64(outcome.status & 255))]
    if case .value = outcome.form, outcome.isWhole,
      let value = try? StateValue(text: outcome.output)
    {
      line["value"] = PlainJSON.said(value)
    } else if !outcome.output.isEmpty {
      line["output"] = .string(outcome.output)
      if !outcome.isWhole { line["complete"] = false }
    }
    guard outcome.status != 0 else {
      if !outcome.told.isEmpty { line["told"] = .array(outcome.told.map(StateValue.string)) }
      return StateValue.object(line).text
    }
    let isCancelled = outcome.status == VerbRunner.Outcome.statusOfCancelled
    line["error"] = .string(isCancelled ? "cancelled" : outcome.words)
    return StateValue.object(line).text
  }

  /// Something that was never a call.
  static func failure(_ reason: String, of id: RequestID? = nil) -> String {
    let line: StateObject = [
      "id": id?.value ?? .null, "status": .int(Int64(ExitStatus.badUsage.rawValue)),
      "error": .string(reason),
    ]
    return StateValue.object(line).text
  }
}
