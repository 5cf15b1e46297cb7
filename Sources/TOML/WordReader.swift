/// Reads a value that is one word: true or false, a number, a date or a time.
struct WordReader {
  /// What should have stood there.
  struct Problem: Error {
    let wanted: String
  }

  private var rest: ArraySlice<UInt8>

  private init(_ word: ArraySlice<UInt8>) { rest = word }

  /// The value that a word is.
  static func value(of word: ArraySlice<UInt8>) throws(Problem) -> TOMLValue {
    let text = String(decoding: word, as: UTF8.self)
    if text == "true" || text == "false" { return .boolean(text == "true") }
    var reader = WordReader(word)
    if reader.beginsAsMoment {
      if reader.takeMoment() { return .moment(text) }
      throw Problem(wanted: "a date or a time that there is, such as 2026-02-28T23:59:59Z")
    }
    if let number = try reader.number() { return number }
    let isNumber = word.first.map { isDigit($0) || "+-.".utf8.contains($0) } == true
    throw Problem(
      wanted: isNumber ? "a number, such as 10, 1_000, 0xff or 1.5" : "a value (a text has quotes)"
    )
  }

  /// Whether a byte is a decimal digit.
  static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private mutating func take(_ mark: Unicode.Scalar) -> Bool {
    guard rest.first == UInt8(ascii: mark) else { return false }
    rest.removeFirst()
    return true
  }
}

// Numbers.
extension WordReader {
  /// The number that the word is; `nil` if it is none.
  private mutating func number() throws(Problem) -> TOMLValue? {
    for (mark, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where rest.starts(with: mark.utf8) {
      rest.removeFirst(mark.utf8.count)
      guard let digits = takeDigits(radix), rest.isEmpty else { return nil }
      return try Self.integer(digits, radix)
    }
    let sign = take("-") ? "-" : ""
    if sign.isEmpty { _ = take("+") }
    if rest.elementsEqual("inf".utf8) { return .number(sign.isEmpty ? .infinity : -.infinity) }
    if rest.elementsEqual("nan".utf8) { return .number(.nan) }
    guard let whole = takeDigits(10), whole.count == 1 || !whole.hasPrefix("0") else { return nil }
    if rest.isEmpty { return try Self.integer(sign + whole, 10) }
    var text = sign + whole
    if take(".") {
      guard let fraction = takeDigits(10) else { return nil }
      text += "." + fraction
    }
    if take("e") || take("E") {
      text += take("-") ? "e-" : "e"
      if text.last == "e" { _ = take("+") }
      guard let exponent = takeDigits(10) else { return nil }
      text += exponent
    }
    return rest.isEmpty ? Double(text).map(TOMLValue.number) : nil
  }

  private static func integer(_ digits: String, _ radix: Int) throws(Problem) -> TOMLValue {
    if let integer = Int(digits, radix: radix) { return .integer(integer) }
    throw Problem(wanted: "a whole number from \(Int.min) to \(Int.max)")
  }

  /// Takes digits, between which single underscores may stand, and returns them without.
  private mutating func takeDigits(_ radix: Int) -> String? {
    let run = rest.prefix { byte in
      byte == UInt8(ascii: "_")
        || Character(Unicode.Scalar(byte)).hexDigitValue.map { $0 < radix } == true
    }
    let groups = run.split(separator: UInt8(ascii: "_"), omittingEmptySubsequences: false)
    guard !groups.contains(where: \.isEmpty) else { return nil }
    rest.removeFirst(run.count)
    return String(decoding: groups.joined(), as: UTF8.self)
  }
}

// Dates and times.
extension WordReader {
  /// Whether a word is a date and nothing more.
  static func isDate(_ word: ArraySlice<UInt8>) -> Bool {
    var reader = WordReader(word)
    return reader.takeDate() && reader.rest.isEmpty
  }

  /// Whether the word can be nothing else: digits and the mark of a date or a time.
  private var beginsAsMoment: Bool {
    let behind = rest.drop(while: Self.isDigit)
    switch behind.first {
    case UInt8(ascii: "-")?: return behind.count < rest.count
    case UInt8(ascii: ":")?: return true
    default: return false
    }
  }

  private mutating func takeMoment() -> Bool {
    var date = self
    if date.takeDate() {
      self = date
      if rest.isEmpty { return true }
      guard take("T") || take("t") || take(" "), takeTime() else { return false }
      return rest.isEmpty || takeOffset() && rest.isEmpty
    }
    return takeTime() && rest.isEmpty
  }

  private mutating func takeDate() -> Bool {
    guard let year = takeNumber(4, in: 0...9999), take("-"), let month = takeNumber(2, in: 1...12),
      take("-")
    else { return false }
    return takeNumber(2, in: 1...Self.days(of: month, in: year)) != nil
  }

  private static func days(of month: Int, in year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  private mutating func takeTime() -> Bool {
    // A minute may have a leap second.
    guard takeNumber(2, in: 0...23) != nil, take(":"), takeNumber(2, in: 0...59) != nil, take(":"),
      takeNumber(2, in: 0...60) != nil
    else { return false }
    guard take(".") else { return true }
    let fraction = rest.prefix(while: Self.isDigit)
    rest.removeFirst(fraction.count)
    return !fraction.isEmpty
  }

  private mutating func takeOffset() -> Bool {
    if take("Z") || take("z") { return true }
    guard take("+") || take("-") else { return false }
    return takeNumber(2, in: 0...23) != nil && take(":") && takeNumber(2, in: 0...59) != nil
  }

  /// Takes a number of so many digits, if it is within bounds.
  private mutating func takeNumber(_ count: Int, in bounds: ClosedRange<Int>) -> Int? {
    let digits = rest.prefix(count)
    guard digits.count == count, digits.allSatisfy(Self.isDigit),
      let number = Int(String(decoding: digits, as: UTF8.self)), bounds.contains(number)
    else { return nil }
    rest.removeFirst(count)
    return number
  }
}
