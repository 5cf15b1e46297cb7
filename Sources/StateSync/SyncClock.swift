internal import ConcurrencySupport

/// The time that the drivers go by: what it is now, and how to wait.
///
/// Times are durations since a moment of the clock's own, so the machines need no clock type, and a test can
/// hand in a clock that it moves by hand.
public struct SyncClock: Sendable {
  /// The time now.
  public let now: @Sendable () -> Duration
  /// Waits until a time; it ends early, by throwing, when the task is cancelled.
  public let sleep: @Sendable (_ until: Duration) async throws -> Void

  /// Makes a clock.
  public init(
    now: @escaping @Sendable () -> Duration,
    sleep: @escaping @Sendable (_ until: Duration) async throws -> Void
  ) {
    self.now = now
    self.sleep = sleep
  }

  private static let start = ContinuousClock().now

  /// The machine's own monotonic clock, counted from its first use in this process.
  public static let continuous = SyncClock(
    now: { start.duration(to: .now) },
    sleep: { until in
      try await Task.sleep(until: start.advanced(by: until), clock: .continuous)
    }
  )
}

extension SyncClock {
  /// Waits for some work, but no longer than this, whether or not the task is cancelled; the work goes on.
  package func wait(for work: Task<Void, Never>, atMost limit: Duration) async {
    let isOver = Promise<Void>()
    Task {
      await work.value
      isOver.fulfil()
    }
    let timer = Task {
      try? await sleep(now() + limit)
      isOver.fulfil()
    }
    await isOver.value
    timer.cancel()
  }
}
