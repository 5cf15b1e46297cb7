import ScreenKit
import SharedState

/// A colour as clients write it: by its name, in hexadecimal, or as three or four numbers from 0 to 1.
struct Colour: Hashable, Sendable {
  /// How a colour is written in a field.
  enum Notation: Hashable, Sendable {
    /// A CSS name, or `RRGGBB` behind `#`, `0x` or nothing.
    case text
    /// Red, green, blue and perhaps opacity, from 0.0 to 1.0.
    case numbers(count: Int)
  }

  /// Red, green, blue, and the opacity if there is one.
  let parts: [Double]
  private let name: String?

  /// Reads a colour; `nil` if the value is none.
  init?(_ value: StateValue) {
    switch value {
    case .string(let text): self.init(text)
    case .array(let elements):
      let numbers = elements.compactMap(\.double)
      guard numbers.count == elements.count else { return nil }
      self.init(numbers)
    default: return nil
    }
  }

  /// Reads a name or a colour in hexadecimal.
  init?(_ text: String) {
    if let rgb = ColourNames.rgb(text) {
      self.init(rgb: rgb, name: text.lowercased())
      return
    }
    let isMarked = text.hasPrefix("#") || text.lowercased().hasPrefix("0x")
    let digits = isMarked ? text.dropFirst(text.hasPrefix("#") ? 1 : 2) : text[...]
    guard digits.utf8.count == 6, digits.allSatisfy({ $0.isASCII && $0.isHexDigit }),
      let rgb = UInt32(digits, radix: 16)
    else { return nil }
    self.init(rgb: rgb, name: nil)
  }

  /// Makes a colour of three or four numbers from 0 to 1.
  init?(_ numbers: [Double]) {
    guard numbers.count == 3 || numbers.count == 4, numbers.allSatisfy((0...1).contains) else {
      return nil
    }
    (parts, name) = (numbers, nil)
  }

  private init(rgb: UInt32, name: String?) {
    parts = [16, 8, 0].map { Double(rgb >> UInt32($0) & 255) / 255 }
    self.name = name
  }

  /// Red, green and blue, from 0 to 255 each, in one number.
  private var rgb: UInt32 { parts.prefix(3).reduce(0) { $0 << 8 | UInt32(($1 * 255).rounded()) } }

  var hexadecimal: String { "#" + String(hex: rgb, digits: 6) }

  /// What the colour is called: its name, or else its hexadecimal digits.
  var words: String { name ?? ColourNames.name(of: rgb) ?? hexadecimal }

  /// The colour as numbers, without the dust that a division by 255 leaves.
  func numbers(count: Int) -> [Double] {
    let rounded = parts.map { ($0 * 10_000).rounded() / 10_000 }
    let opacity = parts.count > 3 ? rounded[3] : 1.0
    return count > 3 ? rounded.prefix(3) + [opacity] : Array(rounded.prefix(3))
  }

  /// The nearest of a terminal's 256 colours: of the cube or of the greys, because the first 16 may be anything.
  var terminalIndex: UInt8 {
    let wanted = parts.prefix(3).map { $0 * 255 }
    let cube = wanted.map { part in
      Self.levels.indices.min {
        (Self.levels[$0] - part).magnitude < (Self.levels[$1] - part).magnitude
      } ?? 0
    }
    let grey = max(0, min(23, Int(((wanted.reduce(0, +) / 3 - 8) / 10).rounded())))
    let greyLevel = Double(8 + 10 * grey)
    let isGreyNearer =
      Self.distance(wanted, [greyLevel, greyLevel, greyLevel])
      < Self.distance(wanted, cube.map { Self.levels[$0] })
    return UInt8(isGreyNearer ? 232 + grey : 16 + 36 * cube[0] + 6 * cube[1] + cube[2])
  }

  /// The steps of the colour cube.
  private static let levels: [Double] = [0, 95, 135, 175, 215, 255]

  private static func distance(_ left: [Double], _ right: [Double]) -> Double {
    zip(left, right).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  }
}
