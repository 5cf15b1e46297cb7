import CursesTerminal

/// What is in order and what is not, judged by facts alone.
struct Diagnosis: Sendable {
  let findings: [Finding]

  /// Whether nothing is bad.
  var isSound: Bool { !findings.contains { $0.verdict == .bad } }

  /// Judges all facts that are there.
  init(_ facts: DoctorFacts) {
    findings =
      [Self.program(facts)] + Self.terminal(facts) + Self.surroundings(facts)
      + Self.files(facts) + (facts.network.map { Self.network($0, facts) } ?? [])
      + (facts.town.map(Self.town) ?? [])
  }

  /// Judges what keeps somebody from feeling at home on the screen, for a line on the first of all screens.
  init(ofScreen facts: DoctorFacts) {
    findings =
      [Self.type(facts), Self.locale(facts), Self.settings(facts)]
      + facts.folders.map(Self.folder)
  }

  /// What is worst, in a few words; nil if all is well.
  var trouble: String? {
    let worst = findings.first { $0.verdict == .bad } ?? findings.first { $0.verdict == .note }
    return worst?.brief
  }

  /// The findings as a person reads them: a line for each, and what mends it under it.
  var lines: [String] {
    let width = findings.map(\.check.count).max() ?? 0
    return findings.flatMap { finding in
      let verdict = finding.verdict.rawValue.padded(to: 6)
      let line = verdict + finding.check.padded(to: width + 2) + finding.found
      return [line] + (finding.fix.map { [String(repeating: " ", count: 6) + "fix: " + $0] } ?? [])
    }
  }

  private static func program(_ facts: DoctorFacts) -> Finding {
    let program = facts.program
    let wires = program.speaksGRPC ? "with gRPC" : "without gRPC, so for ws:// and wss:// only"
    return .ok(
      "program",
      "townhall \(program.version), \(wires), \(program.path ?? "lies nowhere")"
    )
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}

/// A text as a shell takes it for one word.
func shellQuoted(_ text: String) -> String {
  let plain = text.utf8.allSatisfy {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
      || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0)
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || "/._-:@%+,=".utf8.contains($0)
  }
  return plain && !text.isEmpty ? text : "'" + text.replacing("'", with: #"'\''"#) + "'"
}
