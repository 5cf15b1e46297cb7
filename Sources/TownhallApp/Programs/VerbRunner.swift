import ArgumentParser
import ConcurrencySupport
import Glibc
import SharedState
import TownhallKit

/// Runs verbs within this process, for a program that calls one after the other, on a town that stays joined.
struct VerbRunner: Sendable {
  /// How a call ended, and what it said.
  struct Outcome: Sendable {
    var status: Int32
    var form = OutputForm.text
    /// What it printed; where it is more than was wanted, whole pieces from the beginning on.
    var output = ""
    var isWhole = true
    /// What a person would have been told, line by line.
    var told: [String] = []

    /// What a person would have been told, or else that it failed.
    var words: String {
      told.isEmpty ? "it ended with status \(status)" : told.joined(separator: "\n")
    }
  }

  private let surroundings: Surroundings
  private let mayWrite: Bool
  /// What the program is called that does this.
  private let program: String

  /// Makes one for a town.
  ///
  /// - Parameters:
  ///   - town: Which town is meant where a call names none.
  ///   - standing: The client that stays in it; nil if each call looks for itself.
  ///   - mayWrite: Whether verbs may be called that write.
  ///   - program: What the program is called that does this.
  ///   - surroundings: The world outside.
  init(
    town: ServerOptions,
    standing: StandingTown?,
    mayWrite: Bool,
    program: String,
    in surroundings: Surroundings
  ) {
    (self.mayWrite, self.program) = (mayWrite, program)
    var inner = surroundings
    inner.variables[Surroundings.town] = town.text(in: surroundings)
    (inner.isWatched, inner.isInteractive) = (false, false)
    inner.readAnswer = { nil }
    inner.readChunk = { nil }
    inner.execute = { _, _ in throw Failure(.badUsage, "no program is run here") }
    inner.endSoon = { _ in }
    inner.standing = { try await standing?.client(at: $0, within: $1) }
    let (transport, file) = (surroundings.transport, town.trust.caFile)
    inner.transport = { address, trust, token in
      let named = TrustOptions(certificateFile: trust.certificateFile ?? file)
      return try transport(address, named, token)
    }
    self.surroundings = inner
  }

  /// Runs a call to its end, or until the task is cancelled.
  ///
  /// - Parameters:
  ///   - arguments: The words of the call.
  ///   - input: What it finds on standard input.
  ///   - enough: After how many bytes no more is wanted.
  ///   - line: Takes the lines of a verb that prints values line by line, as they come; without it they are output as any.
  /// - Returns: How it ended.
  func run(
    _ arguments: [String],
    input: String = "",
    enough: Int,
    line: (@Sendable (Substring) throws -> Void)? = nil
  ) async -> Outcome {
    let heard = Locked((outcome: Outcome(status: 0), told: ""))
    let (signals, signal) = AsyncStream.makeStream(of: Int32.self)
    var inner = surroundings
    inner.signals = { signals }
    inner.readInput = { Array(input.utf8) }
    inner.tell = { more in heard.withLock { $0.told += more } }
    inner.write = { more in
      if let line, heard.withLock({ $0.outcome.form }) == .lines {
        for text in more.split(separator: "\n") { try line(text) }
        return
      }
      let isEnough = heard.withLock { heard in
        heard.outcome.output += more
        return heard.outcome.output.utf8.count > enough
      }
      guard isEnough else { return }
      heard.withLock { $0.outcome.isWhole = false }
      throw Surroundings.OutputClosed()
    }
    let status = await withTaskCancellationHandler { [inner] in
      await Program.run(arguments, in: inner) { command in
        let form = try admit(command)
        heard.withLock { $0.outcome.form = form }
      }
    } onCancel: {
      // Once: a second one would end the process.
      signal.yield(SIGTERM)
      signal.finish()
    }
    signal.finish()
    return heard.withLock { heard in
      heard.outcome.status = status
      heard.outcome.told = Self.lines(of: heard.told)
      return heard.outcome
    }
  }

  /// Sees whether what was called may be.
  private func admit(_ command: any ParsableCommand) throws -> OutputForm {
    let name = type(of: command).configuration.commandName ?? type(of: command)._commandName
    // What it says is for people, of all verbs.
    guard name != "help" else { return .text }
    guard let verb = command as? any CallableVerb else {
      throw Failure(.badUsage, "\(name) is no verb that a program can call")
    }
    guard mayWrite || !verb.writes else { throw Self.refusal(of: name, by: program) }
    return verb.form
  }

  /// What is said to who calls a verb that writes, where that may not be.
  static func refusal(of verb: String, by program: String) -> Failure {
    Failure(.refused, "\(verb) writes, and townhall \(program) was started without --write")
  }

  private static func lines(of told: String) -> [String] {
    let name = "townhall: "
    return told.split(separator: "\n").map { line in
      String(line.hasPrefix(name) ? line.dropFirst(name.count) : line)
    }
  }
}
