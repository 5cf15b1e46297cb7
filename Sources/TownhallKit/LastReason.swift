import Synchronization

/// Why a server has not been reached so far.
final class LastReason: Sendable {
  private let last = Mutex<String?>(nil)

  var reason: String { last.withLock { $0 } ?? "it did not answer in time" }

  /// Keeps a reason, and tells of the first.
  func note(_ reason: String, firstTime: (String) -> Void) {
    let isFirst = last.withLock { last in
      defer { last = reason }
      return last == nil
    }
    if isFirst { firstTime(reason) }
  }
}
