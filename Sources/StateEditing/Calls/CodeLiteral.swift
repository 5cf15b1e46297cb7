public import SharedState

/// A language in which an edit is said.
public enum CodeLanguage: Hashable, Sendable, CaseIterable {
  /// As for NanoVer's and Narupa's own clients.
  case python
  /// As for this package.
  case swift
}

/// Writes values as literals of a language.
///
/// What is written has no character that a terminal could act on, whatever a peer has put into a value: control,
/// formatting and unassigned characters are escaped.
public struct CodeLiteral: Sendable {
  /// The language.
  public let language: CodeLanguage

  /// Writes literals of a language.
  public init(language: CodeLanguage) { self.language = language }

  /// A value.
  public func text(_ value: StateValue) -> String {
    var text = ""
    write(value, to: &text)
    return text
  }

  /// A text with its quotes.
  public func text(_ string: String) -> String {
    var text = ""
    write(string, to: &text)
    return text
  }

  private func write(_ value: StateValue, to text: inout String) {
    switch value {
    case .null: text += language == .python ? "None" : ".null"
    case .bool(let truth):
      text += language == .python ? (truth ? "True" : "False") : (truth ? "true" : "false")
    case .int(let number): text += String(number)
    case .double(let number): text += double(number)
    case .string(let string): write(string, to: &text)
    case .bytes(let bytes): write(bytes, to: &text)
    case .array(let elements):
      text += "["
      for (position, element) in elements.enumerated() {
        if position > 0 { text += ", " }
        write(element, to: &text)
      }
      text += "]"
    case .object(let object): write(object, to: &text)
    }
  }

  private func write(_ object: StateObject, to text: inout String) {
    if language == .python, let special = Self.special(object) {
      text += special
      return
    }
    let (open, close) = language == .python ? ("{", "}") : ("[", "]")
    text += open
    if object.isEmpty, language == .swift { text += ":" }
    for (position, field) in object.enumerated() {
      if position > 0 { text += ", " }
      write(field.key, to: &text)
      text += ": "
      write(field.value, to: &text)
    }
    text += close
  }

  /// What our values dress as an object, because only the wire has it, is plain in Python.
  private static func special(_ object: StateObject) -> String? {
    if object.count == 1, case .string(let digits)? = object["$uint64"],
      let number = UInt64(digits), number > Int64.max, String(number) == digits
    {
      return digits
    }
    if object.count == 2, case .int(let type)? = object["$ext"], Int8(exactly: type) != nil,
      case .bytes(let data)? = object["data"]
    {
      return "msgpack.ExtType(\(type), \(CodeLiteral(language: .python).text(.bytes(data))))"
    }
    return nil
  }

  private func double(_ number: Double) -> String {
    // Swift's shortest form of a number is one that both languages read back as the same number.
    if number.isFinite, language == .python || !number.isSubnormal { return "\(number)" }
    if number.isSubnormal {
      // The Swift compiler refuses to read so small a number.
      return ".double(Double(bitPattern: 0x\(String(number.bitPattern, radix: 16))))"
    }
    let sign = number < 0 ? "-" : ""
    let name = number.isNaN ? "nan" : number < 0 ? "-inf" : "inf"
    guard language == .swift else { return "float('\(name)')" }
    return number.isNaN ? ".double(.nan)" : ".double(\(sign).infinity)"
  }

  // MARK: Text and bytes

  private static let digits = Array("0123456789abcdef".unicodeScalars)

  private func write(_ string: String, to text: inout String) {
    let quote: Unicode.Scalar = language == .python ? "'" : "\""
    text.unicodeScalars.append(quote)
    for scalar in string.unicodeScalars {
      switch scalar {
      case quote, "\\":
        text += "\\"
        text.unicodeScalars.append(scalar)
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where Self.isPlain(scalar): text.unicodeScalars.append(scalar)
      default: text += escape(scalar)
      }
    }
    text.unicodeScalars.append(quote)
  }

  private func escape(_ scalar: Unicode.Scalar) -> String {
    guard language == .python else { return "\\u{\(String(scalar.value, radix: 16))}" }
    return switch scalar.value {
    case ...0xFF: "\\x" + String(hex: scalar.value, digits: 2)
    case ...0xFFFF: "\\u" + String(hex: scalar.value, digits: 4)
    default: "\\U" + String(hex: scalar.value, digits: 8)
    }
  }

  /// Whether a character stands for itself: it can be seen, and joins with nothing before it.
  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return scalar.value >= 0x20 && scalar.value != 0x7F }
    return switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .decimalNumber, .letterNumber, .otherNumber, .connectorPunctuation, .dashPunctuation,
      .openPunctuation, .closePunctuation, .initialPunctuation, .finalPunctuation,
      .otherPunctuation, .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol:
      true
    default: false
    }
  }

  private func write(_ bytes: [UInt8], to text: inout String) {
    guard language == .python else {
      text += ".bytes([" + bytes.map { String($0) }.joined(separator: ", ") + "])"
      return
    }
    text += "b'"
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "'"), UInt8(ascii: "\\"):
        text += "\\"
        text.unicodeScalars.append(Unicode.Scalar(byte))
      case 0x20..<0x7F: text.unicodeScalars.append(Unicode.Scalar(byte))
      default: text += "\\x" + String(hex: byte, digits: 2)
      }
    }
    text += "'"
  }
}
