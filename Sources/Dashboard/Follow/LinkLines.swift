import ScreenKit
import SharedState
import StateInspection

/// Says what an entry has to do with others: `draws selection.a`, `drawn by visualiser.9f2 hyperballs`.
struct LinkLines {
  let links: EntryLinks
  let known: KnownState
  /// The key that lists all that points here.
  let listKey: String
  let glyphs: Glyphs

  /// How many rows of a pane are given to these lines.
  static func rows(_ wanted: Int, of rows: Int) -> Int { rows >= 9 ? wanted : 0 }

  func draw(into grid: inout Grid, _ rect: Rect) { grid.write(lines, in: rect, glyphs: glyphs) }

  /// As many lines as `EntryLinks.lineCount` says.
  private var lines: [Line] {
    let lines = links.forward.prefix(2).enumerated().map(forward) + links.groups.map(backward)
    return Array(lines.prefix(EntryLinks.mostLines))
  }

  private func forward(_ position: Int, _ link: Link) -> Line {
    var line = Line("\(link.kind.forward) ", .muted)
    line.append(known.people.title(of: link.target, glyphs), .key)
    if !known.index.isPresent(link.target) { line.append(known.words(" (\(.vacant))"), .warning) }
    let more = links.forward.count - 2
    if position == 1, more > 0 { line.append(" and \(Phrases.grouped(more)) more", .muted) }
    return line
  }

  private func backward(_ group: EntryLinks.Group) -> Line {
    var line = Line("\(group.kind.backward) ", .muted)
    if group.count > 1 { line.append("\(Phrases.grouped(group.count)) (\(listKey)): ", .muted) }
    line.append(known.people.title(of: group.first.key, glyphs), .key)
    if !group.first.words.isEmpty { line.append(" \(group.first.words)") }
    return line
  }
}

/// What there is to say about a key without a value.
struct MissingEntryCard {
  let key: String
  /// What to press to add an entry there, and to let go of the key.
  let setKey: String
  let removeKey: String
  let words: Vocabulary
  let glyphs: Glyphs

  func draw(into grid: inout Grid, _ rect: Rect) { grid.write(lines, in: rect, glyphs: glyphs) }

  private var lines: [Line] {
    let group = KeyParts.prefix(of: key).map { group -> Phrase in
      "\(a: .address) in the \(.street) \(group.dropLast())"
    }
    return [
      Line(words("\(glyphs.ring) \(.nobodyLives) here yet"), .warning),
      Line(words(group ?? "\(a: .address) in no \(.street)"), .muted), Line(),
      Line("You hold it: it lights up when"), Line(words("\(.somebodyMovesIn).")), Line(),
      Hint(setKey, words("\("builds", dict: "adds") \(a: .house) here")).line,
      Hint(removeKey, words("lets go of the \(.address)")).line,
    ]
  }
}
