import ScreenKit

/// What lies over the panes, each kind at most once: the state of the edit, the map, a list and so on.
///
/// Which of them is in front is decided by the order in which the kinds are registered, and only there.
struct OverlayStack: Sendable {
  private var values: [ObjectIdentifier: any Sendable] = [:]

  var isEmpty: Bool { values.isEmpty }

  /// The state of an overlay, while it is open.
  subscript<Value: Sendable>(type: Value.Type) -> Value? {
    get { values[ObjectIdentifier(type)] as? Value }
    _modify {
      // Taken out meanwhile, so that what is large is changed in place.
      var value = values.removeValue(forKey: ObjectIdentifier(type)) as? Value
      defer { if let value { values[ObjectIdentifier(type)] = value } }
      yield &value
    }
  }

  func has<Value: Sendable>(_ type: Value.Type) -> Bool { values[ObjectIdentifier(type)] != nil }
}

/// The row that an overlay is about.
enum OverlayRow: Hashable, Sendable {
  /// The one that what lies beneath it is about.
  case beneath
  /// One of its own, or none.
  case own(TreeRow?)
}

/// What an overlay puts into the footer.
enum OverlayFooter {
  /// Keys that do something now.
  case hints([Hint])
  /// Keys and behind them, where there is room, the key of an action that can be run and a line.
  case hintsAndLine([Hint], back: ActionID, Line)
  /// A line of its own.
  case line(Line)
  /// A line that is being typed, and after it what it comes to and which keys end it; no notice covers it.
  case typing(prompt: String, text: String, after: [String])
}

extension Host {
  /// Covers the panes with a frame, and tells what is inside of it.
  func frameBody(_ title: String, into grid: inout Grid, _ layout: Layout) -> Rect {
    grid.fill(layout.body)
    grid.box(
      layout.body,
      title: pause?.title(title) ?? title,
      style: isInPast ? Style(.warning, .bold) : Style(.focusedBorder, .bold),
      titleStyle: Style(isInPast ? .warning : .title, [.bold, .reverse]),
      glyphs: frameGlyphs
    )
    return layout.body.inset(by: 1)
  }
}

/// One kind of overlay: it answers keys, pastes and the pointer as long as it is in front, and tells the footer, the
/// screen reader, the class and the clock what they need to know.
///
/// Its state lies in ``OverlayStack``, or in the part of the dashboard that it belongs to.
protocol Overlay<Host>: Sendable {
  associatedtype Host: Dashboard.Host

  /// What it is called where it has to be told from the others.
  var name: String { get }
  func isOpen(in host: Host) -> Bool
  /// Whether letters are text to it, or choose in it, and so no keys of a tour.
  var takesText: Bool { get }
  /// Whether the panes cannot be seen beneath it.
  var hidesPanes: Bool { get }
  /// The row that it is about.
  func row(in host: Host) -> OverlayRow

  func take(_ key: Key, in host: inout Host) -> [Effect]
  func paste(_ text: String, in host: inout Host) -> [Effect]
  /// Does what an action that was chosen from the palette means here; `nil` if that is the same as elsewhere.
  func run(_ id: ActionID, in host: inout Host) -> [Effect]?
  /// Takes what the pointer does; `nil` if that is for what lies beneath.
  func take(_ mouse: Mouse, in host: inout Host) -> [Effect]?

  func draw(_ host: Host, into grid: inout Grid, _ layout: Layout)
  func footer(of host: Host) -> OverlayFooter
  /// What a screen reader says of it, line by line.
  func spoken(of host: Host) -> [String]
  /// What a key does, for those who watch somebody press it; `nil` if only its name is told.
  func stroke(for key: Key, in host: Host) -> KeyStrip.Stroke?
  /// When it changes by itself, as an uptime.
  func wakeUp(of host: Host) -> Duration?
  /// Brings it into line with what has happened.
  func settle(in host: inout Host)
}

extension Overlay {
  var takesText: Bool { true }
  var hidesPanes: Bool { false }
  func row(in host: Host) -> OverlayRow { .beneath }
  func paste(_ text: String, in host: inout Host) -> [Effect] { [] }
  func run(_ id: ActionID, in host: inout Host) -> [Effect]? { nil }
  func take(_ mouse: Mouse, in host: inout Host) -> [Effect]? { [] }
  func draw(_ host: Host, into grid: inout Grid, _ layout: Layout) {}
  func stroke(for key: Key, in host: Host) -> KeyStrip.Stroke? { .text(of: key) }
  func wakeUp(of host: Host) -> Duration? { nil }
  func settle(in host: inout Host) {}
}

extension Hint {
  /// The key and the word for it, as the footer writes them.
  var line: Line {
    var line = Line(key, .hintKey, .bold)
    line.append(" " + text, .hint)
    return line
  }
}
