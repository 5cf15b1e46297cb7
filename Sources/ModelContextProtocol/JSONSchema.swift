package import SharedState

/// What a value may be, as JSON Schema (2020-12) says it, and whether one is.
///
/// The part of it that is used here: what is not in ``keywords`` is in no schema of ours, and would be no use in one,
/// since nothing would look at it.
package struct JSONSchema: Hashable, Sendable {
  /// The schema as it is told.
  package let value: StateValue

  /// Makes a schema.
  package init(_ value: StateValue) { self.value = value }

  /// All words that may stand in a schema.
  package static let keywords: Set<String> = [
    "$schema", "title", "description", "default", "type", "properties", "required",
    "additionalProperties", "items", "enum", "const", "minimum", "maximum", "minLength",
    "minItems", "maxItems", "anyOf", "oneOf",
  ]

  /// What is wrong with a value, in a line for a person; nil if it may be so.
  package func flaw(of value: StateValue) -> String? {
    Self.flaw(of: value, by: self.value, at: "")
  }

  private static func flaw(of value: StateValue, by schema: StateValue, at place: String) -> String?
  {
    let name = place.isEmpty ? "it" : place
    if case .bool(let allows) = schema { return allows ? nil : "\(name) is not known" }
    if let flaw = typeFlaw(of: value, by: schema, name) { return flaw }
    if let choices = schema["enum"]?.array, !choices.contains(where: { $0.isLike(value) }) {
      return "\(name) must be one of \(choices.map(\.text).joined(separator: ", "))"
    }
    if let only = schema["const"], !only.isLike(value) { return "\(name) must be \(only.text)" }
    if let flaw = boundFlaw(of: value, by: schema, name) { return flaw }
    if let choices = schema["anyOf"]?.array {
      let flaws = choices.map { self.flaw(of: value, by: $0, at: place) }
      if !flaws.contains(nil) { return flaws.first ?? "\(name) can be nothing" }
    }
    if let choices = schema["oneOf"]?.array {
      let flaws = choices.map { self.flaw(of: value, by: $0, at: place) }
      let count = flaws.count { $0 == nil }
      if count == 0 { return flaws.first ?? "\(name) can be nothing" }
      if count > 1 { return "\(name) is \(count) things at once" }
    }
    return partFlaw(of: value, by: schema, at: place)
  }

  private static func typeFlaw(
    of value: StateValue,
    by schema: StateValue,
    _ name: String
  ) -> String? {
    guard let type = schema["type"] else { return nil }
    let names = type.string.map { [$0] } ?? type.array?.compactMap(\.string) ?? []
    guard !names.contains(where: { isOfType($0, value) }) else { return nil }
    return "\(name) must be \(names.map(withArticle).joined(separator: " or "))"
  }

  private static func withArticle(_ type: String) -> String {
    switch type {
    case "string": "text"
    case "boolean": "true or false"
    case "array": "a list"
    case "object", "integer": "an \(type)"
    case "null": "null"
    default: "a \(type)"
    }
  }

  private static func isOfType(_ type: String, _ value: StateValue) -> Bool {
    switch (type, value) {
    case ("null", .null), ("boolean", .bool), ("string", .string), ("array", .array),
      ("object", .object), ("number", .int), ("number", .double), ("integer", .int):
      true
    case ("integer", .double): value.int != nil
    default: false
    }
  }

  private static func boundFlaw(
    of value: StateValue,
    by schema: StateValue,
    _ name: String
  ) -> String? {
    if let number = value.double {
      if let least = schema["minimum"]?.double, number < least {
        return "\(name) must be \(schema["minimum"]?.text ?? "") or more"
      }
      if let most = schema["maximum"]?.double, number > most {
        return "\(name) must be \(schema["maximum"]?.text ?? "") or less"
      }
    }
    if let text = value.string, let least = schema["minLength"]?.int,
      text.unicodeScalars.count < least
    {
      return "\(name) must not be empty"
    }
    if let list = value.array {
      if let least = schema["minItems"]?.int, list.count < least {
        return "\(name) must have \(least) or more"
      }
      if let most = schema["maxItems"]?.int, list.count > most {
        return "\(name) must have \(most) or fewer"
      }
    }
    return nil
  }

  private static func partFlaw(
    of value: StateValue,
    by schema: StateValue,
    at place: String
  ) -> String? {
    if let list = value.array, let items = schema["items"] {
      for (number, item) in list.enumerated() {
        if let flaw = flaw(of: item, by: items, at: "\(place)[\(number)]") { return flaw }
      }
    }
    guard let object = value.object else { return nil }
    for name in schema["required"]?.array?.compactMap(\.string) ?? [] where object[name] == nil {
      return "\(part(name, of: place)) is missing"
    }
    let known = schema["properties"]?.object ?? [:]
    for field in object {
      let rule = known[field.key] ?? schema["additionalProperties"] ?? true
      if let flaw = flaw(of: field.value, by: rule, at: part(field.key, of: place)) { return flaw }
    }
    return nil
  }

  private static func part(_ name: String, of place: String) -> String {
    let name = name.unicodeScalars.count > 40 ? String(name.prefix(39)) + "…" : name
    let isPlain = name.utf8.allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: "\"") && $0 < 0x7F }
    let said = isPlain && !name.isEmpty ? name : StateValue.string(name).text
    return place.isEmpty ? said : "\(place).\(said)"
  }
}
