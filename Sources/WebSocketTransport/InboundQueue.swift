import Synchronization

/// Hands what arrives on an event loop to one reader that pulls.
///
/// While something waits here to be taken, the connection is not read: `holdsReading()` is asked before each
/// read, and `resume` is called once the reader has taken the last of it. So a reader that stops reading stops
/// its peer, by way of the socket's own buffers, and little is kept here.
final class InboundQueue<Element: Sendable>: Sendable {
  private struct State {
    var waiting: [Element] = []
    var end: Element?
    var reader: (id: UInt64, continuation: CheckedContinuation<Element?, Never>)?
    var nextReader: UInt64 = 0
    var holds = false
  }

  private let state = Mutex(State())
  private let resume: @Sendable () -> Void

  /// Makes an inbox.
  ///
  /// - Parameter resume: starts reading again.
  init(resume: @escaping @Sendable () -> Void) {
    self.resume = resume
  }

  /// Leaves something for the reader.
  func put(_ element: Element) {
    let reader = state.withLock { state in
      guard state.end == nil else { return Optional<CheckedContinuation<Element?, Never>>.none }
      if let reader = state.reader.take() { return reader.continuation }
      state.waiting.append(element)
      return nil
    }
    reader?.resume(returning: element)
  }

  /// Leaves the last word, which every later reader is told again.
  func finish(_ last: Element) {
    let reader = state.withLock { state in
      guard state.end == nil else { return Optional<CheckedContinuation<Element?, Never>>.none }
      state.end = last
      return state.reader.take()?.continuation
    }
    reader?.resume(returning: last)
  }

  /// Whether reading must wait for the reader; if so, `resume` will be called.
  func holdsReading() -> Bool {
    state.withLock { state in
      state.holds = !state.waiting.isEmpty
      return state.holds
    }
  }

  /// The next that arrived, or the last word.
  ///
  /// - Throws: `CancellationError` if the reader's task is cancelled; nothing is lost by that.
  func next() async throws -> Element {
    let id = state.withLock { state in
      state.nextReader += 1
      return state.nextReader
    }
    let element = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        register(continuation, id: id)
      }
    } onCancel: {
      dismiss(id)
    }
    guard let element else { throw CancellationError() }
    return element
  }

  private enum Reply {
    case now(Element?, resumes: Bool)
    case later
  }

  private func register(_ continuation: CheckedContinuation<Element?, Never>, id: UInt64) {
    let reply: Reply = state.withLock { state in
      if Task.isCancelled { return .now(nil, resumes: false) }
      if !state.waiting.isEmpty {
        let element = state.waiting.removeFirst()
        let resumes = state.waiting.isEmpty && state.holds
        if resumes { state.holds = false }
        return .now(element, resumes: resumes)
      }
      if let end = state.end { return .now(end, resumes: false) }
      precondition(state.reader == nil, "an inbox has one reader")
      state.reader = (id, continuation)
      return .later
    }
    guard case .now(let element, let resumes) = reply else { return }
    if resumes { resume() }
    continuation.resume(returning: element)
  }

  private func dismiss(_ id: UInt64) {
    let reader = state.withLock { state in
      state.reader?.id == id ? state.reader.take()?.continuation : nil
    }
    reader?.resume(returning: nil)
  }
}
