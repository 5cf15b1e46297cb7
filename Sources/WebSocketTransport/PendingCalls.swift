import ConcurrencySupport
import SharedState
import StateSync
import Synchronization

/// The commands that a client has called over one connection and that wait for an answer.
final class PendingCalls: Sendable {
  private typealias Answer = Promise<Result<StateValue, any Error>>

  private struct Contents {
    var calls: [Int64: Answer] = [:]
    var lastCall: Int64 = 0
    var end: CommandFailure?
  }

  private let contents = Mutex(Contents())

  /// Calls a command, and waits for its answer, within bounds.
  ///
  /// - Parameters:
  ///   - name: What to call.
  ///   - arguments: With what.
  ///   - patience: How long the answer may take.
  ///   - send: Sends the request.
  /// - Returns: The result.
  /// - Throws: `CommandFailure`, or what `send` throws.
  func call(
    _ name: String,
    _ arguments: StateObject,
    within patience: Duration,
    _ send: (CommandMessage) async throws -> Void
  ) async throws -> StateValue {
    let answer = Answer()
    let id = open(answer)
    defer { _ = close(id) }
    let timer = Task {
      try await Task.sleep(for: patience)
      let words = "no answer within \(patience)"
      answer.fulfil(.failure(CommandFailure(.unavailable, words)))
    }
    defer { timer.cancel() }
    try await send(
      .request(["name": .string(name), "arguments": .object(arguments), "id": .int(id)])
    )
    return try await answer.get()
  }

  private func open(_ answer: Answer) -> Int64 {
    let (id, end) = contents.withLock { contents in
      contents.lastCall += 1
      if contents.end == nil { contents.calls[contents.lastCall] = answer }
      return (contents.lastCall, contents.end)
    }
    if let end { answer.fulfil(.failure(end)) }
    return id
  }

  private func close(_ id: Int64) -> Answer? {
    contents.withLock { $0.calls.removeValue(forKey: id) }
  }

  /// Takes a message from the server; what answers no call of ours is ignored.
  func take(_ message: CommandMessage) {
    switch message {
    case .response(let request, let value):
      request["id"]?.int.flatMap(close)?.fulfil(.success(value))
    case .exception(let request, let failure):
      request["id"]?.int.flatMap(close)?.fulfil(.failure(Self.explain(failure, of: request)))
    case .request, .register:
      // We offer nothing, so nothing is to be asked of us.
      break
    }
  }

  /// Tells from the words whether the name was at fault: NanoVer's server says nothing but the quoted name.
  private static func explain(
    _ failure: CommandFailure,
    of request: StateObject
  ) -> CommandFailure {
    let name = request["name"]?.string ?? ""
    guard !failure.message.isEmpty else { return CommandFailure(.failed, "no reason was given") }
    let isUnknown = ["'\(name)'", "unknown command: \(name)"].contains(failure.message)
    return CommandFailure(isUnknown ? .unknownCommand : .failed, failure.message)
  }

  /// Ends all calls, and those to come.
  func finish(_ reason: String) {
    let failure = CommandFailure(.unavailable, reason)
    let calls = contents.withLock { contents in
      contents.end = contents.end ?? failure
      defer { contents.calls = [:] }
      return Array(contents.calls.values)
    }
    for call in calls { call.fulfil(.failure(failure)) }
  }
}
