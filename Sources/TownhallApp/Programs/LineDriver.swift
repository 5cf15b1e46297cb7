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
  /// Those that are to end soon.
  private var cancelled: Set<Int> = []
  private var reading: Task<Void, any Error>?
  /// Why nothing can be sent any more.
  private var failure: (any Error)?
  private var hasRead = false
  /// How long nothing but cancelled work is waited for.
  private var patience: Duration?
  /// Waits so long.
  private var timer: Task<Void, Never>?
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
  /// What the machine does not cancel at the end of the input is done to its end: it has bounds of its own, and who
  /// has asked for it is to hear what came of it.
  ///
  /// - Parameters:
  ///   - next: What comes next; nil at the end.
  ///   - longest: How many bytes a line may have.
  ///   - patience: How long cancelled work may go on after the end of the input; nil for as long as it takes.
  /// - Throws: Why nothing can be read or sent, or `CancellationError`.
  func run(
    reading next: @escaping @Sendable () async throws -> [UInt8]?,
    longest: Int,
    patience: Duration?
  ) async throws {
    defer {
      timer?.cancel()
      for task in tasks.values { task.cancel() }
    }
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
    (hasRead, self.patience) = (true, patience)
    endIfDone()
    try await isDone.get()
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
      case .cancel(let number): cancel(number)
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

  private func cancel(_ number: Int) {
    guard let task = tasks[number] else { return }
    cancelled.insert(number)
    task.cancel()
  }

  private func end(_ number: Int, _ news: Machine.News) {
    tasks[number] = nil
    cancelled.remove(number)
    take(.ended(number, news))
    endIfDone()
  }

  private func endIfDone() {
    guard hasRead else { return }
    timer?.cancel()
    timer = nil
    if tasks.isEmpty {
      isDone.fulfil(.success(()))
    } else if let patience, cancelled.count == tasks.count {
      timer = Task { [isDone] in
        guard (try? await Task.sleep(for: patience)) != nil else { return }
        isDone.fulfil(.success(()))
      }
    }
  }

  private func fail(_ error: any Error) {
    failure = error
    reading?.cancel()
    for number in tasks.keys { cancel(number) }
    endIfDone()
  }
}
