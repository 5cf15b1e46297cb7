import Synchronization

/// A value that is there once, and that anybody may wait for before.
///
/// Of several who fulfil it, the first wins; the others are told so, and keep what they have.
package final class Promise<Value: Sendable>: Sendable {
  private enum State {
    case open(waiting: [CheckedContinuation<Value, Never>])
    case fulfilled(Value)
  }

  private let state = Mutex(State.open(waiting: []))

  package init() {}

  /// Fulfils the promise; false if that has been done before.
  @discardableResult
  package func fulfil(_ value: Value) -> Bool {
    let waiting = state.withLock { state -> [CheckedContinuation<Value, Never>]? in
      guard case .open(let waiting) = state else { return nil }
      state = .fulfilled(value)
      return waiting
    }
    for waiter in waiting ?? [] { waiter.resume(returning: value) }
    return waiting != nil
  }

  /// The value; waits for it, also if the task is cancelled.
  package var value: Value {
    get async {
      await withCheckedContinuation { waiter in
        let value = state.withLock { state -> Value? in
          switch state {
          case .fulfilled(let value):
            return value
          case .open(let waiting):
            state = .open(waiting: waiting + [waiter])
            return nil
          }
        }
        if let value { waiter.resume(returning: value) }
      }
    }
  }

  /// What was promised to succeed; a task that is cancelled while it waits fulfils the promise with that.
  ///
  /// - Throws: What the promise has failed with, or `CancellationError`.
  package func get<Success>() async throws -> Success where Value == Result<Success, any Error> {
    try await withTaskCancellationHandler {
      try await value.get()
    } onCancel: {
      fulfil(.failure(CancellationError()))
    }
  }
}

extension Promise<Void> {
  /// Fulfils a promise that something will have happened.
  package func fulfil() { fulfil(()) }
}
