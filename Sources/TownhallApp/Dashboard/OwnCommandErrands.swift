import ConcurrencySupport
import Dashboard
import SharedState

/// Runs commands of the person's own beside the dashboard, and tells it how they ended.
final class OwnCommandErrands: Sendable {
  private struct Contents: Sendable {
    var jobs: [Int: ShellJob] = [:]
    /// What has the terminal, or is about to.
    var atTerminal: [Int: Task<Void, Never>] = [:]
    /// Whether the person leaves, so that nothing begins any more.
    var isClosed = false
  }

  private let screen: any DashboardScreen
  private let inbox: Inbox
  private let contents = Locked(Contents())

  init(screen: any DashboardScreen, inbox: Inbox) { (self.screen, self.inbox) = (screen, inbox) }

  /// Begins with a run, and returns at once.
  func begin(_ run: OwnCommandRun) {
    do {
      let call = try OwnCommandCall(run)
      if run.command.output == .terminal { takeTerminal(run, call) } else { try start(run, call) }
    } catch {
      inbox.put(.ownCommandEnded(run.number, OwnCommandResult(.notRun(String(describing: error)))))
    }
  }

  private func start(_ run: OwnCommandRun, _ call: OwnCommandCall) throws {
    let keepsOutput = run.command.output != .none
    let job = try contents.withLock { contents -> ShellJob? in
      guard !contents.isClosed else { return nil }
      let job = try ShellJob(
        call.words,
        adding: call.variables,
        input: call.input,
        keeping: keepsOutput ? OwnCommandResult.mostOutput : nil
      )
      contents.jobs[run.number] = job
      return job
    }
    guard let job else { return }
    let limit = run.command.timeout
    Task {
      let outcome = await job.outcome(within: limit > 0 ? .seconds(limit) : nil)
      contents.withLock { $0.jobs[run.number] = nil }
      inbox.put(.ownCommandEnded(run.number, OwnCommandResult(outcome)))
    }
  }

  /// Gives it the terminal until it ends, as an editor has it.
  private func takeTerminal(_ run: OwnCommandRun, _ call: OwnCommandCall) {
    contents.withLock { contents in
      guard !contents.isClosed else { return }
      contents.atTerminal[run.number] = Task {
        var result: OwnCommandResult
        do {
          result = OwnCommandResult(
            .exited(
              try await screen.withTerminalReleased {
                try await ChildProcess.run(call.words, adding: call.variables)
              }
            )
          )
        } catch {
          result = OwnCommandResult(.notRun(String(describing: error)))
        }
        self.contents.withLock { $0.atTerminal[run.number] = nil }
        inbox.put(.ownCommandEnded(run.number, result))
      }
    }
  }

  // MARK: Leaving

  /// Asks all that run to end, with what they have started; nothing begins from now on.
  func askToEnd() {
    for job in close() { job.end() }
  }

  /// Ends all that run, with what they have started: at once, if they have not by themselves when they were asked to.
  func endAll() async {
    let jobs = close()
    for job in jobs { job.end() }
    for _ in 0..<8 where isBusy { try? await Task.sleep(for: .milliseconds(5)) }
    for job in contents.withLock({ Array($0.jobs.values) }) { job.kill() }
  }

  private var isBusy: Bool { contents.withLock { !$0.jobs.isEmpty } }

  private func close() -> [ShellJob] {
    contents.withLock { contents in
      contents.isClosed = true
      for task in contents.atTerminal.values { task.cancel() }
      return Array(contents.jobs.values)
    }
  }
}

extension OwnCommandResult {
  fileprivate init(_ outcome: ShellJob.Outcome) {
    let lines = String(decoding: outcome.complaints, as: UTF8.self).split(
      whereSeparator: \.isNewline
    )
    self.init(
      outcome.hasTimedOut ? .timedOut : .exited(outcome.status),
      output: String(decoding: outcome.output, as: UTF8.self),
      isCut: outcome.isCut,
      complaint: lines.last { !$0.allSatisfy(\.isWhitespace) }.map(String.init) ?? ""
    )
  }
}

/// What a run of a command of the person's own comes to: the words that are run, and what stands around them.
struct OwnCommandCall: Hashable, Sendable {
  /// The shell, the line, and behind it what its parameters are.
  let words: [String]
  /// The same for programs that look into their environment.
  let variables: [String: String]
  /// The value as JSON.
  let input: [UInt8]?

  /// Why nothing is run, for a person.
  struct Refusal: Error, Hashable, CustomStringConvertible {
    let description: String
  }

  /// No parameter and no variable has more bytes; Linux ends programs at 128 KiB for each.
  static let mostBytes = 100_000

  /// Puts a call together.
  ///
  /// - Throws: ``Refusal`` if something that the line asks for is not there, or cannot be handed over.
  init(_ run: OwnCommandRun) throws(Refusal) {
    let line: ShellLine
    do {
      line = try ShellLine(run.command.line)
    } catch {
      throw Refusal(description: error.reason)
    }
    let value = run.value?.text
    let given: [ShellLine.Place: String] = [
      .key: run.key, .value: value, .street: run.street, .town: run.town,
      .file: run.key.map { Files.safeName(for: $0) },
    ].compactMapValues(\.self)
    for place in ShellLine.Place.allCases where line.places.contains(place) {
      guard let text = given[place] else {
        throw Refusal(description: "there is nothing for \(place.text) here")
      }
      if let reason = Self.obstacle(to: place, text, in: line) {
        throw Refusal(description: reason)
      }
    }
    // What the line does not ask for is handed over as well as it can be.
    let fitting = given.mapValues { Self.fits($0) ? $0 : "" }
    words =
      ["/bin/sh", "-c", line.script, "townhall"]
      + ShellLine.Place.allCases.map { line.places.contains($0) ? fitting[$0] ?? "" : "" }
    // Those that have nothing to say hide what an outer program has said.
    variables = Dictionary(
      uniqueKeysWithValues: ShellLine.Place.allCases.map { place in
        ("TOWNHALL_\(place.rawValue.uppercased())", fitting[place] ?? "")
      }
    )
    input = value.map { Array(($0 + "\n").utf8) }
  }

  private static func fits(_ text: String) -> Bool {
    text.utf8.count <= mostBytes && !text.utf8.contains(0)
  }

  private static func obstacle(
    to place: ShellLine.Place,
    _ text: String,
    in line: ShellLine
  ) -> String? {
    if text.utf8.contains(0) {
      return "\(place.text) has a NUL in it, which no program can be given"
    }
    if text.utf8.count > mostBytes {
      return
        "\(place.text) has \(text.utf8.count) bytes, and a program can be given \(mostBytes): "
        + "let it read standard input, which has the whole value"
    }
    if line.dashPlaces.contains(place), text.utf8.first == UInt8(ascii: "-") {
      return
        "\(place.text) begins with a dash here, which a program takes for an option: put -- before it"
    }
    return nil
  }
}
