import ScreenKit
import SharedState

/// Says what a field holds, as far as one line can.
struct FieldText {
  let glyphs: Glyphs
  let room: Int
  /// What ids and numbers stand for.
  var meanings = Meanings()

  /// What a field holds, and beside a colour how it looks.
  func line(_ line: FieldLine) -> Line {
    guard let colour = Self.colour(line) else { return words(line) }
    var shown = Swatch.block(colour, glyphs)
    shown.append(" ")
    let rest = FieldText(glyphs: glyphs, room: max(0, room - shown.columns), meanings: meanings)
    shown.append(rest.words(line))
    return shown
  }

  /// The colour that a field holds; fields of colours are called the same in all groups.
  private static func colour(_ line: FieldLine) -> Colour? {
    guard line.id.page == nil,
      case .colour = FieldKind(line.id.path, in: "", holding: line.value)
    else { return nil }
    return Colour(line.value)
  }

  /// What a field holds, in nothing but words.
  func words(_ line: FieldLine) -> Line {
    if line.id.page != nil { return page(line) }
    if isAtom(line), let atom = meanings.atom(line.value) { return value(line.value, note: atom) }
    return switch line.value {
    case .object(let object): self.object(object, line.fold)
    case .array(let elements): array(elements, name: line.name, line.fold)
    case .null where Meanings.namesAtoms(line.name): value(line.value, note: "all atoms")
    case .string(let text): string(text)
    case .double(let number): double(number)
    default: ValueDigest.line(line.value, room: room, glyphs: glyphs)
    }
  }

  /// Whether a line is an element of a list of atoms.
  private func isAtom(_ line: FieldLine) -> Bool {
    guard case .element? = line.id.path.steps.last,
      case .field(let list)? = line.id.path.steps.dropLast().last
    else { return false }
    return Meanings.namesAtoms(list)
  }

  private func value(_ value: StateValue, note: String) -> Line {
    ValueDigest.line(value, room: room, glyphs: glyphs).adding("  " + note, .muted)
  }

  private func page(_ line: FieldLine) -> Line {
    guard line.fold == .closed, let page = line.id.page, case .array(let elements) = line.value
    else {
      return Line()
    }
    let some = elements[page].prefix(1000)
    if let ranges = Phrases.ranges(some, limit: 12, ascii: glyphs.isASCII) {
      let isCut = some.count < page.count && !ranges.hasSuffix(glyphs.ellipsis)
      return Line(ranges + (isCut ? ", \(glyphs.ellipsis)" : ""), .number)
    }
    return ValueDigest.line(.array(Array(elements[page].prefix(12))), room: room, glyphs: glyphs)
  }

  private func object(_ object: StateObject, _ fold: FieldLine.Fold) -> Line {
    if object.isEmpty { return Line("{}", .muted) }
    guard fold == .closed else { return Line() }
    return ValueDigest.line(.object(object), room: room, glyphs: glyphs)
  }

  private func array(_ elements: [StateValue], name: String, _ fold: FieldLine.Fold) -> Line {
    let isOfAtoms = Meanings.namesAtoms(name)
    let noun = isOfAtoms ? "atom" : "element"
    if elements.isEmpty { return value(.array([]), note: "no \(noun)s") }
    if fold == .open { return Line(Phrases.count(elements.count, noun), .muted) }
    if isOfAtoms, let ranges = Phrases.ranges(elements, limit: 12, ascii: glyphs.isASCII) {
      let atoms = meanings.atoms(elements) ?? Phrases.count(elements.count, noun)
      return Line(ranges, .number).adding("  " + atoms, .muted)
    }
    return ValueDigest.line(.array(elements), room: room, glyphs: glyphs)
  }

  private func string(_ text: String) -> Line {
    // Only what can be seen is taken from a text that may be a megabyte.
    let quoted = Line("\"" + text.prefix(room + 1) + "\"", .text)
    // Who it is comes first, since an id may be longer than the room.
    return meanings.people.reading(ofText: text, glyphs).map { Line("\($0)  ").adding(quoted) }
      ?? quoted
  }

  private func double(_ number: Double) -> Line {
    Line(number.isFinite ? "\(number)" : Phrases.decimal(number, digits: 0), .number)
  }
}
