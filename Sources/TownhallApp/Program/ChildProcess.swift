import Dispatch
import Glibc
import Synchronization

/// Another program, run in the foreground with this one's terminal and files.
final class ChildProcess: Sendable {
  private let number: pid_t
  private let hasEnded = Mutex(false)

  /// Runs a program to its end, and returns its exit status as a shell would tell it: 128 and more for a signal.
  ///
  /// When the task is cancelled, the program is asked to end, and waited for.
  static func run(
    _ words: [String],
    adding variables: [String: String] = [:]
  ) async throws(Files.SystemError) -> Int32 {
    let child = try ChildProcess(words, adding: variables)
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        // Waiting for a program blocks a thread, and those that tasks run on are few.
        DispatchQueue.global().async { continuation.resume(returning: child.wait()) }
      }
    } onCancel: {
      child.terminate()
    }
  }

  private init(
    _ words: [String],
    adding variables: [String: String]
  ) throws(Files.SystemError) {
    number = try Self.spawn(words, adding: variables)
  }

  /// Starts a program, with all signals as usual, and with our files where no others are named.
  ///
  /// - Parameters:
  ///   - words: The program and its arguments.
  ///   - variables: What its environment has that ours has not, or has otherwise.
  ///   - more: More flags of `posix_spawn`.
  ///   - descriptors: Files that it has, by the numbers that they get.
  /// - Returns: Its number.
  /// - Throws: ``Files/SystemError`` if it cannot be run.
  static func spawn(
    _ words: [String],
    adding variables: [String: String],
    flags more: Int32 = 0,
    descriptors: [Int32: Int32] = [:]
  ) throws(Files.SystemError) -> pid_t {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var ordinary = sigset_t()
    sigfillset(&ordinary)
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigdefault(&attributes, &ordinary)
    posix_spawnattr_setsigmask(&attributes, &none)
    let flags = Int32(POSIX_SPAWN_SETSIGDEF) | Int32(POSIX_SPAWN_SETSIGMASK) | more
    posix_spawnattr_setflags(&attributes, Int16(truncatingIfNeeded: flags))
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (number, descriptor) in descriptors {
      posix_spawn_file_actions_adddup2(&actions, descriptor, number)
    }
    var arguments = words.map { strdup($0) }
    arguments.append(nil)
    defer { for argument in arguments { free(argument) } }
    // The first of a name counts, so these stand before our own.
    var environment = variables.map { strdup("\($0)=\($1)") }
    let own = environment.count
    var next = environ
    while let entry = next.pointee {
      environment.append(entry)
      next += 1
    }
    environment.append(nil)
    defer { for variable in environment[..<own] { free(variable) } }
    var process = pid_t()
    errno = posix_spawnp(
      &process,
      words.first ?? "",
      &actions,
      &attributes,
      &arguments,
      &environment
    )
    guard errno == 0 else { throw Files.SystemError("cannot run \(words.first ?? "")") }
    return process
  }

  private func wait() -> Int32 {
    var information = siginfo_t()
    while waitid(P_PID, id_t(number), &information, WEXITED | WNOWAIT) < 0 && errno == EINTR {}
    // From here on the number may become somebody else's.
    return hasEnded.withLock { hasEnded in
      hasEnded = true
      var status: Int32 = 0
      while waitpid(number, &status, 0) < 0 && errno == EINTR {}
      return Self.shellStatus(status)
    }
  }

  /// An exit status as a shell tells it.
  static func shellStatus(_ status: Int32) -> Int32 {
    status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f)
  }

  private func terminate() {
    hasEnded.withLock { hasEnded in
      if !hasEnded { _ = kill(number, SIGTERM) }
    }
  }
}
