import SharedState
import Testing

@Suite("ValueMerge")
struct ValueMergeTests {
  @Suite("stories")
  struct Stories {
    private let base: StateValue = [
      "name": "A", "hide": false, "selected": ["ids": [1, 2], "note": "x"],
    ]

    private func base(_ path: ValuePath, _ value: StateValue?) -> StateValue? {
      base.replacing(path, with: value)
    }

    @Test("Edits of different fields both survive")
    func disjoint() {
      let merge = ValueMerge(base: base, mine: base(["name"], "B"), live: base(["hide"], true))
      #expect(
        merge
          == .merged(
            ["name": "B", "hide": true, "selected": ["ids": [1, 2], "note": "x"]],
            fromLive: [["hide"]]
          )
      )
    }

    @Test("Edits of different fields of a nested dictionary both survive")
    func nested() {
      let merge = ValueMerge(
        base: base,
        mine: base(["selected", "ids"], [3]),
        live: base(["selected", "note"], nil)
      )
      #expect(
        merge
          == .merged(
            ["name": "A", "hide": false, "selected": ["ids": [3]]],
            fromLive: [["selected", "note"]]
          )
      )
    }

    @Test("The same change made twice is one change")
    func agreement() {
      let both = base(["name"], "B")
      #expect(ValueMerge(base: base, mine: both, live: both) == .merged(both, fromLive: []))
    }

    @Test("The same field changed differently waits for a choice, the rest is merged")
    func conflict() {
      let mine = base(["name"], "B")
      let live = base(["name"], "C")?.replacing(["hide"], with: true)
      let merge = ValueMerge(base: base, mine: mine, live: live)
      #expect(merge.conflicts == [.init(path: ["name"], base: "A", mine: "B", live: "C")])
      #expect(merge.fromLive == [["hide"]])
      #expect(
        merge.resolved(by: [["name"]: .live]) == .merged(live, fromLive: [["hide"], ["name"]])
      )
      #expect(
        merge.resolved(by: [["name"]: .mine])
          == .merged(live?.replacing(["name"], with: "B"), fromLive: [["hide"]])
      )
      #expect(
        merge.resolved(by: [["name"]: .base])
          == .merged(live?.replacing(["name"], with: "A"), fromLive: [["hide"]])
      )
      #expect(merge.resolved(by: [:]) == merge)
      #expect(merge.resolved(by: [["other"]: .live]) == merge)
    }

    @Test("Lists are wholes")
    func lists() {
      let merge = ValueMerge(
        base: base,
        mine: base(["selected", "ids"], [1, 2, 3]),
        live: base(["selected", "ids"], [0, 1, 2])
      )
      #expect(merge.conflicts.map(\.path) == [["selected", "ids"]])
    }

    @Test("What I removed and another changed waits for a choice, and so the other way round")
    func removalAgainstChange() {
      let removed = base(["selected"], nil)
      let changed = base(["selected", "note"], "y")
      for (mine, live) in [(removed, changed), (changed, removed)] {
        let merge = ValueMerge(base: base, mine: mine, live: live)
        #expect(merge.conflicts.map(\.path) == [["selected"]])
        #expect(merge.resolved(by: [["selected"]: .mine]) == .merged(mine, fromLive: []))
        #expect(
          merge.resolved(by: [["selected"]: .live]) == .merged(live, fromLive: [["selected"]])
        )
      }
    }

    @Test("A whole number against a measurement is a conflict, not the same change")
    func kinds() {
      let merge = ValueMerge(base: base, mine: base(["hide"], 1), live: base(["hide"], 1.0))
      #expect(merge.conflicts.map(\.path) == [["hide"]])
    }

    @Test("A house that became something else is a conflict of the whole")
    func root() {
      let merge = ValueMerge(base: base, mine: base(["name"], "B"), live: 7)
      #expect(merge.conflicts.map(\.path) == [.root])
      #expect(merge.resolved(by: [.root: .live]) == .merged(7, fromLive: [.root]))
    }

    @Test("A house that was removed while I edited waits for a choice")
    func liveMissing() {
      let mine = base(["name"], "B")
      let merge = ValueMerge(base: base, mine: mine, live: nil)
      #expect(merge.conflicts == [.init(path: .root, base: base, mine: mine, live: nil)])
      #expect(merge.resolved(by: [.root: .live]) == .merged(nil, fromLive: [.root]))
      #expect(merge.resolved(by: [.root: .mine]) == .merged(mine, fromLive: []))
    }

    @Test("A house that I did not touch may go")
    func untouchedGone() {
      #expect(ValueMerge(base: base, mine: base, live: nil) == .merged(nil, fromLive: [.root]))
    }

    @Test("A house that somebody built where I build is a conflict, unless both are equal")
    func baseMissing() {
      let merge = ValueMerge(base: nil, mine: ["a": 1], live: ["b": 2])
      #expect(merge.conflicts == [.init(path: .root, base: nil, mine: ["a": 1], live: ["b": 2])])
      #expect(
        ValueMerge(base: nil, mine: ["a": 1], live: ["a": 1]) == .merged(["a": 1], fromLive: [])
      )
    }
  }

  /// Every rule is checked on values that meet in all the ways that values can.
  @Suite("laws")
  struct Laws {
    private struct Triple {
      let base: StateValue?
      let mine: StateValue?
      let live: StateValue?

      init(seed: UInt64) {
        var random = SeededValues(seed: seed)
        let start = random.next(below: 8) == 0 ? random.value() : random.object()
        base = random.next(below: 12) == 0 ? nil : start
        mine = random.next(below: 12) == 0 ? nil : random.edited(start)
        live = random.next(below: 12) == 0 ? nil : random.edited(start)
      }
    }

    private static let seeds: Range<UInt64> = 0..<500

    @Test("Nothing happened meanwhile: mine stands")
    func mineStands() {
      for seed in Self.seeds {
        let town = Triple(seed: seed)
        #expect(
          ValueMerge(base: town.base, mine: town.mine, live: town.base)
            == .merged(town.mine, fromLive: []),
          "seed \(seed)"
        )
      }
    }

    @Test("I changed nothing: the live value stands")
    func liveStands() {
      for seed in Self.seeds {
        let town = Triple(seed: seed)
        let merge = ValueMerge(base: town.base, mine: town.base, live: town.live)
        #expect(merge == .merged(town.live, fromLive: merge.fromLive), "seed \(seed)")
        #expect(merge.fromLive.isEmpty == (town.base == town.live), "seed \(seed)")
      }
    }

    @Test("Both made the same change: it stands")
    func agreement() {
      for seed in Self.seeds {
        let town = Triple(seed: seed)
        #expect(
          ValueMerge(base: town.base, mine: town.mine, live: town.mine)
            == .merged(town.mine, fromLive: []),
          "seed \(seed)"
        )
      }
    }

    @Test("Sides exchanged: the same conflicts, the same merged value")
    func symmetry() {
      for seed in Self.seeds {
        let town = Triple(seed: seed)
        let one = ValueMerge(base: town.base, mine: town.mine, live: town.live)
        let other = ValueMerge(base: town.base, mine: town.live, live: town.mine)
        let turned = other.conflicts.map {
          ValueMerge.Conflict(path: $0.path, base: $0.base, mine: $0.live, live: $0.mine)
        }
        #expect(Set(one.conflicts) == Set(turned), "seed \(seed)")
        let mine = one.resolved(by: choices(one) { _ in .mine })
        let live = other.resolved(by: choices(other) { _ in .live })
        #expect(value(mine) == value(live), "seed \(seed)")
      }
    }

    @Test(
      "Nothing is invented: each part of the result comes from one of the three"
    )
    func nothingInvented() {
      for seed in Self.seeds {
        let town = Triple(seed: seed)
        var random = SeededValues(seed: seed &+ 1)
        let merge = ValueMerge(base: town.base, mine: town.mine, live: town.live)
        let settled = merge.resolved(
          by: choices(merge) { _ in [.base, .mine, .live][random.next(below: 3)] }
        )
        #expect(settled.conflicts.isEmpty, "seed \(seed)")
        let sources = [town.base, town.mine, town.live]
        for path in leaves(value(settled), at: .root) {
          let found = value(settled)?.value(at: path)
          #expect(sources.contains { $0?.value(at: path) == found }, "seed \(seed) at \(path)")
        }
      }
    }

    @Test("Nothing is lost: what one side changed alone is in the result")
    func nothingLost() {
      for seed in Self.seeds {
        let town = Triple(seed: seed)
        let merge = ValueMerge(base: town.base, mine: town.mine, live: town.live)
        let settled = value(merge.resolved(by: choices(merge) { _ in .mine }))
        for (side, other) in [(town.mine, town.live), (town.live, town.mine)] {
          for path in fieldPaths(side) + fieldPaths(town.base)
          where unchanged(path, town.base, other) && !isNear(path, merge.conflicts.map(\.path)) {
            #expect(settled?.value(at: path) == side?.value(at: path), "seed \(seed) at \(path)")
          }
        }
      }
    }

    @Test("Edits of different fields always merge")
    func disjoint() {
      for seed in Self.seeds {
        var random = SeededValues(seed: seed)
        let base = random.object()
        let mine = base.replacing(["a"], with: random.value())?.replacing(["b"], with: nil)
        let live = base.replacing(["d"], with: random.value())?.replacing(
          ["f"],
          with: random.value()
        )
        let merge = ValueMerge(base: base, mine: mine, live: live)
        #expect(merge.conflicts.isEmpty, "seed \(seed)")
        for name in ["a", "b"] { #expect(value(merge)?[name] == mine?[name], "seed \(seed)") }
        for name in ["d", "f"] { #expect(value(merge)?[name] == live?[name], "seed \(seed)") }
      }
    }

    @Test("The random towns do meet in conflicts and in merges")
    func towns() {
      let merges = Self.seeds.map { seed in
        let town = Triple(seed: seed)
        return ValueMerge(base: town.base, mine: town.mine, live: town.live)
      }
      #expect(merges.count { !$0.conflicts.isEmpty } > 100)
      #expect(merges.count { $0.conflicts.isEmpty && !$0.fromLive.isEmpty } > 50)
      #expect(merges.contains { $0.conflicts.contains { $0.path.steps.count > 1 } })
    }

    private func value(_ merge: ValueMerge) -> StateValue? {
      switch merge {
      case .merged(let value, _), .conflicts(_, let value, _): value
      }
    }

    private func choices(
      _ merge: ValueMerge,
      _ choose: (ValueMerge.Conflict) -> ValueMerge.Side
    ) -> [ValuePath: ValueMerge.Side] {
      Dictionary(uniqueKeysWithValues: merge.conflicts.map { ($0.path, choose($0)) })
    }

    private func unchanged(_ path: ValuePath, _ base: StateValue?, _ side: StateValue?) -> Bool {
      // Fields above the place count too: a place is untouched if everything on the way to it is a dictionary still.
      (0...path.steps.count).allSatisfy { length in
        let here = ValuePath(Array(path.steps.prefix(length)))
        let (old, new) = (base?.value(at: here), side?.value(at: here))
        return old == new || (length < path.steps.count && old?.object != nil && new?.object != nil)
      }
    }

    private func isNear(_ path: ValuePath, _ conflicts: [ValuePath]) -> Bool {
      conflicts.contains { $0.contains(path) || path.contains($0) }
    }

    private func fieldPaths(_ value: StateValue?, at path: ValuePath = .root) -> [ValuePath] {
      [path]
        + (value?.object?.flatMap { fieldPaths($0.value, at: path.appending(.field($0.key))) } ?? [])
    }

    private func leaves(_ value: StateValue?, at path: ValuePath) -> [ValuePath] {
      // A dictionary left without fields is nobody's invention.
      guard let object = value?.object else { return [path] }
      return object.flatMap { leaves($0.value, at: path.appending(.field($0.key))) }
    }
  }
}
