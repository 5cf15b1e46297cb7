/// One character cell of the screen.
public struct Cell: Hashable, Sendable {
  /// One grapheme that is safe to print; empty in the second column of a wide one.
  public let text: String
  private let storedWidth: UInt8
  /// How the cell looks.
  public var style: Style

  /// The number of columns: 1, 2 for a wide grapheme, 0 in the second column of one.
  public var width: Int { Int(storedWidth) }

  /// Makes a cell of text that is known to be safe and of that width.
  ///
  /// Everything from outside goes through ``Grid/write(_:at:in:style:ellipsis:)``, which sees to
  /// that.
  init(text: String, width: Int, style: Style) {
    self.text = text
    self.storedWidth = UInt8(width)
    self.style = style
  }

  /// Returns an empty cell.
  public static func blank(_ style: Style = .plain) -> Cell {
    Cell(text: " ", width: 1, style: style)
  }

  /// The second column of a wide grapheme.
  static func continuation(_ style: Style) -> Cell { Cell(text: "", width: 0, style: style) }
}
