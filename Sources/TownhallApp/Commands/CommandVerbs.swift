import ArgumentParser
import ConcurrencySupport
import SharedState
import StateSync
import TownhallKit

struct ListCommands: Verb {
  static let configuration = CommandConfiguration(
    commandName: "commands",
    abstract: "List the commands that a town, or somebody who has joined it, offers.",
    discussion: """
      One command a line, with its arguments as they are if nothing is said, ready for `townhall run`; behind a # \
      what a button for it would say.

      EXAMPLES
        townhall commands
        townhall commands --json | python3 -c 'import json,sys; print([c["name"] for c in json.load(sys.stdin)])'
      """
  )

  @Flag(help: #"Print one JSON list of {"name","label","icon","arguments"}."#)
  var json = false

  @OptionGroup var town: PatientServerOptions

  func run(in surroundings: Surroundings) async throws {
    let commands = try await town.join(in: surroundings) { town in
      try await town.commandDescriptions()
    }
    if json {
      try surroundings.print(StateValue.array(commands.map { .object($0.object) }).text)
    } else {
      try surroundings.write(commands.map { Self.line($0) + "\n" }.joined())
    }
  }

  static func line(_ command: CommandDescription) -> String {
    let arguments = command.arguments.map { " \(Keys.line($0.key))=\($0.value.text)" }
    let label = command.label.map { "  # " + StateValue.string($0).text } ?? ""
    return Keys.line(command.name) + arguments.joined() + label
  }
}

struct RunCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run a command of a town, and print its result.",
    discussion: """
      Values are JSON, plus Infinity, -Infinity, NaN, and b64"…" for bytes; text needs its quotes. The result is \
      printed in the same form, null if there is none. Exits with 4, and with the town's own words, if there is no such \
      command or it fails; with 3 if there is no answer.

      EXAMPLES
        townhall run playback/pause
        townhall run playback/load index=1
        townhall run multiuser/radially-orient-origins radius=0.5
      """
  )

  @Argument(
    help: ArgumentHelp("The command, as `townhall commands` lists it.", valueName: "command")
  )
  var name: String

  @Argument(help: ArgumentHelp("What each argument is to be.", valueName: "arg=value"))
  var arguments: [String] = []

  @Option(help: ArgumentHelp("How long the answer may take.", valueName: "seconds"))
  var within = Seconds(60)

  @OptionGroup var town: PatientServerOptions

  func run(in surroundings: Surroundings) async throws {
    let arguments = StateObject(
      try arguments.map { text in
        let field = try TypedValue.field(text)
        return (field.name, field.value)
      }
    )
    let result = try await town.join(in: surroundings) { town in
      try await ConcurrencySupport.within(within.duration) { try await call(town, arguments) }
    }
    guard let result else {
      throw Failure(.noTown, "\(name): no answer in time")
    }
    try surroundings.print(result.text)
  }

  private func call(
    _ town: SharedStateClient,
    _ arguments: StateObject
  ) async throws -> StateValue {
    do {
      return try await town.run(name, arguments: arguments)
    } catch let failure as CommandFailure {
      throw switch failure.kind {
      case .unknownCommand:
        Failure(.refused, "\(name) is no command of this town, which says: \(failure.message)")
      case .failed: Failure(.refused, "\(name) failed: \(failure.message)")
      case .denied: Failure(.refused, "\(name): \(failure.message)")
      case .unavailable: Failure(.noTown, "\(name): \(failure.message)")
      }
    }
  }
}

struct HoldLock: Verb {
  static let configuration = CommandConfiguration(
    commandName: "lock",
    abstract: "Keep others from writing some houses while a program runs.",
    usage: "townhall lock KEY … [--for SECONDS] [--town ADDRESS] -- COMMAND …",
    discussion: """
      Takes the locks, all or none, runs the program, and gives them back when it has ended; meanwhile they are renewed \
      at a third of --for, which is how long they outlive a crash of this. Whoever writes without a token, as all \
      WebSocket clients do, is not held up. The program finds in TOWNHALL_TOKEN who holds the locks, and what it writes \
      with townhall passes.

      Exits as the program does; with 4 if a key is locked by another or the town's wire knows no locks, and then the \
      program is not run; with 2 if the program cannot be run. If a lock is lost on the way, standard error says so and \
      the program runs on.

      EXAMPLES
        townhall lock scene --for 10 -- ./move-the-box.sh
        townhall lock selection.a selection.b -- python3 rename.py
      """
  )

  /// ArgumentParser takes one list only, so the houses and the program are told apart later.
  @Argument(
    help: ArgumentHelp(
      "The houses, which need not be lived in; then -- and the program with its arguments.",
      valueName: "key"
    )
  )
  var words: [String]

  @Option(
    name: .customLong("for"),
    help: ArgumentHelp("How long a lock holds unless it is renewed.", valueName: "seconds")
  )
  var length = Seconds(10)

  @OptionGroup var town: PatientServerOptions

  func validate() throws {
    guard length.duration > .zero else {
      throw ValidationError("--for must be longer than no time")
    }
  }

  func run(in surroundings: Surroundings) async throws {
    var surroundings = surroundings
    let token = surroundings.variables[Surroundings.token] ?? RandomIdentifier.make()
    surroundings.variables[Surroundings.token] = token
    let command = surroundings.behindDashes
    let keys = Array(words.dropLast(command.count))
    guard !keys.isEmpty, !command.isEmpty else {
      throw Failure(.badUsage, "say which houses and what to run: townhall lock KEY -- COMMAND")
    }
    let execute = surroundings.execute
    let note = { @Sendable [surroundings] (line: String) in surroundings.note(line) }
    let status = try await town.join(in: surroundings) { town in
      let keeper = try await LockHolder.take(keys, for: length.duration, in: town.sync)
      let watch = Task {
        for await loss in keeper.losses {
          note(Program.safe("\(loss); the program runs on without it"))
        }
      }
      do {
        let status = try await execute(command, [Surroundings.token: token])
        await keeper.release()
        await watch.value
        return status
      } catch {
        await keeper.release()
        throw error
      }
    }
    try Task.checkCancellation()
    guard status == 0 else { throw ExitCode(status) }
  }
}
