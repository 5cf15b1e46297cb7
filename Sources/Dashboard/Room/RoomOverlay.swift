import ScreenKit
import SharedState

/// That the room is seen from above.
struct RoomSheet: Sendable {}

/// The room from above, in front of the panes.
struct RoomOverlay<Host: CallHost>: Overlay {
  var name: String { "room" }
  var hidesPanes: Bool { true }

  func isOpen(in host: Host) -> Bool { host.overlays.has(RoomSheet.self) }

  func take(_ key: Key, in host: inout Host) -> [Effect] {
    switch key {
    case .escape, .character("q"): host.overlays[RoomSheet.self] = nil
    case .character("o"): return orient(in: &host)
    default: host.say("not in the room: Esc goes back to the panes", .muted)
    }
    return []
  }

  /// Has the server set everybody up around the middle, facing it.
  private func orient(in host: inout Host) -> [Effect] {
    host.call("multiuser/radially-orient-origins", ["radius": 1.0])
  }

  func paste(_ text: String, in host: inout Host) -> [Effect] {
    host.say("a paste runs no keys; open an edit to paste into", .muted)
    return []
  }

  private func view(_ host: Host) -> RoomView {
    RoomView(
      plan: RoomPlan(host.known),
      people: host.known.people,
      glyphs: host.glyphs
    )
  }

  func draw(_ host: Host, into grid: inout Grid, _ layout: Layout) {
    let inside = host.frameBody("The room from above", into: &grid, layout)
    view(host).draw(into: &grid, inside)
    if host.isStale { grid.markStale(inside) }
  }

  func footer(of host: Host) -> OverlayFooter {
    .hints([Hint("o", "sets everybody up in a circle"), Hint("Esc", "leaves")])
  }

  func spoken(of host: Host) -> [String] {
    let plan = RoomPlan(host.known)
    return plan.people.filter { !$0.isOrigin }.map { person in
      let place = [person.place.x, person.place.y].map { Phrases.decimal($0, digits: 1) }
      let name = host.known.people.name(of: person.id) ?? person.id
      return "\(name) at \(place.joined(separator: " "))".words
    }
  }

  func stroke(for key: Key, in host: Host) -> KeyStrip.Stroke? {
    .hinted(key, [Hint("o", "orient"), Hint("Esc", "leave")])
  }
}

extension Action where Host: CallHost {
  static var overlooking: [Self] {
    [
      Action("room", ["gf"], .screen, "the room from above: who stands where, and looks where") {
        $0.overlays[RoomSheet.self] = RoomSheet()
      }
      .alsoCalled("avatars headsets play area floor plan")
    ]
  }
}
