import CursesShim
import Glibc
import Synchronization
public import TextScreen

/// A terminal without a screen: keys come in one by one, lines go out, and the modes are left as they were.
///
/// Nothing is ever drawn over, so a screen reader hears each line once. One thread reads the keys; the same
/// guard as that of ``CursesTerminal`` puts the modes back when the program traps, exits or is killed.
public final class LineTerminal: Sendable {
  /// What happens at the terminal, for one reader.
  public let events: AsyncStream<ScreenEvent>

  private static let pasteOn = "\u{1b}[?2004h"
  private static let pasteOff = "\u{1b}[?2004l"

  private enum Wish {
    case none, suspend, stop
  }

  private struct State {
    var wish = Wish.none
    var isReleased = false
  }

  private let input: Int32
  private let signals: Int32
  private let wake = shim_wake_descriptor()
  private let ended = shim_wake_descriptor()
  private let sink: AsyncStream<ScreenEvent>.Continuation
  private let state = Mutex(State())
  private let before: Mutex<termios>
  private let escapeDelay: Duration
  private let marksPastes: Bool
  private let isClosed = Atomic(false)

  private init(_ modes: termios, escapeDelay: Duration) throws {
    (events, sink) = AsyncStream.makeStream()
    before = Mutex(modes)
    input = shim_duplicate(0)
    marksPastes = Environment.current.type != "dumb" && isatty(1) == 1
    self.escapeDelay = Environment.current.escapeDelay ?? escapeDelay
    let restore = marksPastes ? Self.pasteOff : ""
    let guarded = shim_guard_install(input, -1, -1, -1, restore, restore.utf8.count)
    signals = shim_watch_signals()
    guard guarded == 0, signals >= 0 else {
      throw TerminalError.notSetUp
    }
  }

  /// Takes the keys of the terminal that standard input leads to.
  ///
  /// - Throws: ``TerminalError`` if there is none; nothing has been changed then.
  public static func open(escapeDelay: Duration = .milliseconds(25)) throws -> LineTerminal {
    var modes = termios()
    guard tcgetattr(0, &modes) == 0 else {
      throw TerminalError(description: "Standard input is not a terminal.")
    }
    let terminal = try LineTerminal(modes, escapeDelay: escapeDelay)
    terminal.takeKeys()
    pthread_detach(Thread.start { terminal.run() })
    return terminal
  }

  /// Prints a line.
  public func print(_ line: String) { send(line + "\n", to: 1) }

  /// Asks the terminal to keep text in its clipboard, as ``CursesTerminal/copyToClipboard(_:)`` does.
  public func copyToClipboard(_ text: String) -> ClipboardResult {
    Clipboard.copy(text) { Descriptor.send($0, to: input) }
  }

  /// Tells the person something while they look elsewhere, as ``CursesTerminal/notify(_:by:)`` does.
  public func notify(_ text: String, by way: NoticeWay) {
    Descriptor.send(
      way.sequence(for: text, insideTmux: Environment.current.isInsideTmux),
      to: input
    )
  }

  /// Stops the program as ^Z does; ``ScreenEvent/resumed`` comes when the user is back.
  public func suspend() { wish(.suspend) }

  /// Runs something that needs the terminal, for example `$EDITOR`, and takes the keys back.
  public func withTerminalReleased<Result>(
    _ body: () async throws -> Result
  ) async rethrows -> Result {
    state.withLock { $0.isReleased = true }
    ring()
    giveKeys()
    defer {
      takeKeys()
      state.withLock { $0.isReleased = false }
      ring()
    }
    return try await body()
  }

  /// Gives the terminal back for good.
  ///
  /// A second call does nothing.
  public func close() {
    guard !isClosed.exchange(true, ordering: .relaxed) else { return }
    wish(.stop)
    _ = Descriptor.isReadable(ended, within: 1000)
    giveKeys()
    shim_unwatch_signals()
    shim_guard_remove()
  }

  // MARK: The modes

  /// Has keys come one by one and unseen; what goes out is left as it is.
  private func takeKeys() {
    var raw = before.withLock { $0 }
    raw.c_iflag &= ~tcflag_t(BRKINT | ICRNL | INPCK | ISTRIP | IXON)
    raw.c_lflag &= ~tcflag_t(ECHO | ICANON | IEXTEN | ISIG)
    shim_guard_raise()
    tcsetattr(input, TCSADRAIN, &raw)
    if marksPastes { send(Self.pasteOn, to: input) }
  }

  private func giveKeys() {
    if marksPastes { send(Self.pasteOff, to: input) }
    var modes = before.withLock { $0 }
    tcsetattr(input, TCSADRAIN, &modes)
    _ = shim_guard_lower()
  }

  private func send(_ text: String, to descriptor: Int32) {
    Descriptor.send(Array(text.utf8), to: descriptor)
  }

  // MARK: The thread that reads

  private func wish(_ wish: Wish) {
    state.withLock { $0.wish = wish }
    ring()
  }

  private func ring() { Descriptor.ring(wake) }

  private func run() {
    Thread.adopt()
    var decoder = InputDecoder()
    while step(&decoder) {}
    sink.finish()
    Descriptor.ring(ended)
  }

  /// Waits for something and handles it; false at the end.
  private func step(_ decoder: inout InputDecoder) -> Bool {
    let isReleased = state.withLock { $0.isReleased }
    var descriptors = [
      pollfd(fd: isReleased ? -1 : input, events: Int16(POLLIN), revents: 0),
      pollfd(fd: wake, events: Int16(POLLIN), revents: 0),
      pollfd(fd: signals, events: Int16(POLLIN), revents: 0),
    ]
    let count = poll(&descriptors, 3, patience(of: decoder))
    if count == 0 { decoder.timedOut().forEach { sink.yield($0) } }
    guard count > 0 else { return true }
    if descriptors[1].revents != 0, !grantWish() { return false }
    if descriptors[2].revents != 0 { takeSignal() }
    return descriptors[0].revents == 0 || read(&decoder)
  }

  private func patience(of decoder: InputDecoder) -> Int32 {
    decoder.patience.map { max(1, Int32($0.time(afterEscape: escapeDelay) / .milliseconds(1))) }
      ?? -1
  }

  private func grantWish() -> Bool {
    Descriptor.silence(wake)
    let wish = state.withLock { state in
      defer { if state.wish == .suspend { state.wish = .none } }
      return state.wish
    }
    if wish == .suspend { stop() }
    return wish != .stop
  }

  private func stop() {
    giveKeys()
    shim_stop()
    takeKeys()
    sink.yield(.resumed)
  }

  private func takeSignal() {
    var signal: UInt8 = 0
    guard Glibc.read(signals, &signal, 1) == 1 else { return }
    let isReleased = state.withLock { $0.isReleased }
    switch Int32(signal) {
    case 0, SIGWINCH: break
    case SIGTSTP: if isReleased { shim_stop() } else { stop() }
    case SIGCONT: if !isReleased { takeKeys() }
    // ^C in an editor is the editor's.
    case SIGINT where isReleased: break
    default: sink.yield(.terminate(signal: Int32(signal)))
    }
  }

  private func read(_ decoder: inout InputDecoder) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = Glibc.read(input, &buffer, buffer.count)
    if count > 0 {
      decoder.feed(buffer[..<count]).forEach { sink.yield($0) }
      return true
    }
    if count < 0, errno == EINTR || errno == EAGAIN { return true }
    sink.yield(.terminate(signal: SIGHUP))
    return false
  }
}
