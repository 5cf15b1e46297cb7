/// The lines and marks that panels draw with, for terminals with and without Unicode.
///
/// Each is one column wide except ``ellipsis``.
public struct Glyphs: Hashable, Sendable {
  /// Whether these are the plain ones.
  public let isASCII: Bool
  /// A line from left to right.
  public private(set) var horizontal: String
  /// A line from top to bottom.
  public private(set) var vertical: String
  /// The upper left corner of a frame.
  public let topLeft: String
  /// The upper right corner of a frame.
  public let topRight: String
  /// The lower left corner of a frame.
  public let bottomLeft: String
  /// The lower right corner of a frame.
  public let bottomRight: String
  /// Where a line leaves a frame's left edge to the right.
  public let teeRight: String
  /// Where a line leaves a frame's right edge to the left.
  public let teeLeft: String
  /// Where a line leaves the upper edge downwards.
  public let teeDown: String
  /// Where a line leaves the lower edge upwards.
  public let teeUp: String
  /// Where two lines cross.
  public let cross: String
  /// A collection or field whose inside is hidden.
  public let folded: String
  /// A collection or field whose inside is shown.
  public let unfolded: String
  /// A mark at something that is or has just been alive.
  public let bullet: String
  /// A mark at something empty or pending.
  public let ring: String
  /// A mark at something of which it is not known whether it is alive.
  public let half: String
  /// Stands between two pieces of text.
  public let dot: String
  /// Stands at the end of text that was cut.
  public let ellipsis: String
  /// From the old value to the new one.
  public let arrow: String
  /// A mark at something that went well.
  public let check: String
  /// A mark at something that failed.
  public let failure: String
  /// A mark at something to beware of.
  public let warning: String
  /// A mark at something that is pinned.
  public let pin: String
  /// A window with light in it.
  public let lit: String
  /// A window in which the light goes out.
  public let dimming: String
  /// A window without light.
  public let dark: String
  /// A mark at something that is locked.
  public let lock: String
  /// A block that shows a colour.
  public let swatch: String
  /// The part of a scroll bar that is seen now.
  public let thumb: String
  /// The part of a scroll bar that is out of sight.
  public let track: String
  /// Bars from the lowest to the highest.
  public let bars: [String]

  /// The same with broken lines, for frames around what is no more; without colours, too, they are told from the others.
  public var ofPast: Glyphs {
    var glyphs = self
    (glyphs.horizontal, glyphs.vertical) = isASCII ? (".", ":") : ("╌", "╎")
    return glyphs
  }

  /// Marks for a terminal that shows Unicode.
  public static let unicode = Glyphs(
    isASCII: false,
    horizontal: "─",
    vertical: "│",
    topLeft: "┌",
    topRight: "┐",
    bottomLeft: "└",
    bottomRight: "┘",
    teeRight: "├",
    teeLeft: "┤",
    teeDown: "┬",
    teeUp: "┴",
    cross: "┼",
    folded: "▸",
    unfolded: "▾",
    bullet: "●",
    ring: "○",
    half: "◐",
    dot: "·",
    ellipsis: "…",
    arrow: "→",
    check: "✓",
    failure: "✗",
    warning: "!",
    pin: "◆",
    lit: "■",
    dimming: "▣",
    dark: "□",
    lock: "⊠",
    swatch: "■",
    thumb: "█",
    track: "│",
    bars: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
  )

  /// Marks for a terminal that shows nothing but ASCII.
  public static let ascii = Glyphs(
    isASCII: true,
    horizontal: "-",
    vertical: "|",
    topLeft: "+",
    topRight: "+",
    bottomLeft: "+",
    bottomRight: "+",
    teeRight: "+",
    teeLeft: "+",
    teeDown: "+",
    teeUp: "+",
    cross: "+",
    folded: ">",
    unfolded: "v",
    bullet: "*",
    ring: "o",
    half: "?",
    dot: "-",
    ellipsis: "..",
    arrow: ">",
    check: "y",
    failure: "x",
    warning: "!",
    pin: "^",
    lit: "#",
    dimming: "=",
    dark: ".",
    lock: "%",
    swatch: "#",
    thumb: "#",
    track: "|",
    bars: ["_", ".", ":", "-", "=", "+", "*", "#"]
  )
}
