import CursesTerminal
import Dashboard
import Testing
import TextScreen

@testable import TownhallApp

@Suite("A screen that serves one dashboard after another", .timeLimit(.minutes(1)))
struct RelayScreenTests {
  @Test("Each reader gets what comes while it reads, and the next one what came in between")
  func oneAfterTheOther() async {
    let base = QuietScreen()
    let screen = RelayScreen(base)
    var first: [ScreenEvent] = []
    let reader = Task { [events = screen.events] in
      var seen: [ScreenEvent] = []
      for await event in events {
        seen.append(event)
        if seen.count == 2 { break }
      }
      return seen
    }
    base.send(.key(.character("a")))
    base.send(.key(.character("b")))
    first = await reader.value
    #expect(first == [.key(.character("a")), .key(.character("b"))])
    base.send(.key(.character("c")))
    base.send(.terminate(signal: 15))
    var second: [ScreenEvent] = []
    for await event in screen.events {
      second.append(event)
      if second.count == 2 { break }
    }
    #expect(second == [.key(.character("c")), .terminate(signal: 15)])
    base.end()
    for await event in screen.events { Issue.record("\(event) came after the end") }
  }

  @Test("A reader that is cancelled while it waits ends nobody else's stream")
  func cancelled() async {
    let base = QuietScreen()
    let screen = RelayScreen(base)
    let waiting = Task { [events = screen.events] in
      for await _ in events {}
    }
    try? await Task.sleep(for: .milliseconds(20))
    waiting.cancel()
    await waiting.value
    base.send(.key(.character("a")))
    for await event in screen.events {
      #expect(event == .key(.character("a")))
      break
    }
  }
}

/// A screen on which nothing is drawn.
private final class QuietScreen: DashboardScreen {
  let size = Size(columns: 80, rows: 24)
  let events: AsyncStream<ScreenEvent>
  private let sink: AsyncStream<ScreenEvent>.Continuation

  init() { (events, sink) = AsyncStream.makeStream() }

  func send(_ event: ScreenEvent) { sink.yield(event) }
  func end() { sink.finish() }
  func show(_ model: Model) {}
  func redraw() {}
  func suspend() {}
  func setMouse(_ reported: Bool) {}
  func copyToClipboard(_ text: String) -> ClipboardResult { .sent }
  func withTerminalReleased<Result>(_ body: () async throws -> Result) async rethrows -> Result {
    try await body()
  }
}
