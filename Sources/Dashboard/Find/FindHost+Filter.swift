import SharedState
import ScreenKit

/// Keeping entries out of sight, or quiet, and putting them in another order.
extension FindHost {
  // MARK: The filter

  mutating func beginFilter() {
    let before = known.index.filter
    var text = ""
    if case .globs(let globs)? = before { text = globs.text }
    overlays[FilterLine.self] = FilterLine(text: text, before: before, origin: tree.cursor)
    focus = .tree
  }

  mutating func typeFilter(_ key: Key) {
    guard let draft = overlays[FilterLine.self] else { return }
    switch key {
    case .enter:
      overlays[FilterLine.self] = nil
      if let origin = draft.origin, origin != tree.cursor {
        jumps.leave(Location(row: origin))
      }
    case .escape:
      setFilter(draft.before, from: draft.origin)
      overlays[FilterLine.self] = nil
    case .backspace where draft.text.isEmpty:
      // Backspace in an empty filter leaves it; it never does more.
      overlays[FilterLine.self] = nil
    case .backspace: filter(by: String(draft.text.dropLast()))
    case .control("u"): filter(by: "")
    case .character(let character): filter(by: draft.text + String(character))
    default: break
    }
  }

  /// Shows what fits the text so far.
  mutating func filter(by text: String) {
    overlays[FilterLine.self]?.text = text
    setFilter(TreeFilter(text), from: overlays[FilterLine.self]?.origin)
  }

  /// Shows only some entries, or all; the cursor stays on its row or goes to the nearest that is shown.
  mutating func setFilter(_ filter: TreeFilter?, from origin: TreeRow? = nil) {
    trail.person = nil
    known.index.setFilter(filter)
    // Not from where an unfinished pattern has sent it.
    if let origin { tree.stand(on: origin) }
  }

  mutating func clearFilter() {
    setFilter(nil)
    say("all \(many: .house) are shown", .muted)
  }

  /// How many entries are shown, for the line that is typed in.
  var filterCount: String {
    guard known.index.filter != nil else {
      return "a part of a key, selection.*, avatar.?, !not.this"
    }
    let index = known.index
    let shown = Phrases.grouped(index.entryCount - index.hiddenCount)
    return "\(shown) of \(Phrases.grouped(index.entryCount)) shown"
  }

  // MARK: Mutes

  var reasonNotToMute: String? {
    if actsOnMarks { return nil }
    guard let row = currentRow else {
      return words("choose \(a: .street) or \(a: .house) first")
    }
    guard case .entry(let key) = row, let prefix = KeyParts.prefix(of: key) else { return nil }
    let isByGroup = known.mutes.covers(.group(prefix))
    return isByGroup ? words("its \(.street) is muted; go there to hear it again") : nil
  }

  mutating func toggleMute() {
    let rows = actsOnMarks ? targets.map(TreeRow.entry) : currentRow.map { [$0] } ?? []
    let mutes = rows.contains { !known.mutes.covers($0) }
    for row in rows { known.mutes.set(mutes, row) }
    guard !actsOnMarks, let row = rows.first else {
      let end: Phrase = mutes ? "muted; what changes there is only counted" : "heard again"
      return say("\(rows.count, .house): \(end)\(goneWords)", .muted)
    }
    let name = row.key.map(title) ?? row.text.named
    say(mutes ? "\(name) is muted: its changes are only counted" : "\(name) is heard again", .muted)
  }

  // MARK: The order

  mutating func turnSort() {
    known.setSort(known.index.sort.next, at: now.uptime)
    say("sorted \(known.index.sort.words)", .muted)
  }

  /// Puts the tree into the order of a name.
  mutating func sort(by name: String) {
    guard let sort = TreeSort(rawValue: name) else {
      let names = TreeSort.allCases.map(\.rawValue).joined(separator: ", ")
      say("\(name) is no order; these are: \(names)", .warning)
      return
    }
    known.setSort(sort, at: now.uptime)
    say("sorted \(sort.words)", .muted)
  }
}
