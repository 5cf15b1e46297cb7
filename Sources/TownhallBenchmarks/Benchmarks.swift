/// The table of what the parts of the town cost.
///
/// `TownhallBenchmarks [--filter WORDS] [--runs N] [--json]` prints the median and the least of N runs of each row that
/// holds the words. These are not tests: what a noisy machine prints is worth something only beside another figure
/// of the same run.
@main struct Benchmarks {
  static func main() {
    let options = Options(CommandLine.arguments.dropFirst())
    let report = Report(isJSON: options.isJSON)
    report.header()
    // Weighed first, while the heap is fresh.
    for weighing in Weighing.towns where options.wants(weighing.name) {
      report.add(weighing.measure())
    }
    for benchmark in Benchmark.codec + Benchmark.state where options.wants(benchmark.name) {
      report.add(benchmark.measure(runs: options.runs))
    }
  }
}

/// What was asked for on the command line.
struct Options {
  var filter = ""
  var runs = 15
  var isJSON = false

  init(_ arguments: some Sequence<String>) {
    var arguments = arguments.makeIterator()
    while let argument = arguments.next() {
      switch argument {
      case "--filter": filter = arguments.next() ?? ""
      case "--runs": runs = max(1, arguments.next().flatMap { Int($0) } ?? runs)
      case "--json": isJSON = true
      default: print("TownhallBenchmarks: \(argument) is unknown; try --filter, --runs or --json")
      }
    }
  }

  func wants(_ name: String) -> Bool { filter.isEmpty || name.contains(filter) }
}
