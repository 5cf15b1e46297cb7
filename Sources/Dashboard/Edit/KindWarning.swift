import ScreenKit
import SharedState

/// What to beware of when the kind of a value changes: headsets ignore a field that holds another kind of number.
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
    return "was \(withArticle(old.kind)), becomes \(withArticle(new.kind))"
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
}
