/// What was asked for on the command line.
struct Options {
  /// Something that cannot be done.
  struct Mistake: Error, CustomStringConvertible {
    let description: String
  }

  private(set) var filter = ""
  private(set) var runs = 15
  private(set) var isJSON = false
  /// The client to time, if not the table was asked for.
  private(set) var ingest: Ingest?
  /// Whether keys are to be timed in a busy state.
  private(set) var isLatency = false

  init(_ arguments: some Sequence<String>) throws {
    var words = Array(arguments)
    let isIngest = words.first == "ingest"
    isLatency = words.first == "latency"
    if isIngest || isLatency { words.removeFirst() }
    var rest = words.makeIterator()
    var values: [String: String] = [:]
    while let word = rest.next() {
      switch word {
      case "--json", "--snapshot": values[word] = ""
      case "--filter", "--runs", "--url", "--watch", "--expect": values[word] = rest.next()
      default:
        throw Mistake(
          description: "\(word) is unknown; try --filter, --runs, --json, ingest or latency"
        )
      }
    }
    filter = values["--filter"] ?? ""
    runs = max(1, values["--runs"].flatMap { Int($0) } ?? runs)
    isJSON = values["--json"] != nil
    if isIngest { ingest = try Self.ingest(values) }
  }

  private static func ingest(_ values: [String: String]) throws -> Ingest {
    guard let url = values["--url"] else { throw Mistake(description: "ingest needs --url") }
    guard let watch = Ingest.Watch(rawValue: values["--watch"] ?? "events") else {
      throw Mistake(description: "--watch is events or looks")
    }
    return Ingest(
      url: url,
      watch: watch,
      isSnapshot: values["--snapshot"] != nil,
      expected: values["--expect"]
    )
  }

  /// Whether a row was asked for.
  func wants(_ name: String) -> Bool { filter.isEmpty || name.contains(filter) }
}
