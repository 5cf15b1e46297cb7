import SharedState
import Testing

@testable import Dashboard

@Suite("Addresses that are held")
struct VacancyTests {
  private func rows(_ index: TownIndex) -> [TreeRow] {
    (0..<index.rowCount).compactMap { index.row(at: $0) }
  }

  @Test("A vacant address has a row in its place, and counts as no house and no street")
  func row() {
    var index = TownIndex()
    index.moveIn(["s.a", "s.c"])
    index.hold("s.b")
    index.hold("new.x")
    #expect(
      rows(index) == [
        .street("new."), .house("new.x"), .street("s."), .house("s.a"), .house("s.b"),
        .house("s.c"),
      ]
    )
    #expect(index.houseCount == 2 && index.streetCount == 1)
    #expect(!index.isLivedIn("s.b") && index.isHeld("s.b"))
    #expect(index.vacancyCount(in: "s.") == 1 && index.vacancyCount(in: "new.") == 1)
  }

  @Test("It is kept through coming and going as often as may be, until it is let go of")
  func survives() {
    var index = TownIndex()
    index.hold("s.b")
    for _ in 0..<3 {
      index.moveIn(["s.b"])
      #expect(index.isLivedIn("s.b") && index.vacancyCount(in: "s.") == 0)
      index.moveOut(["s.b"])
      index.forget(["s.b"])
      #expect(rows(index) == [.street("s."), .house("s.b")])
    }
    index.release("s.b")
    #expect(index.isEmpty && index.streetCount == 0 && index.houseCount == 0)
  }

  @Test("Holding the address of a house that is lived in changes nothing until it moves out")
  func holdLived() {
    var index = TownIndex()
    index.moveIn(["a"])
    index.hold("a")
    #expect(index.isLivedIn("a") && index.houseCount == 1)
    index.release("a")
    #expect(index.isLivedIn("a"))
    index.hold("a")
    index.moveOut(["a"])
    index.forget(["a"])
    #expect(rows(index) == [.house("a")])
    #expect(index.heldKeys == ["a"])
  }
}
