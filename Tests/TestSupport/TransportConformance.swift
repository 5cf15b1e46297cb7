internal import SharedState
public import StateSync

/// What every transport promises, as checks that run against any of them.
///
/// ```swift
/// @Test("It keeps every promise of a transport", arguments: TransportConformance.Check.allCases)
/// func conforms(to check: TransportConformance.Check) async throws {
///   try await TransportConformance { server in
///     let listener = try await startListening(for: server)
///     return .init(transport: clientTransport(listener.port), stop: { await listener.stop() })
///   }.run(check)
/// }
/// ```
public struct TransportConformance: Sendable {
  /// What a wire cannot carry, so that it is not asked to.
  public struct Losses: OptionSet, Sendable {
    /// The bits.
    public let rawValue: Int

    /// Makes a set of losses.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Integers arrive as doubles.
    public static let integers = Losses(rawValue: 1)
    /// Bytes cannot be sent.
    public static let bytes = Losses(rawValue: 2)
    /// Nobody can ask for a lock.
    public static let locks = Losses(rawValue: 256)
    /// A null at the top removes the key.
    public static let nulls = Losses(rawValue: 4)
    /// Lists and dictionaries do not arrive that stand inside each other as deeply as a town can hold them.
    public static let depth = Losses(rawValue: 8)
    /// The town does not know who has left, and clears nobody's houses.
    public static let clearing = Losses(rawValue: 16)
  }

  /// A town that can be reached, and how to close it.
  public struct Rig: Sendable {
    let transport: any StateTransport
    let stop: @Sendable () async -> Void

    /// Makes a rig.
    ///
    /// - Parameters:
    ///   - transport: The way to the town.
    ///   - stop: Closes the town's side in good order: no more connections, and those that are there end.
    public init(transport: any StateTransport, stop: @escaping @Sendable () async -> Void) {
      self.transport = transport
      self.stop = stop
    }
  }

  /// One promise.
  public enum Check: String, CaseIterable, Sendable {
    case firstDeliveryIsTheWholeState
    case anEmptyTownIsDeliveredToo
    case changesReachOthers
    case aWriterHearsItself
    case everyValueSurvives
    case strangeKeysSurvive
    case deepValuesSurvive
    case tenThousandKeysBothWays
    case aLargeValueBothWays
    case orderIsKept
    case changesCoalesceWhileNobodyReads
    case aLeaverTakesItsHousesAndNoOthers
    case aReaderLeavesNoTrace
    case commandsAreListedAndRun
    case locksKeepOthersOut
    case connectingAgainGivesTheStateAnew
    case closingEndsAWaitingReceive
    case sendingAfterClosingThrows
    case aTownThatStopsIsSeenToStop
    case nobodyAnswersAfterwards
    case theEngineRunsOverIt
  }

  let losses: Losses
  private let makeRig: @Sendable (SyncServer) async throws -> Rig

  /// Makes the suite for a transport.
  ///
  /// - Parameters:
  ///   - losses: What the wire cannot carry.
  ///   - makeRig: Makes a town reachable.
  public init(
    losses: Losses = [],
    makeRig: @escaping @Sendable (SyncServer) async throws -> Rig
  ) {
    self.losses = losses
    self.makeRig = makeRig
  }

  /// Runs one check on a fresh town; it throws what went wrong.
  public func run(_ check: Check) async throws {
    switch check {
    case .firstDeliveryIsTheWholeState: try await firstDeliveryIsTheWholeState()
    case .anEmptyTownIsDeliveredToo: try await anEmptyTownIsDeliveredToo()
    case .changesReachOthers: try await changesReachOthers()
    case .aWriterHearsItself: try await aWriterHearsItself()
    case .everyValueSurvives: try await everyValueSurvives()
    case .strangeKeysSurvive: try await strangeKeysSurvive()
    case .deepValuesSurvive: try await deepValuesSurvive()
    case .tenThousandKeysBothWays: try await tenThousandKeysBothWays()
    case .aLargeValueBothWays: try await aLargeValueBothWays()
    case .orderIsKept: try await orderIsKept()
    case .changesCoalesceWhileNobodyReads: try await changesCoalesceWhileNobodyReads()
    case .aLeaverTakesItsHousesAndNoOthers: try await aLeaverTakesItsHousesAndNoOthers()
    case .aReaderLeavesNoTrace: try await aReaderLeavesNoTrace()
    case .commandsAreListedAndRun: try await commandsAreListedAndRun()
    case .locksKeepOthersOut: try await locksKeepOthersOut()
    case .connectingAgainGivesTheStateAnew: try await connectingAgainGivesTheStateAnew()
    case .closingEndsAWaitingReceive: try await closingEndsAWaitingReceive()
    case .sendingAfterClosingThrows: try await sendingAfterClosingThrows()
    case .aTownThatStopsIsSeenToStop: try await aTownThatStopsIsSeenToStop()
    case .nobodyAnswersAfterwards: try await nobodyAnswersAfterwards()
    case .theEngineRunsOverIt: try await theEngineRunsOverIt()
    }
  }
}

// MARK: - Helpers

extension TransportConformance {
  func withRig(
    _ server: SyncServer,
    _ body: (Rig) async throws -> Void
  ) async throws {
    let rig = try await makeRig(server)
    do {
      try await body(rig)
    } catch {
      await rig.stop()
      throw error
    }
    await rig.stop()
  }

  /// Connects, and takes in the whole state.
  private func join(_ rig: Rig) async throws -> TransportProbe {
    let probe = try await TransportProbe.connect(rig.transport)
    try await probe.next()
    return probe
  }

  func expect(_ truth: Bool, _ what: @autoclosure () -> String) throws {
    guard truth else { throw TransportProbe.Failure(what()) }
  }

  /// Sends a change from one client and waits until another has it; both then hold the same town.
  private func carry(_ change: StateChange, in server: SyncServer) async throws {
    try await withRig(server) { rig in
      let writer = try await join(rig)
      let reader = try await join(rig)
      try await writer.send(change)
      let keys = change.updates.keys
      try await reader.wait(for: "the change arrived") { copy in
        keys.allSatisfy { copy.contains($0) }
      }
      let copy = await reader.copy
      for (key, entry) in change.updates {
        let arrived = String(describing: copy[key]).prefix(200)
        try expect(copy.entry(for: key) == entry, "\(key) arrived as \(arrived)")
        try expect(server.state.entry(for: key) == entry, "\(key) differs in the town")
      }
      await writer.close()
      await reader.close()
    }
  }
}

// MARK: - What arrives

extension TransportConformance {
  private func firstDeliveryIsTheWholeState() async throws {
    let state: StateDictionary = ["scene": [0.5, 1.5], "selection.a": ["name": "A"], "b": true]
    try await withRig(SyncServer(state)) { rig in
      let probe = try await TransportProbe.connect(rig.transport)
      let first = try await probe.next()
      try expect(
        first?.count == 3 && first?.removals.isEmpty == true,
        "the first delivery was not all"
      )
      try await expect(probe.copy == state, "the first delivery held other values")
      await probe.close()
    }
  }

  private func anEmptyTownIsDeliveredToo() async throws {
    try await withRig(SyncServer()) { rig in
      let probe = try await TransportProbe.connect(rig.transport)
      let first = try await probe.next()
      try expect(first?.isEmpty == true, "the first delivery of an empty town was not empty")
      await probe.close()
    }
  }

  private func changesReachOthers() async throws {
    try await withRig(SyncServer(["old": 0.5])) { rig in
      let writer = try await join(rig)
      let reader = try await join(rig)
      try await writer.send(StateChange(updates: ["a": "set"]))
      try await reader.wait(for: "a new key") { $0["a"] == "set" }
      try await writer.send(StateChange(updates: ["a": "changed"], removals: ["old"]))
      try await reader.wait(for: "a changed key") { $0["a"] == "changed" && $0["old"] == nil }
      try await writer.send(StateChange(removals: ["a"]))
      try await reader.wait(for: "a removed key") { $0["a"] == nil }
      await writer.close()
      await reader.close()
    }
  }

  private func aWriterHearsItself() async throws {
    try await withRig(SyncServer()) { rig in
      let writer = try await join(rig)
      try await writer.send(StateChange(updates: ["update.index.x": 1.5, "a": "mine"]))
      try await writer.wait(for: "its own counter") { $0.contains("update.index.x") }
      try await expect(writer.copy["a"] == "mine", "the echo came without the write")
      await writer.close()
    }
  }

  private func orderIsKept() async throws {
    try await withRig(SyncServer()) { rig in
      let writer = try await join(rig)
      let reader = try await join(rig)
      let last = 300.0
      for number in stride(from: 1.0, through: last, by: 1) {
        try await writer.send(StateChange(updates: ["n": .double(number)]))
      }
      var seen = 0.0
      while seen < last {
        guard let change = try await reader.next() else { break }
        let number = change.updates["n"]?.value.double ?? seen
        try expect(number >= seen, "\(number) arrived after \(seen)")
        seen = number
      }
      try expect(seen == last, "the connection ended at \(seen) of \(last)")
      await writer.close()
      await reader.close()
    }
  }

  private func changesCoalesceWhileNobodyReads() async throws {
    let server = SyncServer()
    try await withRig(server) { rig in
      let probe = try await join(rig)
      let start = ContinuousClock.now
      for number in 1...2000 { server.apply(StateChange(updates: ["n": .double(Double(number))])) }
      try await probe.wait(for: "the newest value") { $0["n"] == 2000.0 }
      let deliveries = await probe.deliveries
      // A moment on most machines; on one that is slow, thirty more for each second that it takes.
      let most = 50 + 40 * (start.duration(to: .now) / .seconds(1))
      try expect(Double(deliveries) < most, "2,000 changes made \(deliveries) deliveries")
      await probe.close()
    }
  }
}

// MARK: - What can be carried

extension TransportConformance {
  private func everyValueSurvives() async throws {
    var values: [String: StateValue] = [
      "true": true, "false": false, "text": "grüß 🧪 \u{0}\n", "no text": "",
      "half": 0.5, "one": 1.0, "minus zero": -0.0, "tiny": .double(.leastNonzeroMagnitude),
      "huge": 1.7e308,
      "infinite": .double(.infinity), "minus infinite": .double(-.infinity),
      "not a number": .double(.nan), "list": [0.5, "a", true, .array([]), nil],
      "no list": .array([]), "dictionary": ["a": ["b": 0.5], "owner.id": "x", "": nil],
      "no dictionary": .object([:]),
    ]
    if !losses.contains(.integers) {
      values["int"] = 1
      values["ints"] = [-1, 127, 128, 255, 256, 65535, 65536, -128, -129, -32769, 4_294_967_296]
      values["greatest"] = .int(.max)
      values["least"] = .int(.min)
      values["mixed"] = [1, 1.0]
    }
    if !losses.contains(.bytes) {
      values["bytes"] = .bytes(Array(0...255))
      values["no bytes"] = .bytes([])
    }
    if !losses.contains(.nulls) { values["null"] = nil as StateValue }
    try await carry(StateChange(updates: values), in: SyncServer())
  }

  private func strangeKeysSurvive() async throws {
    let keys = [
      "", " ", ".", "..", "a.", ".a", "selection.", "selection.selection.x", "owner.id",
      "\u{e9}", "e\u{301}", "k\u{0}", "雪", String(repeating: "long", count: 1000), "\"'\\", "\n",
    ]
    var change = StateChange()
    for (number, key) in keys.enumerated() { change.update(key, to: .double(Double(number))) }
    try await carry(change, in: SyncServer())
  }

  private func deepValuesSurvive() async throws {
    var value: StateValue = "bottom"
    for level in 0..<(losses.contains(.depth) ? 36 : 64) {
      value = level.isMultiple(of: 2) ? [value] : ["down": value]
    }
    try await carry(StateChange(updates: ["deep": value]), in: SyncServer())
  }

  private func tenThousandKeysBothWays() async throws {
    var houses: [String: StateValue] = [:]
    for number in 0..<10_000 {
      houses["house.\(number)"] = [
        "n": .double(Double(number)), "name": .string("House \(number)"),
      ]
    }
    let server = SyncServer(StateDictionary(houses))
    try await withRig(server) { rig in
      let probe = try await join(rig)
      try await expect(probe.copy == server.state, "the first delivery differs from the town")
      var more = StateChange()
      for number in 0..<10_000 { more.update("more.\(number)", to: .double(Double(number))) }
      try await probe.send(more)
      try await probe.wait(for: "10,000 more") { $0.count == 20_000 }
      try await probe.send(StateChange(removals: more.keys))
      try await probe.wait(for: "10,000 fewer") { $0.count == 10_000 }
      try await expect(probe.copy == server.state, "the copy differs from the town")
      await probe.close()
    }
  }

  private func aLargeValueBothWays() async throws {
    let large = String(repeating: "0123456789abcdef", count: 256 * 1024)
    try await carry(
      StateChange(updates: ["large": .string(large)]),
      in: SyncServer(["town": .string(large)])
    )
  }
}

// MARK: - Coming and going

extension TransportConformance {
  private func aLeaverTakesItsHousesAndNoOthers() async throws {
    let server = SyncServer(["selection.b": "B's", "avatar.b": "B"])
    try await withRig(server) { rig in
      let stayer = try await join(rig)
      let leaver = try await join(rig)
      try await leaver.send(StateChange(updates: ["avatar.a": "A", "selection.x": "stays"]))
      try await leaver.send(
        StateChange(updates: [
          "update.index.a": 1.5, "interaction.1": ["owner.id": "a"],
          "interaction.2": ["owner.id": "b"], "x.ab": "not A's",
        ])
      )
      try await stayer.wait(for: "A's houses") { $0.contains("x.ab") }
      await leaver.close()
      guard !losses.contains(.clearing) else {
        try await TransportProbe.eventually("A has left") { server.sessionCount == 1 }
        try expect(server.state.count == 8, "houses were cleared: \(server.state.keys)")
        return await stayer.close()
      }
      try await stayer.wait(for: "A's houses to go") { !$0.contains("update.index.a") }
      let left: Set = ["selection.b", "avatar.b", "selection.x", "interaction.2", "x.ab"]
      try await stayer.wait(for: "all of them to go") { Set($0.keys) == left }
      await stayer.close()
    }
  }

  private func aReaderLeavesNoTrace() async throws {
    let state: StateDictionary = ["avatar.b": "B", "scene": 0.5]
    let server = SyncServer(state)
    try await withRig(server) { rig in
      let reader = try await join(rig)
      try expect(server.sessionCount == 1, "the reader did not join")
      await reader.close()
      try await TransportProbe.eventually("the reader has left") { server.sessionCount == 0 }
      try expect(server.state == state, "the reader left something behind")
    }
  }

  private func connectingAgainGivesTheStateAnew() async throws {
    let server = SyncServer(["a": "first"])
    try await withRig(server) { rig in
      let probe = try await join(rig)
      await probe.close()
      server.apply(StateChange(updates: ["b": "second"], removals: ["a"]))
      let again = try await join(rig)
      try await expect(again.copy == ["b": "second"], "the second connection began with old news")
      await again.close()
    }
  }

  private func closingEndsAWaitingReceive() async throws {
    try await withRig(SyncServer()) { rig in
      let probe = try await join(rig)
      async let end: Void = probe.waitForEnd()
      try await Task.sleep(for: .milliseconds(20))
      await probe.close()
      try await end
      await probe.close()
    }
  }

  private func sendingAfterClosingThrows() async throws {
    let server = SyncServer()
    try await withRig(server) { rig in
      let probe = try await join(rig)
      await probe.close()
      do {
        try await probe.send(StateChange(updates: ["a": "late"]))
      } catch is TransportError {
        try expect(server.state.isEmpty, "a write was taken after closing")
        return
      }
      throw TransportProbe.Failure("sending on a closed connection did not throw")
    }
  }

  private func aTownThatStopsIsSeenToStop() async throws {
    let rig = try await makeRig(SyncServer(["a": "here"]))
    let probe = try await join(rig)
    await rig.stop()
    try await probe.waitForEnd()
    await probe.close()
  }

  private func nobodyAnswersAfterwards() async throws {
    let rig = try await makeRig(SyncServer())
    try await join(rig).close()
    await rig.stop()
    do {
      try await join(rig).close()
    } catch let error as TransportError {
      try expect(error.code == .unreachable, "the error is \(error.code), not unreachable")
      try expect(!error.message.isEmpty, "the error says nothing")
      return
    }
    throw TransportProbe.Failure("a town that had stopped let somebody in")
  }

  private func theEngineRunsOverIt() async throws {
    let server = SyncServer(["a": "first"])
    try await withRig(server) { rig in
      let client = SyncClient(transport: rig.transport)
      client.start()
      try await client.waitUntilLive(attempts: 1)
      for number in 1...20 {
        let outcome = await client.send(StateChange(updates: ["n": .double(Double(number))]))
        try expect(outcome.isAccepted, "write \(number) ended as \(outcome)")
      }
      try expect(server.state["n"] == 20.0, "an accepted write is not in the town")
      await client.stop()
      try await TransportProbe.eventually("the client has left") { server.sessionCount == 0 }
      try expect(Set(server.state.keys) == ["a", "n"], "the client left \(server.state.keys)")
    }
  }
}
