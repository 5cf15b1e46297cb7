import CursesTerminal
import Dashboard
import Synchronization
import TextScreen

/// A screen that serves one after another: dashboards, the tour, the start screen.
///
/// A screen's own events have one reader for good: whoever is cancelled while it waits for one ends the stream for
/// everybody. Here each reader gets a stream of its own, and an event is taken from the line only by who reads it, so that
/// what a reader has left is there for the next.
final class RelayScreen: ForwardingScreen {
  private struct Contents {
    /// What nobody has read yet.
    var waiting: [ScreenEvent] = []
    /// Who reads now; a stream that was made before has no more to say.
    var reader = 0
    /// The reader, while there is nothing to read.
    var continuation: CheckedContinuation<ScreenEvent?, Never>?
    var hasBegun = false
    var hasEnded = false

    /// Takes the reader that waits, if it is of this number.
    mutating func takeReader(_ number: Int? = nil) -> CheckedContinuation<ScreenEvent?, Never>? {
      guard number == nil || number == reader else { return nil }
      defer { continuation = nil }
      return continuation
    }
  }

  /// Events that come while so many wait are lost.
  private static let mostWaiting = 10_000

  let screen: any DashboardScreen
  private let contents = Mutex(Contents())

  init(_ screen: any DashboardScreen) { self.screen = screen }

  /// A stream for a new reader; the one before gets nothing more.
  var events: AsyncStream<ScreenEvent> {
    let (number, isFirst, former) = contents.withLock { contents in
      let former = contents.takeReader()
      contents.reader += 1
      defer { contents.hasBegun = true }
      return (contents.reader, !contents.hasBegun, former)
    }
    former?.resume(returning: nil)
    if isFirst {
      Task(executorPreference: OwnThread.ofKeys) { [screen, weak self] in
        for await event in screen.events { self?.pass(on: event) }
        self?.end()
      }
    }
    return AsyncStream {
      await self.next(for: number)
    } onCancel: {
      self.contents.withLock { $0.takeReader(number) }?.resume(returning: nil)
    }
  }

  /// The next event for a reader; nil once there is no more for it.
  private func next(for number: Int) async -> ScreenEvent? {
    await withCheckedContinuation { continuation in
      let event: ScreenEvent?? = contents.withLock { contents in
        guard number == contents.reader, !Task.isCancelled else { return .some(nil) }
        if !contents.waiting.isEmpty { return contents.waiting.removeFirst() }
        if contents.hasEnded { return .some(nil) }
        contents.continuation = continuation
        return nil
      }
      if let event { continuation.resume(returning: event) }
    }
  }

  private func pass(on event: ScreenEvent) {
    contents.withLock { contents in
      if let reader = contents.takeReader() { return reader.resume(returning: event) }
      if contents.waiting.count < Self.mostWaiting { contents.waiting.append(event) }
    }
  }

  private func end() {
    contents.withLock { contents in
      contents.hasEnded = true
      contents.takeReader()?.resume(returning: nil)
    }
  }
}
