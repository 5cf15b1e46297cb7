import CursesShim
package import Glibc
import TextScreen

/// A thread of our own, for work that blocks.
package enum Thread {
  private final class Work {
    let body: () -> Void
    init(_ body: @escaping () -> Void) { self.body = body }
  }

  /// Runs something on a new thread, which has to be joined or detached.
  package static func start(_ body: sending @escaping () -> Void) -> pthread_t {
    let work = Unmanaged.passRetained(Work(body)).toOpaque()
    var thread = pthread_t()
    pthread_create(
      &thread,
      nil,
      { argument in
        if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body() }
        return nil
      },
      work
    )
    return thread
  }
}

extension Thread {
  /// Has this thread be guarded, and hear of signals: it was made by one that may block them.
  static func adopt() {
    shim_guard_this_thread()
    var none = sigset_t()
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, nil)
  }
}

/// Hands on the signals that come.
///
/// On a thread of its own: the one that owns the terminal may be held up by it, and whoever wants
/// the program to end must be heard all the same.
enum SignalReader {
  /// Reads signals, one byte each, until a zero.
  static func run(
    _ pipe: Int32,
    mailbox: TerminalMailbox,
    events: AsyncStream<ScreenEvent>.Continuation
  ) {
    var signal: UInt8 = 0
    while true {
      let count = read(pipe, &signal, 1)
      if count < 0, errno == EINTR { continue }
      guard count == 1, signal != 0 else { break }
      switch Int32(signal) {
      case SIGTERM, SIGHUP: events.yield(.terminate(signal: Int32(signal)))
      default: mailbox.post(.signal(Int32(signal)))
      }
    }
    close(pipe)
  }
}
