import AccessControl
import ConcurrencySupport
import CursesTerminal
import Dispatch
import Glibc
import ServerDiscovery
import StateSync
import TownhallKit

/// The world outside as a command sees it: where its output goes, and how a town is reached.
///
/// Tests hand in their own; nothing else in a command touches a descriptor, an environment or a clock.
struct Surroundings: Sendable {
  /// Writes values and nothing else; throws `OutputClosed` when nobody reads any more.
  var write: @Sendable (String) throws -> Void
  /// Writes all else that a person is told, as it is.
  var tell: @Sendable (String) -> Void
  var readInput: @Sendable () throws -> [UInt8]
  /// What comes next on standard input, for those who go on reading; nil at its end.
  var readChunk: @Sendable () async throws -> [UInt8]? = { nil }
  /// The next line that somebody types at the terminal; nil if there is none.
  var readAnswer: @Sendable () async throws -> String? = { nil }
  var variables: [String: String]
  /// Whether a person watches what is told.
  var isWatched: Bool
  /// Whether keys come from a terminal.
  var isInteractive = false
  /// Catches, from now on, the signals that ask a program to end.
  var signals: @Sendable () -> AsyncStream<Int32>
  /// Makes the way to a town, for whoever a token says one is where locks are concerned.
  var transport:
    @Sendable (ServerAddress, TrustOptions, _ token: String?) throws -> any StateTransport

  /// A client that has joined a town already and stays there when a verb has ended, within so long; nil if there is none.
  var standing: @Sendable (ServerAddress, _ patience: Duration) async throws -> SharedStateClient? =
    { _, _ in
      nil
    }

  /// Ends the process before long, as a signal would if there is one, whatever it still waits for and however busy it is.
  var endSoon: @Sendable (_ signal: Int32?) -> Void = { _ in }

  /// For how long the process has run.
  var age: @Sendable () -> Duration = { .zero }
  /// Ends the process after a time, whatever it still waits for and however busy it is, but not while somebody holds the lock.
  var endLatest: @Sendable (Duration, Locked<Void>) -> Void = { _, _ in }

  /// What stands behind `--` in the call.
  var behindDashes: [String] = []
  /// Runs another program to its end, with some variables more than ours, and returns its exit status.
  var execute: @Sendable ([String], _ variables: [String: String]) async throws -> Int32 = {
    try await ChildProcess.run($0, adding: $1)
  }
  var listening = DiscoveryListener.Options()
  /// Looks at the terminal of an environment, and asks it too if that is wished; and how the locale encodes text.
  var lookAtTerminal:
    @Sendable (_ variables: [String: String], _ asks: Bool) -> (
      DoctorFacts.Terminal, encoding: String?
    ) = { variables, _ in
      (.init(isInput: false, isOutput: false, type: variables["TERM"] ?? ""), nil)
    }
  /// What announces a server that listens at a host.
  var announcer: @Sendable (String) -> Announcer = { Announcer(forServerAt: $0) }

  /// The variable that says who one is where locks are concerned.
  static let token = "TOWNHALL_TOKEN"

  /// Nobody reads the output any more, as when `head` has seen enough.
  struct OutputClosed: Error {}

  /// Makes the way to a town; certificates that cannot be read are a mistake in the call.
  func way(to address: ServerAddress, trusting file: String?) throws -> any StateTransport {
    var address = address
    address.token = try address.token ?? accessToken()
    do {
      return try transport(address, TrustOptions(certificateFile: file), variables[Self.token])
    } catch let error as TransportError {
      throw Failure(.badUsage, error.description)
    }
  }

  /// The variables that say what one is known by to a town that asks, or which file does.
  static let accessToken = (text: "TOWNHALL_ACCESS_TOKEN", file: "TOWNHALL_ACCESS_TOKEN_FILE")

  /// What this person is known by to a town that asks; never from the call, which others on the machine can see.
  private func accessToken() throws -> AccessToken? {
    let named = { (name: String) in variables[name].flatMap { $0.isEmpty ? nil : $0 } }
    if let text = named(Self.accessToken.text) { return AccessToken(text) }
    guard let path = named(Self.accessToken.file) else { return nil }
    do {
      let text = String(decoding: try Files.read(path, atMost: 10_000), as: UTF8.self)
      return AccessToken(String(text.prefix { !$0.isWhitespace }))
    } catch {
      // It is not named: who has put the token itself there would read it on the screen.
      let reason = String(cString: strerror(error.code))
      throw Failure(.badUsage, "the file that \(Self.accessToken.file) names: \(reason)")
    }
  }

  /// Refuses an address that shows a token to all who list this machine's programs.
  func checkShowsNoToken(_ text: String) throws {
    // The environment is this person's own.
    guard text != variables[Self.town], ServerAddress.withoutToken(text).token != nil else {
      return
    }
    throw Failure(
      .badUsage,
      "a token in an address is seen by all who list this machine's programs: put it into \(Self.accessToken.text), or its file's name into \(Self.accessToken.file)"
    )
  }

  /// The variable that names the town for those who name none.
  static let town = "TOWNHALL_TOWN"

  /// A path that somebody has typed where no shell reads it.
  func withoutTilde(_ path: String) -> String {
    guard path.hasPrefix("~/"), let home = variables["HOME"], home.hasPrefix("/") else {
      return path
    }
    return home + path.dropFirst()
  }

  func print(_ line: String) throws { try write(line + "\n") }

  /// Tells a person something, in a line of its own.
  func note(_ line: String) { tell("townhall: \(line)\n") }

  /// Tells a person for how long a town has been silent, or that it is heard again.
  func noteSilence(_ time: Duration?) {
    note(
      time.map { "the town has been silent for \(Int($0.seconds)) s" } ?? "the town is heard again"
    )
  }

  /// The process's own descriptors and environment.
  static var standard: Surroundings {
    let input = InputReader(STDIN_FILENO)
    return Surroundings(
      write: { text in
        do {
          try Files.write(text.utf8, to: STDOUT_FILENO, named: "standard output")
        } catch let error as Files.SystemError {
          if error.code == EPIPE { throw OutputClosed() }
          throw error
        }
      },
      tell: { try? Files.write($0.utf8, to: STDERR_FILENO, named: "standard error") },
      readInput: { try Files.readAll(STDIN_FILENO, named: "standard input") },
      readChunk: { try await input.next() },
      readAnswer: { try await Files.readLine(STDIN_FILENO) },
      variables: environment(),
      isWatched: isatty(STDERR_FILENO) == 1,
      isInteractive: isatty(STDIN_FILENO) == 1,
      signals: { Signals.catching([SIGINT, SIGTERM, SIGHUP]) },
      transport: { try $0.transport(trust: $1, token: $2) },
      endSoon: { signal in
        // A queue of one's own has a thread of its own.
        let queue = DispatchQueue(label: "end", qos: .userInteractive)
        queue.asyncAfter(deadline: .now() + DashboardLoop.farewell) {
          if let signal { CursesTerminal.endProgram(dyingOf: signal) }
          exit(ExitStatus.done.rawValue)
        }
      },
      age: { processAge() },
      endLatest: { time, lock in
        let queue = DispatchQueue(label: "end", qos: .userInteractive)
        queue.asyncAfter(deadline: .now() + time.seconds) {
          lock.withLock { (_: inout Void) -> Void in _exit(ExitStatus.done.rawValue) }
        }
      },
      lookAtTerminal: { DoctorFacts.lookAtTerminal($0, $1) }
    )
  }

  /// For how long the process has run, to a hundredth of a second; no time at all where that is not told.
  private static func processAge() -> Duration {
    var now = timespec()
    guard clock_gettime(CLOCK_BOOTTIME, &now) == 0, let file = fopen("/proc/self/stat", "re") else {
      return .zero
    }
    // It is one short line, and `Files` would make room for more: that alone took a fifth of the time there is.
    let bytes = [UInt8](unsafeUninitializedCapacity: 1024) {
      $1 = fread($0.baseAddress, 1, 1024, file)
    }
    fclose(file)
    // Behind the name, which may hold blanks, the 20th field is when it began, in ticks since the machine did.
    let fields = String(decoding: bytes, as: UTF8.self).split(separator: ")").last?
      .split(separator: " ")
    let ticks = sysconf(Int32(_SC_CLK_TCK))
    guard let fields, fields.count > 19, let start = Int(fields[19]), ticks > 0 else {
      return .zero
    }
    let began = Duration.seconds(start / ticks) + .milliseconds(start % ticks * 1000 / ticks)
    return max(.zero, .seconds(now.tv_sec) + .nanoseconds(now.tv_nsec) - began)
  }

  private static func environment() -> [String: String] {
    var variables: [String: String] = [:]
    var next = environ
    while let entry = next.pointee {
      let parts = String(cString: entry).split(separator: "=", maxSplits: 1)
      if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
      next += 1
    }
    return variables
  }
}
