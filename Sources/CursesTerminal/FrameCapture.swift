import CursesShim
import Glibc

/// Has curses write into memory for a while instead of to the terminal.
///
/// Curses knows only its descriptor, and writes to that whenever it likes; so that one leads elsewhere meanwhile. What
/// it has written can then go out in one piece, with something before and behind it. One thread at a time may use it.
final class FrameCapture {
  private let descriptor: Int32
  private let terminal: Int32
  private let memory: Int32

  /// Makes a capture of what is written to a descriptor that leads to the terminal; `nil` if there is no memory for it.
  init?(of descriptor: Int32, leadingTo terminal: Int32) {
    memory = shim_memory_file()
    (self.descriptor, self.terminal) = (descriptor, terminal)
    guard memory >= 0 else { return nil }
  }

  deinit { close(memory) }

  /// Returns what is written while something is drawn.
  ///
  /// What needs the terminal itself, such as its modes, must not be done meanwhile.
  func bytes(of draw: () -> Void) -> [UInt8] {
    guard shim_lead(descriptor, memory) else {
      draw()
      return []
    }
    draw()
    _ = shim_lead(descriptor, terminal)
    return take()
  }

  private func take() -> [UInt8] {
    var status = stat()
    guard fstat(memory, &status) == 0, status.st_size > 0 else { return [] }
    let bytes = [UInt8](unsafeUninitializedCapacity: Int(status.st_size)) { buffer, count in
      count = max(0, pread(memory, buffer.baseAddress, buffer.count, 0))
    }
    ftruncate(memory, 0)
    return bytes
  }
}
