import ScreenKit
import SharedState
import StateInspection

/// Says what an entry has to do with others: `draws selection.a`, `drawn by visualiser.9f2 hyperballs`.
struct LinkLines {
  let links: EntryLinks
  let known: KnownState
  /// The keys that go to what this points at, to all that points here, and to all of a person.
  let keys: (follow: String, list: String, person: String)
  let glyphs: Glyphs

  /// How many rows of a pane are given to these lines.
  static func rows(_ wanted: Int, of rows: Int) -> Int { rows >= 9 ? wanted : 0 }

  func draw(into grid: inout Grid, _ rect: Rect) {
    grid.write(lines(rect.columns), in: rect, glyphs: glyphs)
  }

  /// As many lines as `EntryLinks.lineCount` says.
  private func lines(_ columns: Int) -> [Line] {
    let forward = links.forward.prefix(2).enumerated().map { self.forward($0, $1, columns) }
    return Array(
      (forward + links.groups.map { backward($0, columns) }).prefix(EntryLinks.mostLines)
    )
  }

  private func forward(_ position: Int, _ link: Link, _ columns: Int) -> Line {
    var line = Line("\(link.kind.forward) ", .muted)
    line.append(title(of: link.target, in: columns - line.columns), .key)
    if !known.index.isPresent(link.target) { line.append(known.words(" (\(.vacant))"), .warning) }
    let more = links.forward.count - 2
    if position == 1, more > 0 { line.append(" and \(Phrases.grouped(more)) more", .muted) }
    return telling(keys.follow, line, columns)
  }

  private func title(of key: String, in columns: Int) -> String {
    let title = known.people.title(of: key, glyphs)
    return TextWidth.cutInMiddle(title, to: max(12, columns), ellipsis: glyphs.ellipsis)
  }

  private func backward(_ group: EntryLinks.Group, _ columns: Int) -> Line {
    var line = Line("\(group.kind.backward) ", .muted)
    let isPerson = group.kind == .ownership
    let all = isPerson ? ", all with \(keys.person)" : ""
    if group.count > 1 {
      line.append("\(Phrases.grouped(group.count)) (\(keys.list)\(all)): ", .muted)
    }
    line.append(title(of: group.first.key, in: columns - line.columns), .key)
    if !group.first.words.isEmpty { line.append(" \(group.first.words)") }
    return group.count > 1 ? line : telling("\(keys.list)\(all)", line, columns)
  }

  /// Adds the key that goes there, where that cuts nothing.
  private func telling(_ key: String, _ line: Line, _ columns: Int) -> Line {
    let whole = line.adding(" (\(key))", .muted)
    return whole.columns <= columns ? whole : line
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
