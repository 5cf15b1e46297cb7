import CursesShim
import Glibc

/// The terminal's descriptors, the signals, the guard, and the way back from all of it.
///
/// Used by one thread at a time: by the opening one, then by the closing one.
final class Device: @unchecked Sendable {
  let input: Int32
  let output: Int32
  let signals: Int32
  let unicode: Bool
  let redirection: Redirection
  /// What curses writes to.
  private(set) var drawing: Int32 = -1

  /// Takes the terminal; curses is not started yet.
  init(ascii: Bool) throws {
    let localeIsUnicode = shim_prepare_locale()
    unicode = localeIsUnicode && !ascii
    // Copies, so that 0, 1 and 2 can lead elsewhere while the screen is up.
    input = shim_duplicate(0)
    output = shim_duplicate(1)
    redirection = Redirection()
    let restore = CursesScreen.restoreSequence
    let guarded = shim_guard_install(
      output,
      redirection.captured,
      redirection.output,
      redirection.errors,
      restore,
      restore.utf8.count
    )
    signals = shim_watch_signals()
    guard guarded == 0, signals >= 0 else {
      giveBack()
      throw TerminalError.notSetUp
    }
    redirection.start()
  }

  /// Starts curses for a type of terminal; false if that type is unknown here.
  func startCurses(type: String) -> Bool {
    shim_guard_raise()
    drawing = shim_duplicate(output)
    if shim_new_term(type, drawing, shim_duplicate(input)) != nil { return true }
    _ = shim_guard_lower()
    return false
  }

  /// Throws away what the terminal has not taken yet, so that a thread that waits for it goes on.
  func discardOutput(of thread: pthread_t) {
    tcflush(output, TCOFLUSH)
    // A blocked write looks again only when a signal comes; this one does nothing else.
    pthread_kill(thread, SIGWINCH)
  }

  /// Undoes everything that was done in `init`; the screen is down already.
  func giveBack() {
    shim_unwatch_signals()
    shim_guard_remove()
    redirection.end()
    for descriptor in [input, output] where descriptor >= 0 { close(descriptor) }
  }

  func say(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = write(2, bytes, bytes.count)
  }
}
