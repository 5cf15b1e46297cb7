import CursesShim
import Glibc
import Synchronization
public import TextScreen

/// What a user may want of a terminal beyond what it says about itself.
public struct TerminalOptions: Sendable {
  /// Draws with attributes only, as if `NO_COLOR` were set.
  public var noColour = false
  /// Draws with ASCII only, as if the locale knew nothing else.
  public var ascii = false
  /// Reports the pointer; without, the terminal's own selecting works.
  public var mouse = true
  /// Asks the terminal whether it can show each picture at once (mode 2026), and has it do so if it can.
  public var synchronized = true
  /// Where the colours come from.
  public var theme = Theme.standard
  /// How long a lone Esc waits for more, unless `ESCDELAY` says so.
  public var escapeDelay = Duration.milliseconds(25)

  /// Makes the options that suit most people.
  public init() {}
}

/// Why there can be no screen here, in one line for a person.
public struct TerminalError: Error, Hashable, CustomStringConvertible {
  /// What is wrong and what to try.
  public let description: String

  /// What the system said last keeps it from being set up.
  static var notSetUp: TerminalError {
    let reason = String(cString: strerror(errno))
    return TerminalError(description: "The terminal could not be set up: \(reason).")
  }
}

/// The terminal: events come in, pictures go out, and it is left as it was found.
///
/// One thread owns it and curses; every call here is mail to that thread and returns at once, so a
/// slow terminal never holds anybody up. While the screen is up, what is printed on standard output
/// and error is kept and shown after ``close()``. When the program traps, aborts, exits or is
/// killed outright, the terminal is restored all the same.
///
///     let terminal = try CursesTerminal.open()
///     for await event in terminal.events {
///       if event == .key(.character("q")) { break }
///       terminal.draw(picture(terminal.size))
///     }
///     terminal.close()
///
/// Open it early: a guardian process is forked, which is cheapest while the program is small.
public final class CursesTerminal: Sendable {
  /// What happens at the terminal, for one reader.
  public let events: AsyncStream<ScreenEvent>
  /// Whether anything but ASCII may be shown; panels choose their ``Glyphs`` by it.
  public let unicode: Bool
  /// The number of colours in use; 0 for none.
  public let colours: Int
  /// What should be said about the terminal, if anything; ``close()`` says it too.
  public let notice: String?

  private let mailbox: TerminalMailbox
  private let device: Device
  private let owner: pthread_t
  /// Becomes readable when that thread has ended.
  private let ended: Int32
  private let isClosed = Atomic(false)

  /// The extents of the screen just now.
  public var size: Size { mailbox.size }

  private init(
    device: Device,
    screen: CursesScreen,
    notice: String?,
    escapeDelay: Duration,
    asks: Bool
  ) {
    self.device = device
    self.notice = notice
    unicode = device.unicode
    colours = screen.colours
    mailbox = TerminalMailbox(wake: shim_wake_descriptor(), size: screen.size)
    ended = shim_wake_descriptor()
    let (events, sink) = AsyncStream.makeStream(of: ScreenEvent.self)
    self.events = events
    // Nobody else touches it; the redirection is shared with us, who use it only afterwards.
    nonisolated(unsafe) let loop = TerminalLoop(
      screen: screen,
      redirection: device.redirection,
      mailbox: mailbox,
      events: sink,
      input: device.input,
      escapeDelay: escapeDelay,
      asks: asks
    )
    let ended = ended
    owner = Thread.start {
      loop.run()
      Descriptor.ring(ended)
    }
    let (signals, mailbox) = (device.signals, mailbox)
    pthread_detach(Thread.start { SignalReader.run(signals, mailbox: mailbox, events: sink) })
  }

  /// Takes the terminal that standard input and output lead to, and puts up an empty screen.
  ///
  /// - Parameter options: What to do otherwise than the terminal and the environment say.
  /// - Returns: The terminal; its ``size`` is known and its ``events`` run.
  /// - Throws: ``TerminalError`` if there is no terminal or it cannot show a screen; nothing has
  ///   been changed then.
  public static func open(_ options: TerminalOptions = TerminalOptions()) throws -> CursesTerminal {
    let environment = Environment.current
    try environment.checkTerminal(isInput: isatty(0) == 1, isOutput: isatty(1) == 1)
    let device = try Device(ascii: options.ascii)
    guard let type = environment.terminalTypes.first(where: device.startCurses) else {
      device.giveBack()
      throw TerminalError(
        description: "This machine does not know the terminal \"\(environment.type)\", nor xterm "
          + "or vt100. Install ncurses-base, or set TERM."
      )
    }
    guard shim_can_address_cursor() else {
      endwin()
      device.giveBack()
      throw TerminalError(
        description: "A terminal of the type \"\(type)\" cannot show a full screen. Try another "
          + "terminal, or the commands that need none (--help)."
      )
    }
    let screen = CursesScreen(
      terminal: device.output,
      drawing: device.drawing,
      unicode: device.unicode,
      coloured: !options.noColour && !environment.forbidsColour,
      mouse: options.mouse,
      theme: options.theme
    )
    return CursesTerminal(
      device: device,
      screen: screen,
      notice: environment.notice(using: type),
      escapeDelay: environment.escapeDelay ?? options.escapeDelay,
      asks: options.synchronized && environment.canBeAsked
    )
  }

  deinit {
    close()
    Glibc.close(ended)
  }
}

// MARK: - Pictures out

extension CursesTerminal {
  /// Shows a picture; only what differs from the last one is sent.
  ///
  /// Returns at once. A picture that could not be shown before the next one came is left out.
  public func draw(_ grid: Grid) { mailbox.post(grid) }

  /// Sends the whole picture again, for example after another program has written over it.
  public func redraw() { mailbox.post(.redraw) }

  /// Makes the terminal's sound.
  public func bell() { mailbox.post(.send([0x07])) }

  /// Switches reports of the pointer on or off.
  public func setMouse(_ reported: Bool) { mailbox.post(.setMouse(reported)) }

  /// Takes the colours from elsewhere, and draws everything anew.
  public func setTheme(_ theme: Theme) { mailbox.post(.setTheme(theme)) }

  /// Asks the terminal to keep text in its clipboard, which works over ssh and in tmux too.
  ///
  /// - Parameter text: What to keep.
  /// - Returns: Whether the wish was sent; the terminal never says whether it was granted.
  public func copyToClipboard(_ text: String) -> ClipboardResult {
    Clipboard.copy(text) { mailbox.post(.send($0)) }
  }

  /// Tells the person something while they look elsewhere.
  ///
  /// - Parameters:
  ///   - text: What to tell.
  ///   - way: How; the terminal never says whether it does.
  public func notify(_ text: String, by way: NoticeWay) {
    mailbox.post(.send(way.sequence(for: text, insideTmux: Environment.current.isInsideTmux)))
  }
}

// MARK: - Giving the terminal away

extension CursesTerminal {
  /// Stops the program as ^Z does and gives the terminal to the shell; ``ScreenEvent/resumed``
  /// comes when the user is back.
  public func suspend() { mailbox.post(.suspend) }

  /// Runs something that needs the whole terminal, for example `$EDITOR`, and takes it back.
  ///
  /// Meanwhile no key is read, pictures wait, and ^C is the other program's.
  ///
  /// - Parameter body: What to run.
  /// - Returns: What `body` returns.
  /// - Throws: What `body` throws, after the terminal has been taken back.
  public func withTerminalReleased<Result>(
    _ body: () async throws -> Result
  ) async rethrows -> Result {
    await withCheckedContinuation { mailbox.post(.release($0)) }
    do {
      let result = try await body()
      await withCheckedContinuation { mailbox.post(.reclaim($0)) }
      return result
    } catch {
      await withCheckedContinuation { mailbox.post(.reclaim($0)) }
      throw error
    }
  }

  /// Gives the terminal back for good and shows what was printed meanwhile.
  ///
  /// Returns when that is done, within two seconds even if the terminal takes no more output. A
  /// second call does nothing.
  public func close() {
    guard !isClosed.exchange(true, ordering: .relaxed) else { return }
    mailbox.post(.stop)
    if !hasEnded(within: 500) {
      for _ in 0..<30 where !hasEnded(within: 50) { device.discardOutput(of: owner) }
    }
    if hasEnded(within: 0) { pthread_join(owner, nil) }
    device.giveBack()
    if let notice { device.say(notice) }
  }

  private func hasEnded(within milliseconds: Int32) -> Bool {
    Descriptor.isReadable(ended, within: milliseconds)
  }

  /// Ends the program the way a signal does by itself, so that a shell sees the right status.
  ///
  /// - Parameter signal: What ``ScreenEvent/terminate(signal:)`` said.
  public static func endProgram(dyingOf signal: Int32) -> Never { shim_die_of(signal) }
}
