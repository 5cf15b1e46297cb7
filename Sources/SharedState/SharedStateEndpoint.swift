/// A place where a whole shared state is kept and can be written: a client, a server, or a state in this process.
///
/// Views, references and collections stand on this and nothing else, so the same code runs on either side.
/// Every endpoint holds a complete copy: reading is local and never waits.
public protocol SharedStateEndpoint: AnyObject, Sendable {
  /// The whole state as this endpoint sees it now, with its own writes that are accepted or on their way.
  ///
  /// - Complexity: O(1); the value stays as it is while the state moves on.
  var state: StateDictionary { get }

  /// Changes the state, and returns when the change has been accepted.
  ///
  /// `edit` is run exactly once, on the freshest state of this endpoint, and no other write of this endpoint comes
  /// in between; so what it reads is still true when what it returns is written. If it throws, or returns
  /// an empty change, nothing is sent. It may read `state`, which does not hold its change yet.
  ///
  /// - Parameter edit: Makes the change from the freshest state.
  /// - Throws: What `edit` throws, or the endpoint's own error if the change was not accepted.
  func write(_ edit: @Sendable (StateDictionary) throws -> StateChange) async throws

  /// What happens to the state from now on, batch after batch.
  ///
  /// Batches join on to each other: what one replaces is what the one before it left. A reader that is slower gets
  /// several batches as one, so that it costs no more than the keys that it missed.
  func events() -> AsyncStream<StateEvents>
}
