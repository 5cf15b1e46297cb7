import ScreenKit
import SharedState

/// What an edit changes, as rows that begin with `-` and `+`: the marks tell it, colours only help.
struct DiffRows {
  /// Where the rows are to be drawn.
  private let canvas: PaneCanvas
  /// Whether a change of kind is warned of below the field.
  private let warns: Bool

  /// So many differences are shown; nobody reads more, and each frame would make them anew.
  private static let limit = 500

  init(_ canvas: PaneCanvas, warns: Bool = true) { (self.canvas, self.warns) = (canvas, warns) }

  func rows(_ diff: ValueDiff) -> [Line] {
    let shown = diff.differences.prefix(Self.limit).flatMap { difference in
      isWholeEntry(difference) ? entryRows(difference) : rows(difference)
    }
    let rest = diff.differences.count - Self.limit
    guard rest > 0 else { return shown }
    return shown + [
      Line("\(canvas.glyphs.ellipsis) and \(Phrases.grouped(rest)) more fields", .muted)
    ]
  }

  private func isWholeEntry(_ difference: ValueDiff.Difference) -> Bool {
    difference.path.isRoot && (difference.old?.object != nil || difference.new?.object != nil)
  }

  /// An entry that is added, removed or becomes something else is shown field by field.
  private func entryRows(_ difference: ValueDiff.Difference) -> [Line] {
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
      budget: canvas.columns - 2 - TextWidth.columns(of: name),
      ellipsis: canvas.glyphs.ellipsis
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
    return canvas.rows("\(canvas.glyphs.warning) \(text)", Style(.warning))
  }
}
