public import SharedState

/// One subscriber's side of a server: what a transport holds for each of its clients.
///
/// Changes are pulled. While nobody asks, they coalesce, so a slow client costs memory for the keys that
/// changed and never holds up another.
public final class ServerSession: Sendable {
  private let server: SyncServer
  package let id: HubMachine.SubscriberID

  init(server: SyncServer, id: HubMachine.SubscriberID) {
    self.server = server
    self.id = id
  }

  deinit {
    leave()
  }

  /// The next change that is due for this subscriber: first the whole state, then what happened since.
  ///
  /// Only one task may wait at a time.
  ///
  /// - Returns: The change, or nil after ``leave()``, after the server has shut down, or when the task was cancelled;
  ///   in the last case nothing is lost, and the next call gets it.
  public func next() async -> SharedChange? { await server.next(for: id) }

  /// Applies a change that came from this subscriber, over a wire that knows no locks.
  ///
  /// Locks do not hold it up: it shows no token, and its wire has no word for a refusal. After ``leave()`` it is
  /// ignored.
  public func receive(_ change: StateChange) { server.handle(.received(change, from: id)) }

  /// Applies a change that came from this subscriber, unless somebody else holds a lock on one of its keys.
  ///
  /// - Returns: Whether no lock was in the way.
  public func receive(_ change: StateChange, as token: String) -> Bool {
    server.receive(change, from: id, as: token)
  }

  /// Changes how often this subscriber hears of changes, at most and on average; zero means of each at once.
  public func setInterval(_ interval: Duration) { server.handle(.intervalChanged(id, interval)) }

  /// Leaves the server, which clears away the entries of the user that this subscriber has shown itself to be.
  public func leave() { server.leave(id) }
}
