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
  /// Waits for some work, but no longer than this; the work goes on.
  package func wait(for work: Task<Void, Never>, atMost limit: Duration) async {
    let (ends, end) = AsyncStream.makeStream(of: Void.self)
    Task {
      await work.value
      end.finish()
    }
    let timer = Task {
      try? await sleep(now() + limit)
      end.finish()
    }
    for await _ in ends {}
    timer.cancel()
  }
}
