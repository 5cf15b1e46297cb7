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

  @Test("Four of them edit at once, a thousand edits each, and end with the same town")
  func converge() async throws {
    try await withOpenTown { town, server in
      try await PythonPeer.withGRPCClient(of: server.port, name: "narupa") { narupa in
        try await PythonPeer.withGRPCClient(of: server.port, name: "nanover") { nanover in
          try await PythonPeer.withClient(of: server.address) { modern in
            let ours = SyncClient(
              transport: try WebSocketClientTransport(server.address + "/?interval=0.005")
            )
            ours.start()
            try await ours.waitUntilLive(attempts: 1)
            for former in [narupa, nanover] { try await former.call("subscribe", 0.005) }
            try await Self.editAtOnce(narupa, nanover, modern, ours)
            let end = Self.houses(town.state)
            #expect((end.object?.count ?? 0) > 20)
            try await eventually("all have the same") {
              var copies = [Self.houses(ours.state)]
              for peer in [narupa, nanover, modern] {
                copies.append(Self.houses(try await peer.call("copy")))
              }
              return copies.allSatisfy { $0 == end }
            }
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
    _ ours: SyncClient
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
      try await group.waitForAll()
    }
    try await eventually("the last of them arrived") { ours.state["last"] == "modern" }
  }
}
#endif
