package import SharedState

/// Values and fields as a person types them, on a shell's command line or on the dashboard's.
package enum TypedValue {
  /// Why a text is not what it should be, in one line for a person.
  package struct Flaw: Error, Hashable, CustomStringConvertible {
    package let message: String

    package init(_ message: String) { self.message = message }

    package var description: String { message }
  }

  /// Reads a value in the text form; a bare word is refused with its quoted form.
  package static func value(_ text: String) throws(Flaw) -> StateValue {
    do {
      return try StateValue(text: text)
    } catch {
      throw Flaw(hint(for: text) ?? "\(shown(text)) is not a value: \(error)")
    }
  }

  /// Reads `FIELD=VALUE`.
  package static func field(_ text: String) throws(Flaw) -> (name: String, value: StateValue) {
    guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
      throw Flaw(
        "\(shown(text)) should be FIELD=VALUE, as in 'display_name=\"Pair\"' or hide=true"
      )
    }
    let name = String(text[..<equals])
    do {
      return (name, try value(String(text[text.index(after: equals)...])))
    } catch {
      throw Flaw("field \(name): \(error.message)")
    }
  }

  /// Reads a key as it is typed between other words: one with blanks stands in quotes.
  package static func key(_ text: String) throws(Flaw) -> String {
    if text.beginsQuoted {
      if let key = try? StateValue(text: text).string { return key }
      throw Flaw("\(shown(text)) does not end with its quotation mark")
    }
    guard text.holdsBlank else { return text }
    throw Flaw("a key with a blank in it stands in quotes: \(StateValue.string(text).text)")
  }

  /// A key as ``key(_:)`` reads it.
  package static func text(ofKey key: String) -> String {
    let isPlain = !key.isEmpty && !key.beginsQuoted && !key.holdsBlank
    return isPlain ? key : StateValue.string(key).text
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

// Scalar by scalar: a mark or a blank that carries an accent is still one.
extension String {
  fileprivate var beginsQuoted: Bool { unicodeScalars.first == "\"" }

  fileprivate var holdsBlank: Bool { unicodeScalars.contains(where: \.properties.isWhitespace) }
}

extension StateValue {
  /// What lies at a path that a person typed: `selected.particle_ids`, `components[0].position`.
  ///
  /// Field names hold dots themselves, so `properties.nanover.rendering.hide` goes through the longest names
  /// that lead somewhere, and `properties."nanover.rendering.hide"` says which.
  package func value(atTyped text: String) -> StateValue? { path(typed: text).flatMap(value) }

  /// Where the path that a person typed leads; `nil` if it leads nowhere.
  ///
  /// A new field may be the end of it: its name is what is left of the text in the dictionary that it leads to, dots and
  /// all, unless the text leads into something that has no fields.
  package func path(typed text: String, toNew allowsNew: Bool = false) -> ValuePath? {
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

extension StateValue {
  /// The value of an entry with some of its fields set, each named by the path that a person typed.
  ///
  /// - Throws: Why a field cannot be set, with the key of the entry.
  package func setting(
    _ fields: [(name: String, value: StateValue)],
    in key: String
  ) throws(TypedValue.Flaw) -> StateValue {
    guard object != nil else {
      let what = "\(key) holds \(withArticle(kind))"
      throw TypedValue.Flaw("\(what), which has no fields; set replaces it whole")
    }
    var value = self
    for field in fields {
      guard let path = value.path(typed: field.name, toNew: true),
        let changed = value.replacing(path, with: field.value)
      else {
        let tip = "'\"\(field.name)\"' names one field"
        throw TypedValue.Flaw("\(field.name) leads into what has no fields in \(key); \(tip)")
      }
      value = changed
    }
    return value
  }
}
