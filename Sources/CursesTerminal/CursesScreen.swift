import CursesShim
import Glibc
import TextScreen

/// Curses, and what is on the screen just now.
///
/// One thread at a time may use it.
final class CursesScreen {
  /// What is written when a screen goes up, beside what curses writes: mark pastes, leave
  /// right-to-left text in its cells instead of turning whole lines about, report the pointer.
  private static let modesOn = "\u{1b}[?2004h\u{1b}[8l"
  private static let modesOff = "\u{1b}[8h\u{1b}[?2004l"
  private static let mouseOn = "\u{1b}[?1000h\u{1b}[?1006h"
  private static let mouseOff = "\u{1b}[?1006l\u{1b}[?1003l\u{1b}[?1002l\u{1b}[?1000l"
  /// Undoes whatever a screen may have switched on, when curses can no longer be asked.
  static let restoreSequence =
    mouseOff + modesOff + "\u{1b}[?25h\u{1b}[0m\u{1b}[?1l\u{1b}>\u{1b}[?1049l"

  /// A line through the character before it.
  ///
  /// Curses has no attribute for text that is struck through: sent past it, the terminal's own would be lost
  /// whenever curses moves or repeats a part of a line, but a mark over a character is kept with its cell.
  private static let stroke = "\u{336}"
  /// Curses keeps no more scalars in one cell.
  private static let mostScalars = 5

  private let terminal: Int32
  /// What curses writes to.
  private let drawing: Int32
  private var palette: TerminalPalette
  private let allColours: Int
  private let unicode: Bool
  /// Whether marks over characters are sure to be drawn there: terminals that can strike through draw them all, the
  /// older ones would give them columns.
  private let canStrikeThrough: Bool
  private let canReportMouse: Bool
  private var wantsMouse = true
  /// What takes in a picture that goes out in one piece, on a terminal that then shows it at once.
  private var capture: FrameCapture?

  private(set) var size: Size
  private var shown: Grid?
  private var cursorShown = false
  private var looks: [Style: (attributes: attr_t, pair: Int32)] = [:]
  private var pairs: Set<Int32> = []

  /// Takes over a terminal on which curses has just been started.
  init(
    terminal: Int32,
    drawing: Int32,
    unicode: Bool,
    coloured: Bool,
    mouse: Bool,
    theme: Theme
  ) {
    (self.terminal, self.drawing) = (terminal, drawing)
    self.unicode = unicode
    canStrikeThrough = unicode && shim_can_strike_through()
    size = Size(columns: Int(getmaxx(shim_stdscr())), rows: Int(getmaxy(shim_stdscr())))
    canReportMouse = shim_has_mouse()
    wantsMouse = mouse
    let coloured = coloured && has_colors()
    if coloured {
      start_color()
      use_default_colors()
    }
    allColours = coloured ? Int(shim_colors()) : 0
    palette = TerminalPalette(colours: allColours, theme: theme)
    // Raw: ^C and ^Z come as keys, for the dashboard to decide on.
    raw()
    noecho()
    nonl()
    // Curses would look for keys while it draws, and send what it has of a picture whenever one waits.
    typeahead(-1)
    curs_set(0)
    leaveok(shim_stdscr(), true)
    switchModesOn()
  }

  /// The number of colours in use; 0 for none.
  var colours: Int { palette.colours }

  // MARK: Up and down

  /// Gives the terminal back as it was; ``enter()`` takes it again.
  func leave() {
    // The end of a picture may have been thrown away, if the terminal took no more output.
    send((capture == nil ? "" : SynchronizedOutput.end) + Self.mouseOff + Self.modesOff)
    endwin()
    _ = shim_guard_lower()
  }

  /// Takes the terminal (again) and draws everything anew.
  func enter() {
    // Stopped from outside, we had no time to leave: without that curses would not set the
    // terminal up again.
    if !isendwin() { endwin() }
    shim_guard_raise()
    // Not as a picture in one piece: curses also sets the terminal's modes here.
    drawAll()
    switchModesOn()
    _ = adoptSize()
  }

  /// Sends the whole screen once more, for example after something else has written on it.
  func redraw() { show(drawAll) }

  private func drawAll() {
    clearok(shim_curscr(), true)
    wnoutrefresh(shim_stdscr())
    doupdate()
  }

  /// Has the terminal show each picture at once from now on; it has said that it can.
  func synchronize() {
    capture = FrameCapture(of: drawing, leadingTo: terminal)
    if capture != nil { shim_guard_note_synchronized() }
  }

  private func switchModesOn() { send(Self.modesOn + (reportsMouse ? Self.mouseOn : "")) }

  private var reportsMouse: Bool { wantsMouse && canReportMouse }

  /// Starts or ends reports of the pointer, without which the terminal's own selecting works.
  func setMouse(_ wanted: Bool) {
    guard wanted != wantsMouse else { return }
    wantsMouse = wanted
    if canReportMouse { send(wanted ? Self.mouseOn : Self.mouseOff) }
  }

  /// Takes the colours from elsewhere; the next picture is drawn whole.
  func setTheme(_ theme: Theme) {
    (palette, looks, shown) = (TerminalPalette(colours: allColours, theme: theme), [:], nil)
    clearok(shim_curscr(), true)
  }

  /// Asks the terminal for its size; returns it if it is another one than before.
  func adoptSize() -> Size? {
    var (columns, rows) = (Int32(0), Int32(0))
    guard shim_window_size(terminal, &columns, &rows) else { return nil }
    let now = Size(columns: Int(columns), rows: Int(rows))
    guard now != size else { return nil }
    // Not resizeterm, which also queues a key that nobody would read.
    resize_term(rows, columns)
    clearok(shim_curscr(), true)
    size = now
    shown = nil
    return now
  }

  /// Writes bytes that curses knows nothing of; nothing of curses is under way between two calls.
  func send(_ bytes: [UInt8]) { Descriptor.send(bytes, to: terminal) }

  private func send(_ text: String) { send(Array(text.utf8)) }

  // MARK: Drawing

  /// Shows a grid, sending only what differs from the last one: nothing if nothing does.
  func draw(_ grid: Grid) {
    // Down already: the program is about to die, and the terminal is no longer ours.
    guard shim_guard_is_up(), grid != shown else { return }
    show {
      drawCells(of: grid)
      placeCursor(grid.cursor)
      wnoutrefresh(shim_stdscr())
      doupdate()
    }
    shown = grid
  }

  /// Has curses draw, and sends what it made of that in one piece if the terminal can show it so.
  private func show(_ draw: () -> Void) {
    guard let capture else { return draw() }
    let picture = capture.bytes(of: draw)
    // The program may have begun to die meanwhile.
    guard !picture.isEmpty, shim_guard_is_up() else { return }
    send(Array(SynchronizedOutput.begin.utf8) + picture + Array(SynchronizedOutput.end.utf8))
  }

  private func drawCells(of grid: Grid) {
    var before = shown
    if before?.size != grid.size {
      werase(shim_stdscr())
      before = Grid(grid.size)
    }
    guard let before else { return }
    let columns = min(grid.size.columns, size.columns)
    guard columns > 0 else { return }
    grid.withCells { new in
      before.withCells { old in
        for row in 0..<min(grid.size.rows, size.rows) {
          let start = row * grid.size.columns
          let line = start..<start + columns
          drawLine(Slice(base: new, bounds: line), over: Slice(base: old, bounds: line), row: row)
        }
      }
    }
  }

  private typealias Line = Slice<UnsafeBufferPointer<Cell>>

  private func drawLine(_ new: Line, over old: Line, row: Int) {
    guard var first = new.indices.first(where: { new[$0] != old[$0] }),
      let last = new.indices.last(where: { new[$0] != old[$0] })
    else { return }
    // Never begin in the middle of a wide character.
    if new[first].width == 0, first > new.startIndex { first -= 1 }
    while first <= last {
      let style = new[first].style
      let end = new[first...last].firstIndex { $0.style != style && $0.width > 0 } ?? last + 1
      let run = new[first..<min(end, new.endIndex)]
      setStyle(style)
      let column = Int32(first - new.startIndex)
      mvwaddnstr(shim_stdscr(), Int32(row), column, text(of: run, in: new), -1)
      first = end
    }
  }

  private func text(of run: Line, in line: Line) -> String {
    var text = ""
    for index in run.indices {
      let cell = run[index]
      // Half of a wide character at the edge of a terminal that has become narrower: curses would
      // put it on the next row.
      if index + cell.width > line.endIndex { return text }
      if unicode || cell.text.utf8.allSatisfy({ $0 < 0x80 }) {
        text += cell.text
        if isStruckThrough(cell) { text += Self.stroke }
      } else {
        text += String(repeating: "?", count: cell.width)
      }
    }
    return text
  }

  private func isStruckThrough(_ cell: Cell) -> Bool {
    canStrikeThrough && cell.style.emphasis.contains(.strikethrough) && cell.width > 0
      && cell.text.unicodeScalars.count < Self.mostScalars
  }

  private func setStyle(_ style: Style) {
    if looks[style] == nil {
      let look = palette.look(of: style)
      looks[style] = (look.attributes, look.colour.map(pair) ?? 0)
    }
    guard let look = looks[style] else { return }
    shim_set_style(shim_stdscr(), look.attributes, look.pair)
  }

  private func pair(for colour: UInt8) -> Int32 {
    let pair = Int32(colour) + 1
    if pairs.insert(pair).inserted { init_extended_pair(pair, Int32(colour), -1) }
    return pair
  }

  private func placeCursor(_ cursor: Point?) {
    let inside = cursor.map { Rect(size).contains($0) } ?? false
    if inside != cursorShown {
      curs_set(inside ? 1 : 0)
      leaveok(shim_stdscr(), !inside)
      cursorShown = inside
    }
    if let cursor, inside { wmove(shim_stdscr(), Int32(cursor.row), Int32(cursor.column)) }
  }
}
