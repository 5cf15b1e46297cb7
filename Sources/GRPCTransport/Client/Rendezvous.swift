#if GRPC
import Synchronization

/// Passes elements from one task to another: whoever gives waits until the other has taken.
final class Rendezvous<Element: Sendable>: Sendable {
  private typealias Giver = CheckedContinuation<Bool, Never>
  private typealias Taker = CheckedContinuation<Element?, any Error>

  private struct State {
    var offers: [(element: Element, giver: Giver)] = []
    var taker: Taker?
    var end: Result<Element?, any Error>?
    var hasBegun = false
  }

  /// What is left to do when the lock is free again.
  private typealias Errand = () -> Void

  private let state = Mutex(State())

  /// Whether something has been given, or nothing ever will be.
  var hasBegun: Bool { state.withLock { $0.hasBegun || $0.end != nil } }

  /// Gives an element, and returns when it has been taken; false if nobody will take it any more.
  @discardableResult
  func give(_ element: Element) async -> Bool {
    await withCheckedContinuation { (giver: Giver) in
      let errand = state.withLock { state -> Errand? in
        state.hasBegun = true
        if state.end != nil { return { giver.resume(returning: false) } }
        guard let taker = state.taker.take() else {
          state.offers.append((element, giver))
          return nil
        }
        return {
          taker.resume(returning: element)
          giver.resume(returning: true)
        }
      }
      errand?()
    }
  }

  /// Takes the next element, or nil after a good end.
  ///
  /// One task may wait at a time.
  ///
  /// - Throws: What the end was, or `CancellationError`.
  func take() async throws -> Element? {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (taker: Taker) in
        state.withLock { wait(taker, in: &$0) }?()
      }
    } onCancel: {
      let taker = state.withLock { $0.taker.take() }
      taker?.resume(throwing: CancellationError())
    }
  }

  private func wait(_ taker: Taker, in state: inout State) -> Errand? {
    if let end = state.end { return { taker.resume(with: end) } }
    // The cancellation handler may already have run, and will not come again.
    if Task.isCancelled { return { taker.resume(throwing: CancellationError()) } }
    guard state.offers.isEmpty else {
      let (element, giver) = state.offers.removeFirst()
      return {
        taker.resume(returning: element)
        giver.resume(returning: true)
      }
    }
    state.taker = taker
    return nil
  }

  /// Ends it: what has not been taken is dropped, and only the first end counts.
  func finish(_ end: Result<Element?, any Error> = .success(nil)) {
    let (taker, offers) = state.withLock { state in
      if state.end == nil { state.end = end }
      defer { state.offers = [] }
      return (state.taker.take(), state.offers)
    }
    taker?.resume(with: end)
    for offer in offers { offer.giver.resume(returning: false) }
  }
}
#endif
