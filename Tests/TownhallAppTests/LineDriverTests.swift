import ConcurrencySupport
import ModelContextProtocol
import Testing

@testable import TownhallApp

/// A machine that begins some work with each line, tells what came of it, and at the end cancels what waits.
private struct PlainMachine: LineMachine {
  enum Work: Hashable, Sendable {
    case wait, write
  }

  private var queue: WorkQueue<Work>
  private var waiting: [Int] = []
  private var lastNumber = 0

  init(mostRunning: Int) { queue = WorkQueue(mostRunning: mostRunning, mostWaiting: 8) }

  mutating func handle(_ event: LineEvent<String>) -> [LineAction<Work>] {
    switch event {
    case .received(.whole(let bytes)):
      lastNumber += 1
      let waits = bytes == Array("wait".utf8)
      if waits { waiting.append(lastNumber) }
      return queue.add(lastNumber, waits ? .wait : .write)
    case .received(.tooLong), .told: return []
    case .ended(let number, let news): return [.send(news)] + queue.end(number)
    case .inputEnded: return waiting.flatMap { queue.cancel($0).actions }
    }
  }
}

@Suite("A driver of lines", .timeLimit(.minutes(1)))
struct LineDriverTests {
  private static let patience = Duration.milliseconds(400)

  /// Runs a driver on these lines, and returns what it has sent.
  private func sent(
    after lines: String,
    mostRunning: Int = 8,
    send: @escaping @Sendable (String) throws -> Void = { _ in },
    waiting: @escaping @Sendable () async -> Void
  ) async throws -> [String] {
    let sent = Locked([String]())
    let input = Locked<[UInt8]?>(Array(lines.utf8))
    let driver = LineDriver(
      PlainMachine(mostRunning: mostRunning),
      send: { line in
        try send(line)
        sent.withLock { $0.append(line) }
      },
      work: { work, _ in
        switch work {
        case .wait:
          await waiting()
          return "waited"
        case .write:
          // Whoever writes is not stopped half-way.
          await Task { try? await Task.sleep(for: Self.patience * 3) }.value
          return "written"
        }
      }
    )
    try await driver.run(
      reading: {
        input.withLock { input in
          defer { input = nil }
          return input
        }
      },
      longest: 100,
      patience: Self.patience
    )
    return sent.withLock { $0 }
  }

  @Test("What was not cancelled is answered however long it takes; what was is not waited for")
  func end() async throws {
    let never = Promise<Void>()
    defer { never.fulfil() }
    #expect(try await sent(after: "wait\nwrite\n") { await never.value } == ["written\n"])
  }

  @Test("What stands in line behind what was cancelled is done, too")
  func queued() async throws {
    let sent = try await sent(after: "wait\nwrite\nwrite\n", mostRunning: 1) {
      try? await Task.sleep(for: .seconds(60))
    }
    #expect(sent == ["waited\n", "written\n", "written\n"])
  }

  @Test("Where nothing can be sent any more, what goes on is not waited for")
  func closed() async throws {
    let never = Promise<Void>()
    defer { never.fulfil() }
    await #expect(throws: Surroundings.OutputClosed.self) {
      _ = try await sent(
        after: "wait\nwrite\n",
        send: { _ in throw Surroundings.OutputClosed() },
        waiting: { await never.value }
      )
    }
  }
}
