internal import ConcurrencySupport
internal import SharedState
internal import Synchronization

/// The driver of a command router: a lock around it, a session for each who takes part, and a timer.
final class CommandBroker: Sendable {
  /// Takes a message to whoever has a session; it must be quick, and may call the broker.
  typealias Deliver = @Sendable (CommandMessage) -> Void

  private struct Contents {
    var router: CommandRouter<Int>
    /// Those of whom it was told that they offer too much.
    var offeringTooMuch: Set<Int> = []
    var participants: [Int: Deliver] = [:]
    /// Who has a session.
    var visitors: [Int: Visitor] = [:]
    /// The connections from which all but reading was taken, by number.
    var frozen: Set<Int> = []
    /// The commands that not everybody may call who may call any.
    var reserved: [String: AccessRole] = [:]
    var lastParticipant = 0
    var alarm = Alarm()
    var isClosed = false
  }

  private typealias Outgoing = (deliver: Deliver, message: CommandMessage)

  private static var closed: CommandFailure { CommandFailure(.unavailable, "the town has closed") }

  /// Why somebody may not call a command; nil if they may.
  private static func refusal(
    of request: StateObject,
    by role: AccessRole,
    _ reserved: [String: AccessRole]
  ) -> CommandFailure? {
    let name = request["name"]?.string ?? ""
    if name == CommandDescription.list { return nil }
    let needed = reserved[name] ?? .writer
    guard role < needed else { return nil }
    if role == .guest { return CommandFailure(.denied, "a guest reads, and runs no commands") }
    return CommandFailure(
      .denied,
      "this is for an \(needed.rawValue), and not for a \(role.rawValue)"
    )
  }

  private let contents: Mutex<Contents>
  private let clock: SyncClock
  private let limits: StateLimits
  /// Tells whoever runs the server.
  private let report: @Sendable (String) -> Void

  init(
    clock: SyncClock,
    limits: StateLimits = StateLimits(),
    report: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    var bounds = CommandRouter<Int>.Limits()
    bounds.offers = limits.commands
    bounds.calls = limits.running
    bounds.allCalls = min(limits.running, .max / 10) * 10
    contents = Mutex(Contents(router: CommandRouter(limits: bounds)))
    (self.clock, self.limits, self.report) = (clock, limits, report)
  }

  var descriptions: [CommandDescription] { contents.withLock { $0.router.descriptions } }

  func joinCommands(as visitor: Visitor, _ deliver: @escaping Deliver) -> CommandSession {
    let number = contents.withLock { contents in
      contents.lastParticipant += 1
      contents.visitors[contents.lastParticipant] = visitor
      contents.participants[contents.lastParticipant] = deliver
      return contents.lastParticipant
    }
    return CommandSession(broker: self, number: number)
  }

  /// Offers a command that this program runs itself.
  ///
  /// - Parameters:
  ///   - description: What it is.
  ///   - role: Who may call it, if not all but guests; then it is not listed.
  ///   - run: Runs it.
  func offer(
    _ description: CommandDescription,
    to role: AccessRole? = nil,
    _ run: @escaping @Sendable (StateObject) async throws(CommandFailure) -> StateValue
  ) {
    contents.withLock { contents in
      contents.lastParticipant += 1
      let number = contents.lastParticipant
      contents.reserved[description.name] = role
      contents.router.fix(description, by: number, isHidden: role != nil)
      contents.participants[number] = { [weak self] message in
        guard case .request(let request) = message else { return }
        Task {
          let answer = await Self.answer(to: request, run)
          self?.handle(answer, from: number)
        }
      }
    }
  }

  private static func answer(
    to request: StateObject,
    _ run: @Sendable (StateObject) async throws(CommandFailure) -> StateValue
  ) async -> CommandMessage {
    do throws(CommandFailure) {
      return .response(request: request, try await run(request["arguments"]?.object ?? [:]))
    } catch {
      return .exception(request: request, error)
    }
  }

  /// Runs a command, whoever offers it, and returns its result.
  func run(
    _ name: String,
    arguments: StateObject,
    by visitor: Visitor
  ) async throws(CommandFailure) -> StateValue {
    let answer = Promise<Result<StateValue, any Error>>()
    let session = joinCommands(as: visitor) { message in
      switch message {
      case .response(_, let value): answer.fulfil(.success(value))
      case .exception(_, let failure): answer.fulfil(.failure(failure))
      case .request, .register: break
      }
    }
    defer { session.leave() }
    session.handle(.request(["name": .string(name), "arguments": .object(arguments), "id": 1]))
    do {
      return try await answer.get()
    } catch let failure as CommandFailure {
      throw failure
    } catch {
      throw CommandFailure(.unavailable, "the command was given up before it was answered")
    }
  }

  /// Has a connection run no commands and offer none, or run and offer them again.
  func setFrozen(_ isFrozen: Bool, _ number: Int) {
    contents.withLock { contents in
      if isFrozen { contents.frozen.insert(number) } else { contents.frozen.remove(number) }
    }
  }

  /// Closes the broker: whoever waits for an answer is told, and nobody is answered any more.
  func close() {
    let due = contents.withLock { contents in
      contents.isClosed = true
      contents.alarm.cancel()
      return outgoing(contents.router.abandonAll(Self.closed), in: contents)
    }
    hand(due)
  }
}

/// The session of somebody who takes part in a server's commands.
package final class CommandSession: Sendable {
  private let broker: CommandBroker
  private let number: Int

  init(broker: CommandBroker, number: Int) {
    self.broker = broker
    self.number = number
  }

  deinit {
    leave()
  }

  /// Takes a message from whoever has the session.
  package func handle(_ message: CommandMessage) { broker.handle(message, from: number) }

  /// Ends the session: what it offered is gone, and what it was to answer fails.
  package func leave() { broker.leave(number) }
}

// MARK: - The router's wishes

extension CommandBroker {
  fileprivate func handle(_ message: CommandMessage, from number: Int) {
    let due = contents.withLock { contents -> [Outgoing] in
      guard let deliver = contents.participants[number] else { return [] }
      if contents.isClosed {
        guard case .request(let request) = message else { return [] }
        return [(deliver, .exception(request: request, Self.closed))]
      }
      if let visitor = contents.visitors[number] {
        let isFrozen = contents.frozen.contains(visitor.number)
        let role = isFrozen ? .guest : visitor.role
        switch message {
        case .request(let request):
          guard let refusal = Self.refusal(of: request, by: role, contents.reserved) else { break }
          let failure = isFrozen ? CommandFailure(.denied, Restraint.frozen.reason) : refusal
          return [(deliver, .exception(request: request, failure))]
        case .register:
          if role == .guest { return [] }
        case .response, .exception: break
        }
      }
      let passedOver = contents.router.passedOver
      let deliveries = contents.router.handle(message, from: number, at: clock.now())
      if contents.router.passedOver > passedOver,
        contents.offeringTooMuch.insert(number).inserted
      {
        report("a client offers more than \(limits.commands) commands; the others are passed over")
      }
      arm(&contents)
      return outgoing(deliveries, in: contents)
    }
    hand(due)
  }

  fileprivate func leave(_ number: Int) {
    let due = contents.withLock { contents -> [Outgoing] in
      guard contents.participants.removeValue(forKey: number) != nil else { return [] }
      contents.visitors[number] = nil
      contents.offeringTooMuch.remove(number)
      return outgoing(contents.router.leave(number), in: contents)
    }
    hand(due)
  }

  private func outgoing(
    _ deliveries: [CommandRouter<Int>.Delivery],
    in contents: borrowing Contents
  ) -> [Outgoing] {
    let participants = contents.participants
    return deliveries.compactMap { delivery in
      participants[delivery.peer].map { ($0, delivery.message) }
    }
  }

  private func hand(_ outgoing: [Outgoing]) {
    for next in outgoing { next.deliver(next.message) }
  }

  /// Sees to it that a call without an answer comes to an end.
  private func arm(_ contents: inout Contents) {
    guard !contents.isClosed else { return }
    contents.alarm.set(for: contents.router.deadline, on: clock) { [weak self] in
      self?.timerFired(at: $0)
    }
  }

  private func timerFired(at deadline: Duration) {
    let due = contents.withLock { contents -> [Outgoing] in
      contents.alarm.hasRung(at: deadline)
      let deliveries = contents.router.expire(at: clock.now())
      arm(&contents)
      return outgoing(deliveries, in: contents)
    }
    hand(due)
  }
}
