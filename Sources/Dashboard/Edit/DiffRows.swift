import ScreenKit
import SharedState

/// What an edit changes, as rows that begin with `-` and `+`: the marks tell it, colours only help.
struct DiffRows {
  /// Where the rows are to be drawn.
  private let canvas: PaneCanvas
  /// Whether a change of kind is warned of below the field.
  private let warns: Bool
  /// So many rows are taken by one value, so that the old and the new are both seen.
  private let mostRows: Int

  /// So many differences are shown; nobody reads more, and each frame would make them anew.
  private static let limit = 500

  /// Makes rows for a place, of which there may be fewer than the place has.
  init(_ canvas: PaneCanvas, warns: Bool = true, room: Int? = nil) {
    (self.canvas, self.warns) = (canvas, warns)
    mostRows = max(1, min(Self.longestValue, ((room ?? canvas.rect.rows) - 1) / 2))
  }

  /// So many rows are taken by one value at most.
  private static let longestValue = 8
  /// Of more places than this each value has one row, as each frame makes them anew.
  private static let fewPlaces = 50

  /// The columns beside the mark.
  private var room: Int { max(1, canvas.columns - 2) }

  func rows(_ diff: ValueDiff) -> [Line] {
    let shown = diff.differences.prefix(Self.limit).flatMap { difference in
      isWholeEntry(difference)
        ? entryRows(difference)
        : rows(difference, diff.differences.count > Self.fewPlaces ? 1 : mostRows)
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
    // What goes is told by its names, and there may be no way to scroll on to the last of them.
    return old.flatMap { rows($0, 1) } + new.flatMap { rows($0, mostRows) }
  }

  private func parts(of value: StateValue?) -> [(ValuePath, StateValue)] {
    guard let value else { return [] }
    guard let object = value.object, !object.isEmpty else { return [(.root, value)] }
    return object.prefix(Self.limit).map { ([.field($0.key)], $0.value) }
  }

  private func rows(_ difference: ValueDiff.Difference, _ mostRows: Int) -> [Line] {
    let name = difference.path.isRoot ? "" : "\(difference.path) = "
    let isOneRow = mostRows == 1 && TextWidth.columns(of: name) * 2 < room
    let values: [(mark: String, role: Role, value: StateValue?)] = [
      ("-", .removed, difference.old), ("+", .added, difference.new),
    ]
    let texts = ValueExcerpt.texts(
      values.map(\.value),
      budget: isOneRow ? room - TextWidth.columns(of: name) : room * mostRows,
      ellipsis: canvas.glyphs.ellipsis
    )
    let shown = zip(values, texts).compactMap { value, text in
      text.map { (value.mark, value.role, $0) }
    }
    let isInline =
      isOneRow || shown.allSatisfy { !TextWidth.exceeds(name + $0.2, columns: room) }
    let lines =
      isInline
      ? shown.map { [row($0, $1, name, $2)] }
      : [nameRow(name)] + shown.map { wrapped($0, $1, $2, mostRows) }
    return lines.flatMap { $0 } + (warns ? warnings(difference) : [])
  }

  private func row(_ mark: String, _ role: Role, _ name: String, _ text: String) -> Line {
    Line("\(mark) ", role, .bold).adding(name, Style(.key)).adding(text, Style(role))
  }

  /// The name of a place whose values take rows of their own.
  private func nameRow(_ name: String) -> [Line] {
    guard !name.isEmpty else { return [] }
    let ellipsis = canvas.glyphs.ellipsis
    return [Line("  ").adding(TextWidth.cutInMiddle(name, to: room, ellipsis: ellipsis), .key)]
  }

  /// A value that is too long for one row.
  private func wrapped(_ mark: String, _ role: Role, _ text: String, _ mostRows: Int) -> [Line] {
    var pieces = Line.broken(text, columns: room)
    if pieces.count > mostRows {
      let rest = pieces[(mostRows - 1)...].joined()
      pieces[(mostRows - 1)...] = [
        TextWidth.truncate(rest, to: room, ellipsis: canvas.glyphs.ellipsis)
      ]
    }
    return pieces.enumerated().map { index, piece in
      row(index == 0 ? mark : " ", role, "", piece)
    }
  }

  private func warnings(_ difference: ValueDiff.Difference) -> [Line] {
    guard let new = difference.new,
      let text = KindWarning.text(from: difference.old, to: new)
    else { return [] }
    return canvas.rows("\(canvas.glyphs.warning) \(text)", Style(.warning))
  }
}
