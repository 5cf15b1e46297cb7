import SharedState

/// Values, fields and paths as they are typed on a command line.
enum ValueArgument {
  /// Reads a value in the text form; a bare word is refused with its quoted form.
  static func value(_ text: String) throws(Failure) -> StateValue {
    do {
      return try StateValue(text: text)
    } catch {
      throw Failure(.badUsage, hint(for: text) ?? "\(shown(text)) is not a value: \(error)")
    }
  }

  /// Reads a value from an argument, or from standard input if the argument is `-`.
  static func value(_ text: String, in surroundings: Surroundings) throws -> StateValue {
    guard text == "-" else { return try value(text) }
    return try value(self.text(surroundings.readInput(), named: "standard input"))
  }

  /// Reads `FIELD=VALUE`.
  static func field(_ text: String) throws(Failure) -> (name: String, value: StateValue) {
    guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
      throw Failure(
        .badUsage,
        "\(shown(text)) should be FIELD=VALUE, as in 'display_name=\"Pair\"' or hide=true"
      )
    }
    let name = String(text[..<equals])
    do {
      return (name, try value(String(text[text.index(after: equals)...])))
    } catch {
      throw Failure(error.status, "field \(name): \(error.message)")
    }
  }

  static func text(_ bytes: [UInt8], named name: String) throws(Failure) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Failure(.badUsage, "\(name) is not text in UTF-8")
    }
    return text
  }

  /// The text in short, so that an error stays one line.
  private static func shown(_ text: String) -> String {
    let start = text.count > 40 ? text.prefix(39) + "…" : text
    return "‘\(start.split(whereSeparator: \.isNewline).joined(separator: "⏎"))’"
  }

  private static let spellings = [
    "True": "true", "False": "false", "TRUE": "true", "FALSE": "false", "None": "null",
    "nil": "null", "NULL": "null", "inf": "Infinity", "infinity": "Infinity", "-inf": "-Infinity",
    "nan": "NaN",
  ]

  private static func hint(for text: String) -> String? {
    if let spelling = spellings[text] {
      return "\(text) is not a value: write \(spelling), or '\"\(text)\"' for text"
    }
    guard let first = text.first, first.isLetter || first == "_" || first == "#",
      !text.hasPrefix("b64\""), !text.contains(where: \.isNewline)
    else { return text.isEmpty ? "a value is missing: write '\"\"' for an empty text" : nil }
    let quoted = StateValue.string(text).text.replacing("'", with: "'\\''")
    return "\(text) is not a value: text needs quotes, '\(quoted)'"
  }
}

extension StateValue {
  /// What lies at a path that a person typed: `selected.particle_ids`, `components[0].position`.
  ///
  /// Field names hold dots themselves, so `properties.nanover.rendering.hide` goes through the longest names
  /// that lead somewhere, and `properties."nanover.rendering.hide"` says which.
  func value(atTyped text: String) -> StateValue? { path(typed: text).flatMap(value) }

  /// Where the path that a person typed leads; `nil` if it leads nowhere.
  ///
  /// A new field may be the end of it: its name is what is left of the text in the dictionary that it leads to, dots and
  /// all, unless the text leads into something that has no fields.
  func path(typed text: String, toNew allowsNew: Bool = false) -> ValuePath? {
    if let strict = ValuePath(text: text) {
      if value(at: strict) != nil { return strict }
      if allowsNew, text.contains("\""), replacing(strict, with: .null) != nil { return strict }
    }
    return steps(alongDots: text[...], allowsNew).map(ValuePath.init)
  }

  private func steps(alongDots path: Substring, _ allowsNew: Bool) -> [ValuePath.Step]? {
    if path.isEmpty { return [] }
    switch self {
    case .object(let object):
      let names = object.keys.filter { name in
        path == name || path.hasPrefix(name + ".") || path.hasPrefix(name + "[")
      }
      for name in names.sorted(by: { $0.count > $1.count }) {
        let rest = path.dropFirst(name.count)
        let inside = rest.first == "." ? rest.dropFirst() : rest
        if let steps = object[name]?.steps(alongDots: inside, allowsNew) {
          return [.field(name)] + steps
        }
      }
      return allowsNew && names.isEmpty ? [.field(String(path))] : nil
    case .array(let elements):
      let digits = path.drop { $0 == "[" }.prefix(while: \.isNumber)
      guard let position = Int(digits), elements.indices.contains(position) else { return nil }
      let rest = path[digits.endIndex...].drop { $0 == "]" }
      let inside = rest.first == "." ? rest.dropFirst() : rest
      return elements[position].steps(alongDots: inside, allowsNew).map {
        [.element(position)] + $0
      }
    default: return nil
    }
  }
}
