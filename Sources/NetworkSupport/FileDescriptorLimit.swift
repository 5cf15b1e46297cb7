private import Glibc

/// How many file descriptors this process may have open, its sockets among them.
package enum FileDescriptorLimit {
  /// More than anybody needs, where the system sets no limit.
  private static let most = 1 << 20

  /// The limit as it is.
  package static var now: Int { limits.map { bounded($0.rlim_cur) } ?? 1024 }

  /// Raises the limit as far as the process may do so itself, and returns it.
  @discardableResult
  package static func raise() -> Int {
    if var raised = limits {
      raised.rlim_cur = max(raised.rlim_cur, min(raised.rlim_max, rlim_t(most)))
      setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised)
    }
    return now
  }

  private static var limits: rlimit? {
    var limits = rlimit()
    return getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits) == 0 ? limits : nil
  }

  private static func bounded(_ limit: rlim_t) -> Int { Int(min(limit, rlim_t(most))) }
}
