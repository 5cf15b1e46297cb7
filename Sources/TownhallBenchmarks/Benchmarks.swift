import Glibc

/// What the parts of the town cost, and how fast the whole client is.
///
/// - `TownhallBenchmarks [--filter WORDS] [--runs N] [--json]` prints the median and the least of N runs of each row
///   that holds the words. `.ci/bench` takes those in that begin with `Scale`.
/// - `TownhallBenchmarks ingest --url ws://HOST:PORT [--watch events|looks] [--snapshot] [--expect FILE]` follows a
///   load server until its last key and prints a line of JSON.
/// - `TownhallBenchmarks latency` presses keys in a dashboard on 100,000 houses with 6,000 changes a second, and
///   prints how long each took to change the picture, as a line of JSON.
///
/// These are not tests: what a noisy machine prints is worth something only beside another figure of the same run.
@main struct Benchmarks {
  static func main() async {
    do {
      let options = try Options(CommandLine.arguments.dropFirst())
      if let ingest = options.ingest {
        print(try await ingest.run())
      } else if options.isLatency {
        print(try await Latency().run())
      } else {
        table(options)
      }
      // Threads of the event loop would keep the process.
      exit(0)
    } catch {
      print("TownhallBenchmarks: \(error)")
      exit(2)
    }
  }

  private static func table(_ options: Options) {
    let report = Report(isJSON: options.isJSON)
    report.header()
    // Weighed first, while the heap is fresh.
    for weighing in Weighing.states where options.wants(weighing.name) {
      report.add(weighing.measure())
    }
    let benchmarks =
      Benchmark.codec + Benchmark.state + Benchmark.dashboard + Benchmark.finding + Benchmark.scale
    for benchmark in benchmarks where options.wants(benchmark.name) {
      report.add(benchmark.measure(runs: options.runs))
    }
  }
}
