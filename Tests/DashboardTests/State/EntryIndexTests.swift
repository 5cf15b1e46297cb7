import SharedState
import Testing

@testable import Dashboard

@Suite("TownIndex")
struct EntryIndexTests {
  /// The same index, done the slow way.
  struct Naive {
    var living: Set<String> = []
    var ghosts: Set<String> = []
    var folds: [String: Bool] = [:]
    var opens = true
    var filter: TreeFilter?
    var ranks: [String: Int64] = [:]

    var rows: [TreeRow] {
      let shown = living.union(ghosts).filter { filter?.shows($0) ?? true }
      let groups = Dictionary(grouping: shown) { KeyParts.prefix(of: $0) ?? $0 }
      return ordered(groups.keys).flatMap { name -> [TreeRow] in
        guard name.hasSuffix(".") else { return [.entry(name)] }
        guard folds[name] ?? opens else { return [.group(name)] }
        return [.group(name)] + ordered(groups[name] ?? []).map { .entry($0) }
      }
    }

    mutating func forgetEmptyStreets() {
      let streets = Set(living.union(ghosts).compactMap(KeyParts.prefix(of:)))
      ranks = ranks.filter { !$0.key.hasSuffix(".") || streets.contains($0.key) }
    }

    private func ordered(_ names: some Sequence<String>) -> [String] {
      names.sorted { (ranks[$0] ?? 0, $0) < (ranks[$1] ?? 0, $1) }
    }
  }

  private static let filters = ["s1.", "*.h2?.x", "!s3", "s? !*5*", "", "nothing.at.all"]

  @Test(
    "Random comings, goings, folds, filters and orders agree with a naive sort",
    arguments: 0..<4
  )
  func agrees(seed: UInt64) {
    var generator = SplitMix(seed: seed)
    var (index, naive) = (EntryIndex(), Naive())
    for step in 0..<600 {
      let keys = Self.keys(&generator)
      switch Int.random(in: 0..<11, using: &generator) {
      case 0, 1, 2:
        index.insert(keys)
        naive.living.formUnion(keys)
        naive.ghosts.subtract(keys)
      case 3, 4:
        index.remove(keys)
        naive.ghosts.formUnion(naive.living.intersection(keys))
        naive.living.subtract(keys)
      case 5:
        index.forget(keys)
        for key in naive.ghosts.intersection(keys) { naive.ranks[key] = nil }
        naive.ghosts.subtract(keys)
        naive.forgetEmptyStreets()
      case 7:
        naive.filter = Self.filters.randomElement(using: &generator).flatMap { TreeFilter($0) }
        index.setFilter(naive.filter)
      case 8, 9: Self.rerank(&index, &naive, keys, &generator)
      case 6:
        let street = KeyParts.prefix(of: keys[0]) ?? "s0."
        let isOpen = Bool.random(using: &generator)
        index.setOpen(isOpen, street)
        naive.folds[street] = isOpen
      case 10 where step % 3 == 0:
        // As a search that is left brings them back.
        naive.folds = naive.folds.filter { _ in Bool.random(using: &generator) }
        naive.opens = Bool.random(using: &generator)
        let groups = naive.folds.map { (StateKey($0.key), $0.value) }
        index.setFolds(
          TreeFolds(groups: Dictionary(uniqueKeysWithValues: groups), all: naive.opens)
        )
      default:
        guard step % 5 == 0 else { continue }
        naive.opens.toggle()
        naive.folds = [:]
        index.setAllOpen(naive.opens)
      }
      check(index, naive)
    }
  }

  /// Gives some houses and streets new ranks, or, now and then, the whole town another order.
  private static func rerank(
    _ index: inout EntryIndex,
    _ naive: inout Naive,
    _ keys: [String],
    _ generator: inout SplitMix
  ) {
    let all = naive.living.union(naive.ghosts)
    let isNewOrder = Int.random(in: 0..<4, using: &generator) == 0
    let sort = isNewOrder ? TreeSort.allCases.randomElement(using: &generator) : index.sort
    guard let sort, sort != .name || isNewOrder else { return }
    var ranks = TreeRanks()
    if isNewOrder { naive.ranks = [:] }
    if sort != .name {
      for key in isNewOrder ? Array(all) : keys {
        let (rank, street) = (Int64.random(in: -3...0, using: &generator), KeyParts.prefix(of: key))
        ranks.entries[StateKey(key)] = rank
        if all.contains(key) { naive.ranks[key] = rank }
        guard let street, Bool.random(using: &generator) else { continue }
        ranks.groups[StateKey(street)] = rank
        if all.contains(where: { $0.hasPrefix(street) }) { naive.ranks[street] = rank }
      }
    }
    if isNewOrder { index.setSort(sort, ranks) } else { index.rerank(ranks) }
  }

  private static func keys(_ generator: inout SplitMix) -> [String] {
    let count = [1, 1, 2, 40].randomElement(using: &generator) ?? 1
    let keys = (0..<count).map { _ -> String in
      let street = Int.random(in: 0..<6, using: &generator)
      let house = Int.random(in: 0..<30, using: &generator)
      return Int.random(in: 0..<8, using: &generator) == 0 ? "s\(street)" : "s\(street).h\(house).x"
    }
    return Array(Set(keys))
  }

  private func check(_ index: EntryIndex, _ naive: Naive) {
    let rows = naive.rows
    let hidden = naive.living.filter { !(naive.filter?.shows($0) ?? true) }
    #expect(index.hiddenCount == hidden.count)
    for street in index.groups {
      let living = naive.living.filter { $0.hasPrefix(street.prefix) }
      #expect(street.presentCount == living.count)
      #expect(street.shownCount == living.subtracting(hidden).count)
    }
    #expect(index.rowCount == rows.count)
    #expect((0..<rows.count).map { index.row(at: $0) } == rows)
    #expect(rows.map { index.position(of: $0) } == Array(0..<rows.count))
    #expect(index.entryCount == naive.living.count)
    #expect(index.groupCount == Set(naive.living.compactMap(KeyParts.prefix(of:))).count)
    #expect(index.row(at: -1) == nil && index.row(at: rows.count) == nil)
    #expect(
      naive.living.allSatisfy(index.isPresent) && !naive.ghosts.contains(where: index.isPresent)
    )
  }

  @Test("The house scene and the street scene. are two rows, the house first")
  func sceneTwice() {
    var index = EntryIndex()
    index.insert(["scene.box", "scene", "a", "scene-x.y"])
    let rows = (0..<index.rowCount).map { index.row(at: $0) }
    #expect(
      rows == [
        .entry("a"), .entry("scene"), .group("scene-x."), .entry("scene-x.y"), .group("scene."),
        .entry("scene.box"),
      ]
    )
    #expect(index.groupCount == 2)
  }

  @Test("Two spellings of one word are two houses, as they are for every peer")
  func spellings() {
    var index = EntryIndex()
    index.insert(["s.caf\u{E9}", "s.cafe\u{301}"])
    #expect(index.entryCount == 2)
    index.remove(["s.caf\u{E9}"])
    #expect(index.isPresent("s.cafe\u{301}"))
    #expect(index.isGhost("s.caf\u{E9}"))
  }

  @Test("A street that comes back is found as it was left")
  func foldsStay() {
    var index = EntryIndex()
    index.insert(["s.a"])
    index.setOpen(false, "s.")
    index.remove(["s.a"])
    index.forget(["s.a"])
    #expect(index.isEmpty)
    index.insert(["s.b"])
    #expect(index.group("s.")?.isOpen == false)
  }
}
