import ScreenKit
import SharedState
import StateInspection

/// What is said of a selection or a visualiser, read from its value.
///
/// Whatever does not fit the schemas is said in words; nothing is left out.
struct SelectionRow: Sendable {
  /// The name that people see, if there is one.
  private(set) var name: String?
  /// Which atoms it is about, if that is for the entry itself to say.
  private(set) var atoms: Line?
  /// How they are drawn: a preset or the kind of a map, and what else the map says.
  private(set) var look = Line()
  private(set) var isHidden = false
  /// The layer and priority of a visualiser, in words.
  private(set) var height: String?
  /// What cannot be read, in words.
  private(set) var flaw: String?
  /// Whether it is a selection in the layout of Narupa or NanoVer.
  private(set) var drawsItself = false

  static let hiddenWord = "hidden"

  /// So many atoms are looked at for the ranges of one row.
  private static let mostAtoms = 20_000
  private static let mostRanges = 12

  init(key: String, entry: StateEntry, _ meanings: Meanings = Meanings(), glyphs: Glyphs) {
    guard let value = entry.glanced else {
      flaw = "\(Phrases.size(entry.packed?.byteCount ?? 0)), too large to be read here"
      return
    }
    guard let object = value.object else {
      flaw = "holds \(DetailView.kind(of: value)), not a dictionary"
      return
    }
    if KeyKind.isSelection(key) {
      readSelection(object, meanings, glyphs)
    } else {
      readVisualiser(object, meanings, glyphs)
    }
  }

  /// Whether a selection draws itself, as those of Narupa and NanoVer do.
  static func drawsItself(_ entry: StateEntry) -> Bool {
    entry.glanced?.object.map(isNanoVer) ?? false
  }

  private static func isNanoVer(_ object: StateObject) -> Bool {
    if object["display_name"] != nil || object["particle_ids"] != nil { return false }
    return ["selected", "properties", "name"].contains { object[$0] != nil }
  }

  /// All that it says, for who looks for a part of it.
  var text: String {
    [name, atoms?.text, look.text, isHidden ? Self.hiddenWord : nil, height].compactMap(\.self)
      .joined(separator: "  ")
  }

  // MARK: Selections

  private mutating func readSelection(
    _ object: StateObject,
    _ meanings: Meanings,
    _ glyphs: Glyphs
  ) {
    drawsItself = Self.isNanoVer(object)
    name = text(object["display_name"] ?? object["name"], "name")
    switch object["selected"] {
    case _ where !drawsItself:
      atoms = atoms(object["particle_ids"], "particle_ids", meanings, glyphs)
    // One server writes the bare list where a dictionary belongs.
    case .array(let list)?: atoms = atoms(.array(list), "selected", meanings, glyphs)
    case .object(let selected)?:
      atoms = atoms(selected["particle_ids"], "particle_ids", meanings, glyphs)
    case nil, .null?: atoms = atoms(nil, "selected", meanings, glyphs)
    case let other?: note("selected is \(Self.kind(other))")
    }
    guard drawsItself else { return }
    switch object["properties"] {
    case .object(let properties)?:
      look = look(Self.property("rendering.renderer", properties), glyphs)
      isHidden = truth(Self.property("rendering.hide", properties), "hide")
    case nil, .null?: break
    case let other?: note("properties is \(Self.kind(other))")
    }
    if look.isEmpty { look = Line("default look", .muted) }
  }

  /// A property under the prefix of either generation.
  static func property(_ name: String, _ properties: StateObject) -> StateValue? {
    properties["nanover." + name] ?? properties["narupa." + name]
  }

  // MARK: Visualisers

  private mutating func readVisualiser(
    _ object: StateObject,
    _ meanings: Meanings,
    _ glyphs: Glyphs
  ) {
    name = text(object["display_name"], "display_name")
    look = look(object["renderer"] ?? object["visualiser"], glyphs)
    isHidden = truth(object["hide"], "hide")
    switch object["selection"] {
    case nil, .null?: atoms = Line("all atoms", .number)
    case .string?: break
    case .array(let list)?: atoms = atoms(.array(list), "selection", meanings, glyphs)
    case let other?: note("selection is \(Self.kind(other))")
    }
    height = height(object)
  }

  private mutating func height(_ object: StateObject) -> String {
    let parts = ["layer", "priority"].compactMap { field -> String? in
      guard let value = object[field], value != .null else { return nil }
      guard value.height != nil, let number = value.double else {
        note("\(field) is \(Self.kind(value))")
        return nil
      }
      return "\(field) \(value.int.map(String.init) ?? "\(number)")"
    }
    return parts.isEmpty ? "no layer" : parts.joined(separator: ", ")
  }

  // MARK: Parts

  private mutating func note(_ text: String) { flaw = flaw.map { $0 + ", " + text } ?? text }

  private static func kind(_ value: StateValue) -> String {
    switch value {
    case .null, .bytes: value.kind
    case .int: "an int"
    case .string: "text"
    default: "a \(value.kind)"
    }
  }

  private mutating func text(_ value: StateValue?, _ field: String) -> String? {
    switch value {
    case .string(let text)?: return text
    case nil, .null?: return nil
    case let other?:
      note("\(field) is \(Self.kind(other))")
      return nil
    }
  }

  private mutating func truth(_ value: StateValue?, _ field: String) -> Bool {
    switch value {
    case .bool(let truth)?: return truth
    case nil, .null?: return false
    case let other?:
      note("\(field) is \(Self.kind(other))")
      return false
    }
  }

  /// None listed means every atom, and an empty list means none.
  private mutating func atoms(
    _ value: StateValue?,
    _ field: String,
    _ meanings: Meanings,
    _ glyphs: Glyphs
  ) -> Line? {
    switch value {
    case nil, .null?: return Line("all atoms", .number)
    case .array(let list)? where list.isEmpty: return Line("no atoms", .warning)
    case .array(let list)?:
      let some = list.prefix(Self.mostAtoms)
      let ascii = glyphs.isASCII
      guard let ranges = Phrases.ranges(some, limit: Self.mostRanges, ascii: ascii) else {
        note("\(field) holds more than whole numbers")
        return nil
      }
      let line = Line(ranges + (list.count > some.count ? ", \(glyphs.ellipsis)" : ""), .number)
      return meanings.atoms(list).map { line.adding("  " + $0, .muted) } ?? line
    case let other?:
      note("\(field) is \(Self.kind(other))")
      return nil
    }
  }

  private mutating func look(_ renderer: StateValue?, _ glyphs: Glyphs) -> Line {
    switch renderer {
    case nil, .null?: return Line()
    case .string(let preset)?: return Line(preset, .text)
    case .object(let map)?: return look(map, glyphs)
    case let other?:
      note("renderer is \(Self.kind(other))")
      return Line()
    }
  }

  /// A renderer in its parts: what it is, its colour, and its numbers.
  private func look(_ map: StateObject, _ glyphs: Glyphs) -> Line {
    var line: Line
    switch map["render"] {
    case .string(let render)?: line = Line(render, .text)
    case .object(let render)?: line = Line(render["type"]?.string ?? "render of no type", .text)
    default: line = Line("ball and stick", .text)
    }
    if let colour = map["color"] {
      line.append("  ")
      line.append(Swatch.line(colour, glyphs))
    }
    return line
  }
}
