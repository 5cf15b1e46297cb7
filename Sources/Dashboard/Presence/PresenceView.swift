import ScreenKit
import SharedState
import StateInspection

/// Draws who is here and what each of them is doing, where a pane has rows to spare.
///
/// Each has two rows in the place that they came to, so that what one does moves nobody else:
///
///     Who is here ───────────────────────────── 2
///     ● Ada                                  30/s
///       head 0.5 1.4 -0.3   holds 1 atom  spring
struct PresenceView {
  let presence: Presence
  let known: KnownState
  let moment: Moment
  let glyphs: Glyphs

  /// A pane with fewer rows keeps to what it is for.
  private static let leastPaneRows = 28
  private static let rowsEach = 2
  /// So many of the interactions that somebody holds are read.
  private static let mostHeld = 4

  /// What stays free in a pane below so many rows of its own: from a place that seldom changes.
  static func place(in pane: Rect, below rows: Int) -> Rect {
    guard pane.rows >= leastPaneRows else { return pane.top(0).0 }
    let (_, free) = pane.top(max(rows + 1, pane.rows / 3))
    return free.rows > rowsEach ? free : free.top(0).0
  }

  func draw(into grid: inout Grid, _ rect: Rect) {
    guard !presence.ids.isEmpty, rect.rows > Self.rowsEach else { return }
    let (head, body) = rect.top(1)
    grid.writeRuled(
      Line("Who is here", .title, .bold),
      Line(Phrases.grouped(presence.ids.count), .muted),
      in: head,
      glyphs: glyphs
    )
    let room = body.rows / Self.rowsEach
    let isCut = presence.ids.count > room
    var rest = body
    for id in presence.ids.prefix(isCut ? room - 1 : room) {
      let (place, below) = rest.top(Self.rowsEach)
      draw(id, into: &grid, place)
      rest = below
    }
    guard isCut else { return }
    let more = presence.ids.count - (room - 1)
    grid.write(
      Line("  \(glyphs.ellipsis) \(Phrases.grouped(more)) more", .muted),
      in: rest.line(0),
      glyphs: glyphs
    )
  }

  private func draw(_ id: String, into grid: inout Grid, _ place: Rect) {
    let key = People.avatar(of: id)
    let person = presence[id]
    let (gutter, first) = place.line(0).left(2)
    if let last = person?.last, let mark = ChangeMark(age: moment.uptime - last.uptime) {
      let span = mark.span(glyphs)
      grid.write(span.text, at: gutter.origin, in: gutter, style: span.style)
    }
    let free = grid.writeRight(pace(of: person), in: first, glyphs: glyphs)
    let name = TextWidth.cutInMiddle(
      (known.people.name(of: id) ?? id).named,
      to: max(0, free.columns - 1),
      ellipsis: glyphs.ellipsis
    )
    grid.write(name, at: free.origin, in: free, style: Style(.key, .bold))
    grid.write(doing(id, key), in: place.line(1).left(2).rest, glyphs: glyphs)
  }

  /// How often something of theirs changes, or when it last did.
  private func pace(of person: Presence.Person?) -> Line {
    guard let person, let last = person.last else { return Line("nothing since you came", .muted) }
    let rate = person.rate.perSecond(at: moment.uptime)
    guard rate == 0 else { return Line("\(Phrases.grouped(rate))/s", .changed) }
    return Line(Phrases.age(of: last, at: moment), .muted)
  }

  private func doing(_ id: String, _ key: String) -> Line {
    var line = Line()
    if let value = known.state.entry(for: key)?.glanced {
      line = Preview.typed(key: key, value: value, known.meanings, glyphs: glyphs) ?? Line()
    }
    guard let held = holding(id) else { return line }
    if !line.isEmpty { line.append("   ") }
    return line.adding(held)
  }

  /// What they hold: so many atoms, and by what.
  private func holding(_ id: String) -> Line? {
    let keys = presence.holdings(of: id)
    guard !keys.isEmpty else { return nil }
    var atoms: [StateValue] = []
    var types: [String] = []
    for key in keys.prefix(Self.mostHeld) {
      let value = known.state.entry(for: key)?.glanced
      atoms += value?["particles"]?.array ?? []
      if case .string(let type)? = value?["interaction_type"], !types.contains(type) {
        types.append(String(type.prefix(40)))
      }
    }
    let isMore = keys.count > Self.mostHeld ? " or more" : ""
    return Line("holds ", .muted)
      .adding((known.meanings.atoms(atoms) ?? Phrases.count(atoms.count, "atom")) + isMore, .number)
      .adding(types.isEmpty ? "" : "  " + types.joined(separator: ", "))
  }
}
