import Synchronization

/// A shared state in this process, with neither a server nor a wire.
///
/// Use it where code that works on a shared state should run without a network: in tests, in previews, in the
/// examples of this documentation, or as the place where a recording is played.
///
/// ```swift
/// let endpoint = LocalStateEndpoint(["some.key": 2.4])
/// let state = SharedStateView(endpoint)
/// try state["some.key"].snapshot()      // 2.4
/// ```
public final class LocalStateEndpoint: SharedStateEndpoint {
  // Two locks, so that an edit may read the state that it is about to change: the first keeps
  // writers in line for as long as their edits run, the second is held only to look or to swap.
  private let turn = Mutex(())
  private let current: Mutex<StateDictionary>
  private let hub = StateEventHub()

  /// Makes an endpoint that holds a state.
  public init(_ state: StateDictionary = [:]) { current = Mutex(state) }

  /// The whole state now.
  public var state: StateDictionary { current.withLock { $0 } }

  /// Changes the state; what is returned by `edit` is accepted at once.
  public func write(_ edit: @Sendable (StateDictionary) throws -> StateChange) async throws {
    try turn.withLock { _ in
      let change = try edit(state)
      guard !change.isEmpty else { return }
      hub.publish(current.withLock { StateEvents(applying: change, to: &$0) })
    }
  }

  /// What happens to the state from now on.
  public func events() -> AsyncStream<StateEvents> { hub.events() }

  /// Ends all streams of events; the state stays readable and writable.
  public func finishEvents() { hub.finish() }
}
