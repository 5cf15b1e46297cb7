import ArgumentParser
import ConcurrencySupport
import CursesTerminal
import SharedState
import StateSync
import Synchronization
import TextScreen

/// Shows a screen that somebody shares.
struct ViewScreen: Verb {
  static let configuration = CommandConfiguration(
    commandName: "view",
    abstract: "Show the screen that somebody shares with 'townhall --share'.",
    discussion: """
      It needs the token that --share tells, in TOWNHALL_ACCESS_TOKEN or in the file that TOWNHALL_ACCESS_TOKEN_FILE names. \
      Nothing can be changed there. Arrows move about in a screen that is larger than this one, q leaves.

      EXAMPLES
        townhall view --town ws://127.0.0.1:40123
      """
  )

  @OptionGroup var server: ServerOptions

  @OptionGroup var screen: ScreenOptions

  static let stopsOnSignals = false

  func run(in surroundings: Surroundings) async throws {
    let address = try await surroundings.introduced(
      to: surroundings.address(server.text(in: surroundings)),
      trusting: server.trust.caFile
    )
    let transport = try surroundings.way(to: address, trusting: server.trust.caFile)
    let stage = try TerminalSession.open(screen, in: surroundings)
    guard let terminal = stage.terminal else {
      stage.close()
      throw Failure(.badUsage, "a shared screen is looked at, and --linear has none")
    }
    let town = SyncClient(transport: transport)
    var viewer = Viewer(town, on: terminal, glyphs: stage.ascii ? .ascii : .unicode)
    let signal = await viewer.run()
    stage.close()
    surroundings.endSoon(signal)
    await town.stop()
    if let signal { CursesTerminal.endProgram(dyingOf: signal) }
  }
}

/// Looks at a shared screen until the person leaves.
private struct Viewer {
  private enum News: Sendable {
    case screen(ScreenEvent)
    case town
  }

  private let town: SyncClient
  private let terminal: CursesTerminal
  private let glyphs: Glyphs
  /// What of the screen is in the first cell.
  private var origin = Point(column: 0, row: 0)

  init(_ town: SyncClient, on terminal: CursesTerminal, glyphs: Glyphs) {
    (self.town, self.terminal, self.glyphs) = (town, terminal, glyphs)
  }

  /// Returns the signal that asked for the end, if one did.
  mutating func run() async -> Int32? {
    let (stream, feed) = AsyncStream.makeStream(of: News.self)
    let isWaiting = Locked(false)
    // However much happens in the town, one picture waits for it.
    let ring: @Sendable () -> Void = {
      let isFirst = isWaiting.withLock { waiting in
        defer { waiting = true }
        return !waiting
      }
      if isFirst { feed.yield(.town) }
    }
    // Heard from before the start on: the first picture may be the only one.
    let (changes, statuses) = (town.events(), town.statuses())
    let feeders = [
      Task { for await _ in changes { ring() } },
      Task { for await _ in statuses { ring() } },
      Task(executorPreference: OwnThread.ofKeys) { [terminal] in
        for await event in terminal.events { feed.yield(.screen(event)) }
      },
    ]
    defer { for feeder in feeders { feeder.cancel() } }
    town.start()
    draw()
    for await news in stream {
      switch news {
      case .town: isWaiting.withLock { $0 = false }
      case .screen(.terminate(let signal)): return signal
      case .screen(.key(.character("q"))), .screen(.key(.control("c"))), .screen(.key(.escape)):
        return nil
      case .screen(.key(let key)): move(key)
      case .screen: break
      }
      draw()
    }
    return nil
  }

  private mutating func move(_ key: Key) {
    switch key {
    case .left, .character("h"): origin.column -= 8
    case .right, .character("l"): origin.column += 8
    case .up, .character("k"): origin.row -= 4
    case .down, .character("j"): origin.row += 4
    case .control("l"): terminal.redraw()
    case .control("z"): terminal.suspend()
    default: origin = Point(column: 0, row: 0)
    }
  }

  private mutating func draw() {
    let (size, status) = (terminal.size, town.status)
    guard let shared = SharedPicture.grid(in: town.state) else {
      return terminal.draw(
        message(status.isLive ? "no screen is shared here" : status.shortText, size)
      )
    }
    origin.column = max(0, min(origin.column, shared.size.columns - size.columns))
    origin.row = max(0, min(origin.row, shared.size.rows - size.rows))
    var picture = shared.part(from: origin, size)
    if !status.isLive {
      picture.restyle(picture.bounds) { $0 = Style(.stale, $0.emphasis) }
      let text = " \(status.shortText): this is old; q leaves "
      let words = TextWidth.pad(
        TextWidth.truncate(text, to: size.columns, ellipsis: glyphs.ellipsis),
        to: size.columns
      )
      picture.write(words, at: Point(column: 0, row: 0), style: Style(.warning, [.bold, .reverse]))
    }
    terminal.draw(picture)
  }

  private func message(_ words: String, _ size: Size) -> Grid {
    var grid = Grid(size)
    let words = TextWidth.truncate(
      "\(words); q leaves",
      to: size.columns,
      ellipsis: glyphs.ellipsis
    )
    grid.write(
      words,
      at: Point(column: max(0, (size.columns - words.count) / 2), row: size.rows / 2),
      style: Style(.muted)
    )
    return grid
  }
}

extension LinkStatus {
  /// How the connection stands, in a few words.
  fileprivate var shortText: String {
    switch self {
    case .waiting(_, let reason, _): TextWidth.safe("not connected: \(reason)")
    case .live: "live"
    default: "looking for the screen"
    }
  }
}
