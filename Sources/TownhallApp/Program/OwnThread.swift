import Dispatch

/// Runs tasks on a thread of their own, for what a person waits for: the threads that tasks share may all be busy with what a
/// town sends.
final class OwnThread: TaskExecutor {
  /// The one for everything that carries keys.
  static let ofKeys = OwnThread("keys")
  /// The one for what has a screen.
  static let ofScreen = OwnThread("screen")

  private let queue: DispatchQueue

  init(_ name: String) { queue = DispatchQueue(label: name, qos: .userInteractive) }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
