import Dashboard
import SharedState
import TextScreen

extension Benchmark {
  /// The dashboard on a state of 50,000 entries: pictures, keys and changes.
  static var dashboard: [Benchmark] {
    [
      Benchmark("Dashboard: take in a town of 50,000 houses", items: 50_000) {
        let change = split(EntryKind.selection.message(0..<50_000))
        let state = EntryKind.selection.state(50_000)
        return {
          var desk = Desk()
          desk.tell(.state(state, change))
          keep(desk)
        }
      },
      Benchmark("Dashboard: view of 50,000 houses at 200×60", items: 1) {
        let desk = Desk(entries: 50_000)
        return { keep(desk.picture) }
      },
      Benchmark("Dashboard: a key and its frame, 50,000 houses, street open", items: 1) {
        var desk = Desk(entries: 50_000)
        desk.press(.right)
        return {
          desk.press(.down)
          keep(desk.show())
        }
      },
      Benchmark("Dashboard: 60 changes and their frame, 50,000 houses, street open", items: 1) {
        var desk = Desk(entries: 50_000)
        desk.press(.right)
        let changes = (1...2).map {
          split(EntryKind.selection.message(0..<60, version: $0))
        }
        var turn = 0
        return {
          turn += 1
          desk.change(changes[turn % 2])
          keep(desk.show())
        }
      },
      Benchmark(
        "Dashboard: a second of 6,000 changes and its histories, 100,000 houses",
        items: 6000
      ) {
        var desk = Desk(entries: 100_000)
        desk.press(.right)
        // The entries go round, so that the histories of all of them grow until they are thinned.
        var turn = 0
        let messages = (0..<1000).map { number in
          split(EntryKind.selection.message(number * 100..<(number + 1) * 100, version: number))
        }
        return {
          for _ in 0..<60 {
            turn += 1
            desk.change(messages[turn % messages.count])
          }
        }
      },
    ]
  }
}

/// A dashboard, its town and the time there.
struct Desk {
  private static let size = Size(columns: 200, rows: 60)

  private var model = Model(options: DashboardOptions(address: "ws://127.0.0.1:38801", seed: 1))
  private var state = StateDictionary()
  private var uptime = Duration.zero
  private var shown = Grid(Self.size)

  init() {
    tell(.screen(.resized(Self.size)))
    tell(.link(.live(latency: nil)))
  }

  /// A dashboard that has been on a town for a while.
  init(entries: Int) {
    self.init()
    change(split(EntryKind.selection.message(0..<entries)))
    rest()
  }

  /// A dashboard that has just been told of a whole town.
  init(state: StateDictionary, _ arrival: StateChange) {
    self.init()
    self.state = state
    tell(.state(state, arrival))
  }

  var picture: Grid { model.view(Self.size) }

  /// Draws, and returns how many cells are others than in the picture before: those the terminal is sent.
  mutating func show() -> Int {
    let (old, new) = (shown, picture)
    shown = new
    return old.withCells { old in
      new.withCells { new in new.indices.count { new[$0] != old[$0] } }
    }
  }

  /// Lets time pass until the dashboard has done all that it does by itself: the list of selections, for one, is read in
  /// slices, and a key that is pressed meanwhile waits for one.
  mutating func rest() { while model.wakeUp != nil { tell(.wake) } }

  /// Whether there is something left that it does by itself.
  var isBusy: Bool { model.wakeUp != nil }

  mutating func press(_ key: Key) { tell(.screen(.key(key))) }

  mutating func type(_ text: String) { for letter in text { press(.character(letter)) } }

  mutating func change(_ change: StateChange) {
    state.apply(change)
    tell(.state(state, change))
  }

  mutating func tell(_ message: Message) {
    uptime += .milliseconds(33)
    keep(model.update(message, at: Moment(uptime: uptime, clock: uptime)))
  }
}
