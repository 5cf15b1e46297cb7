struct StateTextWriter {
  /// How far a line of a filled list may go.
  private static let lineLength = 80

  private let indent: Int?
  private var out: [UInt8] = []
  private var level = 0

  init(indent: Int?) { self.indent = indent }

  var text: String { String(decoding: out, as: UTF8.self) }

  mutating func write(_ value: StateValue) {
    switch value {
    case .null: put("null")
    case .bool(let truth): put(truth ? "true" : "false")
    case .int(let number): put(number.description)
    case .double(let number): write(number)
    case .string(let text): write(text)
    case .bytes(let bytes): write(bytes)
    case .array(let elements): write(elements)
    case .object(let object): write(object)
    }
  }

  private mutating func put(_ text: String) { out.append(contentsOf: text.utf8) }

  private mutating func write(_ number: Double) {
    if number.isNaN {
      put("NaN")
    } else if number.isInfinite {
      put(number < 0 ? "-Infinity" : "Infinity")
    } else {
      // The shortest digits that read back as the same double, always with a point or an exponent.
      put(number.description)
    }
  }

  private mutating func write(_ bytes: [UInt8]) {
    put("b64\"")
    out.append(contentsOf: Base64.encode(bytes))
    put("\"")
  }
}

// Lists and objects.
extension StateTextWriter {
  private mutating func write(_ object: StateObject) {
    guard !object.isEmpty else { return put("{}") }
    put("{")
    level += 1
    for (position, field) in object.enumerated() {
      if position > 0 { put(",") }
      breakLine()
      write(field.key)
      put(indent == nil ? ":" : ": ")
      write(field.value)
    }
    level -= 1
    breakLine()
    put("}")
  }

  private mutating func write(_ elements: [StateValue]) {
    guard !elements.isEmpty else { return put("[]") }
    guard indent != nil, elements.contains(where: \.hasContent) else { return fill(elements) }
    put("[")
    level += 1
    for (position, element) in elements.enumerated() {
      if position > 0 { put(",") }
      breakLine()
      write(element)
    }
    level -= 1
    breakLine()
    put("]")
  }

  /// Writes a list into as few lines as its width allows.
  private mutating func fill(_ elements: [StateValue]) {
    let start = out.count
    put("[")
    for (position, element) in elements.enumerated() {
      if position > 0 { put(indent == nil ? "," : ", ") }
      write(element)
    }
    put("]")
    guard let indent, out.count - start > Self.lineLength - level * indent else { return }
    out.removeSubrange(start...)
    fillLines(elements, width: max(20, Self.lineLength - (level + 1) * indent))
  }

  private mutating func fillLines(_ elements: [StateValue], width: Int) {
    put("[")
    level += 1
    var lineStart = 0
    for (position, element) in elements.enumerated() {
      let before = out.count
      write(element)
      let element = Array(out[before...])
      out.removeSubrange(before...)
      let isFirst = position == 0
      if !isFirst { put(",") }
      if isFirst || out.count - lineStart + element.count + 2 > width {
        breakLine()
        lineStart = out.count
      } else {
        put(" ")
      }
      out.append(contentsOf: element)
    }
    level -= 1
    breakLine()
    put("]")
  }

  private mutating func breakLine() {
    guard let indent else { return }
    out.append(UInt8(ascii: "\n"))
    out.append(contentsOf: repeatElement(UInt8(ascii: " "), count: level * indent))
  }
}

extension StateValue {
  /// Whether the value holds values of its own.
  fileprivate var hasContent: Bool { array?.isEmpty == false || object?.isEmpty == false }
}

// Text.
extension StateTextWriter {
  private mutating func write(_ text: String) {
    put("\"")
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": put("\\\"")
      case "\\": put("\\\\")
      case "\n": put("\\n")
      case "\r": put("\\r")
      case "\t": put("\\t")
      case "\u{08}": put("\\b")
      case "\u{0C}": put("\\f")
      case _ where scalar.isAffectingLayout: putEscape(scalar)
      default: out.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
      }
    }
    put("\"")
  }

  private mutating func putEscape(_ scalar: Unicode.Scalar) {
    for unit in String(scalar).utf16 {
      put("\\u" + String(hex: unit, digits: 4))
    }
  }
}

extension Unicode.Scalar {
  /// Whether the scalar steers the terminal or the direction of text rather than being seen.
  fileprivate var isAffectingLayout: Bool {
    switch value {
    case 0..<0x20, 0x7F..<0xA0: true  // control characters
    case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true  // direction marks
    case 0x2028, 0x2029, 0xFEFF: true  // line separators, byte order mark
    default: false
    }
  }
}
