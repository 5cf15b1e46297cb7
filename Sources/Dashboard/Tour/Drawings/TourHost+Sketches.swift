import Lessons
import ScreenKit
import SharedState
import StateEditing

/// The concepts of the model, drawn from the state as it is at this moment.
extension TourHost {
  /// No drawing lists more fields or groups than this.
  private static var mostRows: Int { 8 }

  func sketch(of picture: Lesson.Picture, columns: Int) -> Sketch {
    switch picture.kind {
    case .address: referenceCard(picture.of, columns)
    case .snapshot: snapshotCard(of: picture.of, columns)
    case .sign: groupSign(picture.of, columns)
    case .town: stateSketch(columns)
    }
  }

  /// Draws on the map what one stands at: a snapshot where one was kept, else the reference; above it the sign of the
  /// group, where there is room.
  func drawConcepts(at place: TreeRow?, into grid: inout Grid, _ rect: Rect) {
    var sketches: [Sketch] = []
    switch place {
    case .group(let prefix)?: sketches = [groupSign(prefix, rect.columns)]
    case .entry(let key)?:
      let entry =
        snapshot(of: key) == nil
        ? referenceCard(key, rect.columns) : snapshotCard(of: key, rect.columns)
      let sign = KeyParts.prefix(of: key).map { groupSign($0, rect.columns) }
      if let sign, sign.rows + entry.rows <= rect.rows { sketches.append(sign) }
      sketches.append(entry)
    case nil: return
    }
    var rest = rect
    for sketch in sketches {
      sketch.draw(into: &grid, rest, glyphs: glyphs)
      rest = rest.top(sketch.rows).rest
    }
  }

  /// A sentence, broken into rows that fit into a drawing.
  private func sentence(_ text: Phrase, _ style: Style, mark: String = "", _ room: Int) -> [Line] {
    let indent = mark.isEmpty ? 0 : 2
    return TextFlow.rows(of: words(text), columns: max(1, room - indent), most: 4, glyphs: glyphs)
      .enumerated().map { row, text in
        Line(indent == 0 ? "" : row == 0 ? "\(mark) " : "  ", style).adding(text, style)
      }
  }

  // MARK: A reference

  /// A key on a card: it says where, in which state, and nothing of the value.
  func referenceCard(_ key: String, _ columns: Int) -> Sketch {
    let room = Sketch.room(in: columns)
    let parts = KeyParts(key)
    let names = [Noun.house, .street, .town].map { words($0.one) }
    let width = 2 + (names.map(TextWidth.columns(of:)).max() ?? 0)
    let values = [
      Line(parts.name), parts.prefix.map { Line($0, .group) } ?? Line("none", .muted),
      Line(options.title ?? options.address),
    ]
    var lines = [
      Line(key.named, .key, .bold),
      Line(String(repeating: glyphs.horizontal, count: room), .border),
    ]
    for (name, value) in zip(names, values) {
      var line = Line(TextWidth.pad(name, to: width), .muted)
      line.append(value)
      lines.append(line)
    }
    let (mark, text, style) = presence(of: key)
    lines += [Line()] + sentence(text, style, mark: mark, room)
    lines += sentence("No value is on the card: it cannot go stale.", Style(.muted), room)
    return Sketch(title: "Reference", lines: lines)
  }

  /// Whether a key has a value now.
  private func presence(of key: String) -> (mark: String, text: Phrase, style: Style) {
    if known.state.contains(key) {
      let text = Phrase("Somebody lives there now.", dict: "There is a value now.")
      return (glyphs.bullet, text, Style(.success, .bold))
    }
    guard known.index.isGhost(key), let news = known.news(of: key), news.kind == .removed else {
      let text = Phrase("Nobody lives there now.", dict: "There is no value now.")
      return (glyphs.ring, text, Style(.plain, .bold))
    }
    let age = Phrases.age(of: news.at, at: now)
    let text = Phrase(
      "Moved out \(age): nobody is there.",
      dict: "Removed \(age): nothing is there."
    )
    return (glyphs.failure, text, Style(.removed, .bold))
  }

  // MARK: A snapshot

  /// A snapshot with its time: what was seen of an entry, and whether it still is so.
  func snapshotCard(of key: String, _ columns: Int) -> Sketch {
    let room = Sketch.room(in: columns)
    guard let kept = snapshot(of: key) else {
      let empty = Sketch(
        title: "",
        lines: [
          Line(), Line(words("(\("who lives", dict: "what is") there,"), .muted),
          Line(" and the time)", .muted), Line(),
        ],
        style: Style(.border)
      )
      let text: Phrase =
        "No snapshot of \(key) is kept yet: \(label(of: .snapshot)) keeps one."
      return Sketch(
        title: "Snapshot",
        lines: empty.framed(columns: room, glyphs: glyphs)
          + sentence(text, Style(.plain), mark: glyphs.ring, room)
      )
    }
    let live = freshest.entry(for: key)
    let inside = Sketch(
      title: kept.at?.clockText ?? "before you came",
      lines: fields(of: kept.entry, beside: live, columns: Sketch.room(in: room)),
      style: Style(.border)
    )
    let (mark, text, style) = Self.truth(of: kept.entry, live, glyphs)
    return Sketch(
      title: "Snapshot",
      lines: inside.framed(columns: room, glyphs: glyphs) + [Line(key.named, .key, .bold)]
        + sentence(text, style, mark: mark, room)
    )
  }

  /// The snapshot of an entry that was looked at last.
  func snapshot(of key: String) -> KeptSnapshot? {
    if let kept = watch.book.snapshot(beside: key), kept.source == .snapshot { return kept }
    return watch.book.snapshots(of: key).last { $0.source == .snapshot }
  }

  /// What was there, field by field; those that differ now are marked.
  private func fields(of entry: StateEntry?, beside live: StateEntry?, columns: Int) -> [Line] {
    guard let entry else { return [Line(words("(\("nobody", dict: "nothing"))"), .muted)] }
    guard let object = entry.value.object else {
      return [ValueDigest.line(entry.value, room: columns, glyphs: glyphs)]
    }
    let isComparable = Self.isSmall(entry) && live.map(Self.isSmall) != false
    let other = isComparable ? live?.value.object : nil
    var lines = object.prefix(Self.mostRows).map { field in
      let differs = isComparable && other?[field.key] != field.value
      return Line(differs ? "~ " : "  ", .changed, .bold)
        .adding(field.key + " ", .key)
        .adding(ValueDigest.line(field.value, room: columns, glyphs: glyphs))
    }
    let rest = object.count - lines.count
    if rest > 0 { lines.append(Line("  \(glyphs.ellipsis) and \(rest) more", .muted)) }
    return lines
  }

  private static func isSmall(_ entry: StateEntry) -> Bool {
    entry.packed?.byteCount ?? 0 <= ChangeDigest.largestCompared
  }

  /// Whether a snapshot still shows what is there.
  private static func truth(
    of kept: StateEntry?,
    _ live: StateEntry?,
    _ glyphs: Glyphs
  ) -> (mark: String, text: Phrase, style: Style) {
    switch (kept, live) {
    case (nil, nil):
      (glyphs.check, "Still \(.nobodyLives) there.", Style(.success))
    case (_?, nil):
      (glyphs.warning, "Stale: \(.nobodyLives) there any more.", Style(.warning, .bold))
    case (nil, _?):
      (glyphs.warning, "Stale: \(.somebodyLives) there now.", Style(.warning, .bold))
    case (let kept?, let live?) where kept == live:
      (glyphs.check, "It still is so.", Style(.success))
    default: (glyphs.warning, "Stale: it is not so any more.", Style(.warning, .bold))
    }
  }

  // MARK: A collection

  /// The sign of a group: how its keys begin, how many entries it has, and how a name is looked up in it.
  func groupSign(_ prefix: String, _ columns: Int) -> Sketch {
    let room = Sketch.room(in: columns)
    let width = min(room, TextWidth.columns(of: prefix) + 6)
    let plate = Sketch(title: "", lines: [Line(" \(prefix) ", .group, [.bold, .reverse])])
    let pole = String(repeating: " ", count: max(0, width / 2)) + glyphs.vertical
    let count = known.index.group(prefix)?.presentCount ?? 0
    let told: Phrase = count == 0 ? "\(.nobodyLives) here" : "\(count, .house)"
    let call = CollectionShortcut.allCases.first { $0.prefix.isSame(as: prefix) }
    let name = call.map { Phrase($0.rawValue) } ?? Noun.street.one
    let literal = CodeLiteral(language: .python)
    var lines = plate.framed(columns: width, glyphs: glyphs)
    lines.append(Line(pole, .border).adding(words("  \(told)"), Style(.plain, .bold)))
    if call == nil {
      let text: Phrase = "\(name) = shared_state.collection(\(literal.text(prefix)))"
      lines += sentence(text, Style(.muted), room)
    }
    for key in ["abc", prefix + "abc"] {
      let text: Phrase = "\(name)[\(literal.text(key))] \(glyphs.arrow) \(prefix)abc"
      lines += sentence(text, Style(.key), room)
    }
    return Sketch(title: words("\("Street", dict: "Collection")"), lines: lines)
  }

  // MARK: The state

  /// The whole state, small: a line for each group, a sign for each entry.
  func stateSketch(_ columns: Int) -> Sketch {
    let room = Sketch.room(in: columns)
    let groups = MapPlan.rows(of: known.index).count
    var grid = Grid(Size(columns: room, rows: min(Self.mostRows, max(1, groups))))
    MapView(
      map: StateMap(at: nil),
      known: known,
      moment: pictureTime,
      glyphs: glyphs,
      words: Line()
    )
    .drawGroups(into: &grid, grid.bounds)
    let count: Phrase =
      groups == 0
      ? "\(.nobodyLives) here yet"
      : "\(known.index.entryCount, .house) \("on", dict: "in") \(known.index.groupCount, .street)"
    return Sketch(
      title: words("\("Town", dict: "State")"),
      lines: (groups == 0 ? [] : grid.styledLines) + [Line(words(count), .muted)]
    )
  }
}
