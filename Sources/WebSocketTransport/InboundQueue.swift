import ConcurrencySupport
import Synchronization

/// A queue from an event loop to one reader that pulls.
///
/// While something waits here to be taken, the connection is not read: `holdsReading()` is asked before each
/// read, and `resume` is called once the reader has taken the last of it. So a reader that stops reading stops
/// its peer, by way of the socket's own buffers, and little is kept here.
final class InboundQueue<Element: Sendable>: Sendable {
  private typealias Reader = Promise<Result<Element, any Error>>

  private struct State {
    var waiting: [Element] = []
    var end: Element?
    var reader: Reader?
    var holds = false
  }

  private let state = Mutex(State())
  private let resume: @Sendable () -> Void

  /// Makes a queue.
  ///
  /// - Parameter resume: starts reading again.
  init(resume: @escaping @Sendable () -> Void) { self.resume = resume }

  func put(_ element: Element) {
    state.withLock { state in
      guard state.end == nil else { return }
      // A reader that has been cancelled meanwhile takes nothing.
      if state.reader.take()?.fulfil(.success(element)) == true { return }
      state.waiting.append(element)
    }
  }

  /// Leaves the last word, which every later reader is told again.
  func finish(_ last: Element) {
    state.withLock { state in
      guard state.end == nil else { return }
      state.end = last
      state.reader.take()?.fulfil(.success(last))
    }
  }

  /// Whether reading must wait for the reader; if so, `resume` will be called.
  func holdsReading() -> Bool {
    state.withLock { state in
      state.holds = !state.waiting.isEmpty
      return state.holds
    }
  }

  /// What has arrived and has not been taken, the last word with it; it stays.
  var remaining: [Element] {
    state.withLock { $0.waiting + ($0.end.map { [$0] } ?? []) }
  }

  /// All that has arrived, or the next if nothing has, or the last word.
  ///
  /// - Throws: `CancellationError` if the reader's task is cancelled; nothing is lost by that.
  func nextAll() async throws -> [Element] {
    let (all, resumes) = state.withLock { state in
      defer { (state.waiting, state.holds) = ([], false) }
      return (state.waiting, state.holds)
    }
    if resumes { resume() }
    return all.isEmpty ? [try await next()] : all
  }

  /// The next that arrived, or the last word.
  ///
  /// - Throws: `CancellationError` if the reader's task is cancelled; nothing is lost by that.
  func next() async throws -> Element {
    let reader = Reader()
    let resumes = try state.withLock { state in
      try Task.checkCancellation()
      guard state.waiting.isEmpty else {
        reader.fulfil(.success(state.waiting.removeFirst()))
        defer { if state.waiting.isEmpty { state.holds = false } }
        return state.waiting.isEmpty && state.holds
      }
      if let end = state.end { reader.fulfil(.success(end)) } else { state.reader = reader }
      return false
    }
    if resumes { resume() }
    return try await reader.get()
  }
}
