import ScreenKit
import SharedState
import StateInspection

/// What an entry holds, in one line: said in the words of its group where the group has any.
enum Preview {
  static func line(
    key: String,
    entry: StateEntry,
    _ meanings: Meanings,
    glyphs: Glyphs
  ) -> Line {
    if entry.isLarge, let packed = entry.packed {
      return Line("\(Phrases.size(packed.byteCount)), open it to look inside", .muted)
    }
    return line(key: key, value: entry.value, meanings, glyphs: glyphs)
  }

  static func line(
    key: String,
    value: StateValue,
    _ meanings: Meanings,
    glyphs: Glyphs
  ) -> Line {
    typed(key: key, value: value, meanings, glyphs: glyphs)
      ?? ValueDigest.line(value, room: 120, glyphs: glyphs)
  }

  /// The line of a group's own kind; `nil` if the value is not what such groups hold.
  static func typed(
    key: String,
    value: StateValue,
    _ meanings: Meanings,
    glyphs: Glyphs
  ) -> Line? {
    guard let prefix = KeyParts.prefix(of: key) else {
      return key == "scene" ? pose(value) : nil
    }
    guard let object = value.object else { return nil }
    let people = meanings.people
    let isNamed = people.reading(ofEntry: key, glyphs) != nil
    return switch prefix {
    case "selection.": selection(object, meanings)
    case "visualiser.", "visualisers.", "visualisation.": visualiser(object, people, glyphs)
    case "avatar.": avatar(object, isNamed: isNamed)
    case "interaction.": interaction(object, meanings, isNamed: isNamed)
    case "user-origin.", "cursor.": position(object)
    default: nil
    }
  }

  // MARK: Selections

  /// Which atoms a list stands for, or how many: none listed means every one, and an empty list means none.
  static func atoms(_ particles: StateValue?, _ meanings: Meanings) -> String? {
    switch particles {
    case nil, .null?: "all atoms"
    case .array(let list)? where list.isEmpty: "no atoms"
    case .array(let list)?: meanings.atoms(list) ?? Phrases.count(list.count, "atom")
    default: nil
    }
  }

  private static func selection(_ object: StateObject, _ meanings: Meanings) -> Line? {
    let selected = object["selected"]
    let particles = object["particle_ids"] ?? selected?["particle_ids"]
    let isPlain = selected == nil || selected?.object != nil || selected == .null
    guard isPlain, let atoms = atoms(particles, meanings) else { return nil }
    var line = name(object["display_name"] ?? object["name"])
    line.append(atoms, .number)
    if let renderer = property("rendering.renderer", object) {
      append(renderer: renderer, to: &line)
    }
    if property("rendering.hide", object) == true { line.append("  hidden", .warning) }
    return line
  }

  private static func name(_ value: StateValue?) -> Line {
    var line = Line()
    if case .string(let name)? = value { line.append("\"\(name)\" ", .text) }
    return line
  }

  private static func property(_ name: String, _ object: StateObject) -> StateValue? {
    guard let properties = object["properties"] else { return nil }
    return properties["nanover." + name] ?? properties["narupa." + name]
  }

  private static func append(renderer: StateValue, to line: inout Line) {
    switch renderer {
    case .string(let preset): line.append("  " + preset, .muted)
    case .object(let object):
      if case .string(let render)? = object["render"] { line.append("  " + render, .muted) }
    default: break
    }
  }

  // MARK: Other groups

  private static func visualiser(
    _ object: StateObject,
    _ people: People,
    _ glyphs: Glyphs
  ) -> Line? {
    var line = name(object["display_name"])
    if let renderer = object["renderer"] ?? object["visualiser"] {
      switch renderer {
      case .string(let name): line.append(name + " ", .plain)
      case .object(let object):
        if case .string(let render)? = object["render"] { line.append(render + " ", .plain) }
      default: return nil
      }
    }
    if case .string(let target)? = object["selection"] {
      line.append("\(glyphs.arrow) \(people.title(of: target, glyphs))", .key)
    }
    if object["hide"] == true { line.append("  hidden", .warning) }
    return line.isEmpty ? nil : line
  }

  /// Where somebody is; the name only where the row does not say it.
  private static func avatar(_ object: StateObject, isNamed: Bool) -> Line? {
    guard case .array(let components)? = object["components"] else { return nil }
    var line = Line()
    if !isNamed, case .string(let name)? = object["name"] { line.append(name + "  ", .text) }
    let headset = components.first { $0["name"] == "headset" } ?? components.first
    if let text = vector(headset?["position"]) {
      line.append("head ", .muted)
      line.append(text, .number)
    } else {
      line.append("nothing to see", .muted)
    }
    return line
  }

  private static func interaction(
    _ object: StateObject,
    _ meanings: Meanings,
    isNamed: Bool
  ) -> Line? {
    guard case .string(let type)? = object["interaction_type"] else { return nil }
    var line = Line()
    if !isNamed, case .string(let owner)? = object["owner.id"],
      let name = meanings.people.name(of: owner)
    {
      line.append(name + "  ", .text)
    }
    line.append(type)
    if let particles = object["particles"]?.array {
      line.append("  on ", .muted)
      line.append(meanings.atoms(particles) ?? Phrases.count(particles.count, "atom"), .number)
    }
    if let scale = object["scale"]?.double {
      line.append("  scale ", .muted)
      line.append(Phrases.decimal(scale, digits: 1), .number)
    }
    return line
  }

  private static func position(_ object: StateObject) -> Line? {
    guard let text = vector(object["position"]) else { return nil }
    return Line("at ", .muted).adding(text, .number)
  }

  private static func pose(_ value: StateValue) -> Line? {
    guard let numbers = value.array, numbers.count == 10 else { return nil }
    guard let place = vector(.array(Array(numbers[..<3]))) else { return nil }
    guard let scale = vector(.array(Array(numbers[7...]))) else { return nil }
    return Line("at ", .muted)
      .adding(place, .number)
      .adding("  scale ", .muted)
      .adding(scale, .number)
  }

  /// A short vector: `0.5 1.4 -0.3`.
  private static func vector(_ value: StateValue?) -> String? {
    guard let elements = value?.array, elements.count == 3 else { return nil }
    let numbers = elements.compactMap(\.double)
    guard numbers.count == 3 else { return nil }
    // What is as good as nothing in a place is no row of digits.
    return numbers.map { Phrases.decimal($0.magnitude < 0.05 ? 0 : $0, digits: 1) }
      .joined(separator: " ")
  }
}
