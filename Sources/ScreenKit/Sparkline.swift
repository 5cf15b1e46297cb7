package import TextScreen
import Wording

/// The last seconds as a row of bars, one a second, the newest at the right.
///
/// A bar stands for twice as much as the next lower one, on all rows alike: so rows can be compared, and none is
/// drawn anew because another second was a record.
package enum Sparkline {
  /// As many as ages are told in seconds.
  package static let columns = Int(Phrases.relativeSeconds)

  package static func text(_ counts: [Int], glyphs: Glyphs) -> String {
    counts.map { bar($0, glyphs) }.joined()
  }

  private static func bar(_ count: Int, _ glyphs: Glyphs) -> String {
    guard count > 0 else { return " " }
    let doublings = Int.bitWidth - 1 - count.leadingZeroBitCount
    return glyphs.bars[min(doublings, glyphs.bars.count - 1)]
  }
}
