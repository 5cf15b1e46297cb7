import ScreenKit

/// The keys that may follow those typed so far, over the lower edge of the screen: `g` is half of a dozen commands.
struct ContinuationBox {
  /// From this on, each key is told with what it does, and below with its command's name.
  private static let roomyColumns = 60

  let model: Model

  private struct Row {
    let key: String
    let text: String
    let isNow: Bool
  }

  private func rows(isRoomy: Bool) -> [Row] {
    let typed = model.typedKeys
    return model.keymap.actions.compactMap { action in
      guard let sequence = action.keys.first(where: { $0.isBegun(by: typed) }) else { return nil }
      return Row(
        key: sequence.label,
        text: isRoomy ? model.words(action.help) : action.name,
        isNow: model.reasonNot(to: action) == nil
      )
    }
  }

  func draw(into grid: inout Grid, _ body: Rect) {
    guard !model.typedKeys.isEmpty, body.rows >= 3, body.columns >= 12 else { return }
    let isRoomy = body.columns >= Self.roomyColumns
    let rows = rows(isRoomy: isRoomy)
    let most = body.rows - 2
    guard !rows.isEmpty, most > 0 else { return }
    let abreast = (rows.count + most - 1) / most
    let height = (rows.count + abreast - 1) / abreast
    let box = body.bottom(height + 2).0
    grid.fill(box)
    grid.box(
      box,
      title: KeySequence(model.typedKeys).label,
      style: Style(.focusedBorder),
      titleStyle: Style(.title, .bold),
      glyphs: model.glyphs
    )
    let inside = box.inset(by: 1)
    let width = inside.columns / abreast
    for (index, row) in rows.enumerated() {
      let place = inside.line(index % height).left(index / height * width).rest.left(width - 1).0
      var line = Line(" " + TextWidth.pad(row.key, to: 4), row.isNow ? .hintKey : .muted, .bold)
      line.append(row.text, row.isNow ? .plain : .muted)
      grid.write(line, in: place, glyphs: model.glyphs)
    }
  }
}
