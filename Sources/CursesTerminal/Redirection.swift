import CursesShim
import Glibc

/// Keeps what is printed while the screen is up, by us or a library, away from the screen, and
/// shows it when the screen is down.
///
/// A descriptor that does not lead to the terminal, as in `townhall 2>log`, is left alone.
final class Redirection {
  /// The most bytes that are kept.
  private static let limit: off_t = 1 << 20

  let captured: Int32
  /// Copies of descriptors 1 and 2, or -1 where these are left alone.
  let output: Int32
  let errors: Int32

  init() {
    captured = shim_memory_file()
    output = isatty(1) == 1 && captured >= 0 ? shim_duplicate(1) : -1
    errors = isatty(2) == 1 && captured >= 0 ? shim_duplicate(2) : -1
  }

  func start() { lead(captured, captured) }

  /// Lets programs that we start write on the terminal.
  func pause() { lead(output, errors) }

  private func lead(_ first: Int32, _ second: Int32) {
    fflush(nil)
    if output >= 0 { dup2(first, 1) }
    if errors >= 0 { dup2(second, 2) }
  }

  /// Ends capturing and shows what has come.
  func end() {
    pause()
    show()
    for descriptor in [captured, output, errors] where descriptor >= 0 { close(descriptor) }
  }

  private func show() {
    var buffer = [UInt8](repeating: 0, count: 4096)
    var offset: off_t = 0
    while true {
      let count = pread(captured, &buffer, buffer.count, offset)
      guard count > 0 else { return }
      _ = write(2, buffer, count)
      offset += off_t(count)
    }
  }

  /// Forgets what has come when it has become too much: a library that complains all day must not
  /// fill the memory.
  func bound() {
    var status = stat()
    guard captured >= 0, fstat(captured, &status) == 0, status.st_size > Self.limit else { return }
    ftruncate(captured, 0)
    let note = Array("(what was printed before this was too much to keep)\n".utf8)
    _ = write(captured, note, note.count)
  }
}
