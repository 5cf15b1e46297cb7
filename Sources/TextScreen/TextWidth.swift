/// How many columns text takes on a terminal, and what of it may be printed.
///
/// Widths agree with the C library's, which ncurses lays cells out by. Where terminals are known to
/// differ (joined emoji, flags, keycaps, conjoining Hangul, piles of accents) the text is replaced
/// by parts whose width is sure, so that nothing to the right of it can shift; where text would be
/// invisible or would command the terminal (control, direction and format characters, unassigned
/// and private ones) a symbol stands for it.
public enum TextWidth {
  /// A piece of text that is safe to print, and its columns.
  public struct Glyph: Hashable, Sendable {
    /// A base and the marks drawn over it.
    public let text: String
    /// 1, or 2 for a wide one.
    public let columns: Int

    init(_ text: String, columns: Int) {
      self.text = text
      self.columns = columns
    }
  }

  /// The most marks drawn over one base; ncurses keeps no more in a cell.
  static let markLimit = 4

  /// Returns the columns that text takes when it is written on a ``Grid``.
  public static func columns(of text: some StringProtocol) -> Int {
    if let count = plainCount(text) { return count }
    var total = 0
    forEachGlyph(in: text) { glyph in
      total += glyph.columns
      return true
    }
    return total
  }

  /// Returns the columns that one character takes.
  public static func width(of character: Character) -> Int {
    if let scalar = character.soleScalar {
      return WidthTable.classify(scalar) == .wide ? 2 : 1
    }
    return columns(of: String(character))
  }

  /// Returns whether text takes more than so many columns, reading no further than it must.
  public static func exceeds(_ text: some StringProtocol, columns limit: Int) -> Bool {
    var total = 0
    forEachGlyph(in: text) { glyph in
      total += glyph.columns
      return total <= limit
    }
    return total > limit
  }

  /// Returns what is printed for text, piece by piece.
  public static func glyphs(of text: some StringProtocol) -> [Glyph] {
    var glyphs: [Glyph] = []
    forEachGlyph(in: text) { glyph in
      glyphs.append(glyph)
      return true
    }
    return glyphs
  }

  /// Returns text as it will be seen: nothing in it commands the terminal or hides.
  public static func safe(_ text: some StringProtocol) -> String {
    if plainCount(text) != nil { return String(text) }
    var safe = ""
    forEachGlyph(in: text) { glyph in
      safe += glyph.text
      return true
    }
    return safe
  }

  /// Returns text that takes no more than so many columns, already safe to print.
  ///
  ///     TextWidth.truncate("hyperballs", to: 6)  // "hyper…"
  public static func truncate(
    _ text: some StringProtocol,
    to columns: Int,
    ellipsis: String = "…"
  ) -> String {
    guard columns > 0 else { return "" }
    guard exceeds(text, columns: columns) else { return safe(text) }
    let room = columns - self.columns(of: ellipsis)
    guard room >= 0 else { return prefix(of: text, columns: columns) }
    return prefix(of: text, columns: room) + ellipsis
  }

  /// Returns text that takes no more than so many columns, cut in its middle: for names that differ at their ends.
  ///
  ///     TextWidth.cutInMiddle("interaction_feedback", to: 10)  // "inter…back"
  ///
  /// - Complexity: O(*columns*²), however long the text is.
  public static func cutInMiddle(
    _ text: some StringProtocol,
    to columns: Int,
    ellipsis: String = "…"
  ) -> String {
    let room = columns - self.columns(of: ellipsis)
    guard room >= 4, exceeds(text, columns: columns) else {
      return truncate(text, to: columns, ellipsis: ellipsis)
    }
    let end = safe(end(of: text, columns: room / 2))
    return prefix(of: text, columns: room - self.columns(of: end)) + ellipsis + end
  }

  /// Returns text filled up with spaces, or cut, to exactly so many columns.
  public static func pad(
    _ text: some StringProtocol,
    to columns: Int,
    ellipsis: String = "…"
  ) -> String {
    let short = truncate(text, to: columns, ellipsis: ellipsis)
    return short + String(repeating: " ", count: max(0, columns - self.columns(of: short)))
  }

  /// The end of a text, as far as there is room.
  public static func end(of text: some StringProtocol, columns: Int) -> String {
    var end = text.suffix(columns)
    while exceeds(end, columns: columns) { end = end.dropFirst() }
    return String(end)
  }

  private static func prefix(of text: some StringProtocol, columns: Int) -> String {
    var prefix = ""
    var used = 0
    forEachGlyph(in: text) { glyph in
      used += glyph.columns
      guard used <= columns else { return false }
      prefix += glyph.text
      return true
    }
    return prefix
  }

  /// The number of bytes if each is a printable ASCII character, else `nil`.
  private static func plainCount(_ text: some StringProtocol) -> Int? {
    text.utf8.withContiguousStorageIfAvailable { isPlain($0) ? $0.count : nil } ?? nil
  }

  private static func isPlain(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    bytes.allSatisfy { $0 >= 0x20 && $0 < 0x7f }
  }
}

// MARK: - From characters to glyphs

extension TextWidth {
  /// Printable ASCII, which nearly all text is made of.
  private static let plainGlyphs = (UInt8(0x20)..<0x7f).map { byte in
    Glyph(String(Unicode.Scalar(byte)), columns: 1)
  }

  /// Calls `body` with each piece in order until it returns `false`.
  static func forEachGlyph(in text: some StringProtocol, _ body: (Glyph) -> Bool) {
    // Over bytes in a row no step asks what kind of text it is, which no other module's caller would know.
    let isDone = text.utf8.withContiguousStorageIfAvailable { bytes in
      guard isPlain(bytes) else { return false }
      let glyphs = plainGlyphs
      for byte in bytes {
        guard body(glyphs[Int(byte) - 0x20]) else { break }
      }
      return true
    }
    if isDone == true { return }
    for character in String(text) {
      if let scalar = character.soleScalar {
        guard body(glyph(of: scalar)) else { return }
      } else {
        var more = true
        forEachGlyph(in: character) { glyph in
          more = body(glyph)
          return more
        }
        guard more else { return }
      }
    }
  }

  private static func glyph(of scalar: Unicode.Scalar) -> Glyph {
    switch WidthTable.classify(scalar) {
    case .narrow: Glyph(String(scalar), columns: 1)
    case .wide: Glyph(String(scalar), columns: 2)
    case .combining: Glyph("\u{25cc}" + String(scalar), columns: 1)
    case .substituted: Glyph(symbol(for: scalar), columns: 1)
    }
  }

  private static func forEachGlyph(in cluster: Character, _ body: (Glyph) -> Bool) {
    let scalars = composingHangul(cluster.unicodeScalars)
    var base: Glyph?
    var marks = 0
    for scalar in scalars {
      switch WidthTable.classify(scalar) {
      case .combining where base != nil:
        marks += 1
        if marks <= markLimit, let under = base {
          base = Glyph(under.text + String(scalar), columns: under.columns)
        }
      case .substituted where base != nil && onlyChoosesTheLook(scalar):
        continue
      default:
        if let done = base, !body(done) { return }
        base = glyph(of: scalar)
        marks = WidthTable.classify(scalar) == .combining ? 1 : 0
      }
    }
    if let base { _ = body(base) }
  }

  /// Whether a scalar has no text of its own and only asks for another look of the one before.
  private static func onlyChoosesTheLook(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isVariationSelector || scalar.value == 0x34f
  }

  /// Joins conjoining letters into syllables: terminals differ on the width of the letters, but
  /// agree on that of the syllable.
  private static func composingHangul(_ scalars: Character.UnicodeScalarView) -> [Unicode.Scalar] {
    var composed: [Unicode.Scalar] = []
    for scalar in scalars {
      if let last = composed.last, let syllable = syllable(last.value, scalar.value) {
        composed[composed.count - 1] = syllable
      } else {
        composed.append(scalar)
      }
    }
    return composed
  }

  private static func syllable(_ first: UInt32, _ second: UInt32) -> Unicode.Scalar? {
    switch (first, second) {
    case (0x1100...0x1112, 0x1161...0x1175):
      Unicode.Scalar(0xac00 + ((first - 0x1100) * 21 + (second - 0x1161)) * 28)
    case (0xac00...0xd7a3, 0x11a8...0x11c2) where (first - 0xac00) % 28 == 0:
      Unicode.Scalar(first + (second - 0x11a7))
    default: nil
    }
  }

  /// The narrow symbol that stands for a scalar which is not printed.
  static func symbol(for scalar: Unicode.Scalar) -> String {
    switch scalar.value {
    case 0...0x1f: pictured(0x2400 + scalar.value)
    case 0x7f: "␡"
    case 0x85, 0x2028, 0x2029: "␤"
    // Direction marks, embeddings, overrides and isolates.
    case 0x61c, 0x200e, 0x200f, 0x202a...0x202e, 0x2066...0x2069: "⇄"
    case 0x200d: "‿"
    // Things that take no room, and fillers that look like a space.
    case 0xad, 0x34f, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x180b...0x180f, 0x200b, 0x200c,
      0x2060...0x2065, 0x206a...0x206f, 0x3164, 0xfe00...0xfe0f, 0xfeff, 0xffa0,
      0xe0100...0xe01ef:
      "∅"
    case 0x20e3: "□"
    // Halves of flags, as letters in circles.
    case 0x1f1e6...0x1f1ff: pictured(0x24b6 + scalar.value - 0x1f1e6)
    // The tones of skin, as shades.
    case 0x1f3fb...0x1f3ff: "▒"
    default: "\u{fffd}"
    }
  }

  private static func pictured(_ value: UInt32) -> String {
    Unicode.Scalar(value).map { String($0) } ?? "\u{fffd}"
  }
}

extension Character {
  /// The scalar of a character that is made of one only.
  fileprivate var soleScalar: Unicode.Scalar? {
    let scalars = unicodeScalars
    guard let first = scalars.first, scalars.index(after: scalars.startIndex) == scalars.endIndex
    else { return nil }
    return first
  }
}
