import MessagePack
import SharedState

/// A town of many streets, 50 houses in each, built when it is first asked for and shared by all rows about its size.
///
/// To build one of a million houses takes longer than all that is timed there.
final class SharedTown {
  let houses: Int
  /// The whole state, as it comes from a server.
  private(set) lazy var arrival = Self.change(Array(0..<houses))
  private(set) lazy var state = {
    var state = StateDictionary()
    state.apply(arrival)
    return state
  }()
  /// A dashboard that has been there for a while, with nothing left to do by itself.
  private(set) lazy var desk = {
    var desk = Desk(state: state, arrival)
    desk.rest()
    return desk
  }()
  /// Changes of 60 houses, spread out over the town; each as unlike the one before as can be.
  private(set) lazy var changes = (1...2).map { version in
    Self.change((0..<60).map { $0 * houses / 60 }, version: version)
  }

  init(houses: Int) { self.houses = houses }

  private static func change(_ numbers: [Int], version: Int = 0) -> StateChange {
    var change = StateChange()
    // A message of all houses at once would need more memory than the town.
    for start in stride(from: 0, to: numbers.count, by: 10_000) {
      change.merge(split(message(numbers[start...].prefix(10_000), version)))
    }
    return change
  }

  private static func message(_ numbers: some Sequence<Int>, _ version: Int) -> [UInt8] {
    let entries = numbers.map { (key($0), EntryKind.selection.value($0, version: version)) }
    return MessagePack.encode([
      "state": ["updates": .object(StateObject(entries)), "removals": []]
    ])
  }

  private static func key(_ number: Int) -> String {
    let (street, place) = (number / 50, number % 50)
    return "b\(street).\(String(1000 + place).dropFirst())"
  }
}
