#if GRPC
import TestSupport
import Testing

@testable import GRPCTransport

@Suite("Handing over from one task to another", .timeLimit(.minutes(1)))
struct RendezvousTests {
  @Test("Who gives waits until it has been taken, and order is kept")
  func rendezvous() async throws {
    let rendezvous = Rendezvous<Int>()
    let giver = Task {
      for number in 1...100 where await !rendezvous.give(number) { return number }
      rendezvous.finish()
      return 0
    }
    var taken: [Int] = []
    while let number = try await rendezvous.take() { taken.append(number) }
    #expect(taken == Array(1...100))
    #expect(await giver.value == 0)
    #expect(try await rendezvous.take() == nil)
  }

  @Test("An end sets free whoever waits, on either side, and only the first counts")
  func ends() async throws {
    let rendezvous = Rendezvous<Int>()
    let giver = Task { await rendezvous.give(1) }
    try await TransportProbe.eventually("something is given") { rendezvous.hasBegun }
    rendezvous.finish(.failure(TransportProbe.Failure("over")))
    rendezvous.finish()
    #expect(await !giver.value)
    await #expect(throws: TransportProbe.Failure.self) { try await rendezvous.take() }
    #expect(await !rendezvous.give(2))
  }

  @Test("Waiting can be cancelled, and what comes later is there for the next")
  func cancelled() async throws {
    let rendezvous = Rendezvous<Int>()
    let taker = Task { try await rendezvous.take() }
    taker.cancel()
    await #expect(throws: CancellationError.self) { try await taker.value }
    async let isTaken = rendezvous.give(1)
    #expect(try await rendezvous.take() == 1)
    #expect(await isTaken)
  }
}
#endif
