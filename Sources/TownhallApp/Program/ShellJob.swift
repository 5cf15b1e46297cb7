import Dispatch
import Glibc
import Synchronization

/// A program that runs beside this one, without a terminal: what it writes is kept as far as that is of use, and it is
/// ended with all that it has started.
///
/// It leads a session of its own, so it can neither write to the screen nor read keys. What it leaves in the background when it
/// ends by itself is left alone.
final class ShellJob: Sendable {
  /// What came of it.
  struct Outcome: Sendable {
    /// The exit status as a shell tells it: 128 and more for a signal.
    var status: Int32 = 0
    var output: [UInt8] = []
    /// Whether it wrote more than is kept.
    var isCut = false
    /// The end of what it wrote to standard error.
    var complaints: [UInt8] = []
    var hasTimedOut = false
  }

  private struct Contents {
    var hasEnded = false
    /// Whether somebody wants it to end.
    var isAsked = false
  }

  /// How long it may take to end, once it is asked to.
  private static let grace = Duration.milliseconds(500)
  /// How long is read on from what it left in the background.
  private static let afterwards = Duration.milliseconds(100)
  /// The end of its complaints that is kept.
  private static let mostComplaints = 4096

  /// `POSIX_SPAWN_SETSID`, which the headers keep for programs in C that ask for it.
  private static let sessionOfItsOwn: Int32 = 0x80

  private let number: pid_t
  private let contents = Mutex(Contents())
  private let output: Int32
  private let complaints: Int32
  private let mostOutput: Int

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - words: The program and its arguments.
  ///   - variables: What is added to our environment.
  ///   - input: What it reads; nothing, if that is nil.
  ///   - mostOutput: How many bytes of its output are kept; nil if it writes nowhere.
  /// - Throws: ``Files/SystemError`` if it cannot be run.
  init(
    _ words: [String],
    adding variables: [String: String] = [:],
    input: [UInt8]? = nil,
    keeping mostOutput: Int?
  ) throws(Files.SystemError) {
    self.mostOutput = mostOutput ?? 0
    // What is open when this fails half way; the program's own ends are closed here in any case.
    var (ours, theirs): ([Int32], [Int32]) = ([], [])
    defer { for descriptor in theirs { close(descriptor) } }
    do {
      let reading =
        if let input { try Files.unnamed(holding: input) } else { try Self.nowhere(O_RDONLY) }
      theirs.append(reading)
      let (reader, writing) = mostOutput == nil ? (-1, try Self.nowhere(O_WRONLY)) : try Self.pipe()
      theirs.append(writing)
      if reader >= 0 { ours.append(reader) }
      let (heard, complaining) = try Self.pipe()
      (output, complaints) = (reader, heard)
      ours.append(heard)
      theirs.append(complaining)
      number = try ChildProcess.spawn(
        words,
        adding: variables,
        flags: Self.sessionOfItsOwn,
        descriptors: [
          STDIN_FILENO: reading, STDOUT_FILENO: writing, STDERR_FILENO: complaining,
        ]
      )
    } catch {
      for descriptor in ours { close(descriptor) }
      throw error
    }
  }

  private static func nowhere(_ mode: Int32) throws(Files.SystemError) -> Int32 {
    let descriptor = open("/dev/null", mode | O_CLOEXEC)
    guard descriptor >= 0 else { throw Files.SystemError("cannot open /dev/null") }
    return descriptor
  }

  private static func pipe() throws(Files.SystemError) -> (Int32, Int32) {
    var ends: [Int32] = [-1, -1]
    guard Glibc.pipe(&ends) == 0 else { throw Files.SystemError("cannot make a pipe") }
    for end in ends { Files.closeInPrograms(end) }
    return (ends[0], ends[1])
  }

  /// Reads what it writes until it ends, which it has to within some time.
  func outcome(within limit: Duration?) async -> Outcome {
    await withCheckedContinuation { continuation in
      // Waiting for a program blocks a thread, and those that tasks run on are few.
      DispatchQueue.global().async { continuation.resume(returning: self.wait(atMost: limit)) }
    }
  }

  /// Asks it to end, with all that it has started.
  func end() { signal(SIGTERM, asks: true) }

  /// Ends it at once, with all that it has started.
  func kill() { signal(SIGKILL, asks: true) }

  private func signal(_ signal: Int32, asks: Bool) {
    contents.withLock { contents in
      if asks { contents.isAsked = true }
      // Once it has been waited for, the number may be another's.
      if !contents.hasEnded { _ = Glibc.kill(-number, signal) }
    }
  }

  // MARK: Waiting

  private func wait(atMost limit: Duration?) -> Outcome {
    var outcome = Outcome()
    var open = [output, complaints].filter { $0 >= 0 }
    defer { for descriptor in open { close(descriptor) } }
    let start = ContinuousClock.now
    var asked: ContinuousClock.Instant?
    var over: ContinuousClock.Instant?
    while true {
      let now = ContinuousClock.now
      if over == nil, hasExited { over = now }
      let hasRead = read(&open, into: &outcome, within: over == nil ? 25 : 0)
      if let over, !hasRead || now - over > Self.afterwards { break }
      guard over == nil else { continue }
      if asked == nil, let limit, now - start >= limit {
        outcome.hasTimedOut = true
        end()
      }
      if asked == nil, contents.withLock(\.isAsked) { asked = now }
      if let asked, now - asked >= Self.grace { kill() }
    }
    // Whoever has outlived the request goes now; the number is still ours.
    if asked != nil { kill() }
    outcome.status = reap()
    return outcome
  }

  /// Whether it has ended, and is still to be waited for.
  private var hasExited: Bool {
    var information = siginfo_t()
    let result = waitid(P_PID, id_t(number), &information, WEXITED | WNOWAIT | WNOHANG)
    return result == 0 && information.si_signo == SIGCHLD || result < 0 && errno == ECHILD
  }

  private func reap() -> Int32 {
    contents.withLock { contents in
      contents.hasEnded = true
      var status: Int32 = 0
      while waitpid(number, &status, 0) < 0 && errno == EINTR {}
      return ChildProcess.shellStatus(status)
    }
  }

  /// Reads what is there, or comes within some milliseconds; whether anything was.
  private func read(
    _ open: inout [Int32],
    into outcome: inout Outcome,
    within milliseconds: Int32
  ) -> Bool {
    var pollers = open.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    guard poll(&pollers, nfds_t(pollers.count), milliseconds) > 0 else { return false }
    var hasRead = false
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    for poller in pollers where poller.revents != 0 {
      let count = Glibc.read(poller.fd, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        open.removeAll { $0 == poller.fd }
        close(poller.fd)
        continue
      }
      hasRead = true
      take(buffer[..<count], isOutput: poller.fd == output, into: &outcome)
    }
    return hasRead
  }

  private func take(_ bytes: ArraySlice<UInt8>, isOutput: Bool, into outcome: inout Outcome) {
    if isOutput {
      let room = mostOutput - outcome.output.count
      outcome.output += bytes.prefix(room)
      outcome.isCut = outcome.isCut || bytes.count > room
    } else {
      outcome.complaints = Array((outcome.complaints + bytes).suffix(Self.mostComplaints))
    }
  }
}
