import Lessons
import ScreenKit
import SharedState
import StateEditing

/// The concepts of the model, drawn from the town as it is at this moment.
extension TourHost {
  /// No drawing lists more fields or streets than this.
  private static var mostRows: Int { 8 }

  /// What a lesson draws.
  func sketch(of picture: Lesson.Picture, columns: Int) -> Sketch {
    switch picture.kind {
    case .address: addressCard(picture.of, columns)
    case .photograph: photograph(of: picture.of, columns)
    case .sign: streetSign(picture.of, columns)
    case .town: townSketch(columns)
    }
  }

  /// Draws on the map what one stands at: a photograph where one was taken, else the address; above it the sign of the
  /// street, where there is room.
  func drawConcepts(at place: TreeRow?, into grid: inout Grid, _ rect: Rect) {
    var sketches: [Sketch] = []
    switch place {
    case .group(let prefix)?: sketches = [streetSign(prefix, rect.columns)]
    case .entry(let key)?:
      let house =
        snapshot(of: key) == nil
        ? addressCard(key, rect.columns) : photograph(of: key, rect.columns)
      let sign = KeyParts.prefix(of: key).map { streetSign($0, rect.columns) }
      if let sign, sign.rows + house.rows <= rect.rows { sketches.append(sign) }
      sketches.append(house)
    case nil: return
    }
    var rest = rect
    for sketch in sketches {
      sketch.draw(into: &grid, rest, glyphs: glyphs)
      rest = rest.top(sketch.rows).rest
    }
  }

  // MARK: A reference

  /// An address on a card: it says where, in which town, and nothing of who lives there.
  func addressCard(_ key: String, _ columns: Int) -> Sketch {
    let room = Sketch.room(in: columns)
    let address = KeyParts(key)
    var lines = [
      Line(key.named, .key, .bold),
      Line(String(repeating: glyphs.horizontal, count: room), .border),
      Sketch.row("house", Line(address.name)),
      Sketch.row("street", address.prefix.map { Line($0, .street) } ?? Line("none", .muted)),
      Sketch.row("town", Line(options.title ?? options.address)),
      Line(),
    ]
    let (mark, words, style) = residence(of: key)
    lines += Sketch.sentence(words, style, mark: mark, columns: room, glyphs: glyphs)
    lines += Sketch.sentence(
      "No value is on the card: it cannot go stale.",
      Style(.muted),
      columns: room,
      glyphs: glyphs
    )
    return Sketch(title: "Reference", lines: lines)
  }

  /// Whether somebody lives at an address now.
  private func residence(of key: String) -> (mark: String, words: String, style: Style) {
    if known.state.contains(key) {
      return (glyphs.bullet, "Somebody lives there now.", Style(.success, .bold))
    }
    guard known.index.isGhost(key), let news = known.news(of: key), news.kind == .removed else {
      return (glyphs.ring, "Nobody lives there now.", Style(.plain, .bold))
    }
    let age = Phrases.age(of: news.at, at: now)
    return (glyphs.failure, "Moved out \(age): nobody is there.", Style(.removed, .bold))
  }

  // MARK: A snapshot

  /// A photograph with its time: what was seen of a house, and whether it still is so.
  func photograph(of key: String, _ columns: Int) -> Sketch {
    let room = Sketch.room(in: columns)
    guard let visit = snapshot(of: key) else {
      let name = label(of: .snapshot)
      let words = "No photograph of \(key) has been taken yet: \(name) takes one."
      let empty = Sketch(
        title: "",
        lines: [Line(), Line("(who lives there,", .muted), Line(" and the time)", .muted), Line()],
        style: Style(.border)
      )
      let lines = Sketch.sentence(
        words,
        Style(.plain),
        mark: glyphs.ring,
        columns: room,
        glyphs: glyphs
      )
      return Sketch(
        title: "Snapshot",
        lines: empty.framed(columns: room, glyphs: glyphs) + lines
      )
    }
    let live = freshest.entry(for: key)
    let inside = Sketch(
      title: visit.at?.clockText ?? "before you came",
      lines: fields(of: visit.entry, beside: live, columns: Sketch.room(in: room)),
      style: Style(.border)
    )
    let (mark, words, style) = Self.truth(of: visit.entry, live, glyphs)
    return Sketch(
      title: "Snapshot",
      lines: inside.framed(columns: room, glyphs: glyphs)
        + [Line(key.named, .key, .bold)]
        + Sketch.sentence(words, style, mark: mark, columns: room, glyphs: glyphs)
    )
  }

  /// The snapshot of a house that was looked at last.
  func snapshot(of key: String) -> KeptSnapshot? {
    if let visit = watch.book.visit(beside: key), visit.source == .snapshot { return visit }
    return watch.book.visits(of: key).last { $0.source == .snapshot }
  }

  /// What lived there, field by field; those that differ now are marked.
  private func fields(of entry: StateEntry?, beside live: StateEntry?, columns: Int) -> [Line] {
    guard let entry else { return [Line("(nobody)", .muted)] }
    guard let object = entry.value.object else {
      return [ValueDigest.line(entry.value, room: columns, glyphs: glyphs)]
    }
    let isComparable = Self.isSmall(entry) && live.map(Self.isSmall) != false
    let other = isComparable ? live?.value.object : nil
    var lines = object.prefix(Self.mostRows).map { field in
      let differs = isComparable && other?[field.key] != field.value
      var line = Line(differs ? "~ " : "  ", .changed, .bold)
      line.append(field.key + " ", .key)
      line.append(ValueDigest.line(field.value, room: columns, glyphs: glyphs))
      return line
    }
    let rest = object.count - lines.count
    if rest > 0 { lines.append(Line("  \(glyphs.ellipsis) and \(rest) more", .muted)) }
    return lines
  }

  private static func isSmall(_ entry: StateEntry) -> Bool {
    entry.packed?.bytes.count ?? 0 <= ChangeDigest.largestCompared
  }

  /// Whether a photograph still shows who lives there.
  private static func truth(
    of kept: StateEntry?,
    _ live: StateEntry?,
    _ glyphs: Glyphs
  ) -> (mark: String, words: String, style: Style) {
    switch (kept, live) {
    case (nil, nil): (glyphs.check, "Still nobody lives there.", Style(.success))
    case (_?, nil):
      (glyphs.warning, "Stale: nobody lives there any more.", Style(.warning, .bold))
    case (nil, _?): (glyphs.warning, "Stale: somebody lives there now.", Style(.warning, .bold))
    case (let kept?, let live?) where kept == live:
      (glyphs.check, "It still is so.", Style(.success))
    default: (glyphs.warning, "Stale: it is not so any more.", Style(.warning, .bold))
    }
  }

  // MARK: A collection

  /// The sign of a street: how its keys begin, how many houses it has, and how a name is looked up on it.
  func streetSign(_ prefix: String, _ columns: Int) -> Sketch {
    let room = Sketch.room(in: columns)
    let width = min(room, TextWidth.columns(of: prefix) + 6)
    let plate = Sketch(title: "", lines: [Line(" \(prefix) ", .street, [.bold, .reverse])])
    let pole = String(repeating: " ", count: max(0, width / 2)) + glyphs.vertical
    let count = known.index.group(prefix)?.presentCount ?? 0
    let houses = count == 0 ? "nobody lives here" : Phrases.count(count, "house")
    let call = CollectionShortcut.allCases.first { ExactText($0.prefix) == ExactText(prefix) }
    let name = call?.rawValue ?? "street"
    var lines = plate.framed(columns: width, glyphs: glyphs)
    lines.append(Line(pole, .border).adding("  \(houses)", Style(.plain, .bold)))
    if call == nil {
      lines += Sketch.sentence(
        "street = shared_state.collection(\(CodeLiteral(language: .python).text(prefix)))",
        Style(.muted),
        columns: room,
        glyphs: glyphs
      )
    }
    for key in ["abc", prefix + "abc"] {
      let text = CodeLiteral(language: .python).text(key)
      lines += Sketch.sentence(
        "\(name)[\(text)] \(glyphs.arrow) \(prefix)abc",
        Style(.key),
        columns: room,
        glyphs: glyphs
      )
    }
    return Sketch(title: "Street", lines: lines)
  }

  // MARK: The town

  /// The whole town, small: a line for each street, a window for each house.
  func townSketch(_ columns: Int) -> Sketch {
    let room = Sketch.room(in: columns)
    let map = StateMap(at: nil)
    let streets = MapPlan.rows(of: known.index).count
    var grid = Grid(Size(columns: room, rows: min(Self.mostRows, max(1, streets))))
    MapView(map: map, known: known, moment: pictureTime, glyphs: glyphs, words: Line())
      .drawStreets(into: &grid, grid.bounds)
    let houses = Phrases.count(known.index.entryCount, "house")
    let words = "\(houses) on \(Phrases.count(known.index.groupCount, "street"))"
    return Sketch(
      title: "Town",
      lines: (streets == 0 ? [] : grid.styledLines) + [
        Line(streets == 0 ? "nobody lives here yet" : words, .muted)
      ]
    )
  }
}
