import SharedState
import TextScreen

/// Who is in a class and how far each has come, those who have left included.
struct ClassList: Hashable, Sendable {
  struct Learner: Hashable, Sendable {
    var id: String
    var report: LearnerReport
    var isHere: Bool
  }

  /// No class is larger.
  static let most = 500
  /// No more is told of one moment.
  private static let mostLines = 20

  private static let prefix = "lesson."
  private static let suffix = ".learner"

  private var learners: [String: Learner] = [:]

  init() {}

  /// Reads who is in a town's class, and who was as the town has it in `class.left`.
  init(_ town: StateDictionary) {
    for value in (town[LearnerEntry.left]?.array ?? []).prefix(Self.most) {
      guard let id = value["id"]?.string, PracticeRecord.isIdentifier(id) else { continue }
      if let report = LearnerReport(value) { enter(id, report, isHere: false) }
    }
    for key in town.keys(withPrefix: Self.prefix) {
      guard let id = Self.id(in: key), let report = LearnerReport(town[key]) else { continue }
      enter(id, report, isHere: true)
    }
  }

  /// Where a learner reports.
  static func key(of id: String) -> String { prefix + id + suffix }

  /// Whose report a key is.
  private static func id(in key: String) -> String? {
    guard key.begins(with: prefix), key.hasSuffix(suffix) else { return nil }
    let id = String(key.dropFirst(prefix.count).dropLast(suffix.count))
    return PracticeRecord.isIdentifier(id) ? id : nil
  }

  var sorted: [Learner] {
    learners.values.sorted { ($0.report.name, $0.id) < ($1.report.name, $1.id) }
  }

  /// Those who have left, for `class.left`.
  var left: StateValue {
    .array(
      sorted.filter { !$0.isHere }.map { learner in
        var object = learner.report.value.object ?? [:]
        object["id"] = .string(learner.id)
        return .object(object)
      }
    )
  }
}

// MARK: - What happens

extension ClassList {
  /// Takes in what happened in the town, and returns what to tell the teacher, line by line.
  mutating func take(_ change: StateChange) -> [String] {
    var lines: [String] = []
    for (key, entry) in change.updates {
      guard let id = Self.id(in: key), let report = LearnerReport(entry.value) else { continue }
      lines += enter(id, report, isHere: true)
    }
    for key in change.removals {
      guard let id = Self.id(in: key), let learner = learners[id], learner.isHere else { continue }
      learners[id]?.isHere = false
      lines.append("\(learner.report.name) has left (\(learner.report.score))")
    }
    let more = lines.count - Self.mostLines
    return lines.prefix(Self.mostLines) + (more > 0 ? ["… and \(more) more"] : [])
  }

  @discardableResult
  private mutating func enter(_ id: String, _ report: LearnerReport, isHere: Bool) -> [String] {
    let former = learners[id] ?? takeFormer(of: report)
    guard former != nil || learners.count < Self.most else { return [] }
    learners[id] = Learner(id: id, report: report, isHere: isHere)
    guard let former else { return ["\(report.name) is here (\(report.score))"] }
    let back = former.isHere ? [] : ["\(report.name) is back (\(report.score))"]
    return back + report.news(since: former.report)
  }

  /// A learner who comes back has another id, and goes on under the same name where they had stopped; another one of
  /// that name has not solved the same.
  private mutating func takeFormer(of report: LearnerReport) -> Learner? {
    let solved = Set(report.solved)
    let former = learners.values
      .filter {
        !$0.isHere && $0.report.name == report.name && solved.isSuperset(of: $0.report.solved)
      }
      .min { $0.id < $1.id }
    if let former { learners[former.id] = nil }
    return former
  }
}

extension LearnerReport {
  /// How much is solved, in words.
  var score: String { "\(solved.count) of \(total)" }

  fileprivate func news(since former: LearnerReport) -> [String] {
    let hinted = Counted.things(hints, "hint", "hints")
    return shown.filter { !former.shown.contains($0) }.map { "\(name) was shown '\($0)'" }
      + solved.filter { !former.solved.contains($0) }
      .map { "\(name) solved '\($0)' (\(score)), \(hinted)" }
  }
}

// MARK: - In print

extension ClassList {
  /// The class as a table, one line for each learner.
  var table: [String] {
    let head = ["learner", "lesson", "solved", "shown", "hints", ""]
    let rows =
      [head]
      + sorted.map { learner in
        let (report, place) = (learner.report, learner.isHere ? "here" : "left")
        let counts = [report.score, "\(report.shown.count)", "\(report.hints)"]
        return [report.name, report.lesson ?? ""] + counts + [place]
      }
    let widths = head.indices.map { column in
      rows.map { TextWidth.columns(of: $0[column]) }.max() ?? 0
    }
    return rows.map { row in
      let cells = zip(row, widths).map { TextWidth.pad($0, to: $1) }
      let line = cells.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
  }

  /// The class as JSON, one line for each learner.
  var json: [String] {
    sorted.map { learner in
      var object = learner.report.value.object ?? [:]
      object["id"] = .string(learner.id)
      object["here"] = .bool(learner.isHere)
      return StateValue.object(object).text
    }
  }
}
