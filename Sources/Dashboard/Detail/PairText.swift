import ScreenKit
import SharedState

/// Two values of one field side by side, so cut that one sees where they differ.
struct PairText {
  let glyphs: Glyphs
  /// How wide each of them may be.
  let room: Int
  /// What ids and numbers stand for.
  var meanings = Meanings()

  /// Texts that are compared are made no longer than this.
  private static let longest = 4000

  /// What a field holds on one side.
  func text(_ value: StateValue?, _ line: FieldLine) -> Line { text(value, line, room: room) }

  private func text(_ value: StateValue?, _ line: FieldLine, room: Int) -> Line {
    guard let value else { return Line("(none)", .muted) }
    let fold = value.isCollection ? line.fold : .leaf
    let side = FieldLine(id: line.id, depth: line.depth, name: line.name, value: value, fold: fold)
    return FieldText(glyphs: glyphs, room: room, meanings: meanings).line(side)
  }

  /// What a field holds on both sides.
  func pair(_ live: StateValue?, _ past: StateValue?, _ line: FieldLine) -> (live: Line, past: Line)
  {
    let short = (text(live, line), text(past, line))
    guard line.fold != .open, let live, let past, live != past else { return short }
    if short.0.columns <= room, short.1.columns <= room, short.0.text != short.1.text {
      return short
    }
    switch (live, past) {
    case (.array(let live), .array(let past)) where isOfAtoms(line, live, past):
      return (ranges(live), ranges(past))
    case _ where Self.common(short.0, short.1) + 3 < room: return short
    case (.array, .array):
      let texts = ValueExcerpt.texts([live, past], budget: room, ellipsis: glyphs.ellipsis)
      return (Line(texts[0] ?? "", .number), Line(texts[1] ?? "", .number))
    case (.bytes(let live), .bytes(let past)): return (bytes(live, past), bytes(past, live))
    default:
      return shifted(
        text(live, line, room: Self.longest),
        text(past, line, room: Self.longest)
      )
    }
  }

  /// Whether both are atoms whose ranges tell where they differ.
  private func isOfAtoms(_ line: FieldLine, _ live: [StateValue], _ past: [StateValue]) -> Bool {
    let texts = (ranges(live), ranges(past))
    return Meanings.namesAtoms(line.name) && !texts.0.isEmpty && !texts.1.isEmpty
      && texts.0 != texts.1 && max(texts.0.columns, texts.1.columns) <= room
  }

  private func ranges(_ atoms: [StateValue]) -> Line {
    Line(Phrases.ranges(atoms, limit: 12, ascii: glyphs.isASCII) ?? "", .number)
  }

  /// Both texts from shortly before the place where they part.
  private func shifted(_ live: Line, _ past: Line) -> (Line, Line) {
    let common = Self.common(live, past)
    guard common > room / 2 else { return (live, past) }
    return (dropping(common - room / 4, of: live), dropping(common - room / 4, of: past))
  }

  /// How many characters both begin with.
  private static func common(_ live: Line, _ past: Line) -> Int {
    zip(live.text, past.text).prefix { $0 == $1 }.count
  }

  private func dropping(_ count: Int, of line: Line) -> Line {
    let role = line.spans.last?.style.role ?? .plain
    return Line(glyphs.ellipsis + line.text.dropFirst(count), role)
  }

  private func bytes(_ bytes: [UInt8], _ other: [UInt8]) -> Line {
    let common = zip(bytes, other).prefix { $0 == $1 }.count
    let hex = bytes[min(common, bytes.count)...].prefix(8).map { String(hex: $0, digits: 2) }
    return Line("from \(common): " + (hex.isEmpty ? "end" : hex.joined(separator: " ")), .bytes)
  }
}
