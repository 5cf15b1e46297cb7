/// How a command ended, as a shell sees it.
enum ExitStatus: Int32, Sendable {
  /// What was asked is done.
  case done = 0
  /// No such house, or the condition did not come.
  case absent = 1
  /// The call or a value in it makes no sense.
  case badUsage = 2
  /// No town there, or it was lost.
  case noTown = 3
  /// The town refused.
  case refused = 4
}

/// A command did not do what was asked; the message is one line for a person.
struct Failure: Error, Hashable, CustomStringConvertible {
  let status: ExitStatus
  let message: String

  init(_ status: ExitStatus, _ message: String) {
    self.status = status
    self.message = message
  }

  var description: String { message }
}
