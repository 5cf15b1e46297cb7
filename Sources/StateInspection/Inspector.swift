package import SharedState

/// What is wrong with entries: of those in sight, and of the whole state when somebody asks.
package struct Inspector: Sendable {
  /// What was found in the entries that are in sight, looked at once per change.
  private var seen: [StateKey: [Finding]] = [:]
  /// A walk through the whole state, while there is one.
  package var round: InspectionRound?

  package init() {}

  /// How many atoms the molecule has, where somebody simulates one; what was found is looked for anew where it is another.
  package var atomCount: Int? {
    didSet { if atomCount != oldValue { seen = [:] } }
  }

  /// Forgets what was found in entries that have changed.
  package mutating func refresh(_ keys: [String]) {
    guard !seen.isEmpty else { return }
    for key in keys { seen[StateKey(key)] = nil }
  }

  /// Looks at the entries in sight that have not been looked at since they changed, and forgets all others.
  package mutating func settle(_ keys: [String], _ state: StateDictionary) {
    var now: [StateKey: [Finding]] = [:]
    for key in keys {
      let key = StateKey(key)
      now[key] = now[key] ?? seen[key] ?? found(in: key.text, state)
    }
    seen = now
  }

  private func found(in key: String, _ state: StateDictionary) -> [Finding]? {
    // A value too large to be shown in a row is looked into when somebody asks.
    state.entry(for: key)?.glanced.map { EntryInspector.inspect(key, $0, atomCount: atomCount) }
  }

  /// What is wrong with an entry; one that is not in sight is looked at now.
  package func findings(in key: String, _ state: StateDictionary) -> [Finding] {
    let found =
      seen[StateKey(key)]
      ?? state[key].map { EntryInspector.inspect(key, $0, atomCount: atomCount) } ?? []
    return EntryInspector.current(found, isPresent: state.contains)
  }

  /// What is worth a mark in an entry that is in sight.
  package func marks(in key: String, _ state: StateDictionary) -> [Finding] {
    guard let found = seen[StateKey(key)], !found.isEmpty else { return [] }
    return EntryInspector.current(found, isPresent: state.contains).filter(\.isMarked)
  }
}

/// A walk through the whole state, a slice at a time, so that keys are answered in between.
package struct InspectionRound: Sendable {
  /// A slice ends after so many entries or bytes, which is some milliseconds of work.
  package static let entries = 400
  static let bytes = 400_000
  /// Between two slices.
  package static let pause = Duration.milliseconds(10)
  /// No more entries than this are listed of one check; all are counted.
  static let mostListed = 500

  package struct Group: Sendable {
    package let finding: Finding
    package var count = 0
    package var entries: [(key: String, finding: Finding)] = []
  }

  private var keys: KeyRun
  package private(set) var position = 0
  package private(set) var isOver = false
  package private(set) var troubled = 0
  private var groups: [String: Group] = [:]
  /// When the next slice is due, as an uptime.
  package private(set) var due: Duration

  private let atomCount: Int?

  /// Begins a walk; atoms are looked for in a molecule that has so many, where that is known.
  package init(_ keys: KeyRun, atomCount: Int? = nil, at uptime: Duration) {
    (self.keys, self.atomCount, due) = (keys, atomCount, uptime + Self.pause)
  }

  /// How many entries there are to look into.
  package var count: Int { keys.count }

  package mutating func walk(_ state: StateDictionary, at uptime: Duration) {
    var (left, bytes) = (Self.entries, 0)
    while left > 0, bytes < Self.bytes {
      guard let key = keys.next() else {
        isOver = true
        break
      }
      left -= 1
      guard let entry = state.entry(for: key) else { continue }
      position += 1
      bytes += entry.packed?.byteCount ?? 0
      let findings = EntryInspector.findings(
        in: key,
        entry.value,
        atomCount: atomCount,
        isPresent: state.contains
      )
      note(findings, key)
    }
    due = uptime + Self.pause
  }

  private mutating func note(_ findings: [Finding], _ key: String) {
    if !findings.isEmpty { troubled += 1 }
    var told: Set<String> = []
    for finding in findings where told.insert(finding.check).inserted {
      groups[finding.check, default: Group(finding: finding)].count += 1
      guard groups[finding.check]?.entries.count ?? 0 < Self.mostListed else { continue }
      groups[finding.check]?.entries.append((key, finding))
    }
  }

  /// What was found, worst first, and what was found most often before the rest.
  package var result: [Group] {
    groups.values.sorted { left, right in
      let (one, other) = (left.finding, right.finding)
      return (one.severity.rank, -left.count, one.check)
        < (other.severity.rank, -right.count, other.check)
    }
  }
}
