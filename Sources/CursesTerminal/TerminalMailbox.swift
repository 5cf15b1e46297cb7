import CursesShim
import Glibc
import Synchronization
import TextScreen

/// What the rest of the program wants from the thread that owns the terminal.
enum TerminalRequest {
  case redraw
  case suspend
  case send([UInt8])
  case setMouse(Bool)
  case setTheme(Theme)
  /// Gives the terminal to somebody else until ``reclaim(_:)``.
  case release(CheckedContinuation<Void, Never>)
  case reclaim(CheckedContinuation<Void, Never>)
  /// A signal has come.
  case signal(Int32)
  case stop
}

/// The only thing that both sides of the terminal's thread touch.
///
/// A picture that has not been drawn yet gives way to a newer one, so a slow terminal costs
/// pictures and never memory or time of the one who draws.
final class TerminalMailbox: Sendable {
  private struct Contents {
    var grid: Grid?
    var commands: [TerminalRequest] = []
    var size: Size
    var isOpen = true
  }

  private let contents: Mutex<Contents>
  /// Becomes readable when there is mail.
  let wake: Int32

  init(wake: Int32, size: Size) {
    self.wake = wake
    contents = Mutex(Contents(size: size))
  }

  deinit { Glibc.close(wake) }

  var size: Size {
    get { contents.withLock { $0.size } }
    set { contents.withLock { $0.size = newValue } }
  }

  func post(_ grid: Grid) {
    contents.withLock { $0.grid = grid }
    ring()
  }

  func post(_ command: TerminalRequest) {
    let taken = contents.withLock { contents in
      if contents.isOpen { contents.commands.append(command) }
      return contents.isOpen
    }
    if taken { ring() } else { Self.release(command) }
  }

  func take() -> (grid: Grid?, commands: [TerminalRequest]) {
    contents.withLock { contents in
      defer { (contents.grid, contents.commands) = (nil, []) }
      return (contents.grid, contents.commands)
    }
  }

  /// Lets everybody go who waits for a thread that has ended.
  func close() {
    let left = contents.withLock { contents in
      contents.isOpen = false
      defer { contents.commands = [] }
      return contents.commands
    }
    left.forEach(Self.release)
  }

  private static func release(_ command: TerminalRequest) {
    switch command {
    case .release(let continuation), .reclaim(let continuation): continuation.resume()
    case .redraw, .suspend, .send, .setMouse, .setTheme, .signal, .stop: break
    }
  }

  private func ring() { Descriptor.ring(wake) }

  /// Makes the descriptor quiet until the next mail.
  func silence() { Descriptor.silence(wake) }
}
