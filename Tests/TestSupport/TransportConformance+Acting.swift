internal import SharedState
internal import StateSync

// MARK: - Commands and locks

extension TransportConformance {
  func commandsAreListedAndRun() async throws {
    let server = SyncServer(["avatar.a": "A"])
    let (asked, ask) = AsyncStream.makeStream(of: StateObject.self)
    let seat = server.joinCommands { message in
      if case .request(let request) = message { ask.yield(request) }
    }
    seat.handle(.register(["name": "x/echo", "arguments": ["a": 1.5, "b": "x"]]))
    let runner = Task {
      for await request in asked {
        let arguments = request["arguments"]?.object ?? [:]
        let words = arguments["fails"]?.string
        seat.handle(
          words.map { .exception(request: request, CommandFailure(.failed, $0)) }
            ?? .response(request: request, .object(arguments))
        )
      }
    }
    try await withClient(of: server, callCommands)
    runner.cancel()
    seat.leave()
  }

  private func callCommands(_ client: SyncClient, _ server: SyncServer) async throws {
    let listed = try await client.listCommands().map { "\($0.name) \($0.arguments)" }
    let offered = server.listCommands().map { "\($0.name) \($0.arguments)" }
    try expect(listed == offered, "\(listed) was listed of \(offered)")
    let radial = "multiuser/radially-orient-origins"
    let nothing = try await client.runCommand(radial, arguments: ["radius": 0.5])
    try expect(nothing == .null, "\(nothing) came back of a command without a result")
    try expect(server.state.contains("user-origin.a"), "the command was not run")
    let echo = try await client.runCommand("x/echo", arguments: ["b": [0.5, nil, "é"]])
    try expect(echo == ["a": 1.5, "b": [0.5, nil, "é"]], "the result came back as \(echo)")
    for (name, kind, words) in [
      ("fly", CommandFailure.Kind.unknownCommand, "fly"), ("x/echo", .failed, "out of tune"),
    ] {
      do {
        _ = try await client.runCommand(name, arguments: ["fails": "out of tune"])
      } catch let failure as CommandFailure {
        try expect(failure.kind == kind, "\(name) ended as \(failure.kind)")
        try expect(failure.message.contains(words), "\(name) says \(failure.message)")
        continue
      }
      throw TransportProbe.Failure("\(name) did not fail")
    }
    let outcome = await client.send(StateChange(updates: ["a": "after all"]))
    try expect(outcome.isAccepted, "a write after a command ended as \(outcome)")
  }

  func locksKeepOthersOut() async throws {
    try await withClient(of: SyncServer(["a": "free"])) { client, server in
      if losses.contains(.locks) { return try await expectNoLocks(client) }
      let other = "somebody else"
      try expect(try await client.updateLocks(["a": .hold(seconds: 600)]), "a lock was refused")
      try expect(!server.apply(StateChange(removals: ["a"]), as: other), "a lock let others in")
      try await expect(client.send(StateChange(updates: ["a": "mine"])).isAccepted, "no own write")
      try expect(server.updateLocks(["b": .hold(seconds: .infinity)], as: other), "b is held")
      try expect(
        try await !client.updateLocks(["b": .hold(seconds: 1), "a": .release]),
        "somebody else's lock was taken"
      )
      try expect(!server.apply(StateChange(removals: ["a"]), as: other), "half of it was granted")
      let refused = await client.send(StateChange(updates: ["b": "mine", "a": "too"]))
      try expect(refused == .refused(reason: "locked by another"), "it ended as \(refused)")
      try expect(client.state["a"] == "mine" && client.state["b"] == nil, "it did not come off")
      try expect(server.state["a"] == "mine" && server.state["b"] == nil, "half of it was written")
      for seconds in [0, -1] as [Double] {
        try expect(try await client.updateLocks(["a": .hold(seconds: seconds)]), "\(seconds)")
        try expect(server.apply(StateChange(updates: ["a": "theirs"]), as: other), "no end")
        _ = try await client.updateLocks(["a": .hold(seconds: .nan)])
        try expect(!server.apply(StateChange(removals: ["a"]), as: other), "no lock without end")
      }
      try expect(try await client.updateLocks(["a": .release, "b": .release]), "not given back")
      try expect(server.apply(StateChange(removals: ["a"]), as: other), "still locked")
      try expect(!server.apply(StateChange(removals: ["b"]), as: "a third"), "not theirs to give")
    }
  }

  private func expectNoLocks(_ client: SyncClient) async throws {
    do {
      _ = try await client.updateLocks(["a": .hold(seconds: 1)])
    } catch let error as TransportError where error.code == .unsupported {
      return
    }
    throw TransportProbe.Failure("a wire without locks did not say so")
  }

  private func withClient(
    of server: SyncServer,
    _ body: (SyncClient, SyncServer) async throws -> Void
  ) async throws {
    try await withRig(server) { rig in
      let client = SyncClient(transport: rig.transport)
      client.start()
      do {
        try await client.waitUntilLive(attempts: 1)
        try await body(client, server)
      } catch {
        await client.stop()
        throw error
      }
      await client.stop()
    }
  }
}
