import ScreenKit
import SharedState

/// A colour as it is shown: a block in the nearest colour that the terminal has, and what it is called.
enum Swatch {
  /// The block and the words for a colour or a way of colouring; the words alone say it all.
  static func line(_ value: StateValue, _ glyphs: Glyphs) -> Line {
    if let colour = Colour(value) { return line(colour, glyphs) }
    switch value {
    case .string(let name): return Line("by " + name, .muted)
    case .object(let map):
      let scheme = map["scheme"]?.string.map { " (\($0))" } ?? ""
      guard let type = map["type"]?.string else { return Line("a way without type", .warning) }
      return Line("by " + type + scheme, .muted)
    case .null: return Line("no colour", .muted)
    default:
      return Line("no colour: ", .warning)
        .adding(ValueDigest.text(value, room: 20, glyphs: glyphs), .warning)
    }
  }

  /// The block and the words for a colour.
  static func line(_ colour: Colour, _ glyphs: Glyphs) -> Line {
    var line = block(colour, glyphs)
    line.append(" " + colour.words, .text)
    return line
  }

  /// The block alone, for where the colour is said beside it.
  static func block(_ colour: Colour, _ glyphs: Glyphs) -> Line {
    Line(glyphs.swatch, .swatch(colour.terminalIndex))
  }
}
