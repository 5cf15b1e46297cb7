/// Cuts bytes into lines as they come, none of them longer than a bound.
///
/// What a line has beyond the bound is let go of as it comes, so that a line without an end takes no memory.
package struct LineCutter: Sendable {
  /// What stands between two newlines.
  package enum Line: Hashable, Sendable {
    /// A whole line, without its end.
    case whole([UInt8])
    /// A line that was longer than the bound.
    case tooLong
  }

  private let longest: Int
  private var rest: [UInt8] = []
  private var isPassing = false

  /// Makes one for lines of so many bytes.
  package init(longest: Int) { self.longest = longest }

  /// Takes bytes in, and returns the lines that end in them; those without anything on them are passed over.
  package mutating func take(_ bytes: [UInt8]) -> [Line] {
    var (lines, left): ([Line], ArraySlice<UInt8>) = ([], bytes[...])
    while let newline = left.firstIndex(of: UInt8(ascii: "\n")) {
      append(left[..<newline])
      if let line = finish() { lines.append(line) }
      left = left[(newline + 1)...]
    }
    append(left)
    return lines
  }

  /// The line that has no end, when nothing more comes; nil if there is none.
  package mutating func finish() -> Line? {
    defer { (rest, isPassing) = ([], false) }
    if isPassing { return .tooLong }
    if rest.last == UInt8(ascii: "\r") { rest.removeLast() }
    return rest.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
      ? nil : .whole(rest)
  }

  private mutating func append(_ bytes: ArraySlice<UInt8>) {
    guard !isPassing else { return }
    guard rest.count + bytes.count <= longest else {
      (rest, isPassing) = ([], true)
      return
    }
    rest += bytes
  }
}
