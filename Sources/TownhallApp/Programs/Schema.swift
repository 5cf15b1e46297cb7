import ModelContextProtocol
import SharedState

/// Schemas in few words.
enum Schema {
  /// Text.
  static func text(_ description: String, canBeEmpty: Bool = true) -> StateValue {
    var schema: StateObject = ["type": "string", "description": .string(description)]
    if !canBeEmpty { schema["minLength"] = 1 }
    return .object(schema)
  }

  /// One of several texts.
  static func choice(_ choices: [String], _ description: String) -> StateValue {
    [
      "type": "string", "enum": .array(choices.map(StateValue.string)),
      "description": .string(description),
    ]
  }

  /// True or false.
  static func flag(_ description: String) -> StateValue {
    ["type": "boolean", "description": .string(description)]
  }

  /// A whole number within bounds.
  static func count(_ bounds: ClosedRange<Int64>, _ description: String) -> StateValue {
    [
      "type": "integer", "minimum": .int(bounds.lowerBound), "maximum": .int(bounds.upperBound),
      "description": .string(description),
    ]
  }

  /// How many there are of something.
  static func total(_ description: String) -> StateValue {
    ["type": "integer", "minimum": 0, "description": .string(description)]
  }

  /// A number of seconds within bounds.
  static func seconds(_ bounds: ClosedRange<Int64>, _ description: String) -> StateValue {
    [
      "type": "number", "minimum": .int(bounds.lowerBound), "maximum": .int(bounds.upperBound),
      "description": .string(description),
    ]
  }

  /// A list.
  static func list(of items: StateValue, atLeast count: Int64 = 0, _ description: String)
    -> StateValue
  {
    var schema: StateObject = [
      "type": "array", "items": items, "description": .string(description),
    ]
    if count > 0 { schema["minItems"] = .int(count) }
    return .object(schema)
  }

  /// Any value.
  static func any(_ description: String) -> StateValue { ["description": .string(description)] }

  /// A dictionary from any names to any values.
  static func dictionary(of values: StateValue = true, _ description: String) -> StateValue {
    ["type": "object", "additionalProperties": values, "description": .string(description)]
  }

  /// An object with these fields and no others.
  static func object(_ properties: StateObject, required: [String] = []) -> StateValue {
    var schema: StateObject = [
      "type": "object", "properties": .object(properties), "additionalProperties": false,
    ]
    if !required.isEmpty { schema["required"] = .array(required.map(StateValue.string)) }
    return .object(schema)
  }
}
