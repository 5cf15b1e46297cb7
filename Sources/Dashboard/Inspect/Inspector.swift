import SharedState

/// What is wrong with houses: of those in sight, and of the whole town when somebody asks.
struct Inspector: Sendable {
  /// What was found in the houses that are in sight, looked at once per change.
  private var seen: [ExactText: [Finding]] = [:]
  /// A walk through the whole town, while there is one.
  var round: InspectionRound?

  /// Forgets what was found in houses that have changed.
  mutating func refresh(_ keys: some Sequence<String>) {
    guard !seen.isEmpty else { return }
    for key in keys { seen[ExactText(key)] = nil }
  }

  /// Looks at the houses in sight that have not been looked at since they changed, and forgets all others.
  mutating func settle(_ keys: some Sequence<String>, _ state: StateDictionary) {
    var now: [ExactText: [Finding]] = [:]
    for key in keys {
      let key = ExactText(key)
      now[key] = now[key] ?? seen[key] ?? Self.found(in: key.text, state)
    }
    seen = now
  }

  private static func found(in key: String, _ state: StateDictionary) -> [Finding]? {
    guard let entry = state.entry(for: key) else { return nil }
    // A value too large to be shown in a row is looked into when somebody asks.
    if let packed = entry.packed, packed.bytes.count > Preview.largestDecoded { return nil }
    return EntryInspector.inspect(key, entry.value)
  }

  /// What is wrong with a house; one that is not in sight is looked at now.
  func findings(in key: String, _ state: StateDictionary) -> [Finding] {
    let found =
      seen[ExactText(key)] ?? state[key].map { EntryInspector.inspect(key, $0) } ?? []
    return EntryInspector.current(found, isPresent: state.contains)
  }

  /// What is worth a mark in a house that is in sight.
  func marks(in key: String, _ state: StateDictionary) -> [Finding] {
    guard let found = seen[ExactText(key)], !found.isEmpty else { return [] }
    return EntryInspector.current(found, isPresent: state.contains).filter(\.isMarked)
  }
}

/// A walk through the whole town, a slice at a time, so that keys are answered in between.
struct InspectionRound: Sendable {
  /// A slice ends after so many houses or bytes, which is some milliseconds of work.
  static let houses = 400
  static let bytes = 400_000
  /// Between two slices.
  static let pause = Duration.milliseconds(10)
  /// No more houses than this are listed of one check; all are counted.
  static let mostListed = 500

  /// What one check found.
  struct Group: Sendable {
    let finding: Finding
    var count = 0
    var houses: [(key: String, finding: Finding)] = []
  }

  let keys: [String]
  private(set) var position = 0
  private(set) var troubled = 0
  private var groups: [String: Group] = [:]
  /// When the next slice is due, as an uptime.
  private(set) var due: Duration

  init(_ keys: [String], at uptime: Duration) {
    (self.keys, due) = (keys, uptime + Self.pause)
  }

  var isOver: Bool { position >= keys.count }

  /// Looks into the next houses.
  mutating func walk(_ state: StateDictionary, at uptime: Duration) {
    let end = min(keys.count, position + Self.houses)
    var bytes = 0
    while position < end, bytes < Self.bytes {
      let key = keys[position]
      position += 1
      guard let entry = state.entry(for: key) else { continue }
      bytes += entry.packed?.bytes.count ?? 0
      note(EntryInspector.findings(in: key, entry.value, isPresent: state.contains), key)
    }
    due = uptime + Self.pause
  }

  private mutating func note(_ findings: [Finding], _ key: String) {
    if !findings.isEmpty { troubled += 1 }
    var told: Set<String> = []
    for finding in findings where told.insert(finding.check).inserted {
      groups[finding.check, default: Group(finding: finding)].count += 1
      guard groups[finding.check]?.houses.count ?? 0 < Self.mostListed else { continue }
      groups[finding.check]?.houses.append((key, finding))
    }
  }

  /// What was found, worst first, and what was found most often before the rest.
  var result: [Group] {
    groups.values.sorted { left, right in
      let (one, other) = (left.finding, right.finding)
      return (one.severity.rank, -left.count, one.check)
        < (other.severity.rank, -right.count, other.check)
    }
  }
}
