import CursesTerminal
import Dashboard
import Synchronization
import TextScreen

/// A screen that serves one dashboard after another.
///
/// A screen's own events have one reader for good: whoever is cancelled while it waits for one ends the stream for
/// everybody. Here each reader gets a stream of its own, and what comes between two readers waits for the next.
final class RelayScreen: DashboardScreen {
  private struct Contents {
    var reader: AsyncStream<ScreenEvent>.Continuation?
    /// What came while nobody read.
    var waiting: [ScreenEvent] = []
    var hasBegun = false
    var hasEnded = false
  }

  /// Keys that are typed ahead by more than this are lost.
  private static let mostWaiting = 256

  private let screen: any DashboardScreen
  private let contents = Mutex(Contents())

  init(_ screen: any DashboardScreen) { self.screen = screen }

  /// A stream for a new reader; the one before gets nothing more.
  var events: AsyncStream<ScreenEvent> {
    let (stream, reader) = AsyncStream.makeStream(of: ScreenEvent.self)
    let isFirst = contents.withLock { contents in
      for event in contents.waiting { reader.yield(event) }
      contents.waiting = []
      if contents.hasEnded { reader.finish() }
      contents.reader = reader
      defer { contents.hasBegun = true }
      return !contents.hasBegun
    }
    if isFirst {
      Task(executorPreference: OwnThread.ofKeys) { [screen, weak self] in
        for await event in screen.events { self?.pass(on: event) }
        self?.end()
      }
    }
    return stream
  }

  private func pass(on event: ScreenEvent) {
    contents.withLock { contents in
      if case .enqueued? = contents.reader?.yield(event) { return }
      contents.reader = nil
      if contents.waiting.count < Self.mostWaiting { contents.waiting.append(event) }
    }
  }

  private func end() {
    contents.withLock { contents in
      contents.hasEnded = true
      contents.reader?.finish()
    }
  }

  var size: Size { screen.size }
  func show(_ model: Model) { screen.show(model) }
  func finish(_ model: Model) { screen.finish(model) }
  func redraw() { screen.redraw() }
  func suspend() { screen.suspend() }
  func setMouse(_ reported: Bool) { screen.setMouse(reported) }
  func copyToClipboard(_ text: String) -> ClipboardResult { screen.copyToClipboard(text) }
  func notify(_ text: String, by way: NoticeWay) { screen.notify(text, by: way) }

  func withTerminalReleased<Result>(_ body: () async throws -> Result) async rethrows -> Result {
    try await screen.withTerminalReleased(body)
  }
}
