import ConcurrencySupport
import ModelContextProtocol
import SharedState
import StateSync
import Testing
import Trajectory

@testable import TownhallApp

/// A program that talks in lines with a verb in this process, and sends nothing more when it goes.
final class LineTalk: Sendable {
  private let console: Console
  private let feed: AsyncStream<[UInt8]>.Continuation
  private let running: Task<Console.Result, Never>
  private let read = Locked((bytes: 0, answers: [StateValue]()))

  init(
    _ town: SyncServer,
    _ arguments: [String],
    simulation: Frame? = nil,
    folder: String? = nil
  ) {
    let (lines, feed) = AsyncStream.makeStream(of: [UInt8].self)
    let console = Console(town, folder: folder, simulation: simulation, feed: lines)
    (self.console, self.feed) = (console, feed)
    running = Task { await console.run(arguments) }
  }

  func say(_ line: StateValue) { feed.yield(Array((line.text + "\n").utf8)) }

  /// What has been answered so far; each line is read once.
  var answers: [StateValue] {
    let output = console.output
    return read.withLock { read in
      let rest = output.utf8.dropFirst(read.bytes)
      guard let end = rest.lastIndex(of: UInt8(ascii: "\n")) else { return read.answers }
      let lines = rest[...end]
      read.bytes += lines.count
      for line in lines.split(separator: UInt8(ascii: "\n")) {
        if let answer = try? PlainJSON.read(line) { read.answers.append(answer) }
      }
      return read.answers
    }
  }

  /// The first answer that fits, when it has come.
  func answer(where fits: @escaping (StateValue) -> Bool) async throws -> StateValue {
    for _ in 0..<2000 where !answers.contains(where: fits) {
      try await Task.sleep(for: .milliseconds(10))
    }
    return try #require(answers.first(where: fits), "\(console.output) \(console.told)")
  }

  /// The answer to a request.
  func answer(to id: Int) async throws -> StateValue {
    try await answer { $0["id"] == .int(Int64(id)) && $0["event"] == nil }
  }

  /// How often a town was joined.
  var joinCount: Int { console.joinCount }

  /// What a signal asks for.
  func signal(_ number: Int32) { console.signal.yield(number) }

  /// Sends nothing more, and waits for the end.
  func end() async -> Console.Result {
    feed.finish()
    return await running.value
  }

  /// Waits for the end.
  var result: Console.Result { get async { await running.value } }
}

@Suite("repl", .timeLimit(.minutes(1)))
struct ReplTests {
  private func call(_ id: Int, _ words: String...) -> StateValue {
    ["id": .int(Int64(id)), "call": .array(words.map(StateValue.string))]
  }

  /// Runs calls to their end, and returns the answers by their ids.
  private func answers(
    _ town: SyncServer,
    writes: Bool = false,
    _ calls: [StateValue]
  ) async throws -> [StateValue] {
    let input = calls.map { $0.text + "\n" }.joined()
    let result = await Console(town, input: input).run(["repl"] + (writes ? ["--write"] : []))
    #expect(result.status == 0 && result.told == "")
    let answers = try result.output.split(separator: "\n").map { try PlainJSON.read($0.utf8) }
    for answer in answers { #expect(ReplLine.answer.flaw(of: answer) == nil, "\(answer)") }
    return answers.sorted { ($0["id"]?.int ?? 0) < ($1["id"]?.int ?? 0) }
  }

  @Test("Calls are answered with what verbs print: a value, text, or why not")
  func values() async throws {
    let town = SyncServer(["a": ["x": 1.0, "f": .double(.infinity)], "b.c": 1])
    let answers = try await answers(
      town,
      [
        call(1, "get", "a"), call(2, "keys"), call(3, "keys", "--json", "b."), call(4, "get", "z"),
        call(5, "get"), call(6, "serve"), call(7, "set", "a", "1"), call(8, "lst"),
        call(9, "ws://in.memory:1"), call(10, "inspect", "--repair"), call(11, "lock", "a"),
      ]
    )
    let value: StateValue = ["x": 1.0, "f": ["$number": "Infinity"]]
    #expect(answers[0] == ["id": 1, "status": 0, "value": value])
    #expect(answers[1] == ["id": 2, "status": 0, "output": "a\nb.c\n"])
    #expect(answers[2] == ["id": 3, "status": 0, "value": ["b.c"]])
    let failures: [(status: StateValue, words: String)] = [
      (1, #"no house "z" in this town"#), (2, "Missing"),
      (2, "serve is no verb that a program can call"),
      (4, "set writes, and townhall repl was started without --write"), (2, "neither a verb"),
      (2, "no verb that a program can call"),
      (4, "inspect writes, and townhall repl was started without --write"),
      (2, "lock is no verb that a program can call"),
    ]
    #expect(answers.count == failures.count + 3)
    for (answer, failure) in zip(answers.dropFirst(3), failures) {
      #expect(answer["status"] == failure.status)
      #expect(answer["error"]?.string?.contains(failure.words) == true, "\(answer)")
      #expect(answer["value"] == nil && answer["output"] == nil)
    }
    #expect(town.state["a"]?["x"] == 1.0)
  }

  @Test("With --write verbs write, with what they find on standard input")
  func writing() async throws {
    let town = SyncServer(["a": 1])
    let load: StateValue = ["id": 1, "call": ["load", "-"], "input": #"{"b":b64"AAEC"}"#]
    let answers = try await answers(
      town,
      writes: true,
      [load, call(2, "set", "--dry-run", "c", "1")]
    )
    #expect(answers.count == 3)
    #expect(answers[0] == ["id": 1, "status": 0, "told": ["loaded 1 house"]])
    #expect(answers[1]["event"]?["change"] == "added" && answers[1]["event"]?["key"] == "c")
    #expect(answers[2] == ["id": 2, "status": 0])
    #expect(town.state == ["a": 1, "b": .bytes([0, 1, 2])])
    #expect(town.sessionCount == 0)
  }

  @Test(
    "A line that is no call is answered with why",
    arguments: [
      ("nonsense", nil, "no JSON"), ("[]", nil, "object"), (#"{"id":7}"#, 7, "call is missing"),
      (#"{"call":["keys"]}"#, nil, "id is missing"), (#"{"id":7,"call":[]}"#, 7, "1 or more"),
      (#"{"id":7,"call":[1]}"#, 7, "call[0] must be text"),
      (#"{"id":7,"call":["keys"],"more":1}"#, 7, "more is not known"),
      (#"{"id":null,"call":["keys"]}"#, nil, "id must be"),
    ] as [(String, Int64?, String)]
  )
  func nonsense(line: String, id: Int64?, words: String) throws {
    var machine = ReplMachine()
    let actions = machine.handle(.received(.whole(Array(line.utf8))))
    guard case .send(let text)? = actions.first, actions.count == 1 else {
      Issue.record("\(actions)")
      return
    }
    let answer = try PlainJSON.read(text.utf8)
    #expect(ReplLine.answer.flaw(of: answer) == nil)
    #expect(answer["id"] == id.map { .int($0) } ?? .null && answer["status"] == 2)
    #expect(answer["error"]?.string?.contains(words) == true, "\(answer)")
  }

  @Test(
    "Requests that are answered fit the schema of a request, and the schemas use words that are known"
  )
  func schemas() async throws {
    #expect(ReplLine.request.flaw(of: ["id": "x", "call": ["keys"], "input": ""]) == nil)
    #expect(ReplLine.request.flaw(of: ["cancel": 1]) == nil)
    #expect(ReplLine.request.flaw(of: ["id": 1]) != nil)
    let printed = await Console(SyncServer()).run(["repl", "--schema"])
    let schemas = try PlainJSON.read(printed.output.utf8)
    #expect(schemas["request"] == ReplLine.request.value)
    #expect(schemas["answer"] == ReplLine.answer.value)
    for schema in [ReplLine.request, ReplLine.answer] { expectKnownWords(schema.value) }
  }

  @Test("Changes come as events until the call is cancelled, over one connection for all calls")
  func events() async throws {
    let town = SyncServer(["a.1": 1])
    let talk = LineTalk(town, ["repl", "--write"])
    talk.say(call(1, "watch", "a.", "--initial"))
    let first = try await talk.answer { $0["event"]?["key"] == "a.1" }
    #expect(first["id"] == 1 && first["event"]?["value"] == 1)
    talk.say(call(2, "set", "a.2", "2"))
    #expect(try await talk.answer(to: 2)["status"] == 0)
    _ = try await talk.answer { $0["event"]?["key"] == "a.2" }
    talk.say(["cancel": 1])
    let end = try await talk.answer(to: 1)
    #expect(end == ["id": 1, "status": 143, "error": "cancelled"])
    talk.say(call(1, "get", "a.2"))
    _ = try await talk.answer { $0["value"] == 2 }
    #expect(talk.joinCount == 1)
    #expect(town.sessionCount == 1)
    #expect(await talk.end().status == 0)
    #expect(town.sessionCount == 0)
    #expect(town.state == ["a.1": 1, "a.2": 2])
  }

  @Test("The end of the input cancels what only waits, and a signal everything")
  func ends() async throws {
    let talk = LineTalk(SyncServer(), ["repl"])
    talk.say(call(1, "wait", "nobody"))
    talk.say(call(2, "keys"))
    _ = try await talk.answer(to: 2)
    let result = await talk.end()
    #expect(result.status == 0)
    #expect(result.output.contains(#"{"id":1,"status":143,"error":"cancelled"}"#))
    let stopped = LineTalk(SyncServer(), ["repl"])
    stopped.say(call(1, "wait", "nobody"))
    stopped.say(call(2, "keys"))
    _ = try await stopped.answer(to: 2)
    stopped.signal(15)
    #expect(await stopped.result.status == 143)
  }

  @Test("What is more than may be told is cut, and said to be; a line that is too long is refused")
  func bounds() async throws {
    let town = SyncServer(["a": .string(String(repeating: "x", count: 5000))])
    let long = String(repeating: "y", count: 3000)
    let input = call(1, "get", "a").text + "\n" + call(2, "get", long).text + "\n"
    let result = await Console(town, input: input)
      .run(["repl", "--max-result", "1024", "--max-message", "2048"])
    let answers = try result.output.split(separator: "\n").map { try PlainJSON.read($0.utf8) }
    #expect(answers.count == 2)
    for answer in answers { #expect(ReplLine.answer.flaw(of: answer) == nil) }
    #expect(answers.first { $0["id"] == .null }?["error"] == "the line is too long")
    #expect(answers.first { $0["id"] == 1 }?["complete"] == false)
  }

  @Test("So many calls run and so many wait; one that has not begun is cancelled at once")
  func queue() {
    var machine = ReplMachine(mostRunning: 1, mostWaiting: 1)
    func line(_ value: StateValue) -> LineEvent<VerbRunner.Outcome> {
      .received(.whole(Array(value.text.utf8)))
    }
    let first = machine.handle(line(call(1, "keys")))
    #expect(first == [.start(1, .init(id: .number(1), arguments: ["keys"], input: ""))])
    #expect(machine.handle(line(call(2, "keys"))) == [])
    #expect(machine.handle(line(call(3, "keys"))).count == 1)
    #expect(machine.handle(line(call(1, "keys"))).count == 1)
    #expect(machine.handle(line(["cancel": 9])) == [])
    let cancelled = machine.handle(line(["cancel": 2]))
    #expect(cancelled == [.send(#"{"id":2,"status":143,"error":"cancelled"}"#)])
    #expect(machine.handle(line(["cancel": 1])) == [.cancel(1)])
    let ended = machine.handle(.ended(1, .cancelled))
    #expect(ended == [.send(#"{"id":1,"status":143,"error":"cancelled"}"#)])
  }
}

/// Sees that a schema says nothing that nobody looks at.
func expectKnownWords(_ schema: StateValue, _ place: String = "") {
  guard let object = schema.object else { return }
  for field in object {
    #expect(JSONSchema.keywords.contains(field.key), "\(place) \(field.key)")
    switch field.key {
    case "properties":
      for property in field.value.object ?? [:] { expectKnownWords(property.value, property.key) }
    case "items", "additionalProperties": expectKnownWords(field.value, field.key)
    case "anyOf", "oneOf": for choice in field.value.array ?? [] { expectKnownWords(choice) }
    default: break
    }
  }
}
