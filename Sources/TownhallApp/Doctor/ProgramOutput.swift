import Dispatch
import Glibc

/// What another program prints, within bounds of time and length.
enum ProgramOutput {
  private static let mostBytes = 10_000

  /// Runs a program and returns what it has printed; nil if it cannot be run, fails, or takes longer than this.
  ///
  /// It gets nothing to read, and what it says of errors is not heard. When the time is up it is killed.
  static func read(of words: [String], within limit: Duration) async -> String? {
    await withCheckedContinuation { continuation in
      // Waiting for a program blocks a thread, and those that tasks run on are few.
      DispatchQueue.global().async { continuation.resume(returning: run(words, limit)) }
    }
  }

  private static func run(_ words: [String], _ limit: Duration) -> String? {
    var ends: [Int32] = [-1, -1]
    // A pair, since no other program that is started meanwhile may hold an end of it.
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { return nil }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    var arguments = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var process = pid_t()
    let code = posix_spawnp(&process, words.first ?? "", &actions, nil, &arguments, environ)
    close(ends[1])
    defer { close(ends[0]) }
    guard code == 0 else { return nil }
    let bytes = readAll(ends[0], until: ContinuousClock.now + limit)
    if bytes == nil { kill(process, SIGKILL) }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    guard let bytes, status == 0 else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// All that is written until the other end is closed; nil if that takes too long, or is too much.
  private static func readAll(_ descriptor: Int32, until end: ContinuousClock.Instant) -> [UInt8]? {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while bytes.count < mostBytes {
      let rest = (end - ContinuousClock.now) / .milliseconds(1)
      var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard rest > 0, poll(&poller, 1, Int32(rest.rounded(.up))) > 0 else { return nil }
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return nil }
      if count == 0 { return bytes }
      bytes += buffer[..<count]
    }
    return nil
  }
}
