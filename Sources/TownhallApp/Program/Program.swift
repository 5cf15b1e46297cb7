import ArgumentParser
import ConcurrencySupport
import Glibc
import ServerDiscovery
import SharedState
import StateEditing
import StateSync
import TextScreen
import TownhallKit

/// The program: arguments in, an exit status out.
public enum Program {
  /// Runs the program as the shell called it, and ends the process.
  public static func main() async -> Never {
    signal(SIGPIPE, SIG_IGN)
    exit(await run(Array(CommandLine.arguments.dropFirst()), in: .standard))
  }

  /// Runs one call to its end, and returns its exit status.
  ///
  /// - Parameters:
  ///   - arguments: The words of the call.
  ///   - surroundings: The world outside.
  ///   - admit: Looks at what was called before it is run, and may refuse it.
  /// - Returns: The exit status.
  static func run(
    _ arguments: [String],
    in surroundings: Surroundings,
    admitting admit: (any ParsableCommand) throws -> Void = { _ in }
  ) async -> Int32 {
    let arguments = TownhallCommand.call(meantBy: arguments)
    let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
    var surroundings = surroundings
    surroundings.behindDashes = Array(arguments[end...].dropFirst())
    do {
      try TownhallCommand.check(arguments)
      // Behind the dashes, what looks like an option is none.
      let shielded = arguments[..<end].map(shielded) + arguments[end...]
      var command = try await TownhallCommand.asyncParseAsRoot(shielded)
      try admit(command)
      switch command {
      case let verb as any Verb: try await run(verb, in: surroundings)
      case var command as any AsyncParsableCommand: try await command.run()
      default: try command.run()
      }
      return ExitStatus.done.rawValue
    } catch {
      return report(error, in: surroundings)
    }
  }

  /// Runs a verb to its end, or until a signal asks it to stop.
  private static func run(_ verb: some Verb, in surroundings: Surroundings) async throws {
    guard type(of: verb).stopsOnSignals else {
      return try await Task(executorPreference: OwnThread.ofScreen) {
        try await verb.run(in: surroundings)
      }.value
    }
    let stopped = Locked<Int32?>(nil)
    let signals = surroundings.signals()
    let work = Task { try await verb.run(in: surroundings) }
    let watch = Task {
      for await signal in signals {
        // A person who asks twice does not want to wait for good manners.
        if stopped.withLock({ $0 != nil }) { exit(128 + signal) }
        stopped.withLock { $0 = signal }
        work.cancel()
      }
    }
    defer { watch.cancel() }
    do {
      try await work.value
    } catch {
      if let signal = stopped.withLock({ $0 }) { throw Stopped(signal: signal) }
      throw error
    }
  }

  private struct Stopped: Error {
    let signal: Int32
  }

  /// A negative number as a value, not as an option: the text form does not mind the space.
  private static func shielded(_ argument: String) -> String {
    guard argument.first == "-", let next = argument.dropFirst().first else { return argument }
    return next.isNumber || next == "." || next == "I" ? " " + argument : argument
  }

  private static func report(_ error: any Error, in surroundings: Surroundings) -> Int32 {
    if let failure = failure(error) {
      surroundings.note(safe(failure.message))
      return failure.status.rawValue
    }
    if let stopped = error as? Stopped { return 128 + stopped.signal }
    if error is Surroundings.OutputClosed { return ExitStatus.done.rawValue }
    // Everything has been said already.
    if let exit = error as? ExitCode { return exit.rawValue }
    return reportUsage(error, in: surroundings)
  }

  /// What went wrong, if it went wrong after the arguments had been understood.
  private static func failure(_ error: any Error) -> Failure? {
    let status: ExitStatus? =
      switch error {
      case let failure as Failure: failure.status
      case is ServerAddressError, is Files.SystemError, is TypedValue.Flaw: .badUsage
      case is ServerNotFound, is ServerNotTrusted, is ConnectionLost: .noTown
      case is ServerNotStarted, is DiscoveryError: .noTown
      case let error as TransportError: error.exitStatus
      case let error as CommandFailure: error.kind == .unavailable ? .noTown : .refused
      case is LockError: .refused
      case let error as WriteError: error.exitStatus
      case is SharedStateError: .absent
      default: nil
      }
    return status.map { Failure($0, String(describing: error)) }
  }

  /// Help, versions and complaints about arguments, all of which ArgumentParser words.
  private static func reportUsage(_ error: any Error, in surroundings: Surroundings) -> Int32 {
    let text = TownhallCommand.fullMessage(for: error)
    if TownhallCommand.exitCode(for: error) == .success {
      try? surroundings.print(text)
      return ExitStatus.done.rawValue
    }
    let complaint = TownhallCommand.message(for: error)
    surroundings.note(safe(complaint) + (helpCall(in: text).map { " (see \($0))" } ?? ""))
    return ExitStatus.badUsage.rawValue
  }

  /// The call that ArgumentParser advises at the end of a complaint: `'townhall get --help'`.
  private static func helpCall(in text: String) -> String? {
    text.split(separator: "'").last { $0.hasSuffix("--help") }.map { "'\($0)'" }
  }

  /// What somebody else may have worded, as one line that commands no terminal and ends.
  static func safe(_ text: String) -> String { TextWidth.safe(oneLine(String(text.prefix(2000)))) }

  private static func oneLine(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).map { $0.drop(while: \.isWhitespace) }
      .joined(separator: " ")
  }
}

extension TransportError {
  fileprivate var exitStatus: ExitStatus {
    switch code {
    case .unsendable: .badUsage
    case .refused, .unsupported, .denied: .refused
    case .unreachable, .connectionLost, .protocolViolation: .noTown
    case .untrusted, .unvouched, .encrypted: .noTown
    }
  }
}

extension WriteError {
  fileprivate var exitStatus: ExitStatus {
    switch outcome {
    case .accepted, .overwritten: .done
    case .unconfirmed, .disconnected: .noTown
    case .refused: .refused
    }
  }
}
