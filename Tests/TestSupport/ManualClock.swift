public import StateSync
internal import Synchronization

/// A clock that stands still until a test moves it.
public final class ManualClock: Sendable {
  private struct Sleeper {
    let until: Duration
    let continuation: CheckedContinuation<Void, any Error>
  }

  private struct Contents {
    var now = Duration.zero
    var sleepers: [Int: Sleeper] = [:]
    var cancelled: Set<Int> = []
    var last = 0
  }

  private let contents = Mutex(Contents())

  /// Makes a clock that stands at zero.
  public init() {}

  /// The clock, for a driver.
  public var clock: SyncClock {
    SyncClock(now: { self.now }, sleep: { try await self.sleep(until: $0) })
  }

  /// The time now.
  public var now: Duration { contents.withLock { $0.now } }

  /// Moves the time, and wakes whoever was waiting for it.
  public func advance(by step: Duration) {
    let woken = contents.withLock { contents in
      contents.now += step
      let now = contents.now
      let woken = contents.sleepers.filter { $0.value.until <= now }
      for number in woken.keys { contents.sleepers[number] = nil }
      return woken.values.sorted { $0.until < $1.until }
    }
    for sleeper in woken { sleeper.continuation.resume() }
  }

  /// Whether somebody sleeps.
  public var hasSleeper: Bool { contents.withLock { !$0.sleepers.isEmpty } }

  /// Returns when somebody sleeps, or the test has run out of time.
  public func waitForSleeper() async {
    while !hasSleeper, !Task.isCancelled { await Task.yield() }
  }

  private func sleep(until: Duration) async throws {
    let number = contents.withLock { contents in
      contents.last += 1
      return contents.last
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let outcome = contents.withLock { contents -> Result<Void, any Error>? in
          if contents.cancelled.remove(number) != nil { return .failure(CancellationError()) }
          if contents.now >= until { return .success(()) }
          contents.sleepers[number] = Sleeper(until: until, continuation: continuation)
          return nil
        }
        if let outcome { continuation.resume(with: outcome) }
      }
    } onCancel: {
      let sleeper = contents.withLock { contents in
        let sleeper = contents.sleepers.removeValue(forKey: number)
        if sleeper == nil { contents.cancelled.insert(number) }
        return sleeper
      }
      sleeper?.continuation.resume(throwing: CancellationError())
    }
  }
}
