import ScreenKit
import SharedState

/// What happened lately, line by line.
struct ActivityList<Host: NavigationHost>: Pane {
  let id = PaneID.activity
  let slot = Layout.Slot.below
  let goesStale = false

  func move(by rows: Int, height: Int, in host: inout Host) -> Bool {
    let before = host.activity.current?.id
    host.activity.move(by: rows, height: height)
    return host.activity.current?.id != before
  }

  func scroll(by rows: Int, height: Int, in host: inout Host) {
    host.activity.scroll(by: rows, height: height)
  }

  func click(line: Int, height: Int, hadFocus: Bool, in host: inout Host) -> ActionResult {
    let index = host.activity.top(height: height) + line
    guard host.activity.log.items.indices.contains(index) else { return [] }
    if host.activity.log.items[index].id == host.activity.current?.id, hadFocus {
      return toggle(in: &host)
    }
    host.activity.move(to: index, height: height)
    return []
  }

  func reasonNotToOpen(in host: Host) -> String? {
    host.activity.current?.key == nil
      ? host.words("this line is about no single \(.house)") : nil
  }

  func enterWord(in host: Host) -> String { "goes there" }

  /// Goes to the entry that the line is about.
  func toggle(in host: inout Host) -> ActionResult {
    guard let key = host.activity.current?.key else { return [] }
    guard host.known.entry(for: key) != nil else {
      host.say("\(key) has \("moved out", dict: "been removed")", .muted)
      return []
    }
    host.leavePlace()
    host.arrive(at: Location(row: .entry(key)))
    return []
  }

  func settle(height: Int, in host: inout Host) {
    host.activity.settle(height: height, host.known.meanings, glyphs: host.glyphs)
  }

  // MARK: The picture

  func note(height: Int, in host: Host) -> String? {
    guard host.activity.cursor != nil, host.activity.newer > 0 else { return nil }
    return "\(Phrases.grouped(host.activity.newer)) newer"
  }

  func draw(_ host: Host, into grid: inout Grid, _ rect: Rect, hasFocus: Bool) {
    view(host, hasFocus: hasFocus).draw(into: &grid, rect)
  }

  private func view(_ host: Host, hasFocus: Bool) -> ActivityView {
    ActivityView(
      pane: host.activity,
      known: host.known,
      hasFocus: hasFocus,
      glyphs: host.glyphs
    )
  }

  func spoken(in host: Host) -> SpokenPlace {
    guard let item = host.activity.current else { return SpokenPlace(id: "Activity, nothing yet") }
    let index = host.activity.log.index(of: item.id)
    return SpokenPlace(
      id: "Activity \(item.at.clockText)",
      position: SpokenPlace.position(index, of: host.activity.log.items.count),
      text: view(host, hasFocus: false).line(item).text
    )
  }
}
