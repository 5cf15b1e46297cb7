import ScreenKit
import SharedState

/// Says what changed in an entry, field by field: `particle_ids 44–47 → 43–45`; nothing of one that was removed.
struct ChangeDigest {
  /// So many fields are told; more are counted.
  static let mostFields = 3
  /// Larger values are not compared for one line of text.
  static let largestCompared = 256_000

  let meanings: Meanings
  let glyphs: Glyphs

  func line(_ subject: ActivityItem.Subject) -> Line {
    guard case .entry(let key, let kind, _, let old, let new) = subject else { return Line() }
    switch kind {
    case .added:
      return new.map { Preview.line(key: key, entry: $0, meanings, glyphs: glyphs) } ?? Line()
    case .removed: return Line()
    case .changed: return changes(from: old, to: new)
    }
  }

  private func changes(from old: StateEntry?, to new: StateEntry?) -> Line {
    let largest = max(old?.packed?.byteCount ?? 0, new?.packed?.byteCount ?? 0)
    guard largest <= Self.largestCompared else {
      return Line("changed (\(Phrases.size(largest)))", .muted)
    }
    let differences = ValueDiff(from: old?.value, to: new?.value).differences
    guard !differences.isEmpty else { return Line("written again, the same", .muted) }
    var line = Line()
    for (index, difference) in differences.prefix(Self.mostFields).enumerated() {
      if index > 0 { line.append("  ", .muted) }
      append(difference, to: &line)
    }
    let more = differences.count - Self.mostFields
    if more > 0 { line.append("  and " + Phrases.count(more, "more field"), .muted) }
    return line
  }

  private func append(_ difference: ValueDiff.Difference, to line: inout Line) {
    let name = difference.path.isRoot ? "" : difference.path.description + " "
    switch (difference.old, difference.new) {
    case (nil, let new?):
      line.append("+" + name, .added)
      line.append(text(new, at: difference.path))
    case (_?, nil): line.append("-" + name, .removed)
    case (let old?, let new?):
      let (before, after) = (text(old, at: difference.path), text(new, at: difference.path))
      line.append(name, .key)
      line.append(before)
      // In the look of what stands before it, which spares the terminal two changes of looks for each line.
      line.append(" \(glyphs.arrow) ", before.spans.last?.style.role ?? .muted)
      line.append(after)
      if let atoms = atoms(new, at: difference.path) { line.append("  " + atoms, .muted) }
    case (nil, nil): break
    }
  }

  /// What the atoms of a list are.
  private func atoms(_ value: StateValue, at path: ValuePath) -> String? {
    guard case .array(let list) = value, case .field(let name)? = path.steps.last,
      Meanings.namesAtoms(name)
    else { return nil }
    return meanings.atoms(list)
  }

  private func text(_ value: StateValue, at path: ValuePath) -> Line {
    if case .array(let elements) = value, !elements.isEmpty,
      case .field(let name)? = path.steps.last,
      Meanings.namesAtoms(name),
      let ranges = Phrases.ranges(elements, limit: 4, ascii: glyphs.isASCII)
    {
      return Line(ranges, .number)
    }
    return ValueDigest.line(value, room: 24, glyphs: glyphs)
  }
}
