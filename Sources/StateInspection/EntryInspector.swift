package import SharedState

extension StateEntry {
  /// Whether the value is still packed and so large that it is decoded only when somebody asks for it.
  package var isLarge: Bool { (packed?.byteCount ?? 0) > EntryInspector.largestGlanced }
  /// The value, if it is not too large to be decoded just to be hinted at.
  package var glanced: StateValue? { isLarge ? nil : value }
}

/// Looks for what will trouble other people's programs in an entry.
///
/// ```swift
/// let findings = EntryInspector.findings(in: "selection.a", ["id": "selection.a"]) { _ in true }
/// findings[0].words     // there is no name: the Python client cannot list any selection; …
/// EntryInspector.repaired("selection.a", ["id": "selection.a"])     // with a name
/// ```
///
/// Each check is one small piece that knows one fact about one kind of client. What is found is advice; repairs only
/// add or convert, and say nothing that the entry did not say before.
package enum EntryInspector {
  /// No more findings than this are told of one check in one entry.
  static let mostOfACheck = 20
  /// A packed value of more bytes is not decoded before somebody asks for it.
  package static let largestGlanced = 256_000
  /// Nothing deeper inside of a value is looked at.
  static let deepest = 64

  static let checks: [Check] =
    Check.shapes + Check.selections + Check.renderers + Check.atoms + Check.numbers + Check.groups

  /// The names of all checks, and the fact that each rests on.
  package static var catalogue: [(id: String, fact: String)] { checks.map { ($0.id, $0.fact) } }

  /// What is wrong with an entry, worst first; `isPresent` tells of the entries that it points at, and `atomCount` how many
  /// atoms the molecule has, where that is known.
  ///
  /// - Complexity: O(*n*) in the size of the value.
  package static func findings(
    in key: String,
    _ value: StateValue,
    atomCount: Int? = nil,
    isPresent: (String) -> Bool
  ) -> [Finding] {
    current(inspect(key, value, atomCount: atomCount), isPresent: isPresent)
  }

  /// What is or may be wrong with an entry, whatever else the state holds: good for as long as the value is.
  static func inspect(_ key: String, _ value: StateValue, atomCount: Int? = nil) -> [Finding] {
    let entry = InspectedEntry(key, value, atomCount: atomCount)
    var found: [Finding] = []
    for check in checks {
      for var finding in check.find(entry).prefix(mostOfACheck) {
        finding.check = check.id
        found.append(finding)
      }
    }
    guard found.contains(where: { $0.severity != found.first?.severity }) else { return found }
    return Finding.Severity.allCases.flatMap { severity in
      found.filter { $0.severity == severity }
    }
  }

  /// Those of an entry's findings that hold in a state: a key that is there is no trouble.
  static func current(_ findings: [Finding], isPresent: (String) -> Bool) -> [Finding] {
    findings.filter { $0.vacancy.map { !isPresent($0) } ?? true }
  }

  /// The value after the repair of one check; `nil` if that repairs nothing here.
  package static func repaired(_ key: String, _ value: StateValue, of check: String) -> StateValue?
  {
    guard let repair = checks.first(where: { $0.id == check })?.repair else { return .none }
    // Spelt out: a bare nil may be a null to Swift, and a repair that empties the entry.
    guard let new = repair(InspectedEntry(key, value)), new != value else { return .none }
    return new
  }

  /// The value after all repairs; `nil` if there is nothing to repair.
  package static func repaired(_ key: String, _ value: StateValue) -> StateValue? {
    var new = value
    // One repair may lay bare what the next one mends.
    for _ in 0..<2 {
      for check in checks { new = repaired(key, new, of: check.id) ?? new }
    }
    return new == value ? StateValue?.none : new
  }
}

struct InspectedEntry {
  let key: String
  /// The prefix up to the first dot, or nothing.
  let group: String
  /// What stands behind the group.
  let name: String
  let value: StateValue
  /// How many atoms the molecule has, where somebody simulates one.
  let atomCount: Int?

  init(_ key: String, _ value: StateValue, atomCount: Int? = nil) {
    let parts = KeyParts(key)
    (self.key, self.value, self.atomCount) = (key, value, atomCount)
    (group, name) = (parts.prefix ?? "", parts.name)
  }

  var object: StateObject? { value.object }
}

struct Check: Sendable {
  let id: String
  /// What is known of the programs that makes this a trouble.
  let fact: String
  let find: @Sendable (InspectedEntry) -> [Finding]
  /// The whole value without what was found, as far as that can be mended safely.
  let repair: (@Sendable (InspectedEntry) -> StateValue?)?

  init(
    _ id: String,
    fact: String,
    find: @escaping @Sendable (InspectedEntry) -> [Finding],
    repair: (@Sendable (InspectedEntry) -> StateValue?)? = nil
  ) {
    (self.id, self.fact, self.find, self.repair) = (id, fact, find, repair)
  }

  /// A check that finds one thing at most, which is mended by another value in its place.
  init(
    _ id: String,
    fact: String,
    one: @escaping @Sendable (InspectedEntry) -> Finding?,
    mend: (@Sendable (InspectedEntry) -> StateValue?)? = nil
  ) {
    self.init(id, fact: fact, find: { one($0).map { [$0] } ?? [] }) { entry in
      guard let mend, let finding = one(entry), finding.repair != nil else { return nil }
      return mend(entry).flatMap { entry.value.replacing(finding.path, with: $0) }
    }
  }
}
