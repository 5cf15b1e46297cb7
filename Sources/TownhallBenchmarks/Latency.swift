import CursesTerminal
import Dashboard
import SharedState
import StateSync
import Synchronization
import TextScreen
import TownhallApp

/// How long it takes from a key to the picture that it changes, in a state that is large and busy.
///
/// It is the dashboard's own loop on the dashboard's own client; only the wire (the in-memory transport) and the
/// terminal (a stopwatch in its place) are left out. A picture counts when the cursor stands on another row.
struct Latency {
  var entries = 100_000
  /// Houses that change with every one of thirty messages a second.
  var changesPerMessage = 200
  var keys = 600

  /// Presses the keys and returns what came of it, as a line of JSON.
  func run() async throws -> String {
    let server = SyncServer(EntryKind.selection.state(entries))
    let client = SyncClient(transport: InMemoryTransport(server: server))
    let screen = Stopwatch()
    let dashboard = Task {
      try await DashboardLoop.run(DashboardOptions(address: "memory:"), on: screen, in: client)
    }
    try await screen.waitForState()
    let noise = Task { try await makeNoise(in: server) }
    try await screen.press(.right)
    var times: [Double] = []
    for turn in 0..<keys {
      // At odds with the thirty messages a second, so that keys fall before, into and after each.
      try await Task.sleep(for: .microseconds(31_000 + turn * 37 % 9000))
      times.append(try await screen.time(turn.isMultiple(of: 2) ? .down : .up))
    }
    noise.cancel()
    screen.end()
    _ = try await dashboard.value
    times.sort()
    func share(_ part: Double) -> Double {
      times[min(times.count - 1, Int(Double(times.count) * part))]
    }
    return """
      {"houses":\(entries),"changes_per_s":\(changesPerMessage * 30),"keys":\(keys),\
      "p50_ms":\(share(0.5)),"p99_ms":\(share(0.99)),"max_ms":\(share(1))}
      """
  }

  private func makeNoise(in server: SyncServer) async throws {
    let messages = (1...50).map { version in
      split(
        EntryKind.selection.message(
          (0..<changesPerMessage).map { ($0 * 499 + version * 7) % entries },
          version: version
        )
      )
    }
    let clock = ContinuousClock()
    var next = clock.now
    for turn in 0... {
      server.apply(messages[turn % messages.count])
      next += .seconds(1) / 30
      try await clock.sleep(until: next)
    }
  }
}

/// A screen that nobody sees, which knows when the cursor came to another row.
private final class Stopwatch: DashboardScreen {
  private struct Sight {
    var text = ""
    var row: Int?
    /// When the row last became another one.
    var moved = ContinuousClock.now
  }

  let size = Size(columns: 200, rows: 60)
  let events: AsyncStream<ScreenEvent>
  private let sink: AsyncStream<ScreenEvent>.Continuation
  private let sight = Mutex(Sight())

  init() { (events, sink) = AsyncStream.makeStream() }

  func show(_ model: Model) {
    let grid = model.view(size)
    let now = ContinuousClock.now
    let row = (0..<grid.size.rows).first { grid[4, $0].style.role == .selection }
    sight.withLock { sight in
      if sight.row != row { (sight.row, sight.moved) = (row, now) }
      sight.text = grid.lines[0]
    }
  }

  func redraw() {}
  func suspend() {}
  func setMouse(_ reported: Bool) {}
  func copyToClipboard(_ text: String) -> ClipboardResult { .sent }
  func withTerminalReleased<Result>(_ body: () async throws -> Result) async rethrows -> Result {
    try await body()
  }

  func waitForState() async throws {
    while !sight.withLock({ $0.text.contains("100,000") || $0.text.contains("live") }) {
      try await Task.sleep(for: .milliseconds(10))
    }
    try await Task.sleep(for: .seconds(2))
  }

  func press(_ key: Key) async throws {
    sink.yield(.key(key))
    try await Task.sleep(for: .milliseconds(500))
  }

  /// Presses a key and returns the milliseconds until the cursor stood elsewhere.
  func time(_ key: Key) async throws -> Double {
    let start = ContinuousClock.now
    sink.yield(.key(key))
    for _ in 0..<5000 {
      let moved = sight.withLock { $0.moved }
      if moved >= start { return (moved - start) / .milliseconds(1) }
      try await Task.sleep(for: .microseconds(200))
    }
    return .infinity
  }

  func end() { sink.yield(.terminate(signal: 15)) }
}
