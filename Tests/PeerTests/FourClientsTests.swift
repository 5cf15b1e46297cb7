#if GRPC
import SharedState
import StateSync
import TestSupport
import Testing
import WebSocketTransport

@Suite(
  "One town, clients of every generation",
  .serialized,
  .timeLimit(.minutes(3)),
  .enabled(if: PeerEnvironment.isWanted, PeerEnvironment.reason)
)
struct FourClientsTests {
  private static let edits = 1000

  /// Random edits of the same fifty houses, whatever was there before.
  private static func edits(seed: UInt64) -> [StateObject] {
    var generator = SeededGenerator(seed: seed)
    return (0..<edits).map { number in
      let key = "house.\(Int.random(in: 0..<50, using: &generator))"
      let value: StateValue =
        switch Int.random(in: 0...5, using: &generator) {
        case 0: nil
        case 1: .int(Int64.random(in: -1000...1000, using: &generator))
        case 2: .double(Double.random(in: -1...1, using: &generator))
        case 3: .string("\(seed), \(number)")
        case 4: [.int(Int64(number)), true, nil, "é"]
        default: ["by": .int(Int64(seed)), "nested": ["number": .double(Double(number))]]
        }
      return [key: value]
    }
  }

  /// What is left of a value when all its numbers are doubles: the wires differ in that alone.
  private static func plain(_ value: StateValue) -> StateValue {
    switch value {
    case .int(let number): .double(Double(number))
    case .array(let elements): .array(elements.map(plain))
    case .object(let object): .object(StateObject(object.map { ($0.key, plain($0.value)) }))
    case .null, .bool, .double, .string, .bytes: value
    }
  }

  private static func houses(_ state: StateDictionary) -> StateValue {
    let houses = state.filter { $0.key.hasPrefix("house.") }
    return .object(StateObject(houses.map { ($0.key, plain($0.entry.value)) }))
  }

  private static func houses(_ copy: StateValue) -> StateValue {
    let houses = (copy.object ?? [:]).filter { $0.key.hasPrefix("house.") }
    return .object(StateObject(houses.map { ($0.key, plain($0.value)) }))
  }

  /// The numbers that the dashboard steps, and the others see.
  private static let steps = (10..<30).map { "step.n\($0)" }

  @Test("All edit at once, a thousand edits each, the dashboard too, and end with the same town")
  func converge() async throws {
    let steps = StateDictionary(Dictionary(uniqueKeysWithValues: Self.steps.map { ($0, 0) }))
    try await withRunningServer(steps) { town, server in
      try await PythonPeer.withGRPCClient(of: server.port, name: "narupa") { narupa in
        try await PythonPeer.withGRPCClient(of: server.port, name: "nanover") { nanover in
          try await PythonPeer.withClient(of: server.address) { modern in
            let ours = SyncClient(
              transport: try WebSocketClientTransport(server.address + "/?interval=0.005")
            )
            ours.start()
            try await ours.waitUntilLive(attempts: 1)
            for former in [narupa, nanover] { try await former.call("subscribe", 0.005) }
            let dashboard = try SteppingDashboard(on: "127.0.0.1:\(server.port)", Self.steps)
            try await Self.editAtOnce(narupa, nanover, modern, ours, dashboard)
            let end = Self.houses(town.state)
            #expect((end.object?.count ?? 0) > 20)
            try await eventually("all have the same") {
              var copies = [Self.houses(ours.state)]
              for peer in [narupa, nanover, modern] {
                copies.append(Self.houses(try await peer.call("copy")))
              }
              return copies.allSatisfy { $0 == end }
            }
            try await eventually("the dashboard shows the same") {
              try dashboard.shows(town.state)
            }
            let stepped = Self.steps.reduce(0) { $0 + (town.state[$1]?.int ?? 0) }
            let screen = try dashboard.screen()
            #expect(
              stepped == Int64(Self.edits),
              "each press of a key is one edit; the dashboard shows\n\(screen)"
            )
            let modernSteps = try await modern.call("copy").object ?? [:]
            #expect(Self.steps.allSatisfy { modernSteps[$0] == town.state[$0] })
            await ours.stop()
          }
        }
      }
    }
  }

  private static func editAtOnce(
    _ narupa: PythonPeer,
    _ nanover: PythonPeer,
    _ modern: PythonPeer,
    _ ours: SyncClient,
    _ dashboard: SteppingDashboard
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (seed, peer) in [(1, narupa), (2, nanover)] as [(UInt64, PythonPeer)] {
        group.addTask {
          let edits = edits(seed: seed).map { StateValue.object($0) }
          try await peer.call("edits", .string("writer \(seed)"), .array(edits))
        }
      }
      group.addTask {
        for edit in edits(seed: 3) {
          for field in edit {
            if field.value == .null {
              try await modern.call("remove", [.string(field.key)])
            } else {
              try await modern.call("set", .object(edit))
            }
          }
        }
        // Its writes are not answered: only their echo tells that all are there.
        try await modern.call("set", ["last": "modern"])
      }
      group.addTask {
        for edit in edits(seed: 4) {
          var change = StateChange()
          for field in edit {
            if field.value == .null {
              change.remove(field.key)
            } else {
              change.update(field.key, to: field.value)
            }
          }
          let outcome = await ours.send(change)
          guard outcome.isAccepted else { throw PeerTrouble(description: "\(outcome)") }
        }
      }
      group.addTask { try await dashboard.step(times: edits) }
      try await group.waitForAll()
    }
    try await eventually("the last of them arrived") { ours.state["last"] == "modern" }
  }
}

/// The dashboard in tmux, which steps numbers by its keys.
private actor SteppingDashboard {
  private static let batch = 25

  private nonisolated let session: Session
  private let keys: [String]

  /// tmux answers one question at a time, from whichever thread.
  private struct Session: @unchecked Sendable {
    let tmux: TmuxSession
  }

  init(on address: String, _ keys: [String]) throws {
    let tmux = try TmuxSession(columns: 160, rows: 100)
    try tmux.enter("\(try BuiltProducts.path(of: "townhall")) \(address)")
    try tmux.wait(for: "here is the town")
    (session, self.keys) = (Session(tmux: tmux), keys)
  }

  /// Steps up one number after the other, a hundred keys ahead of what the dashboard has taken at most.
  func step(times: Int) async throws {
    for turn in 0..<times / Self.batch {
      let key = keys[turn % keys.count]
      try session.tmux.type(":\(key)")
      try session.tmux.press("Enter")
      try session.tmux.type(String(repeating: "+", count: Self.batch))
      // The others want their turn too.
      try await Task.sleep(for: .milliseconds(100))
      guard turn % 4 == 3 else { continue }
      let number = Int64((turn / keys.count + 1) * Self.batch)
      try await eventually("all keys that were pressed are taken") {
        try shows([key: .int(number)])
      }
    }
  }

  nonisolated func screen() throws -> String { try session.tmux.lines().joined(separator: "\n") }

  /// Whether each number stands on the screen as the town holds it.
  nonisolated func shows(_ state: StateDictionary) throws -> Bool {
    let rows = try session.tmux.lines().map { $0.split(separator: " ") }
    return state.filter { $0.key.hasPrefix("step.") }.allSatisfy { house in
      let name = house.key.dropFirst("step.".count)
      let row = rows.first { $0.contains(name) } ?? []
      let shown = row.drop { $0 != name }.dropFirst().first
      return shown.flatMap { Double($0) } == house.entry.value.double
    }
  }
}
#endif
