import Glibc
import VTermShim

/// A program running on a pseudo-terminal, and what a person would see there.
///
/// The terminal is emulated by libvterm; nothing in here waits without a bound, and nothing is
/// read but in ``wait(_:seconds:until:)`` and what calls it, so a program that writes while the
/// test does something else meets a terminal that takes no more output, as in real life.
///
/// By default the program runs under a shell, as a real one does: when the leader of a session is
/// killed the kernel hangs the terminal up, and nobody could put its modes back.
public final class PTYProgram {
  /// A place on the emulated screen.
  public struct Cell: Equatable, CustomStringConvertible {
    /// A colour as the program asked for it.
    public enum Colour: Equatable {
      /// The terminal's own.
      case standard
      /// One of the 256.
      case indexed(UInt8)
      /// A mix of red, green and blue.
      case mixed(UInt8, UInt8, UInt8)
    }

    /// The base and the marks over it; empty if nothing was written there.
    public var text: String
    /// The columns it takes.
    public var width: Int
    /// Whether it is bold.
    public var bold: Bool
    /// Whether it is underlined.
    public var underline: Bool
    /// Whether its colours are swapped.
    public var reverse: Bool
    /// The colour of the text.
    public var foreground: Colour
    /// The colour behind it.
    public var background: Colour

    /// The cell in a line, for the message of a failed test.
    public var description: String {
      let looks = [(bold, "bold"), (underline, "underline"), (reverse, "reverse")]
      let marks = looks.filter(\.0).map(\.1) + ["\(foreground) on \(background)"]
      return "\(text.debugDescription) \(width) wide, \(marks.joined(separator: ", "))"
    }
  }

  /// The modes of a terminal as `stty -g` would show them.
  public struct Modes: Equatable {
    let flags: [UInt32]
    let characters: [UInt8]

    init(_ descriptor: Int32) {
      var modes = termios()
      tcgetattr(descriptor, &modes)
      flags = [modes.c_iflag, modes.c_oflag, modes.c_cflag, modes.c_lflag]
      characters = withUnsafeBytes(of: modes.c_cc) { Array($0) }
    }
  }

  /// What the program sends to switch the terminal's modes, as the emulator understood it.
  private final class Properties {
    var alternate = false
    var cursorVisible = true
    var mouse = false
  }

  /// The screen's rows.
  public private(set) var rows: Int
  /// The screen's columns.
  public private(set) var columns: Int
  /// Everything that the program has written so far.
  public private(set) var output: [UInt8] = []
  /// The status that a shell shows: 128 and the signal for a program that died of one.
  public private(set) var exitStatus: Int32?
  /// The modes that the terminal had before the program began.
  public let modesBefore: Modes

  private let emulator: OpaquePointer
  private let screen: OpaquePointer
  private let properties = Properties()
  private let callbacks: UnsafeMutablePointer<VTermScreenCallbacks>
  private let controller: Int32
  /// Kept open so that the modes can be read after the program has gone.
  private let terminal: Int32
  private let spawned: pid_t
  private let isUnderShell: Bool
  private let answer: String?
  /// Where the program keeps what it remembers, unless the test says where.
  private let memory = ScratchFolder()

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - arguments: The path of the program, and its arguments.
  ///   - environment: What is added to (or taken from, with `nil`) a small environment with
  ///     `TERM=xterm-256color`, a UTF-8 locale, and an `XDG_STATE_HOME` and `XDG_CONFIG_HOME` of its own.
  ///   - columns: The terminal's columns.
  ///   - rows: The terminal's rows.
  ///   - underShell: Whether a shell is the leader of the session rather than the program.
  ///   - answer: What the terminal says when it is asked whether it knows mode 2026: nothing if it is empty, and that it
  ///     does not, as the emulator says, if it is `nil`.
  /// - Throws: ``PTYError`` if there is no pseudo-terminal or the program cannot be started.
  public init(
    _ arguments: [String],
    environment: [String: String?] = [:],
    columns: Int = 80,
    rows: Int = 24,
    underShell: Bool = true,
    answer: String? = nil
  ) throws {
    (self.rows, self.columns, isUnderShell) = (rows, columns, underShell)
    self.answer = answer
    let pair = try PseudoTerminal.open(columns: columns, rows: rows)
    (controller, terminal) = (pair.controller, pair.terminal)
    modesBefore = Modes(pair.terminal)
    let line = underShell ? ["/bin/sh", "-c", "\"$@\"; exit $?", "sh"] + arguments : arguments
    let own: [String: String?] = [
      "XDG_STATE_HOME": memory.path, "XDG_CONFIG_HOME": memory.path + "/config",
    ]
    let settings = own.merging(environment) { $1 }
    spawned = try PseudoTerminal.spawn(line, environment: settings, on: pair)
    emulator = vterm_new(Int32(rows), Int32(columns))
    vterm_set_utf8(emulator, 1)
    screen = vterm_obtain_screen(emulator)
    callbacks = .allocate(capacity: 1)
    callbacks.initialize(to: VTermScreenCallbacks())
    callbacks.pointee.settermprop = { property, value, user in
      guard let value, let user else { return 0 }
      let properties = Unmanaged<Properties>.fromOpaque(user).takeUnretainedValue()
      switch property {
      case VTERM_PROP_ALTSCREEN: properties.alternate = value.pointee.boolean != 0
      case VTERM_PROP_CURSORVISIBLE: properties.cursorVisible = value.pointee.boolean != 0
      case VTERM_PROP_MOUSE: properties.mouse = value.pointee.number != 0
      default: return 0
      }
      return 1
    }
    vterm_screen_set_callbacks(screen, callbacks, Unmanaged.passUnretained(properties).toOpaque())
    vterm_screen_enable_altscreen(screen, 1)
    vterm_screen_reset(screen, 1)
  }

  deinit {
    if exitStatus == nil {
      if let id = programID { kill(id, SIGKILL) }
      kill(spawned, SIGKILL)
      var status: Int32 = 0
      waitpid(spawned, &status, 0)
    }
    close(controller)
    close(terminal)
    vterm_free(emulator)
    callbacks.deallocate()
  }

  // MARK: - Doing

  /// Types text, or sends any other bytes as they are.
  public func send(_ text: String) { send(Array(text.utf8)) }

  /// Sends bytes as they are.
  public func send(_ bytes: [UInt8]) {
    _ = bytes.withUnsafeBytes { write(controller, $0.baseAddress, $0.count) }
  }

  /// Pastes text as a terminal does: between marks if the program has asked for them.
  public func paste(_ text: String) {
    vterm_keyboard_start_paste(emulator)
    sendReplies()
    send(text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r"))
    vterm_keyboard_end_paste(emulator)
    sendReplies()
  }

  /// Changes the size of the terminal.
  public func resize(columns: Int, rows: Int) {
    (self.columns, self.rows) = (columns, rows)
    vterm_set_size(emulator, Int32(rows), Int32(columns))
    PseudoTerminal.setSize(of: controller, columns: columns, rows: rows)
  }

  /// Sends a signal to the program.
  public func signal(_ signal: Int32) {
    if let id = programID { kill(id, signal) }
  }

  /// Hangs up: the terminal is gone, as when its window is closed.
  public func hangUp() {
    // The program sees the end only when nobody holds the controlling side any more.
    let nowhere = Glibc.open("/dev/null", O_RDWR)
    dup2(nowhere, controller)
    close(nowhere)
  }

  /// The number of the program's process.
  public var programID: Int32? {
    guard exitStatus == nil else { return nil }
    return isUnderShell ? PseudoTerminal.child(of: spawned) : spawned
  }

  // MARK: - Waiting

  /// Reads what the program writes until a condition holds.
  ///
  /// - Parameters:
  ///   - seconds: How long at most.
  ///   - condition: What is waited for.
  /// - Returns: Whether it came.
  @discardableResult
  public func wait(seconds: Double = 10, until condition: (PTYProgram) -> Bool) -> Bool {
    let end = ContinuousClock.now + .seconds(seconds)
    while !condition(self) {
      guard ContinuousClock.now < end else { return false }
      pump(milliseconds: 10)
    }
    return true
  }

  /// Waits until some text is on the screen.
  @discardableResult
  public func wait(for text: String, seconds: Double = 10) -> Bool {
    wait(seconds: seconds) { $0.text.contains(text) }
  }

  /// Waits until the program has ended and all that it wrote is read; returns whether it has.
  @discardableResult
  public func waitForExit(seconds: Double = 20) -> Bool {
    let ended = wait(seconds: seconds) { $0.exitStatus != nil }
    while pump(milliseconds: 50) {}
    return ended
  }

  /// Waits until the program has ended, on a terminal that takes no output meanwhile.
  public func waitForExitWithoutReading(seconds: Double = 20) -> Bool {
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {
      noteExit()
      if exitStatus != nil { return true }
      usleep(10_000)
    }
    return false
  }

  /// Reads until nothing comes for a while.
  ///
  /// - Parameters:
  ///   - milliseconds: How long that is.
  ///   - first: How long the first byte is waited for, where that is longer.
  /// - Returns: The number of bytes that came.
  @discardableResult
  public func settle(milliseconds: Int32 = 150, first: Int32 = 0) -> Int {
    let before = output.count
    if pump(milliseconds: max(milliseconds, first)) {
      while pump(milliseconds: milliseconds) {}
    }
    return output.count - before
  }

  /// Reads once; returns whether anything came in time.
  @discardableResult
  private func pump(milliseconds: Int32) -> Bool {
    noteExit()
    var descriptor = pollfd(fd: controller, events: Int16(POLLIN), revents: 0)
    guard poll(&descriptor, 1, milliseconds) > 0, descriptor.revents & Int16(POLLIN) != 0 else {
      return false
    }
    var buffer = [CChar](repeating: 0, count: 65536)
    let count = read(controller, &buffer, buffer.count)
    guard count > 0 else { return false }
    output.append(contentsOf: buffer[..<count].map(UInt8.init(bitPattern:)))
    vterm_input_write(emulator, buffer, count)
    sendReplies()
    return true
  }

  /// Sends the terminal's own answers, as to "who are you".
  private func sendReplies() {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = vterm_output_read(emulator, &buffer, buffer.count)
    guard count > 0 else { return }
    let said = String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
    send(answer.map { said.replacing("\u{1b}[?2026;0$y", with: $0) } ?? said)
  }

  private func noteExit() {
    guard exitStatus == nil else { return }
    var status: Int32 = 0
    guard waitpid(spawned, &status, WNOHANG) == spawned else { return }
    let signal = status & 0x7f
    exitStatus = signal == 0 ? status >> 8 & 0xff : 128 + signal
  }

  // MARK: - Looking

  /// The whole screen, without the spaces at the ends of its lines.
  public var text: String { (0..<rows).map(line).joined(separator: "\n") }

  /// One row, without the spaces at its end.
  public func line(_ row: Int) -> String {
    var line = ""
    var column = 0
    while column < columns {
      let cell = cell(column: column, row: row)
      line += cell.text.isEmpty ? " " : cell.text
      column += max(1, cell.width)
    }
    while line.last == " " { line.removeLast() }
    return line
  }

  /// The cell at a place.
  public func cell(column: Int, row: Int) -> Cell {
    var raw = VTermScreenCell()
    vterm_screen_get_cell(screen, VTermPos(row: Int32(row), col: Int32(column)), &raw)
    let scalars = withUnsafeBytes(of: raw.chars) { bytes in
      bytes.bindMemory(to: UInt32.self).prefix { $0 != 0 && $0 != .max }
        .compactMap(Unicode.Scalar.init)
    }
    var text = ""
    text.unicodeScalars.append(contentsOf: scalars)
    return Cell(
      text: text,
      width: Int(raw.width),
      bold: raw.attrs.bold != 0,
      underline: raw.attrs.underline != 0,
      reverse: raw.attrs.reverse != 0,
      foreground: colour(raw.fg, isStandard: vterm_shim_is_default_fg),
      background: colour(raw.bg, isStandard: vterm_shim_is_default_bg)
    )
  }

  private func colour(
    _ colour: VTermColor,
    isStandard: (UnsafePointer<VTermColor>) -> Bool
  ) -> Cell.Colour {
    var colour = colour
    if isStandard(&colour) { return .standard }
    if vterm_shim_is_indexed(&colour) { return .indexed(colour.indexed.idx) }
    return .mixed(colour.rgb.red, colour.rgb.green, colour.rgb.blue)
  }

  /// Where the text cursor is.
  public var cursor: (column: Int, row: Int) {
    var position = VTermPos()
    vterm_state_get_cursorpos(vterm_obtain_state(emulator), &position)
    return (Int(position.col), Int(position.row))
  }

  /// Whether the screen is the one that full-screen programs use.
  public var isAlternate: Bool { properties.alternate }
  /// Whether the text cursor is shown.
  public var isCursorVisible: Bool { properties.cursorVisible }
  /// Whether the pointer is reported.
  public var reportsMouse: Bool { properties.mouse }
  /// Whether pastes are marked.
  public var marksPastes: Bool {
    let text = String(decoding: output, as: UTF8.self)
    guard let on = text.range(ofLast: "\u{1b}[?2004h") else { return false }
    return text.range(ofLast: "\u{1b}[?2004l").map { $0 < on } ?? true
  }
  /// The terminal's modes now.
  public var modes: Modes { Modes(terminal) }

  /// The number of bytes that were typed and that nobody has read.
  public var inputLeft: Int {
    var count: Int32 = 0
    return ioctl(terminal, UInt(FIONREAD), &count) == 0 ? Int(count) : 0
  }

  /// What is not as it was before the program began; empty when all of it is.
  public var unrestored: [String] {
    [
      (modes != modesBefore, "modes"), (isAlternate, "alternate screen"),
      (!isCursorVisible, "hidden cursor"), (reportsMouse, "mouse reports"),
      (marksPastes, "marked pastes"),
    ].filter(\.0).map(\.1)
  }
}

/// Why a program could not be run on a pseudo-terminal.
public struct PTYError: Error, CustomStringConvertible {
  /// What failed, and why.
  public let description: String

  init(_ what: String, _ code: Int32) {
    description = "\(what): \(String(cString: strerror(code)))"
  }
}

/// The system's side of ``PTYProgram``.
private enum PseudoTerminal {
  struct Pair {
    let controller: Int32
    let terminal: Int32
    let path: String
  }

  static func open(columns: Int, rows: Int) throws -> Pair {
    var (controller, terminal) = (Int32(0), Int32(0))
    var name = [CChar](repeating: 0, count: 128)
    guard openpty(&controller, &terminal, &name, nil, nil) == 0 else {
      throw PTYError("No pseudo-terminal", errno)
    }
    for descriptor in [controller, terminal] { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    setSize(of: controller, columns: columns, rows: rows)
    let path = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    return Pair(controller: controller, terminal: terminal, path: path)
  }

  static func setSize(of descriptor: Int32, columns: Int, rows: Int) {
    var size = winsize(
      ws_row: UInt16(rows),
      ws_col: UInt16(columns),
      ws_xpixel: 0,
      ws_ypixel: 0
    )
    _ = ioctl(descriptor, UInt(TIOCSWINSZ), &size)
  }

  static func spawn(
    _ arguments: [String],
    environment changes: [String: String?],
    on pair: Pair
  ) throws -> pid_t {
    var environment: [String: String] = [
      "TERM": "xterm-256color", "LANG": "C.UTF-8", "PATH": "/usr/local/bin:/usr/bin:/bin",
      // Its prompt would keep a crashed program on a terminal for half a minute.
      "SWIFT_BACKTRACE": "enable=no",
    ]
    for (name, value) in changes { environment[name] = value }
    let (id, code) = FreshProcess.spawn(arguments, environment: environment) { actions in
      // The leader of a new session that opens a terminal gets it as its controlling one.
      posix_spawn_file_actions_addopen(&actions, 0, pair.path, O_RDWR, 0)
      posix_spawn_file_actions_adddup2(&actions, 0, 1)
      posix_spawn_file_actions_adddup2(&actions, 0, 2)
    }
    guard code == 0 else { throw PTYError("Cannot run \(arguments[0])", code) }
    return id
  }

  static func child(of id: pid_t) -> pid_t? {
    let descriptor = Glibc.open("/proc/\(id)/task/\(id)/children", O_RDONLY)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 256)
    let count = max(0, read(descriptor, &buffer, buffer.count))
    return String(decoding: buffer[..<count], as: UTF8.self)
      .split(separator: " ").first.flatMap { pid_t($0) }
  }
}

extension String {
  /// Where some text begins for the last time.
  fileprivate func range(ofLast text: String) -> Int? {
    let all = Array(utf8)
    let wanted = Array(text.utf8)
    guard all.count >= wanted.count else { return nil }
    return (0...all.count - wanted.count).last { all[$0..<$0 + wanted.count].elementsEqual(wanted) }
  }
}
