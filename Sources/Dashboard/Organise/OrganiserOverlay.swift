import ScreenKit
import SharedState
import StateEditing

/// The organiser's panel, in front of the panes.
struct OrganiserOverlay<Host: OrganiserHost>: Overlay {
  var name: String { "organiser" }
  var hidesPanes: Bool { true }

  func isOpen(in host: Host) -> Bool { host.overlays.has(OrganiserPanel.self) }

  // MARK: Keys

  func take(_ key: Key, in host: inout Host) -> [Effect] {
    if host.organiser?.typing != nil { return host.type(key) }
    if key != .character("f"), key != .character("m") { host.organiser?.sure = nil }
    if let control = Self.controls.first(where: { .character($0.key) == key })?.control {
      return host.ask(control)
    }
    if case .character(let letter) = key, let action = Self.actions[letter] {
      return host.run(action)
    }
    switch key {
    case .escape, .character("q"), .character("W"): host.organiser = nil
    case .down, .character("j"): move(by: 1, in: &host)
    case .up, .character("k"): move(by: -1, in: &host)
    case .home: move(by: -Self.most, in: &host)
    case .end: move(by: Self.most, in: &host)
    case .character("f"):
      return onConnection(in: &host, "f") { $0.restrain($1, .freeze, "frozen") }
    case .character("m"):
      return onConnection(in: &host, "m") { $0.restrain($1, .mute, "muted") }
    case .character("e"): return onConnection(in: &host, nil) { $0.evict($1) }
    case .enter: return show(in: &host)
    case .character("?"), .function(1): return host.run(.help)
    case .character("n"): host.beginTyping(.message)
    case .character("S"): host.listLeftBehind()
    case .character("w"): host.beginTyping(.name)
    case .character("a"): return [.listRooms]
    default: host.say("no key of this panel: Esc goes back to the panes", .muted)
    }
    return []
  }

  private static var most: Int { 1 << 20 }

  /// What is asked of all, by the keys that ask it.
  static var controls: [(key: Character, control: RoomControl)] {
    Array(zip("pbxtsryv", RoomControl.all)).map { ($0, $1) }
  }

  /// Actions of the panes that are asked for by the same keys here.
  private static var actions: [Character: ActionID] {
    ["P": "play", "A": "step", "B": "reset", "I": "load", "z": .undo, "Z": .redo]
  }

  private func move(by rows: Int, in host: inout Host) {
    let (all, old) = (host.organiserRows, host.organiser?.cursor ?? 0)
    let new = max(0, min(old + rows, all.count - 1))
    host.organiser?.cursor = new
    host.organiser?.current = all.indices.contains(new) ? all[new].key : nil
  }

  private func current(in host: Host) -> OrganiserRow? {
    let (rows, cursor) = (host.organiserRows, host.organiser?.cursor ?? 0)
    return rows.indices.contains(cursor) ? rows[cursor] : rows.last
  }

  /// Does something to the connection of the one under the cursor; twice the key is asked for where that may be ourselves.
  private func onConnection(
    in host: inout Host,
    _ key: String?,
    _ act: (inout Host, ConnectionRow) -> [Effect]
  ) -> [Effect] {
    if let reason = host.reasonNotToWrite ?? host.reasonNotToListConnections {
      host.say(reason, .warning)
      return []
    }
    guard let row = current(in: host) else { return [] }
    guard let connection = row.connection else {
      host.say(
        host.connections.rows.isEmpty
          ? "only a \(.host) of townhall's can do that to somebody"
          : "\(row.title) has no connection: they are the \(.host)'s own, or gone",
        .warning
      )
      return []
    }
    guard !host.isOwn(connection) else {
      host.say("that is this very dashboard, which could not give itself back", .warning)
      return []
    }
    if let key, connection.user.isEmpty, host.organiser?.sure != connection.number {
      host.organiser?.sure = connection.number
      host.say(
        "\(key) again: who has written nothing yet may be this very dashboard",
        .warning
      )
      return []
    }
    return act(&host, connection)
  }

  /// Shows what is theirs.
  private func show(in host: inout Host) -> [Effect] {
    guard let row = current(in: host) else { return [] }
    let avatar = People.avatar(of: row.id)
    guard !row.id.isEmpty, host.known.state.contains(avatar) else {
      host.say("no avatar of theirs is here, which is what tells what is theirs", .warning)
      return []
    }
    host.organiser = nil
    host.show(row.id, from: avatar)
    return []
  }

  func paste(_ text: String, in host: inout Host) -> [Effect] {
    if host.organiser?.typing?.line.insert(String(text.prefix(500).filter { !$0.isNewline })) == nil
    {
      host.say("a paste runs no keys; open an edit to paste into", .muted)
    }
    return []
  }

  func take(_ mouse: Mouse, in host: inout Host) -> [Effect]? {
    if let rows = mouse.wheelRows { move(by: rows, in: &host) }
    return []
  }

  func settle(in host: inout Host) {
    guard let panel = host.organiser else { return }
    let rows = host.organiserRows
    let place = panel.current.flatMap { key in rows.firstIndex { $0.key == key } }
    let new = place ?? max(0, min(panel.cursor, rows.count - 1))
    host.organiser?.cursor = new
    host.organiser?.current = rows.indices.contains(new) ? rows[new].key : nil
  }

  func wakeUp(of host: Host) -> Duration? { host.organiserWakeUp }

  // MARK: What is seen and said

  func draw(_ host: Host, into grid: inout Grid, _ layout: Layout) {
    let inside = host.frameBody("The room, and who is in it", into: &grid, layout)
    OrganiserView(host).draw(into: &grid, inside)
    if host.isStale { grid.markStale(inside) }
  }

  func footer(of host: Host) -> OverlayFooter {
    if let (what, line) = host.organiser?.typing {
      let after = [host.organiser?.flaw ?? what.enter, "Esc goes back"]
      return .typing(prompt: host.prompt(of: what), text: line.text, after: after)
    }
    return .hints([
      Hint("f", "freezes"), Hint("m", "mutes"), Hint("e", "evicts"), Hint("Enter", "theirs"),
      Hint("z", "takes back"), Hint("Esc", "leaves"),
    ])
  }

  func spoken(of host: Host) -> [String] {
    if case .typing(let prompt, let text, let after) = footer(of: host) {
      return [([prompt + text] + after).joined(separator: " ").words]
    }
    guard let row = current(in: host) else { return ["the room, nobody is here"] }
    let view = OrganiserView(host)
    let place = (host.organiser?.cursor ?? 0) + 1
    return [
      "the room, \(view.words(row).joined(separator: ", ").words), \(place) of \(view.rows.count)"
    ]
  }

  func stroke(for key: Key, in host: Host) -> KeyStrip.Stroke? {
    host.organiser?.typing == nil
      ? .hinted(
        key,
        [Hint("f", "freeze"), Hint("m", "mute"), Hint("e", "evict"), Hint("Esc", "leave")]
      )
      : .text(of: key)
  }
}
