import ConcurrencySupport
import Dispatch

/// Waits for some work, but no longer than this, whether or not any of the threads is free that tasks run on.
///
/// - Parameters:
///   - limit: How long to wait; the work goes on then.
///   - work: What to do.
func wait(atMost limit: DispatchTimeInterval, for work: @escaping @Sendable () async -> Void) async
{
  let isOver = Promise<Void>()
  Task {
    await work()
    isOver.fulfil()
  }
  // A queue of one's own has a thread of its own.
  DispatchQueue(label: "patience").asyncAfter(deadline: .now() + limit) { isOver.fulfil() }
  await isOver.value
}
