import Glibc

/// What is being tried, told on standard error if the process dies of it.
///
/// An input that traps takes the whole run of tests with it, and nobody else would know which it was. Everything that the
/// handler needs is made beforehand, because one that has been called by a signal may do nearly nothing.
enum LastWords {
  nonisolated(unsafe) private static var text = UnsafeMutableBufferPointer<UInt8>.allocate(
    capacity: 1 << 16
  )
  nonisolated(unsafe) private static var count = 0
  nonisolated(unsafe) private static var isReady = false

  private static let signals = [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGABRT, SIGFPE]
  private static let digits = Array("0123456789abcdef".utf8)

  /// Notes what is tried now, on this thread.
  static func note(_ title: String, _ bytes: [UInt8]) {
    prepare()
    count = 0
    append("\n\(title), on the bytes ".utf8)
    for byte in bytes { append([digits[Int(byte >> 4)], digits[Int(byte & 15)]]) }
    append("\n".utf8)
  }

  /// Forgets it again.
  static func clear() { count = 0 }

  private static func append(_ bytes: some Collection<UInt8>) {
    for byte in bytes where count < text.count {
      text[count] = byte
      count += 1
    }
  }

  private static func prepare() {
    guard !isReady else { return }
    isReady = true
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { number in
      _ = Glibc.write(2, LastWords.text.baseAddress, LastWords.count)
      signal(number, SIG_DFL)
      raise(number)
    }
    // On a stack of its own, for what has used up the other.
    action.sa_flags = Int32(SA_ONSTACK)
    for number in signals { sigaction(number, &action, nil) }
  }

  /// Gives this thread a second stack, on which the handler runs.
  static func prepareThread() {
    let size = 1 << 16
    var stack = stack_t()
    guard sigaltstack(nil, &stack) == 0, stack.ss_flags & Int32(SS_DISABLE) != 0 else { return }
    stack = stack_t(
      ss_sp: UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16),
      ss_flags: 0,
      ss_size: size
    )
    sigaltstack(&stack, nil)
  }
}
