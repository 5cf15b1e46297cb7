import ScreenKit
import SharedState
import Testing
import TextScreen

@testable import Dashboard

@Suite("ActivityLog")
struct ActivityLogTests {
  private func moment(_ seconds: Double) -> Moment {
    Moment(uptime: .seconds(seconds), clock: .seconds(seconds))
  }

  private func touched(
    _ key: String,
    _ kind: EntryNews.Kind = .changed,
    old: StateValue? = 1,
    new: StateValue? = 2,
    by author: Author = .others
  ) -> KnownChange {
    let entry = KnownChange.Touched(
      key: key,
      kind: kind,
      author: author,
      old: old.map { StateEntry($0) },
      new: new.map { StateEntry($0) }
    )
    return KnownChange(touched: [entry])
  }

  /// The lines in words.
  private func lines(_ log: ActivityLog) -> [String] {
    var log = log
    log.prepare(0..<log.items.count, Meanings(), glyphs: .unicode)
    return log.items.map { item in
      let times = item.times > 1 ? " ×\(item.times)" : ""
      return switch item.subject {
      case .note(let phrase, _): phrase.town
      case .entry(let key, .removed, _, _, _): "\(key): gone"
      case .entry(let key, _, _, _, _): "\(key): \(item.digest?.text ?? "")\(times)"
      }
    }
  }

  @Test("Thirty movements a second are one line, and an edit among them keeps its own")
  func chatter() {
    var log = ActivityLog()
    for tick in 0..<300 {
      log.add(
        touched("avatar.a", old: .int(Int64(tick)), new: .int(Int64(tick + 1))),
        at: moment(Double(tick) / 30)
      )
      if tick == 100 {
        log.add(touched("selection.b", old: ["n": 1], new: ["n": 2]), at: moment(3.4))
      }
    }
    #expect(lines(log) == ["avatar.a: 0 → 300 ×300", "selection.b: n 1 → 2"])
  }

  @Test("After five quiet seconds the same house begins a new line")
  func newRun() {
    var log = ActivityLog()
    log.add(touched("a"), at: moment(0))
    log.add(touched("a"), at: moment(4))
    log.add(touched("a"), at: moment(9.1))
    #expect(lines(log) == ["a: 1 → 2 ×2", "a: 1 → 2"])
  }

  @Test("A new house counts its first changes; going and another author begin a line")
  func boundaries() {
    var log = ActivityLog()
    log.add(touched("a", .added, old: nil, new: 1), at: moment(0))
    log.add(touched("a"), at: moment(0.1))
    log.add(touched("a", by: .you), at: moment(0.2))
    log.add(touched("a", .removed, new: nil), at: moment(0.3))
    log.add(touched("a", .added, old: nil, new: 3), at: moment(0.4))
    #expect(lines(log) == ["a: 2 ×2", "a: 1 → 2", "a: gone", "a: 3"])
  }

  @Test("Fields are told by name; of many, three are told and the rest counted")
  func fields() {
    let old: StateValue = ["a": 1, "b": 2, "c": 3, "d": 4, "gone": true]
    let new: StateValue = ["a": 9, "b": 9, "c": 9, "d": 9, "come": true]
    var log = ActivityLog()
    log.add(touched("x", old: old, new: new), at: moment(0))
    log.add(touched("y", old: ["a": 1], new: ["b": 2]), at: moment(0))
    log.add(touched("z", old: 1, new: 1), at: moment(0))
    #expect(
      lines(log) == [
        "x: a 1 → 9  b 2 → 9  c 3 → 9  and 3 more fields", "y: -a   +b 2",
        "z: written again, the same",
      ]
    )
  }

  @Test("A great change is a line for each street")
  func summary() {
    var change = KnownChange()
    for number in 0..<500 {
      let street = number < 300 ? "selection" : "avatar"
      let kind: EntryNews.Kind = number % 2 == 0 ? .added : .removed
      change.touched.append(
        .init(key: "\(street).\(number)", kind: kind, author: .others, old: nil, new: nil)
      )
    }
    var log = ActivityLog()
    log.add(change, at: moment(0))
    #expect(
      lines(log) == [
        "avatar: 100 moved in, 100 moved out", "selection: 150 moved in, 150 moved out",
      ]
    )
  }

  @Test("Memory is bounded in lines and in bytes, and the newest is kept")
  func bounds() {
    enum Zeroes: StateValueCodec {
      static func decode(_ checkedBytes: RawSpan) -> StateValue {
        .int(Int64(checkedBytes.byteCount))
      }
    }
    var log = ActivityLog()
    for number in 0..<5000 { log.add(touched("k.\(number)"), at: moment(Double(number))) }
    #expect(log.items.count <= ActivityLog.capacity * 5 / 4)
    #expect(log.items.last?.key == "k.4999")
    let large = StateEntry(
      packed: PackedStateValue(checked: Array(repeating: 0, count: 1_000_000), codec: Zeroes.self)
    )
    for number in 0..<50 {
      let entry = KnownChange.Touched(
        key: "large.\(number)",
        kind: .changed,
        author: .others,
        old: large,
        new: large
      )
      log.add(KnownChange(touched: [entry]), at: moment(6000))
    }
    let held = log.items.compactMap { item -> Int? in
      guard case .entry(_, _, _, let old, let new) = item.subject else { return nil }
      return (old?.packed?.byteCount ?? 0) + (new?.packed?.byteCount ?? 0)
    }.reduce(0, +)
    #expect(held <= ActivityLog.byteCapacity)
  }

  @Test("Lines are found by their number after old ones were dropped")
  func numbers() {
    var log = ActivityLog()
    for number in 0..<3000 { log.note("\(number)", at: moment(Double(number))) }
    #expect(log.index(of: 0) == nil)
    #expect(log.index(of: 2999) == log.items.count - 1)
    #expect(log.index(of: 3000) == nil)
  }

  @Test("Atoms in a change are told as ranges")
  func atoms() {
    var log = ActivityLog()
    log.add(
      touched(
        "selection.a",
        old: ["particle_ids": [44, 45, 46, 47]],
        new: ["particle_ids": [43, 44, 45]]
      ),
      at: moment(0)
    )
    #expect(lines(log) == ["selection.a: particle_ids 44–47 → 43–45"])
  }
}
