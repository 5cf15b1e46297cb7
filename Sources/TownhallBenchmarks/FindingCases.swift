import Dashboard
import TextScreen

extension Benchmark {
  /// Finding one's way in a state of 100,000 entries in 2,000 groups; each row ends with a frame.
  static var finding: [Benchmark] {
    let town = SharedTown(houses: 100_000)
    func asked(_ name: String, _ steps: [Step], in open: (() -> Desk)? = nil) -> Benchmark {
      Benchmark("Finding: \(name), 100,000 houses", items: 1) {
        var desk = open?() ?? town.desk
        return {
          for step in steps { desk.take(step) }
          keep(desk.picture)
        }
      }
    }
    return [
      Benchmark("Finding: take in 100,000 houses on 2,000 streets", items: 100_000) {
        let arrival = town.arrival
        return {
          var desk = Desk()
          desk.change(arrival)
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
}

/// What a person does in a state that is too large to be looked through by eye, and what they wait for.
private enum Step: ExpressibleByStringLiteral {
  case text(String)
  case key(Key)
  /// So many times a moment passes in which the dashboard goes on with what it has begun.
  case wakes(Int)

  init(stringLiteral text: String) { self = .text(text) }

  static let enter = Step.key(.enter)
  static let escape = Step.key(.escape)
}

extension Desk {
  fileprivate mutating func take(_ step: Step) {
    switch step {
    case .text(let text): type(text)
    case .key(let key): press(key)
    case .wakes(let count): for _ in 0..<count { tell(.wake) }
    }
  }
}
