import ConcurrencySupport
import ModelContextProtocol

/// Runs a machine that talks in lines: reads them, sends them, and has the work done, piece by piece beside each other.
actor LineDriver<Machine: LineMachine> {
  /// Takes what work tells on its way.
  typealias Teller = @Sendable (Machine.News) async -> Void

  private var machine: Machine
  private let send: @Sendable (String) throws -> Void
  private let work: @Sendable (Machine.Work, @escaping Teller) async -> Machine.News
  private var tasks: [Int: Task<Void, Never>] = [:]
  private var reading: Task<Void, any Error>?
  /// Why nothing can be sent any more.
  private var failure: (any Error)?
  private var hasRead = false
  private let isDone = Promise<Result<Void, any Error>>()

  /// Makes one.
  ///
  /// - Parameters:
  ///   - machine: The machine.
  ///   - send: Sends a line, with its end.
  ///   - work: Does some work; it ends soon when it is cancelled.
  init(
    _ machine: Machine,
    send: @escaping @Sendable (String) throws -> Void,
    work: @escaping @Sendable (Machine.Work, @escaping Teller) async -> Machine.News
  ) {
    (self.machine, self.send, self.work) = (machine, send, work)
  }

  /// Runs the machine until the input has ended, and all that was begun.
  ///
  /// - Parameters:
  ///   - next: What comes next; nil at the end.
  ///   - longest: How many bytes a line may have.
  ///   - patience: How long work may go on after the end of the input; nil for as long as it takes.
  /// - Throws: Why nothing can be read or sent, or `CancellationError`.
  func run(
    reading next: @escaping @Sendable () async throws -> [UInt8]?,
    longest: Int,
    patience: Duration?
  ) async throws {
    defer { for task in tasks.values { task.cancel() } }
    let reading = Task { try await read(next, longest) }
    self.reading = reading
    do {
      try await withTaskCancellationHandler {
        try await reading.value
      } onCancel: {
        reading.cancel()
      }
    } catch {
      throw failure ?? error
    }
    take(.inputEnded)
    hasRead = true
    endIfDone()
    let isDone = isDone
    do {
      if let patience {
        try await bounded(within: patience) { try await isDone.get() }
      } else {
        try await isDone.get()
      }
    } catch is TimedOut {}
    if let failure { throw failure }
  }

  private func read(_ next: @Sendable () async throws -> [UInt8]?, _ longest: Int) async throws {
    var cutter = LineCutter(longest: longest)
    while let bytes = try await next() {
      for line in cutter.take(bytes) { take(.received(line)) }
      if let failure { throw failure }
    }
    if let line = cutter.finish() { take(.received(line)) }
  }

  private func take(_ event: LineEvent<Machine.News>) {
    guard failure == nil else { return }
    for action in machine.handle(event) {
      switch action {
      case .send(let line):
        do {
          try send(line + "\n")
        } catch {
          return fail(error)
        }
      case .start(let number, let work): start(number, work)
      case .cancel(let number): tasks[number]?.cancel()
      }
    }
  }

  private func start(_ number: Int, _ task: Machine.Work) {
    // Not on this actor, which goes on with what comes meanwhile.
    tasks[number] = Task.detached { [work] in
      let news = await work(task) { news in await self.take(.told(number, news)) }
      await self.end(number, news)
    }
  }

  private func end(_ number: Int, _ news: Machine.News) {
    tasks[number] = nil
    take(.ended(number, news))
    endIfDone()
  }

  private func endIfDone() {
    if hasRead, tasks.isEmpty { isDone.fulfil(.success(())) }
  }

  private func fail(_ error: any Error) {
    failure = error
    reading?.cancel()
    for task in tasks.values { task.cancel() }
  }
}
