import CursesTerminal
import Dashboard
import Dispatch
import Synchronization
import TextScreen

/// The dashboard as lines, for a screen reader: nothing is drawn over, and each move is one line.
final class LinearScreen: DashboardScreen {
  /// How large the screen would be; pages are reckoned by it.
  let size = Size(columns: 100, rows: 40)
  let events: AsyncStream<ScreenEvent>

  private let keys: any LinearKeys
  private let sink: AsyncStream<ScreenEvent>.Continuation
  private let speaker = Mutex(Speaker())
  private let print: @Sendable (String) -> Void

  init(keys: any LinearKeys, print: @escaping @Sendable (String) -> Void) {
    (self.keys, self.print) = (keys, print)
    (events, sink) = AsyncStream.makeStream()
    Task { [keys, sink] in
      for await event in keys.events { sink.yield(event) }
      sink.finish()
    }
  }

  func show(_ model: Model) {
    for line in speaker.withLock({ $0.lines(for: model) }) { print(line) }
    if model.isSettled { keys.answered(isBusy: model.hasPendingEdits) }
  }

  /// Says what came together with the wish to leave: an edit that the town took just then, a lesson that it solved.
  func finish(_ model: Model) {
    for line in speaker.withLock({ $0.lines(for: model) }) { print(line) }
  }

  /// ^L: everything is said once more.
  func redraw() { speaker.withLock { $0.repeatAll() } }
  func suspend() { keys.suspend() }
  func setMouse(_ reported: Bool) {}
  func copyToClipboard(_ text: String) -> ClipboardResult { keys.copyToClipboard(text) }
  func notify(_ text: String, by way: NoticeWay) { keys.notify(text, by: way) }

  func withTerminalReleased<Result>(_ body: () async throws -> Result) async rethrows -> Result {
    try await keys.withTerminalReleased(body)
  }
}

/// Where the keys of a dashboard without a screen come from.
protocol LinearKeys: Sendable {
  var events: AsyncStream<ScreenEvent> { get }
  /// The town is there, and everything up to now has been said.
  func answered(isBusy: Bool)
  func suspend()
  func copyToClipboard(_ text: String) -> ClipboardResult
  func notify(_ text: String, by way: NoticeWay)
  func withTerminalReleased<Result>(_ body: () async throws -> Result) async rethrows -> Result
}

extension LineTerminal: LinearKeys {
  func answered(isBusy: Bool) {}
}

/// Keys from lines, where standard input is no terminal.
///
/// A line holds keys as the help writes them, with blanks between: `j j Enter`. What stands behind `>` is typed
/// as it is.
final class KeyLines: LinearKeys {
  let events: AsyncStream<ScreenEvent>
  private let sink: AsyncStream<ScreenEvent>.Continuation
  private let hasBegun = Atomic(false)
  private let isBusy = Mutex(false)
  private let answers = DispatchSemaphore(value: 0)
  private let read: @Sendable () -> String?

  init(_ read: @escaping @Sendable () -> String? = { readLine() }) {
    (events, sink) = AsyncStream.makeStream()
    self.read = read
  }

  func answered(isBusy: Bool) {
    self.isBusy.withLock { $0 = isBusy }
    answers.signal()
    guard !hasBegun.exchange(true, ordering: .relaxed) else { return }
    // Reading blocks a thread, and those that tasks run on are few.
    DispatchQueue(label: "lines of keys").async { self.pressAll() }
  }

  /// Presses the keys of each line, each after the one before was answered; an edit is waited for at the end.
  private func pressAll() {
    while let line = read() {
      for event in Self.keys(in: line) {
        while answers.wait(timeout: .now()) == .success {}
        sink.yield(event)
        _ = answers.wait(timeout: .now() + 2)
      }
    }
    for _ in 0..<100 where isBusy.withLock({ $0 }) { _ = answers.wait(timeout: .now() + 0.1) }
    sink.finish()
  }

  static func keys(in line: String) -> [ScreenEvent] {
    if line.first == ">" { return line.dropFirst().map { .key(.character($0)) } }
    return line.split(separator: " ").flatMap { Key.sequence(String($0)) }.map { .key($0) }
  }

  func suspend() {}
  func copyToClipboard(_ text: String) -> ClipboardResult { .tooLong(limit: 0) }
  func notify(_ text: String, by way: NoticeWay) {}
  func withTerminalReleased<Result>(_ body: () async throws -> Result) async rethrows -> Result {
    try await body()
  }
}
