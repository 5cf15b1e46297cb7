import ScreenKit
import SharedState
import Trajectory

/// The simulation: how it runs, and its molecule as a tree from which selections are made.
struct SimulationList<Host: SimulationHost>: Pane {
  let id = PaneID.simulation
  let slot = Layout.Slot.beside

  /// What the tree is at: the entry beside it stays what it was, though nothing is done to it from here.
  func row(in host: Host) -> TreeRow? { host.tree.cursor }

  func tells(_ key: String, in columns: Int, of host: Host) -> Bool { true }

  func isOffered(in host: Host) -> Bool {
    host.simulationPane.heard != nil || host.simulationPane.tree != nil
  }

  // MARK: The cursor

  func move(by rows: Int, height: Int, in host: inout Host) -> Bool {
    host.simulationPane.move(by: rows, height: height)
  }

  func go(to row: Int, height: Int, in host: inout Host) -> Bool? {
    host.simulationPane.move(to: row, height: height)
  }

  func scroll(by rows: Int, height: Int, in host: inout Host) {
    host.simulationPane.scroll(by: rows, height: height)
  }

  func click(line: Int, height: Int, hadFocus: Bool, in host: inout Host) -> ActionResult {
    let index = host.simulationPane.top(height: height) + line
    guard index < host.simulationPane.place.total else { return [] }
    if hadFocus, index + 1 == host.simulationPane.place.number { return toggle(in: &host) }
    _ = host.simulationPane.move(to: index, height: height)
    return []
  }

  // MARK: Folds

  func reasonNotToOpen(in host: Host) -> String? {
    host.simulationPane.cursor == nil ? "there is no molecule here yet" : nil
  }

  func enterWord(in host: Host) -> String {
    let isOpen = host.simulationPane.cursor.flatMap { host.simulationPane.tree?.isOpen($0) }
    return isOpen.map { $0 ? "closes" : "opens" } ?? "selects"
  }

  func toggle(in host: inout Host) -> ActionResult {
    guard let cursor = host.simulationPane.cursor,
      let isOpen = host.simulationPane.tree?.isOpen(cursor)
    else { return .did(host.run(.select)) }
    _ = host.simulationPane.setOpen(!isOpen)
    return []
  }

  func goInto(in host: inout Host) -> ActionResult {
    if host.simulationPane.setOpen(true) { return [] }
    let height = host.layout.listRows(id)
    let isOpen = host.simulationPane.cursor.flatMap { host.simulationPane.tree?.isOpen($0) }
    guard isOpen == true, host.simulationPane.move(by: 1, height: height) else {
      return .nothing("an atom has nothing inside")
    }
    return []
  }

  func goOut(in host: inout Host) -> ActionResult {
    if host.simulationPane.setOpen(false) { return [] }
    guard host.simulationPane.moveOut(height: host.layout.listRows(id)) else {
      return .nothing("it is closed, and there is nothing around it")
    }
    return []
  }

  func setAllOpen(_ isOpen: Bool, in host: inout Host) -> Bool {
    host.simulationPane.setAllOpen(isOpen)
  }

  // MARK: Staying in line

  private func view(_ host: Host) -> SimulationView {
    SimulationView(
      pane: host.simulationPane,
      known: host.known,
      moment: host.now,
      isPast: host.isInPast,
      glyphs: host.glyphs,
      keys: ["play", "step", "reset", "load"].map { host.label(of: $0) }
    )
  }

  func reservedRows(of inside: Rect, in host: Host) -> Int { view(host).headRows(inside) }

  func settle(height: Int, in host: inout Host) {
    guard height > 0 else { return }
    let state = host.known.state
    host.simulationPane.settle(state, height: height)
  }

  /// Whether it runs, and how fast, is told by the second for a while after the last frame.
  func wakeUp(of host: Host) -> Duration? {
    guard let heard = host.simulationPane.heard else { return nil }
    let silence = host.now.uptime - heard
    guard silence < .seconds(Phrases.relativeSeconds + 2) else { return nil }
    return heard + .seconds(silence.components.seconds + 1)
  }

  // MARK: The picture

  func title(in host: Host) -> String {
    guard let name = host.known.simulation.facts.name, !name.isEmpty else {
      return host.words(id.name)
    }
    return "\(host.words(id.name)) \(name.named)"
  }

  func note(height: Int, in host: Host) -> String? {
    let place = host.simulationPane.place
    guard place.total > height else { return nil }
    return "\(Phrases.grouped(place.number)) of \(Phrases.grouped(place.total))"
  }

  func draw(_ host: Host, into grid: inout Grid, _ rect: Rect, hasFocus: Bool) {
    view(host).draw(into: &grid, rect, hasFocus: hasFocus)
  }

  func spoken(in host: Host) -> SpokenPlace {
    let facts = view(host).facts.map(\.text.words).joined(separator: ", ")
    guard let cursor = host.simulationPane.cursor else {
      return SpokenPlace(id: "Simulation, \(facts.isEmpty ? "nothing heard" : facts)")
    }
    let place = host.simulationPane.place
    return SpokenPlace(
      id: "Simulation, \(view(host).label(of: cursor).text.words)",
      position: SpokenPlace.position(place.number - 1, of: place.total),
      text: facts
    )
  }
}
