/// What a piece of text is, from which the terminal chooses its colour.
///
/// Panels never name colours, so that a terminal without them, or one with a white background,
/// needs no second view. Meaning must survive without colour: use ``Emphasis`` and marks for it.
public enum Role: Hashable, Sendable {
  /// Text without any meaning of its own.
  case plain
  /// Text that may be overlooked: counts, ages, separators.
  case muted
  /// The program's name and the titles of panes.
  case title
  /// The frame of a pane without the focus.
  case border
  /// The frame of the pane that has the focus.
  case focusedBorder
  /// The name of a collection.
  case group
  /// A key, or the name of a field.
  case key
  /// A string value.
  case text
  /// A number value.
  case number
  /// `true`, `false`, `null`.
  case literal
  /// A bytes value.
  case bytes
  /// Something that has just come.
  case added
  /// Something that has just become different.
  case changed
  /// Something that has just gone.
  case removed
  /// Something to beware of.
  case warning
  /// Something that failed.
  case error
  /// Something that went well.
  case success
  /// The key in a hint such as "q quit".
  case hintKey
  /// The words in a hint.
  case hint
  /// Data that may be out of date.
  case stale
  /// The row or cell that the cursor is on.
  case selection
  /// Text found by a search.
  case match
  /// A colour itself: an index into the terminal's 256 colours.
  case swatch(UInt8)
}

/// How text stands out on a terminal with or without colours.
public struct Emphasis: OptionSet, Hashable, Sendable {
  /// The bits.
  public let rawValue: UInt8

  /// Makes a set from its bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Thicker or brighter strokes.
  public static let bold = Emphasis(rawValue: 1)
  /// A line below.
  public static let underline = Emphasis(rawValue: 2)
  /// Text and background swapped.
  public static let reverse = Emphasis(rawValue: 4)
  /// Fainter strokes.
  public static let dim = Emphasis(rawValue: 8)
  /// Slanted strokes, where the terminal has them.
  public static let italic = Emphasis(rawValue: 16)
  /// A line through the middle, where the terminal has one.
  public static let strikethrough = Emphasis(rawValue: 32)
}

/// The looks of a cell: what it is, and how it stands out.
public struct Style: Hashable, Sendable {
  /// What the text is.
  public var role: Role
  /// How the text stands out.
  public var emphasis: Emphasis

  /// Makes a style.
  public init(_ role: Role = .plain, _ emphasis: Emphasis = []) {
    self.role = role
    self.emphasis = emphasis
  }

  /// The style of text without meaning of its own.
  public static let plain = Style()

  /// Returns the same style with more emphasis.
  public func adding(_ emphasis: Emphasis) -> Style { Style(role, self.emphasis.union(emphasis)) }
}
