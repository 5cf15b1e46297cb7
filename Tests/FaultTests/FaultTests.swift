import Foundation
import SharedState
import StateSync
import Synchronization
import TestSupport
import Testing

/// How long a run takes and what it grows from, if somebody says so: `.ci/faults --minutes 60 --seed 7`.
enum Wishes {
  private static let variables = ProcessInfo.processInfo.environment
  static let seconds = variables["FAULT_SECONDS"].flatMap { Double($0) }
  static let seed = variables["FAULT_SEED"].flatMap { UInt64($0) } ?? 7
}

@Suite("Faults", .serialized, .timeLimit(.minutes(180)))
struct FaultTests {
  @Test(
    "Whatever goes wrong on the way, what was confirmed is there, and every client has it in the end"
  )
  func plain() async throws {
    let run = try FaultRun(seed: Wishes.seed)
    let table = try await run.run(for: .seconds((Wishes.seconds ?? 60) / 2))
    print("\nplain wires, seed \(Wishes.seed)\n\(table)\n")
    #expect(table.findings == [])
    #expect(table.confirmed > 0)
  }

  @Test(
    "On an encrypted wire not even a bit that is flipped changes anything",
    .enabled(if: Certificate.canBeMade)
  )
  func encrypted() async throws {
    let certificate = try await Certificate.make()
    defer { certificate.remove() }
    let run = try FaultRun(seed: Wishes.seed, certificate: certificate)
    let few: [Fault] = [.flip, .swap, .cut, .hold]
    let isLong = Wishes.seconds != nil
    let table = try await run.run(
      for: .seconds((Wishes.seconds ?? 0) / 2),
      of: isLong ? Fault.allCases : few
    )
    print("\nencrypted wires, seed \(Wishes.seed)\n\(table)\n")
    #expect(table.findings == [])
    #expect(table.confirmed > 0)
  }

  @Test("The checker finds a change that does not reach one client")
  func planted() async throws {
    let run = try FaultRun(seed: 1, patience: .seconds(3)) { ForgetfulTransport(way: $0) }
    let table = try await run.run(for: .zero, of: [.delay])
    #expect(table.findings.contains { $0.contains("0 differs from the server") })
  }

  @Test("The checker finds a write that is gone, and one that nobody has made")
  func checker() {
    var book = Book()
    (book.tried, book.confirmed) = (["a": 5, "b": 3], ["a": 4])
    let check = { (server: [String: StateValue], client: [String: StateValue]) in
      Checker.findings(server: server, clients: ["it": client], books: [book]).count
    }
    let good = ["a": Checker.value(4), "b": Checker.value(3)]
    #expect(check(good, good) == 0)
    let older = ["a": Checker.value(3), "b": Checker.value(3)]
    #expect(check(older, older) == 1)
    let newer = ["a": Checker.value(6)]
    #expect(check(newer, newer) == 1)
    #expect(check([:], [:]) == 1)
    #expect(check(good, older) == 1)
  }
}

/// A way on which one key gets lost.
private struct ForgetfulTransport: StateTransport {
  let way: any StateTransport
  var address: String { way.address }

  func connect() async throws -> any StateConnection { Connection(try await way.connect()) }

  private final class Connection: StateConnection {
    private let connection: any StateConnection
    var wire: String { connection.wire }

    init(_ connection: any StateConnection) { self.connection = connection }

    func receive() async throws -> StateDelivery? {
      guard let delivery = try await connection.receive() else { return nil }
      if delivery.whole.isEmpty { return delivery }
      return .changes(
        delivery.whole.map { change in
          var kept = StateChange()
          for (key, entry) in change.updates where key != "\(Resident.prefix)ws1.3" {
            kept.update(key, to: entry)
          }
          for key in change.removals { kept.remove(key) }
          return kept
        }
      )
    }

    func send(_ change: StateChange) async throws { try await connection.send(change) }
    func close() async { await connection.close() }
  }
}
