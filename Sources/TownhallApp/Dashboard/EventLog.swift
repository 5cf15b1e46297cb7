import Glibc
import StateSync

/// A file that is told how the connection fares, since the screen is taken.
struct EventLog: Sendable {
  private let path: String?

  /// Opens a log, or one that keeps nothing if there is no path.
  init(path: String?) throws {
    self.path = path
    guard let path else { return }
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Files.SystemError("cannot write \(path)") }
    close(descriptor)
  }

  /// Writes a line.
  func note(_ line: String) {
    guard let path else { return }
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    try? Files.write("\(WallClock.now()) \(line)\n".utf8, to: descriptor, named: path)
  }

  /// Writes how a client stands with its town.
  func note(_ status: SyncStatus) {
    switch status {
    case .connecting(let attempt): note("looking for the town, attempt \(attempt)")
    case .syncing: break
    case .live: note("live")
    case .waiting(_, let reason, _): note("lost: \(reason)")
    case .stopped: note("left")
    }
  }
}
