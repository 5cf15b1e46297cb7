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

  /// Opens a log, or one that keeps nothing if there is no path.
  init(path: String?) throws {
    self.path = path
    guard let path else { return }
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Files.SystemError("cannot write \(path)") }
    close(descriptor)
  }

  func note(_ line: String) {
    guard let path else { return }
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    // Keys and reasons come from peers.
    let text = "\(WallClock.now()) \(TextWidth.safe(line))\n"
    try? Files.write(text.utf8, to: descriptor, named: path)
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
