import ScreenKit
import SharedState
import TextScreen

/// Says in lines what the screen would show, for a screen reader: each line is said once, and what nobody asked
/// for is said calmly.
///
/// ```swift
/// var speaker = Speaker()
/// speaker.lines(for: model)   // ["live", "selection.a, 3 of 14, \"Pair\" 2 atoms, changed 2 s ago by others"]
/// speaker.lines(for: model)   // []
/// ```
public struct Speaker: Sendable {
  /// What changes under the cursor is said at most this often.
  private static let calm = Duration.seconds(1)
  /// Nothing longer is said in one line.
  private static let mostColumns = 2000

  private var link = ""
  private var place: SpokenPlace?
  private var saidAt = Duration.zero
  private var notice: Notice?
  private var typed = ""
  private var list = ""
  private var edit: [String] = []
  private var map = ""
  private var tour: [String] = []

  /// Makes a speaker that has said nothing yet.
  public init() {}

  /// Forgets what was said, so that all of it is said again.
  public mutating func repeatAll() { self = Speaker() }

  /// What is to be said now.
  public mutating func lines(for model: Model) -> [String] {
    var lines: [String] = []
    if Self.new(model.linkName, &link) != nil { lines.append(model.spokenLink) }
    if let chooser = model.chooser {
      // What is played is told whatever it opens.
      if model.tour?.show != nil { lines += sayTour(model) }
      if let said = Self.new(chooser.spoken, &list) { lines.append(said) }
    } else {
      list = ""
      lines += sayTour(model)
      // The card lies over all the rest.
      if !model.isCardOpen { lines += sayScreen(model) }
    }
    if let said = Self.new(model.spokenTyping, &typed) { lines.append(said) }
    if model.notice != notice {
      notice = model.notice
      if let notice { lines.append(notice.text) }
    }
    return lines.filter { !$0.isEmpty }.map {
      TextWidth.truncate($0, to: Self.mostColumns, ellipsis: "").trimmed
    }
  }

  private mutating func sayScreen(_ model: Model) -> [String] {
    var lines = sayEdit(model)
    if let said = Self.new(model.mapWords?.text ?? "", &map) { lines.append(said) }
    if !model.isWriting, model.map == nil, let said = sayPlace(model) { lines.append(said) }
    return lines
  }

  /// A text if it is another one than before.
  private static func new(_ text: String, _ old: inout String) -> String? {
    guard text != old else { return nil }
    old = text
    return text
  }

  private mutating func sayPlace(_ model: Model) -> String? {
    let new = model.spokenPlace
    guard let old = place, old.id == new.id else {
      (place, saidAt) = (new, model.now.uptime)
      return ([new.id] + [new.position, new.text, new.age]).filter { !$0.isEmpty }
        .joined(separator: ", ")
    }
    guard old.text != new.text, model.now.uptime - saidAt >= Self.calm else { return nil }
    (place, saidAt) = (new, model.now.uptime)
    return [new.id, new.text, new.age].filter { !$0.isEmpty }.joined(separator: ", ")
  }

  /// What the tour tells is said line by line: what was not there before.
  private mutating func sayTour(_ model: Model) -> [String] {
    let lines = model.spokenTour
    let known = Set(tour)
    tour = lines
    return lines.filter { !known.contains($0) }
  }

  /// An edit is said line by line: those that were not there before.
  private mutating func sayEdit(_ model: Model) -> [String] {
    let lines = model.spokenEdit
    let known = Set(edit)
    edit = lines
    return lines.filter { !known.contains($0) }
  }
}

/// Where the cursor is, in words.
private struct SpokenPlace: Hashable, Sendable {
  var id: String
  var position = ""
  var text = ""
  var age = ""
}

extension Model {
  /// Whether the town has come in, so that there is something to talk about.
  public var isSettled: Bool { link.isLive && hasFreshCopy }

  /// Whether an edit or a command is on its way.
  public var hasPendingEdits: Bool { !pending.isEmpty || !hall.calls.isEmpty }

  /// Which state the connection is in; how far it has come is not said again and again.
  fileprivate var linkName: String {
    switch link {
    case .connecting(let attempt): attempt > 1 ? "again" : "connecting"
    case .syncing: "syncing"
    case .live: "live"
    case .lost(let reason, _): "lost: \(reason)"
    }
  }

  fileprivate var spokenLink: String {
    switch link {
    case .connecting(let attempt):
      known.words(
        attempt > 1
          ? "still looking for the \(.host)" : "looking for the \(.host) at \(options.address)"
      )
    case .syncing: known.words("the \(.town) is coming in")
    case .live: known.words("live: \(options.address), \(known.index.entryCount, .house)")
    case .lost(let reason, _): "connection lost: \(reason)"
    }
  }

  /// The line that is being typed at the foot of the screen, if one is.
  fileprivate var spokenTyping: String {
    guard isTypingSearch || finder.filter != nil else { return "" }
    var grid = Grid(Size(columns: 160, rows: 1))
    Footer(model: self).draw(into: &grid, grid.bounds)
    return grid.lines[0].words
  }

  fileprivate var spokenPlace: SpokenPlace {
    switch focus {
    case .tree: spokenRow
    case .detail: spokenField
    case .activity: spokenActivity
    case .selections: spokenSelection
    }
  }

  private static func position(_ index: Int?, of total: Int) -> String {
    index.map { "\(Phrases.grouped($0 + 1)) of \(Phrases.grouped(total))" } ?? ""
  }

  private var spokenRow: SpokenPlace {
    guard let row = tree.cursor else { return SpokenPlace(id: known.words(.emptyTown)) }
    let position = Self.position(known.index.position(of: row), of: known.index.rowCount)
    switch row {
    case .group(let prefix):
      let id = known.words("\(.street) \(prefix)")
      guard let street = known.index.group(prefix) else { return SpokenPlace(id: id) }
      let fold = street.isOpen ? "open" : "closed"
      return SpokenPlace(
        id: id,
        position: position,
        text: known.words("\(street.presentCount, .house), \(fold)")
      )
    case .entry(let key):
      let isGone = known.index.isGhost(key) ? known.words("\(.movedOut); last: ") : ""
      let value = tree.preview(key, known, glyphs).text
      return SpokenPlace(id: key, position: position, text: isGone + value, age: age(of: key))
    }
  }

  private func age(of key: String) -> String {
    guard let news = known.news(of: key) else { return "" }
    let word =
      switch news.kind {
      case .added: "new"
      case .changed: "changed"
      case .removed: "removed"
      }
    return
      "\(word) \(Phrases.age(of: news.at, at: now)) by \(news.author == .you ? "you" : "others")"
  }

  private var spokenField: SpokenPlace {
    let words = known.words
    let house =
      currentKey ?? currentPrefix.map { words("\(.street) \($0)") } ?? words("no \(.house)")
    guard let line = detail.current else {
      return SpokenPlace(id: words("\(Pane.detail.name) \(house), nothing inside"))
    }
    let name = DetailView.label(line, glyphs)
    let fold =
      switch line.fold {
      case .leaf: ""
      case .open: ", open"
      case .closed: ", closed"
      }
    let index = detail.lines.firstIndex { $0.id == line.id }
    return SpokenPlace(
      id: words("\(Pane.detail.name) \(house), \(name.isEmpty ? "the whole value" : name)"),
      position: Self.position(index, of: detail.lines.count),
      text: FieldText(glyphs: glyphs, room: 200).words(line).text + fold
    )
  }

  private var spokenActivity: SpokenPlace {
    guard let item = activity.current else { return SpokenPlace(id: "Activity, nothing yet") }
    let view = ActivityView(pane: activity, words: known.words, hasFocus: false, glyphs: glyphs)
    let line = view.line(item).text
    let index = activity.log.index(of: item.id)
    return SpokenPlace(
      id: "Activity \(item.at.clockText)",
      position: Self.position(index, of: activity.log.items.count),
      text: line
    )
  }

  /// The selection under the cursor, as its pane draws it.
  private var spokenSelection: SpokenPlace {
    let size = Size(columns: 200, rows: 40)
    let picture = picture(size)
    guard let frame = layout(size).inside(.selections) else { return SpokenPlace(id: "Selections") }
    for row in frame.row..<frame.row + frame.rows
    where picture[frame.column, row].style.role == .selection {
      let cells = (frame.column..<frame.endColumn).map { picture[$0, row].text }
      return SpokenPlace(id: "Selections, " + cells.joined().words)
    }
    return SpokenPlace(id: "Selections, nothing there")
  }

  /// What an edit or a command shows, without its frame.
  fileprivate var spokenEdit: [String] {
    guard isWriting else { return [] }
    let size = Size(columns: 160, rows: 60)
    var grid = Grid(size)
    if let call {
      call.draw(into: &grid, rect: grid.bounds, glyphs: glyphs)
    } else {
      edit?.draw(into: &grid, rect: grid.bounds, glyphs: glyphs)
    }
    let frame = Set(
      [
        glyphs.horizontal, glyphs.vertical, glyphs.topLeft, glyphs.topRight, glyphs.bottomLeft,
        glyphs.bottomRight, glyphs.teeLeft, glyphs.teeRight,
      ].flatMap { $0 }
    )
    let lines = grid.lines.enumerated().map { row, line in
      let isEdge = row == 0 || row == size.rows - 1
      let inside =
        isEdge ? line.filter { !frame.contains($0) } : String(line.dropFirst().dropLast())
      return inside.words
    }
    let hints = (call?.hints ?? edit?.hints ?? []).map { "\($0.key) \($0.text)" }
    return lines.filter { !$0.isEmpty } + [hints.joined(separator: ", ")]
  }
}

extension Chooser {
  fileprivate var spoken: String {
    let things = shown.filter { $0.choice != nil }
    let typing = isTyping ? "\(prompt)\(query), " : ""
    guard let item = current else { return "\(title), \(typing)nothing of that name" }
    let index = things.firstIndex { $0.label == item.label && $0.choice == item.choice } ?? 0
    let rest = [item.note, item.reason.map { "not now: \($0)" } ?? ""].filter { !$0.isEmpty }
    let words = [item.label.text.words, "\(index + 1) of \(things.count)"] + rest
    return "\(title), \(typing)" + words.joined(separator: ", ")
  }
}

extension String {
  /// The text without the blanks at its ends.
  fileprivate var trimmed: String {
    let start = drop { $0 == " " }
    return String(start.reversed().drop { $0 == " " }.reversed())
  }

  /// The words of a text that was laid out in columns, one blank between two.
  fileprivate var words: String { split(separator: " ").joined(separator: " ") }
}
