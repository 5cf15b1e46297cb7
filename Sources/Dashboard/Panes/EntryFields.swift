import StateEditing
import StateInspection
import ScreenKit
import SharedState

/// What the pane of one entry needs of the dashboard, beside its fields: what it has to do with others, its numbers over
/// time, and what is wrong with it.
protocol EntryFieldsHost: FollowHost, WatchHost, InspectHost, LockHost, AuthorHost {
  /// Other entries that are shown where there is room.
  var neighbours: Neighbours { get set }
}

/// One entry from inside, with what stands beside it and at its foot.
struct EntryFields<Host: EntryFieldsHost>: Pane {
  let id = PaneID.detail
  let slot = Layout.Slot.main

  func field(
    for step: FieldSwitch,
    of key: String,
    _ entry: StateValue,
    in host: Host
  ) -> FieldMeant {
    .path(host.detail.path ?? .root)
  }

  // MARK: The cursor

  func move(by rows: Int, height: Int, in host: inout Host) -> Bool {
    let before = host.detail.cursor
    host.detail.move(by: rows, height: height)
    return host.detail.cursor != before
  }

  func scroll(by rows: Int, height: Int, in host: inout Host) {
    host.detail.scroll(by: rows, height: height)
  }

  func click(line: Int, height: Int, hadFocus: Bool, in host: inout Host) -> ActionResult {
    let index = host.detail.top(height: height) + line
    guard host.detail.lines.indices.contains(index) else { return [] }
    if host.detail.lines[index].id == host.detail.cursor, hadFocus { return toggle(in: &host) }
    host.detail.move(to: index, height: height)
    return []
  }

  // MARK: Folds

  func reasonNotToOpen(in host: Host) -> String? {
    host.detail.current == nil ? "there is nothing inside to open" : nil
  }

  func enterWord(in host: Host) -> String {
    switch host.detail.current?.fold {
    case .open: "closes"
    case .closed: "opens"
    case .leaf, nil: "edits"
    }
  }

  func toggle(in host: inout Host) -> ActionResult {
    let isOpen = host.detail.current?.fold == .open
    if !host.detail.setOpen(!isOpen, height: host.layout.listRows(id)) { edit(in: &host) }
    return []
  }

  /// A field with nothing inside opens for an edit.
  private func edit(in host: inout Host) {
    guard host.detail.pins.isEmpty else {
      host.say(
        "these are several \(many: .house); \(host.label(of: .pins)) goes back to one",
        .muted
      )
      return
    }
    let verb = host.known.state[host.currentKey ?? ""]?.object == nil ? EditVerb.set : .update
    if let reason = host.reasonNot(to: ActionID(verb.rawValue)) {
      host.say("there is nothing inside to open, and \(reason)", .muted)
    } else {
      host.beginEdit(verb)
    }
  }

  func goInto(in host: inout Host) -> ActionResult {
    let height = host.layout.listRows(id)
    if host.detail.setOpen(true, height: height) { return [] }
    if host.detail.current?.fold == .open {
      host.detail.move(by: 1, height: height)
    } else {
      host.say("there is nothing inside to open", .muted)
    }
    return []
  }

  func goOut(in host: inout Host) -> ActionResult {
    let height = host.layout.listRows(id)
    if !host.detail.setOpen(false, height: height), !host.detail.moveOut(height: height) {
      host.focus = host.leftPane
    }
    return []
  }

  func setAllOpen(_ isOpen: Bool, in host: inout Host) -> Bool {
    let before = host.detail.lines.count
    host.detail.setAllOpen(isOpen, height: host.layout.listRows(id))
    return host.detail.lines.count != before
  }

  func settle(height: Int, in host: inout Host) {
    host.showEntry(touched: false)
    let place = host.layout.inside(id).map { neighbourPlace(in: $0, of: host) }
    host.neighbours.settle(
      Neighbours.Wish(
        room: place.map(NeighboursView.room) ?? 0,
        current: host.detail.key,
        pins: host.watch.pins,
        rows: NeighboursView.cardRows
      ),
      host.known,
      host.watch.past,
      at: host.pictureTime
    )
  }

  // MARK: The picture

  func reservedRows(of inside: Rect, in host: Host) -> Int {
    let keys = keyRows(in: inside, of: host).count
    guard inside.rows - keys > DetailView.headRows + 1 else { return keys }
    return keys + DetailView.headRows + linkRows(in: inside, of: host)
      + plotRows(in: inside, of: host)
  }

  /// The whole key, where the title cannot say it.
  private func keyRows(in inside: Rect, of host: Host) -> [Line] {
    guard inside.rows >= 7, host.detail.pins.isEmpty, case .entry(let key)? = host.paneRow,
      title(in: host) != key || TextWidth.exceeds(key, columns: inside.columns - 2)
    else { return [] }
    return KeyRows.lines(key, inside.columns, host.glyphs)
  }

  /// The rows at the foot for what the entry has to do with others.
  private func linkRows(in inside: Rect, of host: Host) -> Int {
    let wanted = host.detail.pins.isEmpty ? host.trail.entry?.lineCount ?? 0 : 0
    return LinkLines.rows(wanted, of: inside.rows)
  }

  /// The rows below those for the numbers that are plotted.
  func plotRows(in inside: Rect, of host: Host) -> Int {
    // They run on to now.
    guard !host.isInPast else { return 0 }
    let head = DetailView.headRows + keyRows(in: inside, of: host).count
    let rows = inside.rows - head - linkRows(in: inside, of: host)
    return PlotView.rows(host.watch.plots.shown.count, in: inside.columns, of: rows)
  }

  /// Where other entries are shown: what the entry under the cursor leaves free.
  private func neighbourPlace(in inside: Rect, of host: Host) -> Rect {
    let above = inside.bottom(plotRows(in: inside, of: host)).rest
    let inner = above.bottom(linkRows(in: inside, of: host)).rest
    guard host.detail.pins.isEmpty, host.missingHere == nil else { return inner.top(0).0 }
    let fields = host.detail.key == nil ? 1 : host.detail.lines.count
    let used = keyRows(in: inside, of: host).count + DetailView.headRows + fields
    return NeighboursView.place(in: inner, below: used)
  }

  func title(in host: Host) -> String {
    if !host.detail.pins.isEmpty { return host.words("Pinned \(many: .house)") }
    return switch host.paneRow {
    case .entry(let key)?: host.title(of: key).named
    case .group(let prefix)?: prefix
    case nil: host.words(id.name)
    }
  }

  func note(height: Int, in host: Host) -> String? {
    let isWide = host.layout.panes.count == 1
    let zoom = "\(host.label(of: "zoom")) \(isWide ? "narrows" : "widens")"
    if !host.detail.pins.isEmpty { return "\(host.label(of: .pins)) leaves, \(zoom)" }
    if host.detail.beside != nil, !isWide {
      return host.lockNote.map { "\($0) \(host.glyphs.dot) \(zoom)" } ?? zoom
    }
    guard host.detail.lines.count > height, height > 0 else { return host.lockNote }
    let last = min(host.detail.lines.count, host.detail.top(height: height) + height)
    let lines = "\(Phrases.grouped(last)) of \(Phrases.grouped(host.detail.lines.count)) lines"
    return host.lockNote.map { "\($0) \(host.glyphs.dot) \(lines)" } ?? lines
  }

  func draw(_ host: Host, into grid: inout Grid, _ rect: Rect, hasFocus: Bool) {
    drawEntry(host, into: &grid, rect, hasFocus: hasFocus)
    NeighboursView(
      neighbours: host.neighbours,
      known: host.known,
      pins: host.watch.pins,
      moment: host.pictureTime,
      glyphs: host.glyphs
    ).draw(into: &grid, neighbourPlace(in: rect, of: host))
  }

  private func drawEntry(_ host: Host, into grid: inout Grid, _ rect: Rect, hasFocus: Bool) {
    let (plots, rest) = rect.bottom(plotRows(in: rect, of: host))
    let keys = keyRows(in: rect, of: host)
    let (place, above) = rest.top(keys.count)
    grid.write(keys, in: place, glyphs: host.glyphs)
    PlotView(plots: host.watch.plots.shown, people: host.known.people, glyphs: host.glyphs)
      .draw(into: &grid, plots)
    if host.detail.pins.isEmpty, case .group(let prefix)? = host.paneRow {
      GroupView(known: host.known, prefix: prefix, moment: host.pictureTime, glyphs: host.glyphs)
        .draw(into: &grid, above)
      return
    }
    let (foot, inner) = above.bottom(linkRows(in: rect, of: host))
    if let links = host.trail.entry {
      LinkLines(
        links: links,
        known: host.known,
        keys: (host.label(of: "follow"), host.label(of: .referrers), host.label(of: "person")),
        glyphs: host.glyphs
      )
      .draw(into: &grid, foot)
    }
    if let key = host.missingHere, host.detail.beside == nil, host.detail.pins.isEmpty {
      MissingEntryCard(
        key: key,
        setKey: host.label(of: .set),
        removeKey: host.label(of: .remove),
        words: host.known.words,
        glyphs: host.glyphs
      ).draw(into: &grid, inner)
      return
    }
    DetailView(
      pane: host.detail,
      known: host.known,
      moment: host.pictureTime,
      hasFocus: hasFocus,
      glyphs: host.glyphs,
      frame: inner,
      findings: host.detail.key.map { host.inspector.marks(in: $0, host.known.state) } ?? [],
      author: host.authorWords
    ).draw(into: &grid)
  }

  func spoken(in host: Host) -> SpokenPlace {
    let subject =
      host.paneKey ?? host.panePrefix.map { host.words("\(.street) \($0)") }
      ?? host.words("no \(.house)")
    guard let line = host.detail.current else {
      return SpokenPlace(id: host.words("\(PaneID.detail.name) \(subject), nothing inside"))
    }
    let name = DetailView.label(line, host.glyphs)
    let fold =
      switch line.fold {
      case .leaf: ""
      case .open: ", open"
      case .closed: ", closed"
      }
    let index = host.detail.lines.firstIndex { $0.id == line.id }
    return SpokenPlace(
      id: host.words(
        "\(PaneID.detail.name) \(subject), \(name.isEmpty ? "the whole value" : name)"
      ),
      position: SpokenPlace.position(index, of: host.detail.lines.count),
      text: FieldText(glyphs: host.glyphs, room: 200, meanings: host.known.meanings).words(line)
        .text
        + fold
    )
  }
}
