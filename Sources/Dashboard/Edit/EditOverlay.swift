import ScreenKit
import StateEditing

/// The pane in which an edit is written, reviewed, sent and seen to end.
struct EditOverlay<Host: EditHost>: Overlay {
  var name: String { "edit" }

  func isOpen(in host: Host) -> Bool { host.edit != nil }

  func row(in host: Host) -> OverlayRow {
    switch host.edit?.target {
    case .entry(let key, _)?: .own(.entry(key))
    case .group(let prefix)?: .own(.group(prefix))
    case nil: .beneath
    }
  }

  /// A key that means something elsewhere closes an edit that has ended, and does that.
  ///
  /// One that does something at once to the entry under the cursor only closes it where that is another entry than the
  /// edit was of: nothing is done to an entry that the person has not looked at.
  func take(_ key: Key, in host: inout Host) -> [Effect] {
    guard let edit = host.edit, edit.lets(go: key) else { return host.takeInEdit(.key(key)) }
    let meaning = host.meaning(of: [key], in: host.focus)
    if case .nothing = meaning { return host.takeInEdit(.key(key)) }
    host.leaveEdit()
    guard case .action(let id) = meaning, host.isAboutEntry(id), EditVerb(rawValue: id.name) == nil,
      !host.actsOnMarks, host.currentRow != edit.row
    else { return host.take(key) }
    return []
  }

  func paste(_ text: String, in host: inout Host) -> [Effect] { host.takeInEdit(.paste(text)) }

  func take(_ mouse: Mouse, in host: inout Host) -> [Effect]? {
    host.layout.edit.contains(mouse.point) ? host.takeInEdit(.mouse(mouse)) : nil
  }

  func draw(_ host: Host, into grid: inout Grid, _ layout: Layout) {
    grid.fill(layout.edit)
    host.edit?.draw(into: &grid, rect: layout.edit, glyphs: host.glyphs, words: host.words)
    drawName(host, into: &grid, layout.edit)
  }

  /// Says on the lower edge whose entry it is; the title has the exact key, which is what is written to.
  private func drawName(_ host: Host, into grid: inout Grid, _ rect: Rect) {
    guard rect.rows >= 3, rect.columns >= 30, let key = host.edit?.key, host.title(of: key) != key
    else { return }
    let edge = rect.line(rect.rows - 1).inset(columns: 2, rows: 0)
    let name = TextWidth.cutInMiddle(
      host.title(of: key),
      to: edge.columns / 2,
      ellipsis: host.glyphs.ellipsis
    )
    grid.write(Line(" \(name) ", .title), in: edge, glyphs: host.glyphs)
  }

  func footer(of host: Host) -> OverlayFooter {
    guard let edit = host.edit, edit.hasArrived else { return .hints(host.edit?.hints ?? []) }
    return .hintsAndLine(
      edit.hints,
      back: .undo,
      Line("python> ", .muted).adding(host.undo.lastLine)
    )
  }

  func spoken(of host: Host) -> [String] {
    guard let edit = host.edit else { return [] }
    return SpokenPicture.lines(glyphs: host.glyphs, hints: edit.hints) { grid in
      edit.draw(into: &grid, rect: grid.bounds, glyphs: host.glyphs, words: host.words)
    }
  }

  func stroke(for key: Key, in host: Host) -> KeyStrip.Stroke? {
    .hinted(key, host.edit?.hints ?? []) ?? .text(of: key)
  }

  func wakeUp(of host: Host) -> Duration? { host.edit?.closesAt }
}
