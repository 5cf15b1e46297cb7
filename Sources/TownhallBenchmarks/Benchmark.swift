/// One row of the table: something that is done many times, and to how many things at once.
struct Benchmark {
  /// What is done, in words; also what `--filter` looks for.
  let name: String
  /// How many entries, messages or frames one run handles.
  let items: Int
  /// Makes what is needed, which is not timed, and returns what is.
  let prepare: () -> () -> Void

  init(_ name: String, items: Int, prepare: @escaping () -> () -> Void) {
    self.name = name
    self.items = items
    self.prepare = prepare
  }
}

/// One row about memory: something that is built and kept while it is weighed.
struct Weighing {
  /// What is built, in words.
  let name: String
  /// How many entries it has.
  let items: Int
  /// Builds it.
  let build: () -> Any

  init(_ name: String, items: Int, build: @escaping () -> Any) {
    self.name = name
    self.items = items
    self.build = build
  }
}

/// What came of a row.
struct Measurement {
  let name: String
  let items: Int
  /// Sorted, one per run; empty for a weighing.
  var seconds: [Double] = []
  var bytesPerItem: Double?

  var median: Double? { seconds.isEmpty ? nil : seconds[seconds.count / 2] }
}

extension Benchmark {
  /// Times so many runs, after two that do not count.
  func measure(runs: Int) -> Measurement {
    let body = prepare()
    body()
    body()
    let clock = ContinuousClock()
    let seconds = (0..<runs).map { _ in clock.measure(body) / .seconds(1) }
    return Measurement(name: name, items: items, seconds: seconds.sorted())
  }
}

extension Weighing {
  /// Builds once, and compares the memory of the process before and after.
  func measure() -> Measurement {
    let before = ProcessMemory.resident()
    let built = build()
    let after = ProcessMemory.resident()
    keep(built)
    return Measurement(
      name: name,
      items: items,
      bytesPerItem: Double(after - before) / Double(items)
    )
  }
}

/// Looks at a value, so that the optimiser cannot do without it.
@inline(never)
func keep<Value>(_ value: Value) {}
