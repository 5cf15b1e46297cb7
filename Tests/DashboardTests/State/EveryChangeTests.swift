import SharedState
import TestSupport
import Testing
import TextScreen

@testable import Dashboard

@Suite("Every change is told or counted")
struct EveryChangeTests {
  /// A scene, and a second account of what happened in it.
  private struct Witness {
    var scene = Scene(100, 30)
    /// Who has moved out, when, and what they left.
    var gone: [String: (at: Duration, value: StateValue)] = [:]

    /// Changes that were told one by one or together, or were counted as muted or as waiting.
    var accounted: Int {
      let told = scene.model.activity.log.items.reduce(0) { $0 + ($1.key == nil ? 0 : $1.times) }
      return told + scene.model.known.mutes.count + (scene.model.pause?.count ?? 0)
    }

    /// Somebody changes the town; returns how many changes that were.
    mutating func change(_ updates: [String: StateValue], remove removals: Set<String>) -> Int {
      let gone = removals.filter { scene.town.contains($0) && updates[$0] == nil }
      // Of what moves in and out while the picture stands still there is no trace but the count.
      let isSeen = scene.model.pause == nil
      for key in gone { self.gone[key] = isSeen ? (scene.uptime, scene.town[key] ?? .null) : nil }
      for key in updates.keys { self.gone[key] = nil }
      scene.change(updates, remove: gone)
      return updates.count + gone.count
    }
  }

  @Test(
    "Muted, paused, folded and filtered, no change of a random stream is lost",
    arguments: 0..<4
  )
  func accounts(seed: UInt64) {
    var generator = SplitMix(seed: seed)
    var witness = Witness()
    witness.scene.join(["a.0": 1, "b.0": 2, "c": 3])
    for step in 0..<400 {
      let before = witness.accounted
      switch Int.random(in: 0..<20, using: &generator) {
      case 0: witness.scene.press("j")
      case 1: witness.scene.press("k")
      case 2: witness.scene.press("x")
      case 3: witness.scene.press("w")
      case 4: witness.scene.press(["o", "O", "E", "C"].randomElement(using: &generator) ?? "o")
      case 5:
        witness.scene.press("f", .control("u"))
        witness.scene.type(["a.", "!b.", ""].randomElement(using: &generator) ?? "")
        witness.scene.press(.enter)
      case 6: witness.scene.wait(.milliseconds(Int.random(in: 1...4000, using: &generator)))
      default:
        let happened = witness.change(
          Self.updates(&generator),
          remove: Set((0..<2).map { _ in Self.key(&generator) })
        )
        #expect(witness.accounted - before == happened, "step \(step)")
      }
      expectTraces(of: witness, step: step)
    }
  }

  /// Who moved out stands there for five seconds with what was there last, wherever one looks.
  private func expectTraces(of witness: Witness, step: Int) {
    let scene = witness.scene
    guard scene.model.pause == nil else { return }
    for (key, gone) in witness.gone where scene.uptime - gone.at <= .seconds(5) {
      let isTraced = scene.model.known.index.isGhost(key)
      #expect(isTraced, "step \(step): \(key)")
      #expect(scene.model.known.entry(for: key)?.value == gone.value, "step \(step): \(key)")
    }
  }

  @Test("What happens while the connection is away is told when it is back")
  func away() {
    var witness = Witness()
    witness.scene.join(["a.0": 1, "a.1": 2])
    let before = witness.accounted
    witness.scene.lose()
    witness.scene.wait(.seconds(3))
    witness.scene.send(.link(.syncing(received: 1, total: 1)))
    let happened = witness.change(["a.0": 5, "b.0": 1], remove: ["a.1"])
    witness.scene.send(.link(.live(latency: nil)))
    #expect(witness.accounted - before == happened)
  }

  private static func updates(_ generator: inout SplitMix) -> [String: StateValue] {
    var updates: [String: StateValue] = [:]
    for _ in 0..<Int.random(in: 0...3, using: &generator) {
      updates[key(&generator)] = .int(Int64.random(in: 0...9, using: &generator))
    }
    return updates
  }

  private static func key(_ generator: inout SplitMix) -> String {
    let house = Int.random(in: 0..<12, using: &generator)
    let street = ["a", "b", "c"].randomElement(using: &generator) ?? ""
    return house == 0 ? street : "\(street).\(house)"
  }
}
