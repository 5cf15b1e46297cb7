import Foundation
import Testing

/// Which seeds to run: `SEED=n` for one, `SEEDS=n` for that many, otherwise a few hundred.
enum Seeds {
  static let all: Range<UInt64> = {
    let environment = ProcessInfo.processInfo.environment
    if let one = environment["SEED"].flatMap(UInt64.init) { return one..<one + 1 }
    return 0..<(environment["SEEDS"].flatMap(UInt64.init) ?? 300)
  }()

  /// The seeds in a few runs of neighbours, so that cores share them and the report stays short.
  static let batches: [Range<UInt64>] = {
    let size = max(1, UInt64(all.count) / 20)
    return stride(from: all.lowerBound, to: all.upperBound, by: Int(size)).map {
      $0..<min($0 + size, all.upperBound)
    }
  }()
}

@Suite("Simulation")
struct SimulationTests {
  @Test(
    "Whatever the network does, all agree in the end and nothing is lost",
    arguments: Seeds.batches
  )
  func town(seeds: Range<UInt64>) {
    for seed in seeds {
      var simulation = Simulation(seed: seed)
      expectNoViolation(seed: seed) { () throws(Violation) in try simulation.run() }
    }
  }

  @Test("A quiet network gives every write an end as taken")
  func quiet() {
    for seed in Seeds.all.prefix(50) {
      var options = Simulation.Options()
      (options.cuts, options.deafenings, options.replacements) = (0, 0, 0)
      var simulation = Simulation(seed: seed, options: options)
      expectNoViolation(seed: seed) { () throws(Violation) in try simulation.run() }
    }
  }

  @Test("Stormy weather: many cuts, deaf towns and departures", arguments: Seeds.batches)
  func storm(seeds: Range<UInt64>) {
    for seed in seeds where seed % 4 == 0 {
      var options = Simulation.Options()
      (options.cuts, options.deafenings, options.replacements) = (25, 6, 8)
      var simulation = Simulation(seed: seed, options: options)
      expectNoViolation(seed: seed) { () throws(Violation) in try simulation.run() }
    }
  }

  @Test("The runs try what they are meant to try")
  func variety() {
    var tally: [String: Int] = [:]
    for seed in 0..<40 as Range<UInt64> {
      var simulation = Simulation(seed: seed)
      expectNoViolation(seed: seed) { () throws(Violation) in try simulation.run() }
      tally.merge(simulation.tally, uniquingKeysWith: +)
    }
    let wanted = [
      "accepted": 500, "overwritten": 20, "unconfirmed": 20, "disconnected": 50, "cut": 100,
      "left": 100, "whole state": 200, "change": 2000,
      "searched": 50,
    ]
    for (name, least) in wanted {
      #expect(tally[name, default: 0] >= least, "\(name) happened too seldom: \(tally)")
    }
  }

  @Test("The same seed gives the same run")
  func deterministic() {
    for seed in 0..<5 as Range<UInt64> {
      var first = Simulation(seed: seed)
      var second = Simulation(seed: seed)
      try? first.run()
      try? second.run()
      #expect(first.trace == second.trace)
    }
  }

  @Test("A planted bug is caught by its checker alone", arguments: PlantedBug.allCases)
  func caught(bug: PlantedBug) {
    var catches = 0
    for seed in 0..<90 as Range<UInt64> {
      var options = Simulation.Options()
      options.bug = bug
      options.checkers = [bug.caught]
      var simulation = Simulation(seed: seed, options: options)
      do throws(Violation) { try simulation.run() } catch { catches += 1 }
    }
    #expect(
      catches > 5,
      "\(bug.rawValue) was caught by \(bug.caught.rawValue) on \(catches) of 90 seeds"
    )
  }

  private func expectNoViolation(seed: UInt64, _ run: () throws(Violation) -> Void) {
    do throws(Violation) {
      try run()
    } catch {
      Issue.record("SEED=\(seed): \(error)")
    }
  }
}
