import Dashboard
import MessagePack
import SharedState
import TextScreen

extension Benchmark {
  /// Finding one's way in a state of 100,000 entries in 2,000 groups; each row ends with a frame.
  static var finding: [Benchmark] {
    [
      Benchmark("Finding: take in 100,000 houses on 2,000 streets", items: 100_000) {
        let change = split(Metropolis.message)
        return {
          var desk = Desk()
          desk.change(change)
          keep(desk.picture)
        }
      },
      asked("a key by a part of its name, seven letters", ["/", "b99.049", .escape]),
      // Values are looked at in 25 slices, between which keys are answered; this is all of them.
      asked("text in all values", ["/", "=Selection 10099999", .wakes(25), .escape]),
      asked("filter by a pattern", ["f", "*b99.*", .enter, "F"]),
      asked("all but what a pattern finds", ["f", "!*b99.*", .enter, "F"]),
      asked("sort by last change, rate, size, and name again", ["S", "S", "S", "S"]),
      asked("open all streets, go to the end, close them", ["E", "G", "C"]),
      // Between two slices there are 10 ms for other things, which are left out here.
      asked("inspect every house, all of them selections", ["g", "!", .wakes(250), .escape]) {
        Desk(entries: 100_000)
      },
    ]
  }

  private static func asked(
    _ name: String,
    _ steps: [Metropolis.Step],
    in open: @escaping () -> Desk = Metropolis.open
  ) -> Benchmark {
    Benchmark("Finding: \(name), 100,000 houses", items: 1) {
      var desk = open()
      return {
        for step in steps { desk.take(step) }
        keep(desk.picture)
      }
    }
  }
}

/// A state that is too large to be looked through by eye.
private enum Metropolis {
  /// What a person does there, and what they wait for.
  enum Step: ExpressibleByStringLiteral {
    case text(String)
    case key(Key)
    /// So many times a moment passes in which the dashboard goes on with what it has begun.
    case wakes(Int)

    init(stringLiteral text: String) { self = .text(text) }

    static let enter = Step.key(.enter)
    static let escape = Step.key(.escape)
  }

  /// A dashboard on the state.
  static func open() -> Desk {
    var desk = Desk()
    desk.change(split(message))
    return desk
  }

  /// The whole state, as it comes from a server.
  static let message: [UInt8] = {
    let entries = (0..<100_000).map { number in
      let (group, place) = (number / 50, number % 50)
      let key = "b\(group).\(String(1000 + place).dropFirst())"
      return (key, EntryKind.selection.value(number))
    }
    return MessagePack.encode([
      "state": ["updates": .object(StateObject(entries)), "removals": []]
    ])
  }()
}

extension Desk {
  fileprivate mutating func take(_ step: Metropolis.Step) {
    switch step {
    case .text(let text): for letter in text { press(.character(letter)) }
    case .key(let key): press(key)
    case .wakes(let count): for _ in 0..<count { tell(.wake) }
    }
  }
}
