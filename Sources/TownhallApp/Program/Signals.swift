import CursesTerminal
import Glibc

/// The signals that ask a program to end, as a stream.
///
/// A handler may do next to nothing, so it writes the signal's number to a pipe and a thread of its own reads
/// the other end. Dispatch's signal sources are no use here: they count on every thread blocking the signal,
/// and the main thread of an asynchronous program waits with none blocked.
enum Signals {
  /// Catches signals from now on, and tells of each as it comes.
  static func catching(_ signals: [Int32]) -> AsyncStream<Int32> {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return AsyncStream { $0.finish() } }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    signalPipe = ends[1]
    for number in signals { install(number) }
    return reading(ends[0])
  }

  private static func install(_ number: Int32) {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { number in
      let saved = errno
      var byte = UInt8(truncatingIfNeeded: number)
      _ = write(signalPipe, &byte, 1)
      errno = saved
    }
    action.sa_flags = SA_RESTART
    sigaction(number, &action, nil)
  }

  private static func reading(_ end: Int32) -> AsyncStream<Int32> {
    let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
    let reader = Thread.start {
      var byte: UInt8 = 0
      while true {
        let count = read(end, &byte, 1)
        if count == 1 { continuation.yield(Int32(byte)) }
        if count == 0 || (count < 0 && errno != EINTR) { return continuation.finish() }
      }
    }
    pthread_detach(reader)
    return stream
  }
}

/// The end of the pipe that the handler writes to, set once before any handler is installed.
///
/// A handler can reach nothing but a global.
nonisolated(unsafe) private var signalPipe: Int32 = -1
