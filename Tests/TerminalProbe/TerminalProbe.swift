import CursesTerminal
import Glibc
import TextScreen

/// A program for the terminal's tests: a known picture, what came in, and keys that end it in every
/// way there is.
@main
struct TerminalProbe {
  static func main() async {
    var options = TerminalOptions()
    options.noColour = CommandLine.arguments.contains("--no-colour")
    options.synchronized = !CommandLine.arguments.contains("--no-sync")
    options.ascii = CommandLine.arguments.contains("--ascii")
    do {
      let terminal = try CursesTerminal.open(options)
      if let signal = await Probe(terminal).run() {
        terminal.close()
        CursesTerminal.endProgram(dyingOf: signal)
      }
      terminal.close()
      print("bye")
    } catch {
      _ = write(2, "\(error)\n", "\(error)\n".utf8.count)
      exit(2)
    }
  }
}

final class Probe {
  private let terminal: CursesTerminal
  private var count = 0
  private var log: [String] = []
  private var showsCursor = false
  private var isGone = false
  private var isHint = false

  init(_ terminal: CursesTerminal) { self.terminal = terminal }

  /// Runs until q or a signal, which is returned.
  func run() async -> Int32? {
    terminal.draw(picture())
    for await event in terminal.events {
      if case .terminate(let signal) = event { return signal }
      if event == .key(.character("q")) { return nil }
      if await act(on: event) { continue }
      log.append("\(event)".replacing("TextScreen.", with: ""))
      terminal.draw(picture())
    }
    return nil
  }

  /// Does what a key asks for; false if it asks for nothing and is to be shown.
  private func act(on event: ScreenEvent) async -> Bool {
    guard case .key(let key) = event else { return false }
    switch key {
    case .character("="): for _ in 0..<100 { terminal.draw(picture()) }
    case .character("+"):
      count += 1
      terminal.draw(picture())
    case .character("_"):
      showsCursor.toggle()
      terminal.draw(picture())
    case .character("-"):
      isGone.toggle()
      terminal.draw(picture())
    case .character("h"):
      isHint.toggle()
      terminal.draw(picture())
    case .character("F"): flood()
    case .character("p"): makeNoise()
    case .character("b"): log.append("\(terminal.copyToClipboard("copied"))")
    case .character("m"): terminal.setMouse(false)
    case .character("e"): await edit()
    case .control("l"): terminal.redraw()
    case .control("z"): terminal.suspend()
    case .character("T"): trap(at: count + 3)
    case .character("f"): fatalError("the probe's last words")
    case .character("a"): abort()
    case .character("x"): exit(3)
    case .character("s"): print(overflow(count))
    default: return false
    }
    return true
  }

  private func trap(at index: Int) {
    let few = [1, 2, 3]
    print(few[index])
  }

  private func overflow(_ depth: Int) -> Int {
    withUnsafeTemporaryAllocation(of: Int.self, capacity: 512) { room in
      room[depth % 512] = depth
      return overflow(depth + 1) + room[(depth + 1) % 512]
    }
  }

  private func makeNoise() {
    print("noise on standard output")
    fflush(nil)
    let noise = "noise on standard error\n"
    _ = write(2, noise, noise.utf8.count)
  }

  /// Draws as fast as a bad day brings changes, without waiting for the terminal.
  private func flood() {
    let pictures = (0..<2).map { digit in
      var grid = Grid(terminal.size)
      grid.fill(grid.bounds, with: "\(digit)", style: .plain)
      return grid
    }
    for number in 0..<500 {
      terminal.draw(pictures[number % 2])
      usleep(1000)
    }
    log.append("flooded")
    terminal.draw(picture())
  }

  private func edit() async {
    await terminal.withTerminalReleased {
      print("released")
      system("stty -a | grep -o -e '.icanon'; echo edited; sleep 0.3")
    }
    log.append("reclaimed")
    terminal.draw(picture())
  }

  // MARK: The picture

  private func picture() -> Grid {
    let size = terminal.size
    var grid = Grid(size)
    let heading = "probe \(size.columns)x\(size.rows) colours=\(terminal.colours)"
    grid.write(heading, at: Point(column: 0, row: 0), style: Style(.title))
    let samples = [
      "漢字|", "e\u{301}x\u{304}|", "👩‍👩‍👧🇩🇪1️⃣|", "a\u{1b}[2Jb\tc\u{7f}|", "שלום\u{202e}|", "각|각|",
    ]
    for (row, sample) in samples.enumerated() {
      grid.write(sample, at: Point(column: 2, row: row + 1))
    }
    let roles: [Role] = [.plain, .muted, .added, .changed, .removed, .error, .number, .text]
    for (index, role) in roles.enumerated() {
      grid.write("\(role)", at: Point(column: 9 * index, row: 7), style: Style(role))
    }
    for index in 0..<32 {
      let style = Style(.swatch(UInt8(index * 8)))
      grid.write("■", at: Point(column: index, row: 8), style: style)
    }
    let gone = Style(.plain, isGone ? .strikethrough : [])
    grid.write("gone 漢 e\u{301}", at: Point(column: 40, row: 8), style: gone)
    grid.write("|", at: Point(column: 49, row: 8))
    grid.write("count \(count)", at: Point(column: 0, row: 9), style: Style(.number))
    for (index, line) in log.suffix(max(0, size.rows - 12)).enumerated() {
      grid.write("» \(line)", at: Point(column: 0, row: 11 + index))
    }
    // Another style, which looks the same.
    let corner = Style(isHint ? .hint : .plain)
    grid.write("BL", at: Point(column: 0, row: size.rows - 1), style: corner)
    grid.write("BR", at: Point(column: size.columns - 2, row: size.rows - 1))
    if showsCursor { grid.cursor = Point(column: 6, row: 9) }
    return grid
  }
}
