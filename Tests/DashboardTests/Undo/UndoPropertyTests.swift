import SharedState
import StateEditing
import TestSupport
import Testing
import TextScreen

@testable import Dashboard

@Suite("Undo, by chance")
struct UndoPropertyTests {
  private static let keys = ["note.a", "note.b", "note.c", "walk.a", "walk.b", "alone"]

  private static func start() -> Scene {
    var scene = Scene()
    scene.join([
      "note.a": ["m0": 0, "m1": [1, 2], "n0": 0], "note.b": ["m0": 0.5, "m2": ["deep": 1]],
      "walk.a": ["m3": nil], "alone": ["m0": "x"],
    ])
    return scene
  }

  /// One edit of ours, of any verb, on what is there now.
  private static func edit(_ scene: inout Scene, _ random: inout SeededGenerator) {
    let key = keys[Int.random(in: keys.indices, using: &random)]
    let base = scene.town[key]
    let field = "m\(Int.random(in: 0..<4, using: &random))"
    let value = StateValue.int(Int64(Int.random(in: 0..<1000, using: &random)))
    switch Int.random(in: 0..<6, using: &random) {
    case 0, 1:
      guard var mine = base else { return }
      mine.object?[field] = value
      scene.submit(.update, [.init(key: key, base: base, mine: mine)])
    case 2:
      guard var mine = base else { return }
      let isThere = mine[field] != nil
      mine.object?[field] = isThere ? nil : value
      scene.submit(.modify, [.init(key: key, base: base, mine: mine)])
    case 3:
      guard base != nil else { return }
      scene.submit(.remove, [.init(key: key, base: base, mine: nil)])
    case 4:
      guard base == nil else { return }
      scene.submit(.add, [.init(key: key, base: nil, mine: [field: value])])
    default:
      let street = Bool.random(using: &random) ? "note." : "walk."
      let houses = scene.town.keys(withPrefix: street)
      guard !houses.isEmpty else { return }
      let town = scene.town
      scene.submit(.clear, houses.map { .init(key: $0, base: town[$0], mine: nil) })
    }
  }

  /// What the neighbour has last written, by house and field.
  private typealias Written = [String: [String: StateValue]]

  /// Presses z until nothing is left; of a merge, what is there stays.
  ///
  /// Where a whole house is decided that way, the one that was removed before is given up by the person who looks.
  private static func takeAllBack(_ scene: inout Scene, _ written: inout Written) -> Bool {
    for _ in 0..<200 {
      scene.act("z")
      if case .conflict(let proposal)? = scene.model.edit?.phase {
        if let key = scene.model.edit?.key, proposal.conflicts.contains(where: \.path.isRoot) {
          written[key] = written[key]?.filter { proposal.live?[$0.key] != nil }
        }
        scene.act(proposal.isEntryGone ? "l" : "L")
        if scene.model.edit != nil { scene.act(.enter, .enter) }
      }
      if scene.model.undo.done.isEmpty, scene.model.edit == nil { return true }
    }
    return false
  }

  @Test("Any edits, all taken back, leave the town byte for byte; all done again, as they left it")
  func alone() {
    for seed in 0..<150 as Range<UInt64> {
      var random = SeededGenerator(seed: seed)
      var scene = Self.start()
      let before = scene.wholeTown
      for _ in 0..<20 { Self.edit(&scene, &random) }
      let after = scene.wholeTown
      let steps = scene.model.undo.done.count
      for _ in 0..<steps { scene.act("z") }
      #expect(scene.wholeTown == before, "seed \(seed)")
      for _ in 0..<steps { scene.act("Z") }
      #expect(scene.wholeTown == after, "seed \(seed)")
    }
  }

  @Test("With a neighbour at work, taking all back loses nothing of the neighbour's")
  func neighbour() {
    var merges = 0
    for seed in 0..<150 as Range<UInt64> {
      var random = SeededGenerator(seed: seed)
      var scene = Self.start()
      var written: Written = [:]
      for turn in 0..<30 {
        Self.edit(&scene, &random)
        // The neighbour has fields of their own, in houses that are there.
        let key = Self.keys[Int.random(in: Self.keys.indices, using: &random)]
        guard var house = scene.town[key], Int.random(in: 0..<2, using: &random) == 0 else {
          continue
        }
        let field = "n\(Int.random(in: 0..<3, using: &random))"
        house.object?[field] = .int(Int64(turn))
        written[key, default: [:]][field] = .int(Int64(turn))
        scene.change([key: house])
      }
      let isEmpty = Self.takeAllBack(&scene, &written)
      #expect(isEmpty, "seed \(seed): z did not come to an end")
      merges += scene.notes.count { $0.contains("changed in the same place") }
      for (key, fields) in written {
        for (field, value) in fields {
          #expect(scene.town[key]?[field] == value, "seed \(seed): \(key) \(field)")
        }
      }
    }
    #expect(merges > 20, "the test meets conflicts too")
  }
}
