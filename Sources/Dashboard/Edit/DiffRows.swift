import ScreenKit
import SharedState

/// What an edit changes, as rows that begin with `-` and `+`: the marks tell it, colours only help.
struct DiffRows {
  /// How wide the rows may be, about.
  let columns: Int
  let glyphs: Glyphs
  /// Whether a change of kind is warned of below the field.
  var warns = true

  /// So many differences are shown; nobody reads more, and each frame would make them anew.
  private static let limit = 500

  /// The rows of a diff.
  func rows(_ diff: ValueDiff) -> [Line] {
    let shown = diff.differences.prefix(Self.limit).flatMap { difference in
      isWholeHouse(difference) ? houseRows(difference) : rows(difference)
    }
    let rest = diff.differences.count - Self.limit
    guard rest > 0 else { return shown }
    return shown + [Line("\(glyphs.ellipsis) and \(Phrases.grouped(rest)) more fields", .muted)]
  }

  private func isWholeHouse(_ difference: ValueDiff.Difference) -> Bool {
    difference.path.isRoot && (difference.old?.object != nil || difference.new?.object != nil)
  }

  /// A house that is built, removed or becomes something else is shown field by field.
  private func houseRows(_ difference: ValueDiff.Difference) -> [Line] {
    let old = parts(of: difference.old).map { path, value in
      ValueDiff.Difference(path: path, old: value, new: Optional.none)
    }
    let new = parts(of: difference.new).map { path, value in
      ValueDiff.Difference(path: path, old: Optional.none, new: value)
    }
    return (old + new).flatMap { rows($0) }
  }

  private func parts(of value: StateValue?) -> [(ValuePath, StateValue)] {
    guard let value else { return [] }
    guard let object = value.object, !object.isEmpty else { return [(.root, value)] }
    return object.prefix(Self.limit).map { ([.field($0.key)], $0.value) }
  }

  private func rows(_ difference: ValueDiff.Difference) -> [Line] {
    let name = difference.path.isRoot ? "" : "\(difference.path) = "
    let texts = ValueExcerpt.pair(
      difference.old,
      difference.new,
      budget: columns - 2 - TextWidth.columns(of: name),
      ellipsis: glyphs.ellipsis
    )
    let rows = [
      texts.old.map { row("-", .removed, name, $0) },
      texts.new.map { row("+", .added, name, $0) },
    ]
    return rows.compactMap { $0 } + (warns ? warnings(difference) : [])
  }

  private func row(_ mark: String, _ role: Role, _ name: String, _ text: String) -> Line {
    Line("\(mark) ", role, .bold).adding(name, Style(.key)).adding(text, Style(role))
  }

  private func warnings(_ difference: ValueDiff.Difference) -> [Line] {
    guard let new = difference.new,
      let text = KindWarning.text(from: difference.old, to: new)
    else { return [] }
    return Line.wrapped("\(glyphs.warning) \(text)", Style(.warning), columns: columns)
  }
}
