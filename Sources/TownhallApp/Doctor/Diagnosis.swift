import TextScreen

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
      + facts.folders.filter { $0.purpose == "state" }.map(Self.folder)
  }

  /// What is worst, in a few words; nil if all is well.
  var trouble: String? {
    let worst = findings.first { $0.verdict == .bad } ?? findings.first { $0.verdict == .note }
    return worst?.brief
  }

  /// The findings as a person reads them: a line for each, and what mends it under it.
  ///
  /// - Parameter columns: How wide the terminal is; what was found is broken between words there, and a fix never, since it
  ///   is to be copied. Nil to break nothing.
  /// - Returns: The lines, the findings in the order in which they were made.
  func lines(columns: Int? = nil) -> [String] {
    let indent = Self.verdictWidth + (findings.map(\.check.count).max() ?? 0) + 2
    return findings.flatMap { finding in
      let room = columns.map { max(20, $0 - indent) }
      let rows = Self.rows(of: finding.found, columns: room)
      let verdict = finding.verdict.rawValue.padded(to: Self.verdictWidth)
      let blank = String(repeating: " ", count: indent)
      var lines = [(verdict + finding.check).padded(to: indent) + (rows.first ?? "")]
      for row in rows.dropFirst() { lines.append(blank + row) }
      if let fix = finding.fix { lines.append(blank.prefix(Self.verdictWidth) + "fix: " + fix) }
      return lines
    }
  }

  private static let verdictWidth = 6

  /// A text in rows, broken between words; a word that is longer than a row, such as a path, is broken anywhere.
  private static func rows(of text: String, columns: Int?) -> [String] {
    guard let columns else { return [text] }
    return text.split(separator: " ").flatMap { pieces(of: $0, columns) }.reduce(into: []) {
      rows,
      word in
      let longer = rows.last.map { "\($0) \(word)" } ?? ""
      if rows.isEmpty || TextWidth.columns(of: longer) > columns {
        rows.append(String(word))
      } else {
        rows[rows.count - 1] = longer
      }
    }
  }

  private static func pieces(of word: Substring, _ columns: Int) -> [Substring] {
    var (pieces, rest) = ([Substring](), word)
    while rest.count > columns {
      pieces.append(rest.prefix(columns))
      rest = rest.dropFirst(columns)
    }
    return pieces + [rest]
  }

  private static func program(_ facts: DoctorFacts) -> Finding {
    let program = facts.program
    let wires = program.speaksGRPC ? "with gRPC" : "without gRPC, so for ws:// and wss:// only"
    let place = program.path.map { ", in \($0)" } ?? ""
    return .ok("program", "townhall \(program.version), \(wires)\(place)")
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
