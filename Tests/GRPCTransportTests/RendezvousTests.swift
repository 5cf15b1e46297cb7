#if GRPC
import TestSupport
import Testing

@testable import GRPCTransport

@Suite("Handing over from one task to another", .timeLimit(.minutes(1)))
struct RendezvousTests {
  @Test("Who gives waits until it has been taken, and order is kept")
  func rendezvous() async throws {
    let handover = Rendezvous<Int>()
    let giver = Task {
      for number in 1...100 where await !handover.give(number) { return number }
      handover.finish()
      return 0
    }
    var taken: [Int] = []
    while let number = try await handover.take() { taken.append(number) }
    #expect(taken == Array(1...100))
    #expect(await giver.value == 0)
    #expect(try await handover.take() == nil)
  }

  @Test("An end sets free whoever waits, on either side, and only the first counts")
  func ends() async throws {
    let handover = Rendezvous<Int>()
    let giver = Task { await handover.give(1) }
    try await TransportProbe.eventually("something is given") { handover.hasBegun }
    handover.finish(.failure(TransportProbe.Failure("over")))
    handover.finish()
    #expect(await !giver.value)
    await #expect(throws: TransportProbe.Failure.self) { try await handover.take() }
    #expect(await !handover.give(2))
  }

  @Test("Waiting can be cancelled, and what comes later is there for the next")
  func cancelled() async throws {
    let handover = Rendezvous<Int>()
    let taker = Task { try await handover.take() }
    taker.cancel()
    await #expect(throws: CancellationError.self) { try await taker.value }
    async let isTaken = handover.give(1)
    #expect(try await handover.take() == 1)
    #expect(await isTaken)
  }
}
#endif
