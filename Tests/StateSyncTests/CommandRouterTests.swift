import SharedState
import StateSync
import Testing

@Suite("CommandRouter")
struct CommandRouterTests {
  private func told(_ deliveries: [CommandRouter<Int>.Delivery]) -> [String] {
    deliveries.map { delivery in
      switch delivery.message {
      case .request(let request): "\(delivery.peer) request \(StateValue.object(request))"
      case .response(let request, let value):
        "\(delivery.peer) \(request["id"]?.string ?? "") → \(value)"
      case .exception(let request, let failure):
        "\(delivery.peer) \(request["id"]?.string ?? "") ✗ \(failure.kind): \(failure)"
      case .register: "\(delivery.peer) register"
      }
    }
  }

  @Test("The list names itself, what others offer, and their defaults")
  func list() throws {
    var desk = CommandRouter<Int>()
    _ = desk.handle(
      .register(["name": "x/go", "arguments": ["speed": 1.5], "label": "Go", "icon": nil]),
      from: 1,
      at: .zero
    )
    let question = CommandMessage.request(["name": "commands/list", "id": 3, "more": 1])
    let answer = try #require(desk.handle(question, from: 2, at: .zero).first)
    guard case .response(let request, let list) = answer.message else {
      Issue.record("\(answer)")
      return
    }
    #expect(answer.peer == 2 && request == ["name": "commands/list", "id": 3, "more": 1])
    #expect(list["list"] == ["commands/list": [:], "x/go": ["speed": 1.5]])
    #expect(
      list["commands"] == [
        ["name": "commands/list", "arguments": [:]],
        ["name": "x/go", "label": "Go", "arguments": ["speed": 1.5]],
      ]
    )
    let go = CommandDescription(name: "x/go", arguments: ["speed": 1.5], label: "Go")
    #expect(desk.descriptions == [go])
    #expect(CommandDescription.listing(in: list) == [go])
    let old: StateValue = ["list": ["commands/list": [:], "x/go": ["speed": 1.5], "b": nil]]
    #expect(
      CommandDescription.listing(in: old) == [
        CommandDescription(name: "b"), CommandDescription(name: "x/go", arguments: ["speed": 1.5]),
      ]
    )
    #expect(CommandDescription.listing(in: [1]) == [])
  }

  @Test("An unknown command is refused by name, and so is a request without one")
  func unknown() {
    var desk = CommandRouter<Int>()
    #expect(
      told(desk.handle(.request(["name": "fly", "id": "a"]), from: 1, at: .zero))
        == ["1 a ✗ unknownCommand: unknown command: fly"]
    )
    #expect(
      told(desk.handle(.request(["id": "a"]), from: 1, at: .zero))
        == ["1 a ✗ failed: the request does not say which command"]
    )
  }

  @Test("A call goes to who offers the command, with defaults, and its answer to the caller")
  func call() {
    var desk = CommandRouter<Int>()
    _ = desk.handle(
      .register(["name": "go", "arguments": ["a": 1, "b": 2]]),
      from: 1,
      at: .zero
    )
    let sent = desk.handle(
      .request(["name": "go", "arguments": ["b": 3], "id": "mine"]),
      from: 2,
      at: .zero
    )
    #expect(sent.first?.peer == 1)
    #expect(
      sent.first?.message
        == .request(["name": "go", "arguments": ["a": 1, "b": 3], "id": 1])
    )
    // Somebody else's answer, and one to nothing, are ignored.
    #expect(desk.handle(.response(request: ["id": 1], "no"), from: 2, at: .zero).isEmpty)
    #expect(desk.handle(.response(request: ["id": 9], "no"), from: 1, at: .zero).isEmpty)
    let answer = desk.handle(.response(request: ["id": 1], ["done": true]), from: 1, at: .zero)
    #expect(answer.first?.peer == 2)
    #expect(
      answer.first?.message
        == .response(
          request: ["name": "go", "arguments": ["b": 3], "id": "mine"],
          ["done": true]
        )
    )
    #expect(desk.handle(.response(request: ["id": 1], nil), from: 1, at: .zero).isEmpty)
  }

  @Test("Each of several calls gets its own answer, in whatever order the answers come")
  func severalCalls() {
    var desk = CommandRouter<Int>()
    _ = desk.handle(.register(["name": "go"]), from: 1, at: .zero)
    for (caller, id) in [(2, "a"), (3, "b"), (2, "c")] {
      _ = desk.handle(.request(["name": "go", "id": .string(id)]), from: caller, at: .zero)
    }
    #expect(
      told(desk.handle(.response(request: ["id": 3], "third"), from: 1, at: .zero))
        == ["2 c → \"third\""]
    )
    #expect(
      told(
        desk.handle(
          .exception(request: ["id": 2], CommandFailure(.failed, "no")),
          from: 1,
          at: .zero
        )
      ) == ["3 b ✗ failed: no"]
    )
    #expect(
      told(desk.handle(.response(request: ["id": 1], "first"), from: 1, at: .zero))
        == ["2 a → \"first\""]
    )
    #expect(desk.deadline == nil)
  }

  @Test("When whoever offers a command leaves, its callers are told and the offer is gone")
  func leaving() {
    var desk = CommandRouter<Int>()
    _ = desk.handle(.register(["name": "go"]), from: 1, at: .zero)
    _ = desk.handle(.request(["name": "go", "id": "a"]), from: 2, at: .zero)
    _ = desk.handle(.request(["name": "go", "id": "b"]), from: 3, at: .zero)
    #expect(desk.leave(3).isEmpty)
    #expect(
      told(desk.leave(1)) == ["2 a ✗ unavailable: the client that offered the command has left"]
    )
    #expect(
      told(desk.handle(.request(["name": "go", "id": "c"]), from: 2, at: .zero))
        == ["2 c ✗ unknownCommand: unknown command: go"]
    )
  }

  @Test("A call without an answer ends after a minute, and a late answer is nobody's")
  func patience() {
    var desk = CommandRouter<Int>()
    _ = desk.handle(.register(["name": "go"]), from: 1, at: .zero)
    #expect(desk.deadline == nil)
    for (id, second) in [("a", 1), ("b", 2), ("c", 9)] {
      _ = desk.handle(
        .request(["name": "go", "id": .string(id)]),
        from: 2,
        at: .seconds(second)
      )
    }
    #expect(desk.deadline == .seconds(61))
    #expect(desk.expire(at: .seconds(60)).isEmpty)
    #expect(
      told(desk.expire(at: .seconds(62))) == [
        "2 a ✗ unavailable: no answer within 60.0 seconds",
        "2 b ✗ unavailable: no answer within 60.0 seconds",
      ]
    )
    #expect(desk.deadline == .seconds(69))
    #expect(desk.handle(.response(request: ["id": 1], nil), from: 1, at: .seconds(62)).isEmpty)
    #expect(
      told(desk.handle(.response(request: ["id": 3], 1), from: 1, at: .seconds(62))) == ["2 c → 1"]
    )
  }

  @Test("Calls and offers without end come to an end, and make room again")
  func limits() {
    var limits = CommandRouter<Int>.Limits()
    (limits.offers, limits.calls, limits.allCalls) = (2, 2, 3)
    var desk = CommandRouter<Int>(limits: limits)
    for name in ["a", "b", "c", "b"] {
      _ = desk.handle(
        .register(["name": .string(name), "label": .string(name)]),
        from: 1,
        at: .zero
      )
    }
    #expect(desk.descriptions.map(\.name) == ["a", "b"])
    let full = "✗ unavailable: too many commands are waiting for an answer"
    let call = CommandMessage.request(["name": "a", "id": "x"])
    for _ in 1...2 { #expect(desk.handle(call, from: 2, at: .zero).first?.peer == 1) }
    #expect(told(desk.handle(call, from: 2, at: .zero)) == ["2 x \(full)"])
    #expect(desk.handle(call, from: 3, at: .zero).first?.peer == 1)
    #expect(told(desk.handle(call, from: 4, at: .zero)) == ["4 x \(full)"])
    _ = desk.handle(.response(request: ["id": 2], nil), from: 1, at: .zero)
    #expect(desk.handle(call, from: 2, at: .zero).first?.peer == 1)
  }

  @Test("What the town itself offers nobody can take over; of two others the later counts")
  func takingOver() {
    var desk = CommandRouter<Int>()
    desk.fix(CommandDescription(name: "own", arguments: ["r": 1.0]), by: 0)
    for peer in [1, 2] {
      for name in ["own", "go", "commands/list"] {
        _ = desk.handle(.register(["name": .string(name)]), from: peer, at: .zero)
      }
    }
    #expect(desk.handle(.request(["name": "own"]), from: 1, at: .zero).first?.peer == 0)
    #expect(desk.handle(.request(["name": "go"]), from: 1, at: .zero).first?.peer == 2)
    #expect(desk.descriptions.map(\.name) == ["go", "own"])
    #expect(desk.descriptions.last?.arguments == ["r": 1.0])
  }
}
