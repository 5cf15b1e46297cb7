import ConcurrencySupport
import Dispatch
import Glibc

/// Reads a descriptor piece by piece, on a thread of its own, so that whoever waits for it holds up no task.
///
/// Nothing is read before it is asked for: a program that sends more than is taken in has to wait.
final class InputReader: Sendable {
  private static let mostAtOnce = 1 << 16
  /// How soon it is noticed, in milliseconds, that nobody waits any more.
  private static let attention: Int32 = 200

  private let descriptor: Int32
  private let queue = DispatchQueue(label: "input")

  init(_ descriptor: Int32) { self.descriptor = descriptor }

  /// What comes next; nil at the end.
  ///
  /// - Throws: `CancellationError`, or why it cannot be read.
  func next() async throws -> [UInt8]? {
    let isOver = Locked(false)
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { waiter in
        queue.async { waiter.resume(with: Result { try self.read(until: isOver) }) }
      }
    } onCancel: {
      isOver.withLock { $0 = true }
    }
  }

  private func read(until isOver: Locked<Bool>) throws -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: Self.mostAtOnce)
    while true {
      if isOver.withLock({ $0 }) { throw CancellationError() }
      var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&poller, 1, Self.attention) > 0 else { continue }
      let count = Glibc.read(descriptor, &bytes, bytes.count)
      if count < 0, errno == EINTR || errno == EAGAIN { continue }
      guard count >= 0 else { throw Files.SystemError("cannot read standard input") }
      return count == 0 ? nil : Array(bytes[..<count])
    }
  }
}
