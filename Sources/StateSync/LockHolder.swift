internal import ConcurrencySupport
public import SharedState
internal import Synchronization

/// A place where a shared state is kept and locks can be asked for.
public protocol LockingEndpoint: SharedStateEndpoint {
  /// The clock that times of locks refer to here.
  var clock: SyncClock { get }

  /// Takes, renews and gives back locks on the server: all of them, or none.
  ///
  /// - Returns: Whether it was granted; false if somebody else holds a key that is asked for.
  /// - Throws: `TransportError`: with the code `unsupported` if the server's wire knows no locks.
  func updateLocks(_ requests: [String: LockRequest]) async throws -> Bool
}

extension SyncClient: LockingEndpoint {}

/// Locks that are held until they are given back: renewed at a third of their time, again and again.
///
/// A lock that is asked for a few seconds at a time is gone soon after its holder dies, and never in the middle of
/// long work.
///
/// ```swift
/// let keeper = try await LockHolder.take(["selection.a"], for: .seconds(5), in: client)
/// // … nobody else can write selection.a …
/// await keeper.release()
/// ```
public final class LockHolder: Sendable {
  /// What is locked.
  public let keys: [String]
  /// Says so, once, if the locks are lost; ends when they are given back.
  ///
  /// It is for one reader.
  public let losses: AsyncStream<LockError>

  private let endpoint: any LockingEndpoint
  private let term: Term
  private let renewal: Task<Void, Never>
  private let isReleased = Atomic(false)

  private init(_ keys: [String], for length: Duration, in endpoint: any LockingEndpoint, term: Term)
  {
    self.keys = keys
    self.endpoint = endpoint
    self.term = term
    let (losses, loss) = AsyncStream.makeStream(of: LockError.self)
    self.losses = losses
    renewal = Task {
      if let reason = await Self.renew(keys, for: length, in: endpoint, term) {
        loss.yield(.lost(keys: keys, reason: reason))
      }
      loss.finish()
    }
  }

  deinit {
    renewal.cancel()
    guard !isReleased.load(ordering: .relaxed) else { return }
    Task { [endpoint, keys] in await Self.giveBack(keys, to: endpoint) }
  }

  /// Takes locks, all or none, and keeps them from now on.
  ///
  /// - Parameters:
  ///   - keys: What to lock.
  ///   - length: How long the locks are to outlive this program, should it die.
  ///   - endpoint: Where.
  /// - Returns: What keeps the locks; they are given back when nobody holds it any more.
  /// - Throws: `LockError.heldByAnother(keys:)`, or `TransportError` if the server could not be asked.
  public static func take(
    _ keys: [String],
    for length: Duration,
    in endpoint: any LockingEndpoint
  ) async throws -> LockHolder {
    let asked = endpoint.clock.now()
    do {
      guard try await endpoint.updateLocks(requests(keys, .hold(seconds: length.inSeconds))) else {
        throw LockError.heldByAnother(keys: keys)
      }
      try Task.checkCancellation()
    } catch let error as LockError {
      throw error
    } catch {
      // The server may have granted it all the same.
      await giveBack(keys, to: endpoint)
      throw error
    }
    return LockHolder(keys, for: length, in: endpoint, term: Term(asked + length))
  }

  /// Until when the locks are held, on the server's ``LockingEndpoint/clock``, if they cannot be renewed again.
  public var heldUntil: Duration { term.withLock { $0 } }

  /// Gives the locks back, within a second; doing so twice does nothing.
  public func release() async {
    renewal.cancel()
    await renewal.value
    if !isReleased.exchange(true, ordering: .relaxed) { await Self.giveBack(keys, to: endpoint) }
  }
}

// MARK: - What goes on meanwhile

extension LockHolder {
  /// Until when the locks are held; shared with the task that renews them, which must not hold the keeper.
  private typealias Term = Locked<Duration>

  /// Renews locks until the task is cancelled; returns the reason if they are lost before.
  private static func renew(
    _ keys: [String],
    for length: Duration,
    in endpoint: any LockingEndpoint,
    _ term: Term
  ) async -> String? {
    let request = requests(keys, .hold(seconds: length.inSeconds))
    var next = term.withLock { $0 } - length + length / 3
    var trouble = "it was not renewed in time"
    while (try? await endpoint.clock.sleep(next)) != nil {
      let asked = endpoint.clock.now()
      let end = term.withLock { $0 }
      guard asked < end else { return trouble }
      do {
        guard try await endpoint.updateLocks(request) else { return "somebody else has taken it" }
        guard endpoint.clock.now() < end else { return trouble }
        term.withLock { $0 = asked + length }
        next = asked + length / 3
      } catch {
        trouble = String(describing: error)
        // Once more while it lasts, and not more often than an echo might take.
        next = min(end, endpoint.clock.now() + max(length / 10, .milliseconds(50)))
      }
    }
    return nil
  }

  /// Gives locks back, whether or not the caller is cancelled, and waits a second at most.
  private static func giveBack(_ keys: [String], to endpoint: any LockingEndpoint) async {
    let work = Task { _ = try? await endpoint.updateLocks(requests(keys, .release)) }
    await endpoint.clock.wait(for: work, atMost: .seconds(1))
    work.cancel()
  }

  private static func requests(_ keys: [String], _ request: LockRequest) -> [String: LockRequest] {
    Dictionary(keys.map { ($0, request) }, uniquingKeysWith: { first, _ in first })
  }
}

extension LockingEndpoint {
  /// Runs some work while nobody else can write some keys, and gives the locks back however it ends.
  ///
  /// - Parameters:
  ///   - keys: What to lock.
  ///   - length: How long the locks are to outlive this program, should it die; they are renewed until the work ends.
  ///   - work: What to do. It is cancelled if the locks are lost.
  /// - Returns: What the work returns.
  /// - Throws: What the work throws, `LockError`, or `TransportError` if the server could not be asked.
  public func holdingLocks<Result: Sendable>(
    on keys: [String],
    for length: Duration = .seconds(5),
    _ work: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    let holder = try await LockHolder.take(keys, for: length, in: self)
    do {
      let result = try await race(work) {
        for await loss in holder.losses { throw loss }
        throw CancellationError()
      }
      await holder.release()
      return result
    } catch {
      await holder.release()
      throw error
    }
  }
}

extension Duration {
  /// The duration as the wire has it.
  fileprivate var inSeconds: Double { self / .seconds(1) }
}
