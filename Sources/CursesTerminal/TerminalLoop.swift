import CursesShim
import Glibc
import TextScreen

/// What the thread that owns the terminal does all day: wait for a key or mail, and act.
///
/// With nothing to do it sleeps in `poll` and costs nothing.
final class TerminalLoop {
  private let screen: CursesScreen
  private let redirection: Redirection
  private let mailbox: TerminalMailbox
  private let events: AsyncStream<ScreenEvent>.Continuation
  private let input: Int32
  private let escapeDelay: Duration
  private let asks: Bool

  private var decoder = InputDecoder()
  /// When the decoder stops waiting for more.
  private var deadline: ContinuousClock.Instant?
  private var inputHasEnded = false
  /// Somebody else, for example an editor, has the terminal.
  private var isReleased = false
  private var waiting: Grid?
  /// The signal that a stop of our own making will bring.
  private var expectsContinue = false
  /// When the terminal was asked whether it can show pictures at once, until it answers.
  private var asked: ContinuousClock.Instant?

  init(
    screen: CursesScreen,
    redirection: Redirection,
    mailbox: TerminalMailbox,
    events: AsyncStream<ScreenEvent>.Continuation,
    input: Int32,
    escapeDelay: Duration,
    asks: Bool
  ) {
    (self.screen, self.redirection, self.mailbox) = (screen, redirection, mailbox)
    (self.events, self.input, self.escapeDelay, self.asks) = (events, input, escapeDelay, asks)
  }

  /// Runs until the mail says stop, then gives the terminal back.
  func run() {
    Thread.adopt()
    if asks { ask() }
    while step() {}
    if !isReleased { leave() }
    events.finish()
    mailbox.close()
  }

  /// Waits for something and handles it; returns false when it is time to stop.
  private func step() -> Bool {
    let ready = wait()
    if ready.mail { mailbox.silence() }
    let (grid, commands) = mailbox.take()
    for command in commands {
      guard handle(command) else { return false }
    }
    if let grid { waiting = grid }
    if let grid = waiting, !isReleased {
      screen.draw(grid)
      redirection.bound()
      waiting = nil
    }
    if ready.input { readInput() }
    checkDeadline()
    return true
  }

  private func wait() -> (input: Bool, mail: Bool) {
    var descriptors = [
      pollfd(fd: inputHasEnded || isReleased ? -1 : input, events: Int16(POLLIN), revents: 0),
      pollfd(fd: mailbox.wake, events: Int16(POLLIN), revents: 0),
    ]
    guard poll(&descriptors, 2, millisecondsLeft()) > 0 else { return (false, false) }
    return (descriptors[0].revents != 0, descriptors[1].revents != 0)
  }

  private func handle(_ command: TerminalRequest) -> Bool {
    switch command {
    case .redraw:
      if !isReleased { screen.redraw() }
    case .suspend:
      if !isReleased { suspend() }
    case .send(let bytes):
      if !isReleased { screen.send(bytes) }
    case .setMouse(let wanted):
      screen.setMouse(wanted)
    case .setTheme(let theme):
      screen.setTheme(theme)
    case .release(let continuation):
      release()
      continuation.resume()
    case .reclaim(let continuation):
      reclaim()
      continuation.resume()
    case .signal(let signal):
      handle(signal: signal)
    case .stop:
      return false
    }
    return true
  }

  // MARK: What the terminal is asked

  /// Asks before anything is drawn: should a terminal take the question for text, the first picture clears it away.
  private func ask() {
    screen.send(Array(SynchronizedOutput.question.utf8))
    asked = .now
  }

  private func hearAnswer() {
    // The first one counts, and none that was not asked for.
    guard let answer = decoder.takeAnswer(), asked != nil else { return }
    asked = nil
    if answer.canBeSwitched { screen.synchronize() }
  }

  /// Waits a moment for an answer that may be under way, so that whoever reads the terminal next does not find it.
  private func awaitAnswer() {
    guard let end = asked.map({ $0 + SynchronizedOutput.answerTime }) else { return }
    while asked != nil, !inputHasEnded, .now < end {
      var poller = pollfd(fd: input, events: Int16(POLLIN), revents: 0)
      // Byte by byte: what was typed behind the answer is not for us.
      if poll(&poller, 1, Self.milliseconds(until: end)) > 0 { readInput(atMost: 1) }
    }
  }

  // MARK: Giving the terminal away

  private func leave() {
    awaitAnswer()
    screen.leave()
  }

  private func release() {
    guard !isReleased else { return }
    leave()
    redirection.pause()
    isReleased = true
  }

  private func reclaim() {
    guard isReleased else { return }
    isReleased = false
    redirection.start()
    screen.enter()
    adoptSize()
  }

  private func suspend() {
    leave()
    expectsContinue = true
    shim_stop()
    resume()
  }

  private func resume() {
    screen.enter()
    adoptSize()
    events.yield(.resumed)
  }

  private func adoptSize() {
    _ = screen.adoptSize()
    guard screen.size != mailbox.size else { return }
    mailbox.size = screen.size
    events.yield(.resized(screen.size))
  }

  // MARK: Signals

  private func handle(signal: Int32) {
    switch signal {
    case SIGWINCH:
      if !isReleased { adoptSize() }
    case SIGTSTP:
      // With the terminal released the whole job is being stopped, and the screen is down already.
      if isReleased { shim_stop() } else { suspend() }
    case SIGCONT:
      // Not after a stop of our own, which has resumed itself; but after one that nobody can
      // catch, when the shell has changed the terminal behind our back.
      if expectsContinue { expectsContinue = false } else if !isReleased { resume() }
    case SIGINT where isReleased:
      // ^C in an editor is the editor's.
      break
    default:
      events.yield(.terminate(signal: signal))
    }
  }

  // MARK: Input

  private func readInput(atMost limit: Int = 4096) {
    var buffer = [UInt8](repeating: 0, count: limit)
    let count = read(input, &buffer, buffer.count)
    if count > 0 {
      yield(decoder.feed(buffer[..<count]))
      deadline = decoder.patience.map { .now + $0.time(afterEscape: escapeDelay) }
      hearAnswer()
    } else if count == 0 || (errno != EINTR && errno != EAGAIN) {
      // The terminal has gone. Not looked at again, or poll would return at once for ever.
      inputHasEnded = true
      events.yield(.terminate(signal: SIGHUP))
    }
  }

  private func checkDeadline() {
    guard let end = deadline, end <= .now else { return }
    deadline = nil
    yield(decoder.timedOut())
  }

  private func millisecondsLeft() -> Int32 {
    deadline.map(Self.milliseconds(until:)) ?? -1
  }

  private static func milliseconds(until end: ContinuousClock.Instant) -> Int32 {
    let left = end - .now
    // Rounded up, or the last part of a millisecond would be spent polling.
    return left <= .zero ? 0 : Int32(left / .milliseconds(1)) + 1
  }

  private func yield(_ decoded: [ScreenEvent]) {
    for event in decoded { events.yield(event) }
  }
}
