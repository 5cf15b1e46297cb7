/// What calls a machine's driver when something is due; it is kept under the driver's lock.
///
/// A machine does not mind being called early, so an alarm that is set already is left alone unless it would be late.
struct Alarm {
  private var pending: (at: Duration, task: Task<Void, Never>)?

  /// Sees to it that somebody is called at a time, if there is one.
  ///
  /// - Parameters:
  ///   - deadline: The time; nil sets nothing, and what is set already stays.
  ///   - clock: The time to go by.
  ///   - ring: What to call then, with the time for which it was set.
  mutating func set(
    for deadline: Duration?,
    on clock: SyncClock,
    _ ring: @escaping @Sendable (Duration) -> Void
  ) {
    guard let deadline else { return }
    if let pending, pending.at <= deadline { return }
    pending?.task.cancel()
    let task = Task {
      guard (try? await clock.sleep(deadline)) != nil else { return }
      ring(deadline)
    }
    pending = (deadline, task)
  }

  /// Notes that it has rung; by then it may be set for another time.
  mutating func hasRung(at time: Duration) {
    if pending?.at == time { pending = nil }
  }

  mutating func cancel() {
    pending?.task.cancel()
    pending = nil
  }
}
