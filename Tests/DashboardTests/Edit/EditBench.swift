import ScreenKit
import SharedState
import StateEditing
import TestSupport
import TextScreen

@testable import Dashboard

/// A town, an edit pane on it, and hands that type.
struct EditBench {
  static let selection: StateValue = [
    "name": "Protein", "hide": false, "scale": 1.0,
    "selected": ["particle_ids": [0, 1, 2], "note": "x"],
  ]
  static let town: StateDictionary = [
    "selection.a": selection,
    "selection.b": ["name": "Water", "hide": true, "scale": 0.5, "selected": ["particle_ids": []]],
    "scene": [0, 0, 0, 0, 0, 0, 1, 1, 1, 1],
  ]

  var town: StateDictionary
  var pane: EditPane
  /// What the pane asked for, since the last look.
  var actions: [EditPaneAction] = []

  init(
    _ verb: EditVerb,
    _ target: EditTarget,
    in town: StateDictionary = Self.town,
    freshName: String = "f0"
  ) {
    self.town = town
    pane = EditPane(
      id: EditID(7),
      verb: verb,
      target: target,
      live: town,
      freshName: freshName
    )
  }

  static let moment = Moment(uptime: .seconds(100), clock: .seconds(3600))

  /// Types keys: plain characters, `<enter>`-like names, and `^s`-like chords.
  mutating func type(_ script: String) {
    for key in KeyScript.keys(script) {
      actions += pane.handle(.key(key), live: town, at: Self.moment)
    }
  }

  mutating func paste(_ text: String) {
    actions += pane.handle(.paste(text), live: town, at: Self.moment)
  }

  /// Somebody else changes the town.
  mutating func somebody(sets key: String, to value: StateValue?) {
    var change = StateChange()
    if let value { change.update(key, to: value) } else { change.remove(key) }
    town.apply(change)
    pane.liveChanged(town, change: change)
  }

  mutating func somebody(changes path: ValuePath, of key: String, to value: StateValue?) {
    somebody(sets: key, to: town[key]?.replacing(path, with: value))
  }

  mutating func ends(_ outcome: EditOutcome) {
    pane.outcome(outcome, at: Self.moment)
  }

  /// What the pane asked for since the last call.
  mutating func takeActions() -> [EditPaneAction] {
    defer { actions = [] }
    return actions
  }

  /// The one request that was sent since the last call.
  mutating func takeRequest() -> EditRequest? {
    let sent = takeActions()
    guard sent.count == 1, case .send(let request) = sent[0] else { return nil }
    return request
  }

  /// What the pane says until the next key.
  var notice: String? { pane.notice?.town }

  func picture(_ columns: Int, _ rows: Int, glyphs: Glyphs = .unicode) -> [String] {
    grid(columns, rows, glyphs: glyphs).lines
  }

  func grid(_ columns: Int, _ rows: Int, glyphs: Glyphs = .unicode) -> Grid {
    var grid = Grid(Size(columns: columns, rows: rows))
    pane.draw(into: &grid, rect: grid.bounds, glyphs: glyphs, words: .town)
    return grid
  }
}
