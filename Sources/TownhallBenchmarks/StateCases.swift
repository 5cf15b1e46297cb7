import SharedState

extension Benchmark {
  /// The state itself: changes applied, compared, merged, read as text.
  static var state: [Benchmark] {
    [
      Benchmark("StateDictionary: apply 10,000 houses to an empty town", items: 10_000) {
        let change = split(EntryKind.selection.message(0..<10_000))
        return {
          var state = StateDictionary()
          state.apply(change)
          keep(state)
        }
      },
      Benchmark("StateDictionary: apply 100,000 houses to an empty town", items: 100_000) {
        let change = split(EntryKind.selection.message(0..<100_000))
        return {
          var state = StateDictionary()
          state.apply(change)
          keep(state)
        }
      },
      Benchmark("StateDictionary: apply 10,000 changes to 100,000 houses", items: 10_000) {
        var state = EntryKind.selection.state(100_000)
        let change = split(
          EntryKind.selection.message(stride(from: 0, to: 100_000, by: 10), version: 1)
        )
        return { state.apply(change) }
      },
      Benchmark("StateDictionary: 1,000 updates of 100,000 houses, a snapshot of each", items: 1000)
      {
        var state = EntryKind.selection.state(100_000)
        let keys = (0..<1000).map { EntryKind.selection.key($0 * 97) }
        return {
          var snapshot = state
          for (number, key) in keys.enumerated() {
            state[key] = .int(Int64(number))
            snapshot = state
          }
          keep(snapshot)
        }
      },
      Benchmark("StateDictionary: changes between 100,000 houses, 100 differ", items: 100_000) {
        let older = EntryKind.selection.state(100_000)
        var newer = older
        newer.apply(
          split(EntryKind.selection.message(stride(from: 0, to: 100_000, by: 1000), version: 1))
        )
        return { keep(newer.changes(since: older)) }
      },
      Benchmark("StateDictionary: changes between 100,000 houses that came twice", items: 100_000) {
        let older = EntryKind.selection.state(100_000)
        let newer = EntryKind.selection.state(100_000)
        return { keep(newer.changes(since: older)) }
      },
      Benchmark("StateChange: merge 100 changes of the same 1,000 houses", items: 100_000) {
        let changes = (0..<100).map { split(EntryKind.selection.message(0..<1000, version: $0)) }
        return {
          var merged = StateChange()
          for change in changes { merged.merge(change) }
          keep(merged)
        }
      },
      Benchmark("Text form: print 10,000 avatars", items: 10_000) {
        let value = StateValue.array(EntryKind.avatar.values(10_000))
        return { keep(value.text) }
      },
      Benchmark("Text form: parse 10,000 avatars", items: 10_000) {
        let text = StateValue.array(EntryKind.avatar.values(10_000)).text
        return { keep(try? StateValue(text: text)) }
      },
    ]
  }
}

extension Weighing {
  /// What a house weighs.
  static var states: [Weighing] { EntryKind.allCases.flatMap(states) }

  private static func states(of kind: EntryKind) -> [Weighing] {
    [10_000, 100_000].map { count in
      Weighing("Memory: a town of \(grouped(count)) \(kind.plural), packed", items: count) {
        kind.state(count)
      }
    }
      + [
        Weighing("Memory: a town of 100,000 \(kind.plural), decoded", items: 100_000) {
          var state = StateDictionary()
          for number in 0..<100_000 { state[kind.key(number)] = kind.value(number) }
          return state
        }
      ]
  }
}
