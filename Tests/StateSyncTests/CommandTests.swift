import Foundation
import SharedState
import StateSync
import Synchronization
import TestSupport
import Testing

@Suite("Commands of a town", .timeLimit(.minutes(1)))
struct CommandTests {
  /// What a client on some wire was sent.
  private final class Client: Sendable {
    private let sent = Mutex<[CommandMessage]>([])
    private let answers: Bool

    init(answers: Bool = true) {
      self.answers = answers
    }

    var messages: [CommandMessage] { sent.withLock { $0 } }

    /// Joins, and answers what it is asked with the arguments.
    func join(_ town: SyncServer, offering name: String) -> CommandSession {
      let (requests, continuation) = AsyncStream.makeStream(of: StateObject.self)
      let seat = town.joinCommands { [self] message in
        sent.withLock { $0.append(message) }
        if case .request(let request) = message { continuation.yield(request) }
      }
      seat.handle(.register(["name": .string(name), "arguments": ["a": 1]]))
      guard answers else { return seat }
      Task { [weak seat] in
        for await request in requests {
          seat?.handle(.response(request: request, request["arguments"] ?? nil))
        }
      }
      return seat
    }
  }

  @Test("The program itself runs what a client offers, and the client is asked once")
  func clientRuns() async throws {
    let town = SyncServer()
    let runner = Client()
    let seat = runner.join(town, offering: "x/echo")
    #expect(town.listCommands().map(\.name) == ["multiuser/radially-orient-origins", "x/echo"])
    let result = try await town.runCommand("x/echo", arguments: ["b": 2.5])
    #expect(result == ["a": 1, "b": 2.5])
    #expect(runner.messages.count == 1)
    seat.leave()
    #expect(town.listCommands().map(\.name) == ["multiuser/radially-orient-origins"])
  }

  @Test("Many at a time each get their own answer")
  func manyAtATime() async throws {
    let town = SyncServer()
    let seat = Client().join(town, offering: "x/echo")
    try await withThrowingTaskGroup { group in
      for number in 0..<100 as Range<Int64> {
        group.addTask {
          let result = try await town.runCommand("x/echo", arguments: ["n": .int(number)])
          #expect(result["n"] == .int(number))
        }
      }
      try await group.waitForAll()
    }
    seat.leave()
  }

  @Test("Each way to fail says which it was")
  func failures() async {
    let clock = ManualClock()
    let town = SyncServer(clock: clock.clock)
    await #expect(throws: CommandFailure(.unknownCommand, "unknown command: fly")) {
      try await town.runCommand("fly")
    }
    let silent = Client(answers: false)
    let seat = silent.join(town, offering: "x/never")
    let late = Task { try await town.runCommand("x/never") }
    await clock.waitForSleeper()
    clock.advance(by: .seconds(60))
    let tooLate = CommandFailure(.unavailable, "no answer within 60.0 seconds")
    #expect(await failure(of: late) == tooLate)
    let left = Task { try await town.runCommand("x/never") }
    while silent.messages.count < 2 { await Task.yield() }
    seat.leave()
    let gone = CommandFailure(.unavailable, "the client that offered the command has left")
    #expect(await failure(of: left) == gone)
    let again = Client(answers: false)
    let seated = again.join(town, offering: "x/never")
    let cancelled = Task { try await town.runCommand("x/never") }
    while again.messages.isEmpty { await Task.yield() }
    cancelled.cancel()
    #expect(
      await failure(of: cancelled)
        == CommandFailure(.unavailable, "the command was given up before it was answered")
    )
    let closing = Task { try await town.runCommand("x/never") }
    while again.messages.count < 2 { await Task.yield() }
    town.shutDown()
    let closed = CommandFailure(.unavailable, "the town has closed")
    #expect(await failure(of: closing) == closed)
    await #expect(throws: closed) { try await town.runCommand("x/never") }
    seated.leave()
  }

  private func failure(of call: Task<StateValue, any Error>) async -> CommandFailure? {
    guard case .failure(let error) = await call.result else { return nil }
    return error as? CommandFailure
  }

  @Test("radially-orient-origins puts everybody on a circle, facing inwards, in floats only")
  func radial() async throws {
    let town = SyncServer(["avatar.a": [:], "avatar.b": [:], "avatar.c": [:], "other": 1])
    #expect(try await town.runCommand("multiuser/radially-orient-origins") == .null)
    let ids = ["a", "b", "c"]
    for (place, id) in ids.enumerated() {
      let angle = Double(place) / 3 * 2 * .pi
      let origin = try #require(town.state["user-origin.\(id)"])
      let position = try #require(origin["position"]?.array)
      let rotation = try #require(origin["rotation"]?.array)
      #expect(position.allSatisfy { if case .double = $0 { true } else { false } })
      #expect(rotation.allSatisfy { if case .double = $0 { true } else { false } })
      expect(position, near: [cos(angle), 0, sin(angle)])
      let half = (-angle - .pi / 2) / 2
      expect(rotation, near: [0, sin(half), 0, cos(half)])
    }
    #expect(town.state.count == 7)
    _ = try await town.runCommand("multiuser/radially-orient-origins", arguments: ["radius": 2])
    expect(town.state["user-origin.a"]?["position"]?.array ?? [], near: [2, 0, 0])
    for radius in ["x", .double(.infinity), nil] as [StateValue] {
      await #expect(throws: CommandFailure(.failed, "radius must be a finite number")) {
        try await town.runCommand(
          "multiuser/radially-orient-origins",
          arguments: ["radius": radius]
        )
      }
    }
    #expect(town.updateLocks(["user-origin.b": .hold(seconds: 10)], as: "somebody"))
    let before = town.state
    let refused = await #expect(throws: CommandFailure.self) {
      try await town.runCommand("multiuser/radially-orient-origins", arguments: ["radius": 3])
    }
    #expect(refused?.message == "this program's town did not take the write: locked by another")
    #expect(town.state == before)
  }

  private func expect(_ numbers: [StateValue], near wanted: [Double]) {
    #expect(numbers.count == wanted.count)
    for (number, wanted) in zip(numbers, wanted) {
      #expect(abs((number.double ?? .nan) - wanted) < 1e-14, "\(number) is not \(wanted)")
    }
  }
}

@Suite("Locks of a town", .timeLimit(.minutes(1)))
struct ServerLockTests {
  @Test("A change under a token is made whole or not at all")
  func allOrNothing() {
    let clock = ManualClock()
    let town = SyncServer(["a": 1, "b": 1], clock: clock.clock)
    #expect(town.updateLocks(["a": .hold(seconds: 10)], as: "me"))
    #expect(!town.apply(StateChange(updates: ["a": 2, "c": 2]), as: "you"))
    #expect(!town.apply(StateChange(updates: ["c": 2], removals: ["a"]), as: "you"))
    #expect(town.state == ["a": 1, "b": 1])
    #expect(town.apply(StateChange(updates: ["b": 2]), as: "you"))
    #expect(town.apply(StateChange(updates: ["a": 3]), as: "me"))
    #expect(town.apply(StateChange(removals: ["a"]), as: "me"))
    #expect(!town.apply(StateChange(updates: ["a": 4]), as: "you"), "a lock outlives the house")
    clock.advance(by: .seconds(10))
    #expect(town.apply(StateChange(updates: ["a": 4]), as: "you"))
    #expect(town.state == ["a": 4, "b": 2])
  }

  @Test("Who shows no token is not held up, and the program's own writes are")
  func tokens() async throws {
    let town = SyncServer(["a": 1])
    let session = town.join()
    #expect(town.updateLocks(["a": .hold(seconds: 1000)], as: "me"))
    session.receive(StateChange(updates: ["a": 2]))
    #expect(town.state["a"] == 2)
    #expect(!session.receive(StateChange(updates: ["a": 3, "b": 3]), as: "you"))
    #expect(session.receive(StateChange(updates: ["a": 3]), as: "me"))
    await #expect(
      throws: WriteError(.refused(reason: "locked by another"), address: "this program's town")
    ) {
      try await town.write { _ in StateChange(updates: ["a": 4, "b": 4]) }
    }
    #expect(town.state == ["a": 3])
    town.apply(StateChange(updates: ["a": 5]))
    #expect(town.state == ["a": 5])
  }
}
