import Glibc

/// A program started as a shell would start it, whatever the test's own threads have done with signals.
enum FreshProcess {
  /// Starts a program in a session of its own.
  ///
  /// - Parameters:
  ///   - arguments: The program, looked for in the path, and what it is told.
  ///   - environment: All of its environment, but for what a sanitizer that the test runs under is told.
  ///   - redirect: Says where its input and output lead.
  /// - Returns: Its id, and 0 or the number of the error that kept it from starting.
  static func spawn(
    _ arguments: [String],
    environment: [String: String],
    redirect: (inout posix_spawn_file_actions_t) -> Void
  ) -> (id: pid_t, error: Int32) {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    redirect(&actions)
    var attributes = attributes()
    defer { posix_spawnattr_destroy(&attributes) }
    let argv = arguments.map { strdup($0) } + [nil]
    var whole = environment
    for name in ["ASAN_OPTIONS", "TSAN_OPTIONS"] {
      if whole[name] == nil, let said = getenv(name) { whole[name] = String(cString: said) }
    }
    let envp = whole.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { (argv + envp).forEach { free($0) } }
    var id: pid_t = 0
    let error = posix_spawnp(&id, arguments[0], &actions, &attributes, argv, envp)
    return (id, error)
  }

  /// A session of its own, and signals as if nobody had ever touched them: a worker thread of Dispatch blocks
  /// nearly all of them, and a program would inherit that.
  private static func attributes() -> posix_spawnattr_t {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    let newSession: Int32 = 0x80  // POSIX_SPAWN_SETSID, which Glibc hides.
    let flags = newSession | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
    posix_spawnattr_setflags(&attributes, Int16(flags))
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    return attributes
  }
}
