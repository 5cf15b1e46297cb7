import SharedState
import TestSupport
import Testing

@testable import Dashboard

@Suite("TownHistory")
struct StateHistoryTests {
  /// A town whose changes are kept, and what is known of it otherwise.
  private struct Street {
    var history: StateHistory
    var town: [String: StateEntry] = [:]
    var left: [String: StateEntry] = [:]
    var second = 0

    init(capacity: Int) { history = StateHistory(capacity: capacity) }

    mutating func put(_ key: String, _ entry: StateEntry?) {
      let old = town[key]
      guard old != nil || entry != nil else { return }
      second += 1
      let kind: EntryNews.Kind = entry == nil ? .removed : old == nil ? .added : .changed
      let touched = KnownChange.Touched(key: key, kind: kind, author: .others, old: old, new: entry)
      let time = Duration.seconds(second)
      history.note(KnownChange(touched: [touched]), at: Moment(uptime: time, clock: time))
      town[key] = entry
      left[key] = entry == nil ? old : nil
    }
  }

  private static func entry(_ number: Int, size: Int) -> StateEntry {
    StateEntry(["number": .int(Int64(number)), "pad": .string(String(repeating: "x", count: size))])
  }

  @Test(
    "Whatever happens, the bytes stay within the bound, time runs one way, and nothing is lost last"
  )
  func bounds() throws {
    for seed in 0..<12 {
      var random = SeededGenerator(seed: UInt64(seed))
      var street = Street(capacity: 100_000)
      for number in 0..<4000 {
        let key = "s.\(Int.random(in: 0..<60, using: &random))"
        let isRemoval = Int.random(in: 0..<10, using: &random) == 0
        let size =
          Int.random(in: 0..<20, using: &random) == 0
          ? 3000 : Int.random(in: 0..<200, using: &random)
        street.put(key, isRemoval ? nil : Self.entry(number, size: size))
        #expect(street.history.bytes <= 100_000)
      }
      var total = 0
      for key in Set(street.town.keys).union(street.left.keys) {
        guard let house = street.history.entry(key) else {
          #expect(street.left[key] == nil, "a house that left is forgotten")
          continue
        }
        total += house.bytes
        let times =
          house.past.compactMap(\.origin?.at.uptime) + [house.current?.at.uptime].compactMap(\.self)
        #expect(times == times.sorted())
        #expect(house.isVacant == (street.town[key] == nil))
        #expect(house.last?.entry == street.left[key])
      }
      #expect(total == street.history.bytes)
      #expect(Set(street.history.departed().map(\.key)) == Set(street.left.keys))
    }
  }

  @Test("The past gets coarser, not shorter: its beginning stays, and what was let go is counted")
  func thinned() throws {
    var street = Street(capacity: 640_000)
    for number in 0..<3000 { street.put("s.a", Self.entry(number, size: 10)) }
    let house = try #require(street.history.entry("s.a"))
    let past = house.past
    #expect(past.first?.entry == nil && past.first?.origin == nil)
    #expect(past.last?.entry == Self.entry(2998, size: 10))
    #expect(past.count + past.indices.reduce(0) { $0 + house.skipped(after: $1) } == 3000)
    let numbers = past.dropFirst().compactMap { $0.entry?.value["number"]?.int }
    #expect(numbers == numbers.sorted() && Set(numbers).count == numbers.count)
    let older = zip(numbers, numbers.dropFirst()).prefix(numbers.count / 2).map { $1 - $0 }
    let newer = zip(numbers, numbers.dropFirst()).suffix(numbers.count / 2).map { $1 - $0 }
    #expect(older.reduce(0, +) > 4 * newer.reduce(0, +))
  }

  @Test("A house that moves all the time thins its own past and leaves that of the others")
  func chatter() throws {
    var street = Street(capacity: 1_000_000)
    for number in 0..<5 { street.put("selection.a", Self.entry(number, size: 100)) }
    for number in 0..<20_000 { street.put("avatar.a", Self.entry(number, size: 100)) }
    let quiet = try #require(street.history.entry("selection.a")?.past)
    #expect(quiet.count == 5)
    #expect(street.history.bytes < 1_000_000 / 32)
  }

  @Test("Only when last values alone take too much are those forgotten that left the longest ago")
  func tooManyDepartures() {
    var street = Street(capacity: 64_000)
    for number in 0..<400 {
      street.put("s.\(number)", Self.entry(number, size: 300))
      street.put("s.\(number)", nil)
      #expect(street.history.bytes <= 64_000)
    }
    let kept = street.history.departed().map(\.key)
    #expect(kept.count > 50 && kept.count < 400)
    #expect(kept == (0..<kept.count).map { "s.\(399 - $0)" })
  }

  @Test("A house that comes and goes all day is listed once, and costs no more")
  func comesAndGoes() {
    var street = Street(capacity: 100_000)
    for number in 0..<2000 {
      street.put("s.a", Self.entry(number, size: 10))
      street.put("s.a", nil)
    }
    #expect(street.history.departed().map(\.key) == ["s.a"])
    #expect(street.history.departed(from: "t.").isEmpty)
    street.put("s.a", Self.entry(1, size: 10))
    #expect(street.history.departed().isEmpty)
  }

  @Test("A value larger than everything together is not kept twice, nor is anything broken by it")
  func huge() {
    var street = Street(capacity: 10_000)
    for number in 0..<5 {
      street.put("s.a", Self.entry(number, size: 50_000))
      #expect(street.history.bytes <= 10_000)
    }
  }
}
