/// How a word is written as a number, by the rules of JSON.
struct NumberShape {
  /// Whether it has neither a point nor an exponent.
  let isWhole: Bool

  /// Reads the shape of a word, or returns nil if the word is not a number.
  init?(_ word: String) {
    var rest = word.utf8[...]
    if rest.first == UInt8(ascii: "-") { rest.removeFirst() }
    let whole = Self.takeDigits(&rest)
    guard whole.count == 1 || (whole.count > 1 && whole.first != UInt8(ascii: "0")) else {
      return nil
    }
    var isWhole = true
    if rest.first == UInt8(ascii: ".") {
      rest.removeFirst()
      guard !Self.takeDigits(&rest).isEmpty else { return nil }
      isWhole = false
    }
    if let mark = rest.first, mark | 0x20 == UInt8(ascii: "e") {
      rest.removeFirst()
      if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
        rest.removeFirst()
      }
      guard !Self.takeDigits(&rest).isEmpty else { return nil }
      isWhole = false
    }
    guard rest.isEmpty else { return nil }
    self.isWhole = isWhole
  }

  private static func takeDigits(_ rest: inout Substring.UTF8View) -> Substring.UTF8View {
    let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    rest = rest[digits.endIndex...]
    return digits
  }

  /// What is wrong with a word that is nearly a number, or nil if it is nothing of the kind.
  static func fault(of word: String) -> String? {
    if word.hasPrefix("+"), NumberShape(String(word.dropFirst())) != nil {
      return "a number without +"
    }
    let isNegative = word.hasPrefix("-")
    let digits = isNegative ? word.dropFirst() : word[...]
    if digits.hasPrefix("."), NumberShape("0\(digits)") != nil {
      return "a digit before the point" + meant((isNegative ? "-" : "") + "0\(digits)")
    }
    if word.hasSuffix("."), NumberShape("\(word)0") != nil {
      return "a digit after the point" + meant("\(word)0")
    }
    let significant = digits.drop { $0 == "0" }
    let shorter =
      (isNegative ? "-" : "") + (significant.first?.isNumber == true ? "" : "0") + significant
    if digits.hasPrefix("0"), shorter != word, NumberShape(shorter) != nil {
      return "a number without zeros in front" + meant(shorter)
    }
    return nil
  }

  /// What was probably meant, unless that is long.
  private static func meant(_ number: String) -> String { number.count > 40 ? "" : ": \(number)" }
}
