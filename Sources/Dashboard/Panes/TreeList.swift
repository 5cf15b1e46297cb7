import StateInspection
import ScreenKit
import SharedState

/// What the pane with the tree needs of the dashboard, beside the tree itself: what is marked in it.
protocol TreeListHost: FindHost, WatchHost, InspectHost, LockHost {
  /// When the state was last known to be current, while it is not.
  var liveUntil: Moment? { get }
}

/// The state as a tree of groups and entries.
struct TreeList<Host: TreeListHost>: Pane {
  let id = PaneID.tree
  let slot = Layout.Slot.left

  func row(in host: Host) -> TreeRow? { host.tree.cursor }

  func field(
    for step: FieldSwitch,
    of key: String,
    _ entry: StateValue,
    in host: Host
  ) -> FieldMeant {
    guard entry.object == nil, entry.array == nil else {
      return .none(host.words("choose one field of it in \(PaneID.detail.name) (Enter)"))
    }
    return .path(.root)
  }

  func tells(_ key: String, in columns: Int, of host: Host) -> Bool {
    TreeView.tells(key, in: columns, host.known.people, host.glyphs)
  }

  // MARK: The cursor

  func move(by rows: Int, height: Int, in host: inout Host) -> Bool {
    let before = host.tree.cursor
    host.tree.move(by: rows, in: host.known.index, height: height)
    return host.tree.cursor != before
  }

  func go(to row: Int, height: Int, in host: inout Host) -> Bool? {
    let before = host.tree.cursor
    host.tree.move(to: row, in: host.known.index, height: height)
    return host.tree.cursor != before
  }

  func scroll(by rows: Int, height: Int, in host: inout Host) {
    host.tree.scroll(by: rows, in: host.known.index, height: height)
  }

  func click(line: Int, height: Int, hadFocus: Bool, in host: inout Host) -> ActionResult {
    let index = host.known.index
    let position = host.tree.top(in: index, height: height) + line
    guard let row = index.row(at: position) else { return [] }
    if row == host.tree.cursor, hadFocus { return toggle(in: &host) }
    if host.tree.isFar(position, height: height) { host.leavePlace() }
    host.tree.move(to: position, in: index, height: height)
    return []
  }

  func pinCursor(in host: inout Host) { host.tree.pin() }

  func keysInSight(height: Int, in host: Host) -> [String] {
    let index = host.known.index
    let top = host.tree.top(in: index, height: height)
    return (0..<height).compactMap { index.row(at: top + $0)?.key }
  }

  // MARK: Folds

  func reasonNotToOpen(in host: Host) -> String? {
    host.known.index.isEmpty ? host.words(.noHouseYet) : nil
  }

  func enterWord(in host: Host) -> String {
    guard case .group(let prefix)? = host.tree.cursor else { return "inside" }
    return host.known.index.group(prefix)?.isOpen == true ? "closes" : "opens"
  }

  func toggle(in host: inout Host) -> ActionResult {
    switch host.tree.cursor {
    case .group(let prefix)?:
      host.known.index.setOpen(!(host.known.index.group(prefix)?.isOpen ?? true), prefix)
      host.tree.pin()
    case .entry?: host.focus = .detail
    case nil: break
    }
    return []
  }

  func goInto(in host: inout Host) -> ActionResult {
    switch host.tree.cursor {
    case .group(let prefix)?:
      if host.known.index.group(prefix)?.isOpen == true {
        host.tree.move(by: 1, in: host.known.index, height: host.layout.listRows(id))
      } else {
        host.known.index.setOpen(true, prefix)
      }
      host.tree.pin()
    case .entry?: host.focus = .detail
    case nil: return .nothing("there is nothing more inside")
    }
    return []
  }

  func goOut(in host: inout Host) -> ActionResult {
    switch host.tree.cursor {
    case .entry(let key)?:
      guard let prefix = KeyParts.prefix(of: key) else {
        host.say("this \(.house) \("stands", dict: "is") in no \(.street)", .muted)
        return []
      }
      host.goTree(to: .group(prefix))
    case .group(let prefix)? where host.known.index.group(prefix)?.isOpen == true:
      host.known.index.setOpen(false, prefix)
    case .group?, nil: return .nothing("it is closed, and there is nothing around it")
    }
    return []
  }

  func setAllOpen(_ isOpen: Bool, in host: inout Host) -> Bool {
    let before = host.known.index.rowCount
    host.known.index.setAllOpen(isOpen)
    host.tree.pin()
    return host.known.index.rowCount != before
  }

  func settle(height: Int, in host: inout Host) {
    host.tree.settle(host.known, height: height, glyphs: host.glyphs)
  }

  // MARK: The picture

  func title(in host: Host) -> String {
    let sort = host.known.index.sort
    let title = host.words(id.name) + (sort == .name ? "" : " \(sort.words)")
    guard host.isStale, !host.isInPast, let liveUntil = host.liveUntil else { return title }
    return "\(title) as of \(liveUntil.clockText)"
  }

  func note(height: Int, in host: Host) -> String? {
    let total = host.known.index.rowCount
    guard total > height, let row = host.tree.cursor,
      let position = host.known.index.position(of: row)
    else { return nil }
    return "\(Phrases.grouped(position + 1)) of \(Phrases.grouped(total))"
  }

  func draw(_ host: Host, into grid: inout Grid, _ rect: Rect, hasFocus: Bool) {
    guard !host.known.index.isEmpty else {
      drawEmpty(host, into: &grid, rect)
      return
    }
    guard host.known.index.rowCount > 0 else {
      let only = host.known.index.filter.map { host.known.words($0.words) } ?? ""
      let lines = [Line(host.known.words("No \(.house) fits"), .plain), Line(only, .key)]
      grid.writeCentred(lines, in: rect, glyphs: host.glyphs)
      return
    }
    TreeView(
      known: host.known,
      pane: host.tree,
      moment: host.pictureTime,
      hasFocus: hasFocus,
      search: host.finder.search?.keyWords,
      marks: host.undo,
      pins: host.watch.pins,
      glyphs: host.glyphs,
      inspector: host.inspector,
      locked: host.lockedKeys
    ).draw(into: &grid, rect)
  }

  private func drawEmpty(_ host: Host, into grid: inout Grid, _ rect: Rect) {
    let empty = Line(host.words("The \(.town) is empty."), .plain)
    let lines: [Line] =
      switch host.link {
      case .live where host.isReadOnly: [empty]
      case .live:
        [
          empty,
          Line(host.words("It shows here what others \("build", dict: "add")."), .muted),
        ]
      case .connecting, .waiting, .stopped:
        [
          Line(host.words("Looking for the \(.host) at"), .plain), Line(host.options.address, .key),
          Line("It goes on looking until you quit.", .muted),
        ]
      case .syncing(let received, let total):
        [
          Line(host.words("The \(.town) is coming in."), .plain),
          progress(received, of: total, host.glyphs),
        ]
      }
    grid.writeCentred(lines, in: rect, glyphs: host.glyphs)
  }

  private func progress(_ received: Int, of total: Int?, _ glyphs: Glyphs) -> Line {
    guard let total, total > 0 else { return Line(Phrases.size(received), .muted) }
    let steps = 20
    let done = min(steps, max(0, received) * steps / total)
    let (full, rest) = glyphs.isASCII ? ("#", ".") : ("█", "░")
    return Line(String(repeating: full, count: done), .success)
      .adding(String(repeating: rest, count: steps - done), .muted)
      .adding(" \(min(100, max(0, received) * 100 / total)) %", .muted)
  }

  func spoken(in host: Host) -> SpokenPlace {
    guard let row = host.tree.cursor else { return SpokenPlace(id: host.words(.emptyTown)) }
    let position = SpokenPlace.position(
      host.known.index.position(of: row),
      of: host.known.index.rowCount
    )
    switch row {
    case .group(let prefix):
      let id = host.words("\(.street) \(prefix)")
      guard let group = host.known.index.group(prefix) else { return SpokenPlace(id: id) }
      let fold = group.isOpen ? "open" : "closed"
      return SpokenPlace(
        id: id,
        position: position,
        text: host.words("\(group.presentCount, .house), \(fold)")
      )
    case .entry(let key):
      let isGone = host.known.index.isGhost(key) ? host.words("\(.movedOut); last: ") : ""
      let value = host.tree.preview(key, host.known, host.glyphs).text
      return SpokenPlace(
        id: host.title(of: key),
        position: position,
        text: isGone + value,
        age: age(of: key, in: host)
      )
    }
  }

  private func age(of key: String, in host: Host) -> String {
    guard let news = host.known.news(of: key) else { return "" }
    let word =
      switch news.kind {
      case .added: "new"
      case .changed: "changed"
      case .removed: "removed"
      }
    return
      "\(word) \(Phrases.age(of: news.at, at: host.pictureTime)) by \(news.author == .you ? "you" : "others")"
  }
}
