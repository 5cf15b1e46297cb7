import SharedState
import StateEditing
import ScreenKit

/// What going somewhere needs of the dashboard.
protocol NavigationHost: TreeHost, DetailHost, ActivityHost {
  var jumps: JumpList { get set }
}

/// Going to keys, those that are missing too.
extension NavigationHost {
  /// No more keys than this are kept.
  static var mostHeld: Int { 500 }
  /// Keys without a dot that programs know by name.
  private static var knownKeys: [String] { ["scene"] }

  /// Goes to what somebody has typed: a key, a group, or a key that has no value yet.
  mutating func goTo(typed text: String) -> [Effect] {
    if isThere(.entry(text)) {
      goTo(text)
    } else if let prefix = [text, text + "."].first(where: { isThere(.group($0)) }) {
      leavePlace()
      arrive(at: Location(row: .group(prefix)))
    } else if let key = Self.vacantKey(text) {
      goTo(key)
    } else if Self.isKey(text) {
      say(
        "nothing is called that; \(a: .address) with a blank in it stands in quotes",
        .warning
      )
    } else {
      say(
        "\(text) is no command and no \(.address); selection.x is one, \(.vacant) or not",
        .warning
      )
    }
    return []
  }

  /// The key without a value that a text means.
  private static func vacantKey(_ text: String) -> String? {
    guard let key = try? TypedValue.key(text) else { return nil }
    return knownKeys.contains(key) || isKey(key) ? key : nil
  }

  /// Whether a text is a group and an entry in it; a word without a dot is more likely a slip.
  private static func isKey(_ text: String) -> Bool {
    let parts = KeyParts(text)
    return parts.prefix.map { $0 != "." } == true && !parts.name.isEmpty
  }

  /// Jumps to an entry, and stays inside if the person was inside one; keeps the key if it has no value.
  mutating func goTo(_ key: String, _ field: ValuePath? = nil) {
    if !isThere(.entry(key)) {
      guard known.index.heldKeys.count < Self.mostHeld else {
        say(
          "\(Self.mostHeld) \(many: .address) are held already; \(label(of: .remove)) lets go of a \(.vacant) one",
          .warning
        )
        return
      }
      known.index.hold(key)
      say(
        "\(.nobodyLives) at \(key) yet: it is held, and lights up when \(.somebodyMovesIn)"
      )
    }
    leavePlace()
    let isInside = focus == .detail
    arrive(at: Location(row: .entry(key), field: isInside || field != nil ? field ?? .root : nil))
  }

  // MARK: Keys that are held

  /// The key without a value that the cursor is on.
  var missingHere: String? { paneKey.flatMap { known.isVacancy($0) ? $0 : nil } }

  /// The key under the cursor, if it is held and has no value.
  var heldHere: String? {
    currentKey.flatMap { known.index.isHeld($0) && known.index.isGhost($0) ? $0 : nil }
  }

  /// Keeps a key without a value no longer.
  mutating func letGo(ofVacancy key: String) {
    known.index.release(key)
    say("the \(.address) \(key) is not held any more", .muted)
  }

  /// Tells when a value is added where a person waits.
  mutating func welcome(_ change: KnownChange) {
    for touched in change.touched
    where touched.kind == .added && touched.author == .others && known.index.isHeld(touched.key) {
      let text: Phrase =
        "\(glyphs.bullet) \("somebody moved in", dict: "a value was added") at \(touched.key), which you hold"
      tell(text, .added)
      say(text, .added)
    }
  }

  // MARK: Jumps, back and forward

  /// Where the person is.
  var place: Location? {
    paneRow.map { Location(row: $0, field: focus == .detail ? detail.path : nil) }
  }

  /// Notes that the person is about to jump, so that the way back leads here.
  mutating func leavePlace() {
    if let place { jumps.leave(place) }
  }

  func isThere(_ row: TreeRow) -> Bool {
    switch row {
    case .entry(let key): known.entry(for: key) != nil || known.index.isHeld(key)
    case .group(let prefix): known.index.group(prefix) != nil
    }
  }

  func reasonNotToGoBack() -> String? {
    jumps.past.contains { isThere($0.row) && $0 != place }
      ? nil : "there is no place to go back to; a jump leaves one"
  }

  func reasonNotToGoForward() -> String? {
    jumps.ahead.contains { isThere($0.row) && $0 != place }
      ? nil : "there is no place ahead; \(label(of: .back)) goes back first"
  }

  mutating func goBack() { jump { $0.back(from: $1, where: $2) } }
  mutating func goForward() { jump { $0.forward(from: $1, where: $2) } }

  private mutating func jump(
    _ step: (inout JumpList, Location?, (TreeRow) -> Bool) -> Location?
  ) {
    var jumps = jumps
    let target = step(&jumps, place, isThere)
    self.jumps = jumps
    if let target { arrive(at: target) }
  }

  /// Puts the cursor on a place, without a note of where it was.
  mutating func arrive(at place: Location) {
    uncoverPanes()
    leaveFilter(for: place.row)
    goTree(to: place.row)
    guard let field = place.field, case .entry = place.row else {
      focus = .tree
      return
    }
    focus = .detail
    showEntry(touched: false)
    detail.go(to: field, height: layout.listRows(.detail))
  }

  /// Shows all entries again if a filter keeps out of sight where the person wants to go.
  private mutating func leaveFilter(for row: TreeRow) {
    guard known.index.isHidden(row) else { return }
    known.index.setFilter(nil)
    say("all \(many: .house) are shown again: the filter kept \(row.text) out of sight")
  }
}
