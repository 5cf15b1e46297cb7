import ScreenKit
import SharedState
import Trajectory

/// A query that is being typed, and what it means so far.
struct QuerySheet: Sendable {
  enum Answer: Sendable {
    case nothing
    case flaw(String, position: Int?)
    case atoms(AtomQuery, AtomSet)
  }

  /// So many lines of atoms are told.
  private static let mostLines = 12

  /// The selection that it is for; `nil` for a new one.
  let key: String?
  var editor: TextEditor
  private(set) var answer = Answer.nothing
  /// What the atoms are, in lines: made once, however often they are drawn.
  private(set) var lines: [String] = []
  /// The molecule that the answer is of.
  private var version: Int?

  init(key: String?, text: String) {
    (self.key, editor) = (key, TextEditor(text, isMultiline: false))
    editor.moveToEnd()
  }

  /// Finds out what it means now, if that may be something else than before.
  mutating func answer(with simulation: Simulation, in state: StateDictionary) {
    (version, lines) = (simulation.version, [])
    guard !editor.isEmpty else {
      answer = .nothing
      return
    }
    do {
      let query = try AtomQuery(editor.text)
      let atoms = try simulation.select(query, in: state)
      answer = .atoms(query, atoms)
      guard let topology = simulation.molecule?.topology else { return }
      lines = [topology.summary(of: atoms)] + topology.lines(of: atoms).prefix(Self.mostLines)
    } catch let error as AtomQueryError {
      answer = .flaw(error.message, position: error.position)
    } catch {
      answer = .flaw("\(error)", position: nil)
    }
  }

  /// Whether another molecule has been loaded since it was answered.
  func isOld(_ simulation: Simulation) -> Bool { version != simulation.version }
}

/// The line in which a query is typed, and below it which atoms it means.
struct QueryOverlay<Host: SimulationHost>: Overlay {
  private static var mostRows: Int { 14 }
  private static var mostColumns: Int { 100 }

  var name: String { "query" }

  func isOpen(in host: Host) -> Bool { host.overlays.has(QuerySheet.self) }

  func take(_ key: Key, in host: inout Host) -> [Effect] {
    switch key {
    case .escape: host.overlays[QuerySheet.self] = nil
    case .enter:
      guard let reason = reasonNotToAccept(host) else {
        return host.acceptQuery()
      }
      host.say(reason, .warning)
    default:
      let before = host.overlays[QuerySheet.self]?.editor.revision
      _ = host.overlays[QuerySheet.self]?.editor.handle(key)
      if host.overlays[QuerySheet.self]?.editor.revision != before { answer(in: &host) }
    }
    return []
  }

  func paste(_ text: String, in host: inout Host) -> [Effect] {
    if host.overlays[QuerySheet.self]?.editor.insert(text) == true { answer(in: &host) }
    return []
  }

  private func answer(in host: inout Host) {
    let (simulation, state) = (host.known.simulation, host.freshest)
    host.overlays[QuerySheet.self]?.answer(with: simulation, in: state)
  }

  private func reasonNotToAccept(_ host: Host) -> String? {
    switch host.overlays[QuerySheet.self]?.answer {
    case .atoms(_, let atoms)?:
      atoms.isEmpty ? "it means no atom; Esc leaves" : host.reasonNotToWrite
    case .flaw(let flaw, _)?: flaw
    case .nothing?, nil: "type which atoms, such as resname HOH; Esc leaves"
    }
  }

  func settle(in host: inout Host) {
    if host.overlays[QuerySheet.self]?.isOld(host.known.simulation) == true { answer(in: &host) }
  }

  // MARK: What is seen and said

  func draw(_ host: Host, into grid: inout Grid, _ layout: Layout) {
    guard let sheet = host.overlays[QuerySheet.self] else { return }
    let body = layout.body
    let size = Size(
      columns: min(Self.mostColumns, body.columns),
      rows: min(Self.mostRows, body.rows)
    )
    let place = Rect(
      column: body.column + (body.columns - size.columns) / 2,
      row: body.row + (body.rows - size.rows) / 3,
      columns: size.columns,
      rows: size.rows
    )
    grid.fill(place)
    let title = sheet.key.map { "Atoms of \(host.title(of: $0).named)" } ?? "A new selection"
    let canvas = PaneCanvas(
      framing: place,
      title: TextWidth.cutInMiddle(title, to: place.columns - 5, ellipsis: host.glyphs.ellipsis),
      glyphs: host.glyphs,
      words: host.words,
      &grid
    )
    let (line, rest) = canvas.rect.top(1)
    let used = grid.write("> ", at: line.origin, in: line, style: Style(.hintKey, .bold))
    let look = TextEditor.Look(isFocused: true, flaw: flawPosition(sheet), glyphs: host.glyphs)
    sheet.editor.draw(into: &grid, rect: line.left(used).rest, look: look)
    canvas.covering(rest).draw(rows(sheet, host, canvas.covering(rest)), &grid)
  }

  private func flawPosition(_ sheet: QuerySheet) -> TextEditor.Position? {
    guard case .flaw(_, let position?) = sheet.answer else { return nil }
    return TextEditor.Position(line: 0, column: position)
  }

  /// What it comes to, and which atoms these are; or how queries are written.
  private func rows(_ sheet: QuerySheet, _ host: Host, _ canvas: PaneCanvas) -> [Line] {
    switch sheet.answer {
    case .nothing:
      return [
        Line("resname HOH and name O      chain A and resid 5:12", .muted),
        Line("protein  backbone  water  element C  name C*  index 0:9", .muted),
        Line("within 0.5 of (…)  byres …  bonded to …  selection NAME", .muted),
        Line("and  or  not  ( )", .muted),
      ]
    case .flaw(let flaw, let position):
      let place = position.map { "column \($0 + 1): " } ?? ""
      return canvas.rows("\(host.glyphs.failure) \(place)\(flaw)", Style(.error, .bold))
    case .atoms(_, let atoms):
      let head = sheet.lines.prefix(1).map { Line($0, atoms.isEmpty ? .warning : .number, .bold) }
      return head + sheet.lines.dropFirst().prefix(canvas.rect.rows).map { Line($0.named) }
    }
  }

  func footer(of host: Host) -> OverlayFooter {
    let verb = host.overlays[QuerySheet.self]?.key == nil ? "makes the selection" : "chooses them"
    return .hints([Hint("Enter", verb), Hint("Esc", "leaves")])
  }

  func spoken(of host: Host) -> [String] {
    guard let sheet = host.overlays[QuerySheet.self] else { return [] }
    let canvas = PaneCanvas(
      rect: Rect(column: 0, row: 0, columns: 100, rows: 2),
      glyphs: host.glyphs,
      words: host.words
    )
    return ["query \(sheet.editor.text)".words]
      + rows(sheet, host, canvas).prefix(1).map(\.text.words)
  }

  func stroke(for key: Key, in host: Host) -> KeyStrip.Stroke? { .text(of: key) }
}
