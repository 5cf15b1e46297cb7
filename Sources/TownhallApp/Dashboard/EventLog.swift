import ConcurrencySupport
import Dashboard
import Glibc
import SharedState
import StateEditing
import TextScreen

/// A file that is told how the session goes, since the screen is taken: the connection, the edits by their keys,
/// and what was said.
///
/// No value of the town gets into it.
struct EventLog: Sendable {
  private let path: String?
  private let hasFailed = Locked(false)
  private var tell: @Sendable (String) -> Void = { _ in }

  /// Opens a log, or one that keeps nothing if there is no path.
  init(path: String?) throws {
    self.path = path
    guard let path else { return }
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Files.SystemError("cannot write \(path)") }
    close(descriptor)
  }

  /// The same log, for somebody who is told once if it cannot be kept.
  func telling(_ tell: @escaping @Sendable (String) -> Void) -> EventLog {
    var log = self
    log.tell = tell
    return log
  }

  func note(_ line: String) {
    guard let path else { return }
    do {
      try append(line, to: path)
    } catch {
      let isFirst = hasFailed.withLock { hasFailed in
        defer { hasFailed = true }
        return !hasFailed
      }
      if isFirst { tell("the log has gaps: \(error)") }
    }
  }

  private func append(_ line: String, to path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Files.SystemError("cannot write \(path)") }
    defer { close(descriptor) }
    // Keys and reasons come from peers.
    let text = "\(WallClock.now()) \(TextWidth.safe(line))\n"
    try Files.write(text.utf8, to: descriptor, named: path)
  }

  func note(_ status: LinkStatus) {
    switch status {
    case .connecting(let attempt): note("looking for the town, attempt \(attempt)")
    case .syncing, .stopped: break
    case .live(_, _, _, let silentSince): note(silentSince == nil ? "live" : "silent")
    case .waiting(_, let reason, _): note("lost: \(reason)")
    }
  }

  func note(_ request: EditRequest) {
    let keys = request.entries.prefix(20).map(\.key).joined(separator: " ")
    let more = request.entries.count > 20 ? " and \(request.entries.count - 20) more" : ""
    note("edit \(request.id.number): \(request.verb.rawValue) \(keys)\(more)")
  }

  func note(_ outcome: EditOutcome, of id: EditID) {
    let word =
      switch outcome {
      case .sent(.accepted(let time)): "accepted after \(time)"
      case .sent(.overwritten(let time)): "accepted, and overwritten after \(time)"
      case .conflict(let key, _): "not sent, a conflict at \(key)"
      case .sent(.unconfirmed): "unconfirmed"
      case .sent(.disconnected): "disconnected"
      case .sent(.refused(let reason)): "refused: \(reason)"
      }
    note("edit \(id.number): \(word)")
  }
}
