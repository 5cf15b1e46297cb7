import ArgumentParser
import ConcurrencySupport
import ModelContextProtocol
import SharedState
import TownhallKit

struct Repl: Verb {
  static let configuration = CommandConfiguration(
    commandName: "repl",
    abstract: "Answer another program's calls of verbs, line by line, as editors want it.",
    discussion: """
      Each line of standard input is a call in JSON, and each line of standard output an answer, in the order in which calls end. \
      One connection to the town serves them all, several at once, until the input ends; then calls that only wait are cancelled, \
      the others end, and the exit status is 0.

        {"id":1,"call":["get","selection.root"]}
        {"id":1,"status":0,"value":{"display_name":"Root"}}
        {"id":2,"call":["watch","avatar."]}
        {"id":2,"event":{"time":"…","change":"changed","key":"avatar.U","value":{},"old":{}}}
        {"cancel":2}
        {"id":2,"status":143,"error":"cancelled"}

      The words of a call are those of a shell, and so are statuses: 0 done, 1 no such house or the condition did not come, 2 bad usage, \
      3 no town, 4 refused, 143 cancelled. What a verb prints as one value is under value, what it prints line by line as values comes as \
      events, and all else is text under output. "input" is what the verb finds on standard input. In values, what JSON has no word \
      for is {"$bytes":"base64"} and {"$number":"Infinity"}.

      It only reads, unless --write lets it write. --schema prints the schemas of both kinds of lines.

      EXAMPLES
        echo '{"id":1,"call":["keys","--json"]}' | townhall repl --town ws://lab-3
        townhall repl --schema
      """
  )

  @Flag(help: "Run verbs that write, too.")
  var write = false

  @Flag(help: "Print the schemas of the lines, and call nothing.")
  var schema = false

  @OptionGroup var limits: LineLimits

  @Option(
    help: ArgumentHelp("How much a verb may print that is told as a whole.", valueName: "bytes")
  )
  var maxResult = 64 << 20

  @OptionGroup var town: ServerOptions

  func validate() throws {
    guard (1 << 10...1 << 30).contains(maxResult) else {
      throw ValidationError("--max-result must be from 1024 to \(1 << 30)")
    }
  }

  func run(in surroundings: Surroundings) async throws {
    if schema {
      let schemas: StateValue = [
        "request": ReplLine.request.value, "answer": ReplLine.answer.value,
      ]
      return try surroundings.print(schemas.text(indent: 2))
    }
    let address = try surroundings.address(town.text(in: surroundings))
    let standing =
      address.isRecording ? nil : StandingTown(address, trust: town.trust, in: surroundings)
    let runner = VerbRunner(
      town: town,
      standing: standing,
      mayWrite: write,
      program: "repl",
      in: surroundings
    )
    // Events are sent by whoever has them, so that a verb goes no faster than its lines are taken.
    let output = Locked(())
    let send = { @Sendable (line: String) in
      try output.withLock { _ in try surroundings.write(line) }
    }
    let driver = LineDriver(ReplMachine(), send: send) { [maxResult] work, _ in
      var outcome = await runner.run(
        work.arguments,
        input: work.input,
        enough: maxResult
      ) { line in
        try send(ReplLine.event(line, of: work.id) + "\n")
      }
      if !outcome.isWhole {
        outcome.output = String(decoding: outcome.output.utf8.prefix(maxResult), as: UTF8.self)
      }
      return outcome
    }
    if surroundings.isInteractive {
      surroundings.note(#"waits for calls, such as {"id":1,"call":["keys"]}; ^D ends it"#)
    }
    try await standing.left(after: {
      try await driver.run(
        reading: surroundings.readChunk,
        longest: limits.maxMessage,
        patience: nil
      )
    })
  }
}
