import Dashboard
import SharedState
import TextScreen

extension Benchmark {
  /// What one does in towns of 1,000, of 100,000 and of 1,000,000 houses.
  ///
  /// What costs what is visible, and not what there is, takes as long in the last as in the first. The names differ
  /// only in the number of houses behind the comma, so that a script can put the sizes side by side.
  static var scale: [Benchmark] {
    [1000, 100_000, 1_000_000].flatMap { houses in
      let town = SharedTown(houses: houses)
      return screen(of: town) + memory(of: town)
    } + [1000, 300_000].map(links)
  }

  private static func screen(of town: SharedTown) -> [Benchmark] {
    [
      named("all streets opened and their frame", at: town, typed: "C") { desk, _ in
        desk.press(.character("E"))
        keep(desk.show())
        desk.press(.character("C"))
      },
      named("a town arrives and its frame", in: town) {
        // In the order in which a server sends it, which is none.
        let arrival = town.state.changes(since: StateDictionary())
        return {
          var desk = Desk(state: town.state, arrival)
          keep(desk.show())
        }
      },
      named("a frame", at: town) { desk, _ in keep(desk.picture) },
      named("a key and its frame", at: town) { desk, _ in
        desk.press(.down)
        keep(desk.show())
      },
      named("60 changes and their frame", at: town) { desk, turn in
        desk.change(town.changes[turn % town.changes.count])
        keep(desk.show())
      },
      named("a letter of a search in keys and its frame", at: town, typed: "/b") { desk, _ in
        desk.changeSearch()
        keep(desk.show())
      },
      named("a letter of a search in keys until all is found", at: town, typed: "/b") { desk, _ in
        desk.changeSearch()
        desk.rest()
        keep(desk.show())
      },
      slice("a search in keys, in which names may stand", at: town, typed: "/zz"),
      slice("a search in all values", at: town, typed: "/=Selection"),
      slice("a search in what rows show", at: town, typed: "/Selection"),
      slice("the inspection of the town", at: town, typed: "g!"),
    ]
  }

  /// A row about one slice of what goes on in the background, which a key press may wait for; when it is over, it begins
  /// again.
  private static func slice(
    _ name: String,
    at town: SharedTown,
    typed text: String
  ) -> Benchmark {
    named("a slice of \(name)", in: town) {
      var desk = town.desk
      // Somebody is here, so that each key is read for their name.
      desk.change(split(EntryKind.avatar.message(0..<3)))
      desk.rest()
      desk.type("E" + text)
      let begun = desk
      return {
        guard desk.isBusy else { return desk = begun }
        desk.tell(.wake)
      }
    }
  }

  /// A key on a row to which so many visualisers may point; all of them are looked into in slices.
  private static func links(_ visualisers: Int) -> Benchmark {
    Benchmark(
      "Scale: a key and its frame beside visualisers, \(grouped(visualisers)) houses",
      items: 1
    ) {
      var desk = Desk(entries: 1000)
      for start in stride(from: 0, to: visualisers, by: 1000) {
        desk.change(split(EntryKind.drawingMessage(start..<start + 1000)))
      }
      desk.rest()
      desk.type("E")
      return {
        desk.press(.down)
        keep(desk.show())
      }
    }
  }

  private static func memory(of town: SharedTown) -> [Benchmark] {
    [
      named("a snapshot and 60 changes after it", in: town) {
        var (state, turn) = (town.state, 0)
        return {
          turn += 1
          let snapshot = state
          state.apply(town.changes[turn % town.changes.count])
          keep(snapshot)
        }
      },
      named("the difference of two snapshots, 60 differ", in: town) {
        var newer = town.state
        newer.apply(town.changes[0])
        return { keep(newer.changes(since: town.state)) }
      },
    ]
  }

  /// A row about a dashboard on the town, all streets open and then what is typed; its body is told which run it is.
  private static func named(
    _ name: String,
    at town: SharedTown,
    typed text: String = "",
    body: @escaping (inout Desk, Int) -> Void
  ) -> Benchmark {
    named(name, in: town) {
      var (desk, turn) = (town.desk, 0)
      desk.type("E" + text)
      return {
        turn += 1
        body(&desk, turn)
      }
    }
  }

  private static func named(
    _ name: String,
    in town: SharedTown,
    prepare: @escaping () -> () -> Void
  ) -> Benchmark {
    Benchmark("Scale: \(name), \(grouped(town.houses)) houses", items: 1, prepare: prepare)
  }
}

extension Desk {
  /// Takes the last letter of a search for `b` back and types it again: of the two only this one finds anything.
  fileprivate mutating func changeSearch() {
    press(.backspace)
    press(.character("b"))
  }
}
