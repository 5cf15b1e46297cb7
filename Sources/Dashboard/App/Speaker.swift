import ScreenKit
import SharedState

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
  private var tour: [String] = []
  /// What was said last of each overlay that is open.
  private var overlays: [String: [String]] = [:]

  /// Makes a speaker that has said nothing yet.
  public init() {}

  /// Forgets what was said, so that all of it is said again.
  public mutating func repeatAll() { self = Speaker() }

  /// What is to be said now.
  public mutating func lines(for model: Model) -> [String] {
    var lines: [String] = []
    if Self.new(model.linkName, &link) != nil { lines.append(model.spokenLink) }
    let front = model.front
    // What is played is told whatever it opens; else what is in front speaks for itself.
    if front?.name != "list" || model.tour?.show != nil { lines += sayTour(model) }
    let open = Set(model.openOverlays.map(\.name))
    overlays = overlays.filter { open.contains($0.key) }
    if let front {
      if front.name != "card" { lines += say(front, model) }
    } else if let said = sayPlace(model) {
      lines.append(said)
    }
    if model.notice != notice {
      notice = model.notice
      if let notice { lines.append(notice.text) }
    }
    return lines.filter { !$0.isEmpty }.map {
      TextWidth.truncate($0, to: Self.mostColumns, ellipsis: "").withoutBlanks
    }
  }

  /// An overlay is said line by line: those that were not there before.
  private mutating func say(_ overlay: any Overlay<Model>, _ model: Model) -> [String] {
    let lines = overlay.spoken(of: model)
    let known = Set(overlays[overlay.name] ?? [])
    overlays[overlay.name] = lines
    return lines.filter { !known.contains($0) }
  }

  /// A text if it is another one than before.
  private static func new(_ text: String, _ old: inout String) -> String? {
    guard text != old else { return nil }
    old = text
    return text
  }

  private mutating func sayPlace(_ model: Model) -> String? {
    // Before the first copy is whole there is nothing yet to say of it, least of all that it is empty.
    guard model.isWhole else { return nil }
    let new = model.focusedPane.spoken(in: model)
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
}

extension Model {
  /// Whether the town has come in, so that there is something to talk about.
  public var isSettled: Bool { isCurrent }

  /// Whether an edit or a command is on its way.
  public var hasPendingEdits: Bool {
    !outbox.pending.isEmpty || !calls.running.isEmpty || ownCommands.runningCount > 0
  }

  /// Which state the connection is in; how far it has come is not said again and again.
  fileprivate var linkName: String {
    // While it goes on by itself, its clock is not told each second.
    if let past = pause?.past { return past.run == nil ? "past \(pictureTime.clockText)" : "past" }
    return switch link {
    case .connecting(let attempt): attempt > 1 ? "again" : "connecting"
    case .syncing: "syncing"
    case .live: link.silentSince == nil ? "live" : "silent"
    case .waiting(_, let reason, _): "lost: \(reason)"
    case .stopped: "stopped"
    }
  }

  fileprivate var spokenLink: String {
    if isInPast { return "the past, as of \(pictureTime.clockText), not live" }
    return switch link {
    case .connecting(let attempt):
      known.words(
        attempt > 1
          ? "still looking for the \(.host)" : "looking for the \(.host) at \(options.address)"
      )
    case .syncing: known.words("the \(.town) is coming in")
    case .live where link.silentSince != nil:
      known.words(
        "silent: nothing comes from the \(.host), not even an answer to whether it is there"
      )
    case .live: known.words("live: \(options.address), \(known.index.entryCount, .house)")
    case .waiting(_, let reason, _): "connection lost: \(reason)"
    case .stopped: "not connected"
    }
  }
}

extension String {
  /// The text without the blanks at its ends.
  fileprivate var withoutBlanks: String {
    let start = drop { $0 == " " }
    return String(start.reversed().drop { $0 == " " }.reversed())
  }
}
