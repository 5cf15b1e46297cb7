import Foundation
import FuzzTargets
import Testing

/// Whatever comes from outside: it is taken or refused, and every promise about it holds.
///
/// `SEED=7` tries other inputs, `FUZZ_SECONDS=60` tries them for so long for each target, `FUZZ_TARGET=text` only one of
/// them, and `FUZZ_BYTES=c70341` one input again, as a failure tells it. `.ci/fuzz` looks further.
@Suite("Bytes from outside", .serialized)
struct FuzzTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let seed = environment["SEED"].flatMap { UInt64($0) } ?? 1
  private static let seconds = environment["FUZZ_SECONDS"].flatMap { Double($0) }
  private static let names = FuzzTarget.all.map(\.name).filter {
    $0 == environment["FUZZ_TARGET"] ?? $0
  }

  /// Tries one input; what does not hold is told with all that it takes to try it again.
  private func attempt(_ target: FuzzTarget, _ bytes: [UInt8], _ origin: String) -> Bool {
    LastWords.note("\(target.name) died of \(origin)", bytes)
    defer { LastWords.clear() }
    do {
      try target.run(bytes)
      return true
    } catch {
      let hex = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
      Issue.record(
        "\(target.name), \(origin): \(error); FUZZ_TARGET=\(target.name) FUZZ_BYTES=\(hex)"
      )
      return false
    }
  }

  @Test("The inputs that are checked in are taken or refused as they should be", arguments: names)
  func corpus(name: String) throws {
    let target = try #require(FuzzTarget.all.first { $0.name == name })
    LastWords.prepareThread()
    let corpus = try target.corpus()
    #expect(!corpus.isEmpty, "no input is checked in")
    for input in corpus { _ = attempt(target, input.bytes, input.name) }
    if let hex = Self.environment["FUZZ_BYTES"] {
      let digits = Array(hex.utf8)
      let bytes = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
        UInt8(String(decoding: digits[$0...$0 + 1], as: UTF8.self), radix: 16)
      }
      _ = attempt(target, bytes, "FUZZ_BYTES")
    }
  }

  @Test("Inputs made of them are, too", arguments: names)
  func mutated(name: String) throws {
    let target = try #require(FuzzTarget.all.first { $0.name == name })
    LastWords.prepareThread()
    let corpus = try target.corpus().map(\.bytes)
    var mutator = Mutator(seed: Self.seed, target: target, corpus: corpus)
    let start = ContinuousClock.now
    var count = 0
    while Self.seconds.map({ start.duration(to: .now) < .seconds($0) })
      ?? (count < target.executions)
    {
      count += 1
      guard attempt(target, mutator.next(), "SEED=\(Self.seed), number \(count)") else { return }
    }
    print("\(target.name): \(count) inputs of SEED=\(Self.seed), \(start.duration(to: .now))")
  }
}
