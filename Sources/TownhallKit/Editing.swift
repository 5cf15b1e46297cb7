public import SharedState
@_exported public import StateEditing
package import StateSync

extension SharedStateView {
  /// Puts an edit on the freshest state, field by field, sends it, and says how it ended: nobody's edit is lost.
  ///
  /// A field that others have changed meanwhile stays as they left it, and one that nobody else has touched becomes what
  /// the edit wants. Where both changed the same place, nothing is sent, and the outcome says what is there now.
  ///
  /// ```swift
  /// let seen = client.sharedState.snapshot()["selection.a"]
  /// // … somebody thinks about it, and others go on …
  /// let edit = EditRequest(.update, "selection.a", from: seen, to: wanted)
  /// switch try await client.apply(edit) {
  /// case .sent(let outcome): print(outcome.isAccepted)
  /// case .conflict(let key, let live): ask(about: key, live)
  /// }
  /// ```
  ///
  /// - Throws: `CancellationError` if the task was cancelled before anything was sent.
  public func apply(_ edit: EditRequest) async throws -> EditOutcome {
    try Task.checkCancellation()
    if let client = endpoint as? SyncClient { return await client.begin(edit)() }
    let start = ContinuousClock.now
    do {
      try await endpoint.write { try edit.change(on: $0) }
      return .sent(.accepted(latency: ContinuousClock.now - start))
    } catch {
      return EditOutcome(error)
    }
  }
}

extension SharedStateHolder {
  /// Puts an edit on the freshest state, field by field, sends it, and says how it ended.
  ///
  /// - Throws: `CancellationError` if the task was cancelled before anything was sent.
  /// - SeeAlso: ``SharedState/SharedStateView/apply(_:)``
  public func apply(_ edit: EditRequest) async throws -> EditOutcome {
    try await sharedState.apply(edit)
  }
}

extension SyncClient {
  /// Puts an edit on the freshest state and sends it, and returns at once.
  ///
  /// Of two edits of one entry that are begun one after the other, the later finds what the earlier made.
  ///
  /// - Parameters:
  ///   - edit: The edit.
  ///   - sending: Is told what goes out, and the state that it is put on: the next moment somebody may have changed it.
  /// - Returns: What waits for the outcome.
  package func begin(
    _ edit: EditRequest,
    sending: (_ change: StateChange, _ state: StateDictionary) -> Void = { _, _ in }
  ) -> @Sendable () async -> EditOutcome {
    do {
      let ended = try begin { state in
        let change = try edit.change(on: state)
        sending(change, state)
        return change
      }
      return { .sent(await ended()) }
    } catch {
      let outcome = EditOutcome(error)
      return { outcome }
    }
  }
}

extension EditOutcome {
  /// What kept an edit from being written.
  init(_ error: any Error) {
    switch error {
    case let conflict as EditConflict: self = .conflict(key: conflict.key, live: conflict.live)
    case let error as WriteError: self = .sent(error.outcome)
    default: self = .sent(.refused(reason: String(describing: error)))
    }
  }
}
