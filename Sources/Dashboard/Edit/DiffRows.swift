import SharedState
import TextScreen

/// What an edit changes, as rows that begin with `-` and `+`: the marks tell it, colours only help.
enum DiffRows {
  /// The rows of a diff, not much wider than the columns given, without warnings.
  static func plainRows(_ diff: ValueDiff, columns: Int, glyphs: Glyphs) -> [Line] {
    rows(diff, columns: columns, glyphs: glyphs).filter { $0.spans.first?.style.role != .warning }
  }

  /// The rows of a diff, not much wider than the columns given.
  static func rows(_ diff: ValueDiff, columns: Int, glyphs: Glyphs) -> [Line] {
    diff.differences.flatMap { difference in
      difference.path.isRoot
        ? wholeRows(difference, columns: columns, glyphs: glyphs)
        : rows(difference, columns: columns, glyphs: glyphs)
    }
  }

  /// A house that is built or removed is shown field by field.
  private static func wholeRows(
    _ difference: ValueDiff.Difference,
    columns: Int,
    glyphs: Glyphs
  ) -> [Line] {
    if difference.old?.object == nil, difference.new?.object == nil {
      return rows(difference, columns: columns, glyphs: glyphs)
    }
    let old = parts(of: difference.old).map { path, value in
      ValueDiff.Difference(path: path, old: value, new: Optional.none)
    }
    let new = parts(of: difference.new).map { path, value in
      ValueDiff.Difference(path: path, old: Optional.none, new: value)
    }
    return (old + new).flatMap { rows($0, columns: columns, glyphs: glyphs) }
  }

  private static func parts(of value: StateValue?) -> [(ValuePath, StateValue)] {
    guard let value else { return [] }
    guard let object = value.object, !object.isEmpty else { return [(.root, value)] }
    return object.map { ([.field($0.key)], $0.value) }
  }

  private static func rows(
    _ difference: ValueDiff.Difference,
    columns: Int,
    glyphs: Glyphs
  ) -> [Line] {
    let name = difference.path.isRoot ? "" : "\(difference.path) = "
    let room = columns - 2 - TextWidth.columns(of: name)
    let texts = ValueExcerpt.pair(
      difference.old,
      difference.new,
      budget: room,
      ellipsis: glyphs.ellipsis
    )
    let rows = [
      texts.old.map { row("-", .removed, name, $0) },
      texts.new.map { row("+", .added, name, $0) },
    ]
    return rows.compactMap { $0 } + warnings(difference, glyphs: glyphs)
  }

  private static func row(_ mark: String, _ role: Role, _ name: String, _ text: String) -> Line {
    Line("\(mark) ", Style(role, .bold)).adding(name, Style(.key)).adding(text, Style(role))
  }

  /// Warns where the kind of a value changes: headsets ignore a field that holds another kind of number.
  private static func warnings(_ difference: ValueDiff.Difference, glyphs: Glyphs) -> [Line] {
    guard let new = difference.new,
      let text = KindWarning.text(from: difference.old, to: new)
    else { return [] }
    return [Line("\(glyphs.warning) \(text)", Style(.warning))]
  }
}

/// What to beware of when the kind of a value changes.
enum KindWarning {
  /// The first thing to beware of in a diff, and where.
  static func text(in diff: ValueDiff) -> String? {
    for difference in diff.differences {
      guard let new = difference.new, let text = text(from: difference.old, to: new) else {
        continue
      }
      return difference.path.isRoot ? text : "\(difference.path): \(text)"
    }
    return nil
  }

  /// One line, or `nil` if there is nothing to beware of.
  static func text(from old: StateValue?, to new: StateValue) -> String? {
    if case .array(let elements) = new, mixesNumbers(elements) {
      return "mixes whole numbers with floats: headsets ignore such a list"
    }
    guard let old, old != .null, new != .null else { return nil }
    if case .array(let before) = old, case .array(let after) = new {
      return elementWarning(before, after)
    }
    guard old.kind != new.kind else { return nil }
    let isNumber = old.double != nil && new.double != nil
    return "was \(article(old.kind)), becomes \(article(new.kind))"
      + (isNumber ? ": headsets tell 1 from 1.0" : "")
  }

  private static func elementWarning(_ before: [StateValue], _ after: [StateValue]) -> String? {
    guard let old = commonKind(before), let new = commonKind(after), old != new else { return nil }
    return "was a list of \(old) values, becomes one of \(new) values"
  }

  private static func commonKind(_ elements: [StateValue]) -> String? {
    guard let first = elements.first?.kind, elements.allSatisfy({ $0.kind == first }) else {
      return nil
    }
    return first
  }

  private static func mixesNumbers(_ elements: [StateValue]) -> Bool {
    elements.contains { $0.kind == "int" } && elements.contains { $0.kind == "float" }
  }

  private static func article(_ kind: String) -> String {
    switch kind {
    case "int": "an int"
    case "null", "bytes": kind
    default: "a \(kind)"
    }
  }
}
