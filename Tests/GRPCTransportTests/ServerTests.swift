#if GRPC
import GRPCCore
import NetworkSupport
import ProtocolBuffers
import SharedState
import StateSync
import TestSupport
import Testing
import WebSocketTransport

@testable import GRPCTransport

@Suite("The gRPC server", .timeLimit(.minutes(1)))
struct GRPCServerTests {
  @Test("An interval that makes no sense is brought within bounds")
  func intervals() {
    #expect(StateService.interval(0) == .zero)
    #expect(StateService.interval(-5) == .zero)
    #expect(StateService.interval(-.infinity) == .zero)
    #expect(StateService.interval(0.5) == .milliseconds(500))
    #expect(StateService.interval(.nan) == SyncServer.standardInterval)
    #expect(StateService.interval(.infinity) == .seconds(3600))
    #expect(StateService.interval(.greatestFiniteMagnitude) == .seconds(3600))
  }

  @Test("The interval that a client asks for holds for it, and for nobody else")
  func intervalsHold() async throws {
    let town = SyncServer()
    try await RunningServer.with(town) { open in
      let hasty = TransportProbe(try await open.connect { $0.interval = .zero })
      let patient = try await open.connect { $0.interval = .seconds(3600) }
      _ = try await patient.receive()
      try await hasty.next()
      // Of the changes that follow, the first few are due at once to both.
      for number in 1...HubMachine.reserve {
        town.apply(StateChange(updates: ["n": .double(Double(number))]))
        _ = try await patient.receive()
      }
      let next = Task { try await patient.receive() }
      for number in 10...30 {
        town.apply(StateChange(updates: ["n": .double(Double(number))]))
        try await hasty.wait(for: "each change") { $0["n"] == .double(Double(number)) }
      }
      #expect(await hasty.deliveries >= 20)
      await patient.close()
      // It had waited in vain, so closing ended it.
      #expect(try await next.value == nil)
      await hasty.close()
    }
  }

  @Test("A client that does not read holds up nobody, and hears the newest when it does")
  func slowReader() async throws {
    let town = SyncServer()
    try await RunningServer.with(town) { open in
      let slow = TransportProbe(try await open.connect { $0.interval = .zero })
      let quick = TransportProbe(try await open.connect { $0.interval = .zero })
      try await quick.next()
      let filler = String(repeating: "x", count: 1 << 20)
      for number in 1...60 {
        town.apply(StateChange(updates: ["n": [.double(Double(number)), .string(filler)]]))
        try await quick.wait(for: "each change") {
          $0["n"]?.array?.first == .double(Double(number))
        }
      }
      try await slow.wait(for: "the newest") { $0["n"]?.array?.first == 60.0 }
      // What the wire and its buffers hold came one by one; the rest had been gathered.
      #expect(await slow.deliveries < 50)
      await slow.close()
      await quick.close()
    }
  }

  @Test("Shutting down does not wait for a client that does not read")
  func shutdownWithSlowReader() async throws {
    let town = SyncServer(["large": .string(String(repeating: "x", count: 64 << 20))])
    let open = try await RunningServer.start(town)
    let slow = try await open.connect()
    try await TransportProbe.eventually("it is subscribed") { open.door.clientCount == 1 }
    await open.door.shutdown()
    #expect(open.door.clientCount == 0 && town.sessionCount == 0)
    await slow.close()
  }

  @Test("There are no more subscribers than there may be, and each that goes makes room")
  func limit() async throws {
    var options = WebSocketServer.Options()
    options.connectionLimit = 1
    try await RunningServer.with(options: options) { open in
      let first = TransportProbe(try await open.connect())
      try await first.next()
      let second = try await open.connect()
      let error = await #expect(throws: TransportError.self) { try await second.receive() }
      #expect(error?.message.contains("full: 1 of 1 clients") == true)
      await second.close()
      await first.close()
      try await TransportProbe.eventually("there is room") { open.door.clientCount == 0 }
      let third = TransportProbe(try await open.connect())
      try await third.next()
      await third.close()
    }
  }

  @Test(
    "One connection has so many subscriptions and no more, and says why; the others find their seats"
  )
  func greedyConnection() async throws {
    try await RunningServer.with(SyncServer(["a": 1])) { open in
      let line = try await GRPCChannel.open(
        try GRPCAddress(open.grpcAddress),
        tls: nil,
        options: .init()
      )
      let most = open.door.door.limits.seatsOfConnection
      try await withThrowingTaskGroup(of: String?.self) { group in
        for _ in 0...most {
          group.addTask {
            do {
              try await Self.subscribe(over: line)
              return nil
            } catch let error as RPCError {
              return error.message
            }
          }
        }
        #expect(
          try await group.next()
            == "this connection has as many subscriptions as one may have: \(most)"
        )
        #expect(open.door.clientCount == most)
        let other = TransportProbe(try await open.connect())
        try await other.next()
        await other.close()
        group.cancelAll()
        await line.close(within: .seconds(1))
      }
    }
  }

  /// Subscribes, and stays until it is cancelled or refused.
  private static func subscribe(over line: GRPCChannel) async throws {
    try await line.client.serverStreaming(
      request: ClientRequest(message: SubscribeRequest(interval: 0)),
      descriptor: Dialect.allCases[0].subscribe,
      serializer: WireSerializer<SubscribeRequest>(),
      deserializer: WireDeserializer<StateUpdate>(),
      options: line.options()
    ) { response in
      for try await _ in response.messages {}
    }
  }

  @Test(
    "A message that does not end counts against who sends it, and is let go of with the connection"
  )
  func unfinished() async throws {
    var options = WebSocketServer.Options()
    options.unfinishedLimit = 1 << 17
    try await RunningServer.with(options: options) { open in
      let line = try await GRPCChannel.open(
        try GRPCAddress(open.grpcAddress),
        tls: nil,
        options: .init()
      )
      // The server waits for the end of the call, and this one's never comes. A client that knew the method to take one
      // message would not send it before its end.
      let method = Dialect.allCases[0].updateState
      let error = await #expect(throws: RPCError.self) {
        try await line.client.clientStreaming(
          request: StreamingClientRequest { writer in
            try await writer.write(
              WrittenMessage(encoded: [UInt8](repeating: 0x61, count: 8 << 20))
            )
            try await Task.sleep(for: .seconds(30))
          },
          descriptor: MethodDescriptor(service: method.service, method: method.method),
          serializer: WireSerializer<WrittenMessage>(),
          deserializer: WireDeserializer<SuccessReply>(),
          options: line.options()
        ) { try $0.message.get() }
      }
      #expect(error?.code == .unavailable)
      #expect(open.door.door.census.tally.overfull == 1)
      try await TransportProbe.eventually("nothing is left of it") {
        open.door.door.census.unfinishedBytes == 0
      }
      await line.close(within: .seconds(1))
    }
  }

  @Test("Malformed messages are refused with their place, and the connection goes on")
  func malformed() async throws {
    let town = SyncServer()
    try await RunningServer.with(town) { open in
      let address = try GRPCAddress(open.grpcAddress)
      let line = try await GRPCChannel.open(address, tls: nil, options: .init())
      let nonsense = WrittenMessage(encoded: [0x12, 7, 0x0a])
      for dialect in Dialect.allCases {
        for method in [dialect.updateState, dialect.updateLocks, dialect.runCommand] {
          let error = await #expect(throws: RPCError.self) {
            let _: SuccessReply = try await line.ask(method, nonsense)
          }
          #expect(error?.code == .invalidArgument)
          #expect(error?.message.contains("byte 1") == true)
        }
      }
      let good = UpdateRequest(token: "", change: StateChange(updates: ["a": true]))
      let answer: SuccessReply = try await line.ask(Dialect.narupa.updateState, good)
      #expect(answer.success && town.state["a"] == true)
      await line.close(within: .seconds(1))
    }
  }

  @Test("A message that is larger than may be is not taken, and the connection goes on")
  func tooLarge() async throws {
    var options = GRPCStateServer.Options()
    options.maximumMessageSize = 1000
    try await RunningServer.with(guestOptions: options) { open in
      let probe = TransportProbe(try await open.connect())
      let large = StateValue.string(String(repeating: "x", count: 2000))
      await #expect(throws: TransportError.self) {
        try await probe.send(StateChange(updates: ["large": large]))
      }
      try await probe.send(StateChange(updates: ["small": 1]))
      #expect(open.town.state == ["small": 1.0])
      await probe.close()
    }
  }

  @Test("A client of the other wire answers a command that one of this wire calls")
  func commands() async throws {
    try await RunningServer.with { open in
      let seat = open.town.joinCommandsEchoing(name: "test/echo")
      let former = try await open.connect()
      #expect(try await former.listCommands().map(\.name).contains("test/echo"))
      let answer = try await former.runCommand("test/echo", arguments: ["b": 2.5])
      #expect(answer == ["heard": ["a": 1.0, "b": 2.5]])
      let unknown = await #expect(throws: CommandFailure.self) {
        try await former.runCommand("fly", arguments: [:])
      }
      #expect(unknown?.kind == .unknownCommand)
      await former.close()
      seat.leave()
    }
  }
}

extension SyncServer {
  /// Lets somebody offer a command that answers with what it was given.
  fileprivate func joinCommandsEchoing(name: String) -> CommandSession {
    let place = AsyncStream.makeStream(of: CommandSession.self)
    let seat = joinCommands { message in
      guard case .request(let request) = message else { return }
      Task {
        for await seat in place.stream {
          let heard: StateValue = ["heard": request["arguments"] ?? nil]
          return seat.handle(.response(request: request, heard))
        }
      }
    }
    place.continuation.yield(seat)
    seat.handle(.register(["name": .string(name), "arguments": ["a": 1]]))
    return seat
  }
}
#endif
