import ScreenKit
import SharedState
import StateEditing
import StateInspection
import Trajectory

/// The picture of the organiser's panel: who is here above, what can be done with the room below.
struct OrganiserView<Host: OrganiserHost> {
  let host: Host
  let rows: [OrganiserRow]

  init(_ host: Host) { (self.host, rows) = (host, host.organiserRows) }

  private var glyphs: Glyphs { host.glyphs }

  func draw(into grid: inout Grid, _ rect: Rect) {
    let room = roomLines(columns: rect.columns - 2)
    // Somebody is always seen, however small the screen is.
    let below = min(room.count + 1, max(0, rect.rows - 4))
    let (place, people) = rect.bottom(below)
    drawPeople(into: &grid, people)
    guard place.rows > 1 else { return }
    let rule = String(repeating: glyphs.horizontal, count: max(0, place.columns - 2))
    grid.write(Line(rule, .border), in: place.line(0).inset(columns: 1, rows: 0), glyphs: glyphs)
    grid.write(room, in: place.top(1).rest.inset(columns: 1, rows: 0), glyphs: glyphs)
  }

  // MARK: Who is here

  private func drawPeople(into grid: inout Grid, _ rect: Rect) {
    let (head, list) = rect.top(1)
    guard list.rows > 0 else { return }
    guard !rows.isEmpty else {
      grid.write(Line(" nobody is here", .muted), in: head, glyphs: glyphs)
      return
    }
    let width = rect.columns - 2
    let columns = Columns(width)
    grid.write(columns.head.restyled(.muted), in: head.inset(columns: 1, rows: 0), glyphs: glyphs)
    let cursor = host.organiser?.cursor ?? 0
    let top = max(0, min(cursor - list.rows / 2, rows.count - list.rows))
    for line in 0..<list.rows where top + line < rows.count {
      let place = list.line(line)
      grid.write(
        self.line(rows[top + line], columns),
        in: place.inset(columns: 1, rows: 0),
        glyphs: glyphs
      )
      if top + line == cursor {
        grid.restyle(place) { $0 = Style(.selection, $0.emphasis.union(.reverse)) }
      }
    }
    let more = rows.count - top - list.rows
    guard more > 0 else { return }
    grid.writeRight(
      Line(" \(Phrases.grouped(more)) more ", .muted),
      in: list.line(list.rows - 1),
      glyphs: glyphs
    )
  }

  /// Which columns there is room for.
  private struct Columns {
    let name: Int
    let hasDevice: Bool
    let hasSince: Bool

    init(_ width: Int) {
      hasDevice = width >= 62
      hasSince = width >= 52
      name = max(8, min(28, width - 38 - (hasDevice ? 15 : 0) - (hasSince ? 8 : 0)))
    }

    var head: Line {
      Line(
        TextWidth.pad("who", to: name + 1) + (hasDevice ? TextWidth.pad("with", to: 15) : "")
          + (hasSince ? TextWidth.pad("for", to: 8) : "") + TextWidth.pad("round trip", to: 12)
          + "heard"
      )
    }
  }

  private func line(_ row: OrganiserRow, _ columns: Columns) -> Line {
    let name = TextWidth.truncate(row.title.named, to: columns.name, ellipsis: glyphs.ellipsis)
    var line = Line(TextWidth.pad(name, to: columns.name + 1), .key, .bold)
    if columns.hasDevice { line.append(TextWidth.pad(row.device, to: 15)) }
    if columns.hasSince { line.append(TextWidth.pad(since(row), to: 8), .muted) }
    line.append(TextWidth.pad(roundTrip(row), to: 12), .number)
    line.append(heard(row))
    if let restraint = row.connection?.restraint, !restraint.isEmpty {
      line.append("  \(restraint)", .warning, .bold)
    }
    if let role = row.connection?.role, !role.isEmpty { line.append("  \(role)", .muted) }
    return line
  }

  /// What a row says, for a screen reader.
  func words(_ row: OrganiserRow) -> [String] {
    [
      row.title.named, row.device, since(row), roundTrip(row), heard(row).text,
      row.connection?.restraint ?? "", row.connection?.role ?? "",
    ]
    .filter { !$0.isEmpty }
  }

  private func since(_ row: OrganiserRow) -> String {
    row.since.map { Phrases.stay(max(0, $0.components.seconds)) } ?? ""
  }

  private func roundTrip(_ row: OrganiserRow) -> String {
    row.roundTrip.map { Phrases.decimal($0, digits: 0) + " ms" } ?? ""
  }

  private func heard(_ row: OrganiserRow) -> Line {
    if row.isLeftBehind { return Line("\(glyphs.warning) not connected", .warning, .bold) }
    guard let silence = row.silence else {
      return Line(row.connection == nil ? "nothing since you came" : "", .muted)
    }
    guard silence >= Host.silence else { return Line("\(glyphs.bullet) now", .success) }
    return Line("\(glyphs.warning) silent \(silence.components.seconds) s", .warning, .bold)
  }

  // MARK: The room

  /// What can be done with the room, in as many columns as there is room for.
  private func roomLines(columns: Int) -> [Line] {
    let asked = controlLines
    let simulation = simulationLines
    guard columns >= 70 else { return asked + simulation }
    let width = columns / 2
    return (0..<max(asked.count, simulation.count)).map { row in
      var line = row < asked.count ? asked[row] : Line()
      if row < simulation.count {
        line.append(String(repeating: " ", count: max(1, width - line.columns)))
        line.append(simulation[row])
      }
      return line
    }
  }

  private static func key(_ key: Character, _ words: String) -> Line {
    Line("\(key)  ", .hintKey, .bold).adding(words)
  }

  private var controlLines: [Line] {
    [Line("Asked of all headsets", .title, .bold)]
      + OrganiserOverlay<Host>.controls.map { key, control in
        let value = host.known.state.entry(for: control.key)?.glanced
        let words = TextWidth.truncate(
          value == nil ? "none" : control.words(value).named,
          to: 14,
          ellipsis: glyphs.ellipsis
        )
        return Self.key(key, TextWidth.pad(control.name, to: 19))
          .adding(words, value == nil ? .muted : .number)
      }
  }

  private var simulationLines: [Line] {
    let facts = host.known.simulation.facts
    let isRunning = host.simulationPane.isRunning(at: host.pictureTime.uptime)
    let state = host.known.simulation.molecule == nil ? "none" : isRunning ? "runs" : "stands still"
    var head = Line("The simulation  ", .title, .bold)
    head.append(state, isRunning ? .success : .muted)
    if let name = facts.name { head.append("  " + name.named.beginning(30), .text) }
    return [
      head,
      Self.key("P", "let it run or stand still"),
      Self.key("A", "make one step"),
      Self.key("B", "begin it again"),
      Self.key("I", "load another"),
      Line("The room", .title, .bold),
      Self.key("n", "tell everybody something"),
      Self.key("S", "clear away who is gone"),
      Self.key("w", "save how it is set up"),
      Self.key("a", "set it up as it was saved"),
    ]
  }
}
