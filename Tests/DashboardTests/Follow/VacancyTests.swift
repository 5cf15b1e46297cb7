import SharedState
import Testing

@testable import Dashboard

@Suite("Addresses that are held")
struct VacancyTests {
  private func rows(_ index: EntryIndex) -> [TreeRow] {
    (0..<index.rowCount).compactMap { index.row(at: $0) }
  }

  @Test("A vacant address has a row in its place, and counts as no house and no street")
  func row() {
    var index = EntryIndex()
    index.insert(["s.a", "s.c"])
    index.hold("s.b")
    index.hold("new.x")
    #expect(
      rows(index) == [
        .group("new."), .entry("new.x"), .group("s."), .entry("s.a"), .entry("s.b"),
        .entry("s.c"),
      ]
    )
    #expect(index.entryCount == 2 && index.groupCount == 1)
    #expect(!index.isPresent("s.b") && index.isHeld("s.b"))
    #expect(index.vacancyCount(in: "s.") == 1 && index.vacancyCount(in: "new.") == 1)
  }

  @Test("It is kept through coming and going as often as may be, until it is let go of")
  func survives() {
    var index = EntryIndex()
    index.hold("s.b")
    for _ in 0..<3 {
      index.insert(["s.b"])
      #expect(index.isPresent("s.b") && index.vacancyCount(in: "s.") == 0)
      index.remove(["s.b"])
      index.forget(["s.b"])
      #expect(rows(index) == [.group("s."), .entry("s.b")])
    }
    index.release("s.b")
    #expect(index.isEmpty && index.groupCount == 0 && index.entryCount == 0)
  }

  @Test("Holding the address of a house that is lived in changes nothing until it moves out")
  func holdLived() {
    var index = EntryIndex()
    index.insert(["a"])
    index.hold("a")
    #expect(index.isPresent("a") && index.entryCount == 1)
    index.release("a")
    #expect(index.isPresent("a"))
    index.hold("a")
    index.remove(["a"])
    index.forget(["a"])
    #expect(rows(index) == [.entry("a")])
    #expect(index.heldKeys == ["a"])
  }
}
