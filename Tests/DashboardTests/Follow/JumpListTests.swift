import SharedState
import Testing

@testable import Dashboard

@Suite("JumpList")
struct JumpListTests {
  private func place(_ key: String) -> Location { Location(row: .entry(key)) }

  @Test(
    "Back leads the way that one came, forward leads it again, and a new jump forgets what was ahead"
  )
  func walk() {
    var jumps = JumpList()
    for key in ["a", "b", "c"] { jumps.leave(place(key)) }
    let all = { (_: TreeRow) in true }
    #expect(jumps.back(from: place("d"), where: all) == place("c"))
    #expect(jumps.back(from: place("c"), where: all) == place("b"))
    #expect(jumps.forward(from: place("b"), where: all) == place("c"))
    #expect(jumps.forward(from: place("c"), where: all) == place("d"))
    #expect(jumps.forward(from: place("d"), where: all) == nil)
    #expect(jumps.back(from: place("d"), where: all) == place("c"))
    jumps.leave(place("c"))
    #expect(jumps.ahead == [])
    #expect(jumps.back(from: place("x"), where: all) == place("c"))
  }

  @Test("Places that are gone are passed over, and so is the place where one is")
  func gone() {
    var jumps = JumpList()
    for key in ["a", "gone", "b"] { jumps.leave(place(key)) }
    let target = jumps.back(from: place("b")) { $0 != .entry("gone") }
    #expect(target == place("a"))
    #expect(jumps.past == [])
  }

  @Test("No more places are kept than may be, the newest of them, none twice in a row")
  func bounded() {
    var jumps = JumpList()
    for number in 0..<1000 { for _ in 0..<2 { jumps.leave(place("\(number)")) } }
    #expect(jumps.past.count == JumpList.most && jumps.past.last == place("999"))
    #expect(jumps.past.first == place("\(1000 - JumpList.most)"))
  }
}
