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

enum Descriptor {
  /// Makes a descriptor readable that somebody waits for.
  static func ring(_ descriptor: Int32) {
    var one: UInt64 = 1
    _ = write(descriptor, &one, 8)
  }

  /// Makes it quiet until the next ring.
  static func silence(_ descriptor: Int32) {
    var count: UInt64 = 0
    _ = read(descriptor, &count, 8)
  }

  static func isReadable(_ descriptor: Int32, within milliseconds: Int32) -> Bool {
    var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&poller, 1, milliseconds) > 0
  }

  /// Writes all bytes, as far as anybody takes them.
  static func send(_ bytes: [UInt8], to descriptor: Int32) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
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
