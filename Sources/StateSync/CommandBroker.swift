internal import SharedState
internal import Synchronization

/// What drives a town's command desk: a lock around it, a seat for each who takes part, and a timer.
final class CommandBroker: Sendable {
  /// Takes a message to whoever has a seat; it must be quick, and may call the hall.
  typealias Deliver = @Sendable (CommandMessage) -> Void

  private struct Contents {
    var desk = CommandRouter<Int>()
    var seats: [Int: Deliver] = [:]
    var lastSeat = 0
    var alarm = Alarm()
    var isClosed = false
  }

  private typealias Letter = (deliver: Deliver, message: CommandMessage)

  private static var closed: CommandFailure {
    CommandFailure(.unavailable, "the town has closed")
  }

  private let contents = Mutex(Contents())
  private let clock: SyncClock

  init(clock: SyncClock) {
    self.clock = clock
  }

  /// What is offered.
  var descriptions: [CommandDescription] { contents.withLock { $0.desk.descriptions } }

  /// Lets somebody take part.
  func joinCommands(_ deliver: @escaping Deliver) -> CommandSession {
    let number = contents.withLock { contents in
      contents.lastSeat += 1
      contents.seats[contents.lastSeat] = deliver
      return contents.lastSeat
    }
    return CommandSession(hall: self, number: number)
  }

  /// Offers a command that this program runs itself.
  func offer(
    _ description: CommandDescription,
    _ run: @escaping @Sendable (StateObject) async throws(CommandFailure) -> StateValue
  ) {
    contents.withLock { contents in
      contents.lastSeat += 1
      let number = contents.lastSeat
      contents.desk.fix(description, by: number)
      contents.seats[number] = { [weak self] message in
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
  func run(_ name: String, arguments: StateObject) async throws(CommandFailure) -> StateValue {
    let (answers, answer) = AsyncThrowingStream.makeStream(of: StateValue.self)
    let seat = joinCommands { message in
      switch message {
      case .response(_, let value): answer.yield(value)
      case .exception(_, let failure): answer.finish(throwing: failure)
      case .request, .register: break
      }
    }
    defer { seat.leave() }
    seat.handle(.request(["name": .string(name), "arguments": .object(arguments), "id": 1]))
    do {
      for try await value in answers { return value }
    } catch let failure as CommandFailure {
      throw failure
    } catch {
      throw CommandFailure(.unavailable, String(describing: error))
    }
    // The stream ends without a word only when whoever waits for it is cancelled.
    throw CommandFailure(.unavailable, "the command was given up before it was answered")
  }

  /// Closes the hall: whoever waits for an answer is told, and nobody is answered any more.
  func close() {
    let due = contents.withLock { contents in
      contents.isClosed = true
      contents.alarm.cancel()
      return letters(contents.desk.abandonAll(Self.closed), in: contents)
    }
    hand(due)
  }
}

/// Somebody's place at a town's command desk.
package final class CommandSession: Sendable {
  private let hall: CommandBroker
  private let number: Int

  init(hall: CommandBroker, number: Int) {
    self.hall = hall
    self.number = number
  }

  deinit {
    leave()
  }

  /// Takes a message from whoever has the seat.
  package func handle(_ message: CommandMessage) { hall.handle(message, from: number) }

  /// Gives up the seat: what it offered is gone, and what it was to answer fails.
  package func leave() { hall.leave(number) }
}

// MARK: - The desk's wishes

extension CommandBroker {
  fileprivate func handle(_ message: CommandMessage, from number: Int) {
    let due = contents.withLock { contents -> [Letter] in
      guard let deliver = contents.seats[number] else { return [] }
      if contents.isClosed {
        guard case .request(let request) = message else { return [] }
        return [(deliver, .exception(request: request, Self.closed))]
      }
      let deliveries = contents.desk.handle(message, from: number, at: clock.now())
      arm(&contents)
      return letters(deliveries, in: contents)
    }
    hand(due)
  }

  fileprivate func leave(_ number: Int) {
    let due = contents.withLock { contents -> [Letter] in
      guard contents.seats.removeValue(forKey: number) != nil else { return [] }
      return letters(contents.desk.leave(number), in: contents)
    }
    hand(due)
  }

  private func letters(
    _ deliveries: [CommandRouter<Int>.Delivery],
    in contents: borrowing Contents
  ) -> [Letter] {
    var letters: [Letter] = []
    for delivery in deliveries {
      guard let deliver = contents.seats[delivery.peer] else { continue }
      letters.append((deliver, delivery.message))
    }
    return letters
  }

  private func hand(_ letters: [Letter]) {
    for letter in letters { letter.deliver(letter.message) }
  }

  /// Sees to it that a call without an answer comes to an end.
  private func arm(_ contents: inout Contents) {
    guard !contents.isClosed else { return }
    contents.alarm.set(for: contents.desk.deadline, on: clock) { [weak self] in
      self?.timerFired(at: $0)
    }
  }

  private func timerFired(at deadline: Duration) {
    let due = contents.withLock { contents -> [Letter] in
      contents.alarm.hasRung(at: deadline)
      let deliveries = contents.desk.expire(at: clock.now())
      arm(&contents)
      return letters(deliveries, in: contents)
    }
    hand(due)
  }
}
