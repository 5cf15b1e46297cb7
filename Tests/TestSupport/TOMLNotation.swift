package import TOML

/// Values of a TOML file as one line of text, in which equal values look equal and others do not.
///
/// Python's reader is asked for the same line, and so every kind of value has a look of its own.
public enum TOMLNotation {
  /// The line of a file that is read.
  package static func of(_ document: TOMLDocument) -> String { of(.table(document.root)) }

  /// The line of a value.
  package static func of(_ value: TOMLValue) -> String {
    switch value {
    case .string(let text): quoted(text)
    case .integer(let integer): "\(integer)"
    case .number(let number): of(number)
    case .boolean(let boolean): "\(boolean)"
    case .moment(let text): moment(text)
    case .array(let nodes): "[" + nodes.map { of($0.value) }.joined(separator: ", ") + "]"
    case .table(let table):
      "{"
        + table.keys.map { "\(quoted($0)) = \(table[$0].map { of($0.value) } ?? "?")" }
        .joined(separator: ", ") + "}"
    }
  }

  /// A number by its bits, since two languages round differently when they print.
  package static func of(_ number: Double) -> String {
    "float " + (number.isNaN ? "nan" : String(number.bitPattern, radix: 16))
  }

  private static func quoted(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "\"") { quoted, scalar in
      let isPlain = (0x20...0x7E).contains(scalar.value) && scalar != "\"" && scalar != "\\"
      quoted += isPlain ? String(scalar) : "\\u{\(String(scalar.value, radix: 16))}"
    } + "\""
  }

  /// A date or a time as Python writes it: to a millionth of a second, and with an offset in numbers.
  private static func moment(_ text: String) -> String {
    var text = text.uppercased().replacing(" ", with: "T")
    guard let clock = text.firstIndex(of: ":").map({ text.index($0, offsetBy: 6) }) else {
      return text
    }
    let behind = text[clock...]
    let fraction = behind.first == "." ? behind.dropFirst().prefix(while: \.isNumber) : ""
    let offset = String(behind.dropFirst(fraction.isEmpty ? 0 : fraction.count + 1))
    text = text[..<clock] + "." + (fraction + "000000").prefix(6)
    return text + (["Z", "-00:00"].contains(offset) ? "+00:00" : offset)
  }
}
