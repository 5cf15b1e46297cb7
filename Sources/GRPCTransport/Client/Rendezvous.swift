#if GRPC
import ConcurrencySupport
import Synchronization

/// A place where elements pass from one task to another: whoever gives waits until the other has taken.
final class Rendezvous<Element: Sendable>: Sendable {
  private typealias Taker = Promise<Result<Element?, any Error>>

  private struct State {
    var offers: [(element: Element, isTaken: Promise<Bool>)] = []
    var taker: Taker?
    var end: Result<Element?, any Error>?
    var hasBegun = false
  }

  private let state = Mutex(State())

  /// Whether something has been given, or nothing ever will be.
  var hasBegun: Bool { state.withLock { $0.hasBegun || $0.end != nil } }

  /// Gives an element, and returns when it has been taken; false if nobody will take it any more.
  @discardableResult
  func give(_ element: Element) async -> Bool {
    let isTaken = Promise<Bool>()
    state.withLock { state in
      state.hasBegun = true
      if state.end != nil {
        isTaken.fulfil(false)
      } else if state.taker.take()?.fulfil(.success(element)) == true {
        isTaken.fulfil(true)
      } else {
        state.offers.append((element, isTaken))
      }
    }
    return await isTaken.value
  }

  /// Leaves an element to be taken in its turn, without waiting for that; it does not count as a beginning.
  func post(_ element: Element) {
    state.withLock { state in
      guard state.end == nil, state.taker.take()?.fulfil(.success(element)) != true else { return }
      state.offers.append((element, Promise()))
    }
  }

  /// Takes the next element, or nil after a good end.
  ///
  /// One task may wait at a time.
  ///
  /// - Throws: What the end was, or `CancellationError`.
  func take() async throws -> Element? {
    let taker = Taker()
    try state.withLock { state in
      if let end = state.end {
        taker.fulfil(end)
        return
      }
      try Task.checkCancellation()
      guard !state.offers.isEmpty else {
        state.taker = taker
        return
      }
      let offer = state.offers.removeFirst()
      taker.fulfil(.success(offer.element))
      offer.isTaken.fulfil(true)
    }
    return try await taker.get()
  }

  /// Ends it: what has not been taken is dropped, and only the first end counts.
  func finish(_ end: Result<Element?, any Error> = .success(nil)) {
    state.withLock { state in
      state.end = state.end ?? end
      state.taker.take()?.fulfil(end)
      for offer in state.offers { offer.isTaken.fulfil(false) }
      state.offers = []
    }
  }
}
#endif
