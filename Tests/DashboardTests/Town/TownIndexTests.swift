import SharedState
import Testing

@testable import Dashboard

@Suite("TownIndex")
struct TownIndexTests {
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
      let groups = Dictionary(grouping: shown) { Address.street(of: $0) ?? $0 }
      return ordered(groups.keys).flatMap { name -> [TreeRow] in
        guard name.hasSuffix(".") else { return [.house(name)] }
        guard folds[name] ?? opens else { return [.street(name)] }
        return [.street(name)] + ordered(groups[name] ?? []).map { .house($0) }
      }
    }

    mutating func forgetEmptyStreets() {
      let streets = Set(living.union(ghosts).compactMap(Address.street(of:)))
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
    var (index, naive) = (TownIndex(), Naive())
    for step in 0..<600 {
      let keys = Self.keys(&generator)
      switch Int.random(in: 0..<11, using: &generator) {
      case 0, 1, 2:
        index.moveIn(keys)
        naive.living.formUnion(keys)
        naive.ghosts.subtract(keys)
      case 3, 4:
        index.moveOut(keys)
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
        let street = Address.street(of: keys[0]) ?? "s0."
        let isOpen = Bool.random(using: &generator)
        index.setOpen(isOpen, street)
        naive.folds[street] = isOpen
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
    _ index: inout TownIndex,
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
        let (rank, street) = (Int64.random(in: -3...0, using: &generator), Address.street(of: key))
        ranks.houses[ExactText(key)] = rank
        if all.contains(key) { naive.ranks[key] = rank }
        guard let street, Bool.random(using: &generator) else { continue }
        ranks.streets[ExactText(street)] = rank
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

  private func check(_ index: TownIndex, _ naive: Naive) {
    let rows = naive.rows
    let hidden = naive.living.filter { !(naive.filter?.shows($0) ?? true) }
    #expect(index.hiddenCount == hidden.count)
    for street in index.streets {
      let living = naive.living.filter { $0.hasPrefix(street.prefix) }
      #expect(street.livingCount == living.count)
      #expect(street.shownCount == living.subtracting(hidden).count)
    }
    #expect(index.rowCount == rows.count)
    #expect((0..<rows.count).map { index.row(at: $0) } == rows)
    #expect(rows.map { index.position(of: $0) } == Array(0..<rows.count))
    #expect(index.houseCount == naive.living.count)
    #expect(index.streetCount == Set(naive.living.compactMap(Address.street(of:))).count)
    #expect(index.row(at: -1) == nil && index.row(at: rows.count) == nil)
    #expect(
      naive.living.allSatisfy(index.isLivedIn) && !naive.ghosts.contains(where: index.isLivedIn)
    )
  }

  @Test("The house scene and the street scene. are two rows, the house first")
  func sceneTwice() {
    var index = TownIndex()
    index.moveIn(["scene.box", "scene", "a", "scene-x.y"])
    let rows = (0..<index.rowCount).map { index.row(at: $0) }
    #expect(
      rows == [
        .house("a"), .house("scene"), .street("scene-x."), .house("scene-x.y"), .street("scene."),
        .house("scene.box"),
      ]
    )
    #expect(index.streetCount == 2)
  }

  @Test("Two spellings of one word are two houses, as they are for every peer")
  func spellings() {
    var index = TownIndex()
    index.moveIn(["s.caf\u{E9}", "s.cafe\u{301}"])
    #expect(index.houseCount == 2)
    index.moveOut(["s.caf\u{E9}"])
    #expect(index.isLivedIn("s.cafe\u{301}"))
    #expect(index.isGhost("s.caf\u{E9}"))
  }

  @Test("A dot that carries an accent still ends the street")
  func accentedDot() {
    #expect(Address("a.\u{301}b").street == "a.")
    #expect(Address(".x").street == ".")
    #expect(Address("").street == nil)
    #expect(Address("selection.P.0").house == "P.0")
  }

  @Test("A street that comes back is found as it was left")
  func foldsStay() {
    var index = TownIndex()
    index.moveIn(["s.a"])
    index.setOpen(false, "s.")
    index.moveOut(["s.a"])
    index.forget(["s.a"])
    #expect(index.isEmpty)
    index.moveIn(["s.b"])
    #expect(index.street("s.")?.isOpen == false)
  }
}
