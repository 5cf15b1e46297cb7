import CursesShim
import TextScreen

/// How roles look on a terminal with so many colours.
///
/// The background is the terminal's own and unknown, so every colour must be legible on black and
/// on white. Of the 256 colours those with a contrast of more than 3.5 on both are taken; the first
/// sixteen may have been chosen by the user, but their usual blue cannot be read on black, nor
/// yellow, cyan and green on white.
struct TerminalPalette: Hashable {
  /// Attributes and a foreground colour, `nil` for the terminal's own.
  struct Look: Hashable {
    var attributes: attr_t
    var colour: UInt8?
  }

  /// The number of colours in use; 0 for none.
  let colours: Int
  private let theme: Theme

  init(colours: Int, theme: Theme = .standard) {
    self.colours = theme == .mono ? 0 : colours
    self.theme = theme
  }

  func look(of style: Style) -> Look {
    var attributes = Self.attributes(of: style.emphasis.union(emphasis(of: style.role)))
    let colour = colour(of: style.role)
    // Faint text in a colour of medium brightness is too faint.
    if colour != nil { attributes &= ~SHIM_A_DIM }
    return Look(attributes: attributes, colour: colour)
  }

  private static func attributes(of emphasis: Emphasis) -> attr_t {
    var attributes = SHIM_A_NORMAL
    if emphasis.contains(.bold) { attributes |= SHIM_A_BOLD }
    if emphasis.contains(.underline) { attributes |= SHIM_A_UNDERLINE }
    if emphasis.contains(.reverse) { attributes |= SHIM_A_REVERSE }
    if emphasis.contains(.dim) { attributes |= SHIM_A_DIM }
    if emphasis.contains(.italic) { attributes |= SHIM_A_ITALIC }
    return attributes
  }

  /// What stands out with or without colours.
  private func emphasis(of role: Role) -> Emphasis {
    switch role {
    case .title, .focusedBorder, .group, .hintKey, .added, .warning, .error: .bold
    case .selection: .reverse
    case .match: [.underline, .bold]
    case .muted, .stale, .removed: .dim
    // What changes over and over is told by its sign; each switch to bold and back would be twenty bytes more.
    case .plain, .border, .key, .text, .number, .literal, .bytes, .changed, .success, .hint,
      .swatch:
      []
    }
  }

  private func colour(of role: Role) -> UInt8? {
    if colours >= 8, theme == .terminal, let colour = Self.personal(role) { return colour }
    if case .swatch = role {} else if theme == .terminal { return nil }
    if colours >= 256 { return Self.fine(role) }
    return colours >= 8 ? Self.coarse(role) : nil
  }

  private static func fine(_ role: Role) -> UInt8? {
    switch role {
    case .muted, .stale, .border: 243
    case .focusedBorder, .title, .hintKey, .group: 32
    case .text, .added, .success: 28
    case .number, .changed, .warning: 130
    case .literal: 133
    case .bytes: 30
    case .removed, .error: 160
    case .swatch(let index): index
    case .plain, .key, .hint, .selection, .match: nil
    }
  }

  /// The colours of the terminal's own sixteen, for meaning and never for the text itself.
  private static func personal(_ role: Role) -> UInt8? {
    switch role {
    case .added, .success: 2
    case .removed, .error: 1
    case .changed, .warning: 3
    case .literal: 5
    case .title, .focusedBorder, .hintKey, .group: 6
    default: nil
    }
  }

  private static func coarse(_ role: Role) -> UInt8? {
    switch role {
    case .added, .success: 2
    case .removed, .error: 1
    case .changed, .warning, .literal: 5
    case .swatch(let index): nearestOfEight(index)
    default: nil
    }
  }

  /// The one of the eight basic colours that comes nearest to one of the 256.
  private static func nearestOfEight(_ index: UInt8) -> UInt8 {
    switch index {
    case ..<16:
      return index % 8
    case 232...:
      return index < 244 ? 0 : 7
    default:
      let levels = [(index - 16) / 36, (index - 16) / 6 % 6, (index - 16) % 6]
      let half = max(1, (levels.max() ?? 0) / 2 + 1)
      return (levels[0] >= half ? 1 : 0) | (levels[1] >= half ? 2 : 0) | (levels[2] >= half ? 4 : 0)
    }
  }
}
