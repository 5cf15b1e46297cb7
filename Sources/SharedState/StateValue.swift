/// One value of the shared state: what stands under a key.
///
/// The cases are what the wires of NanoVer and Narupa carry. Integers and doubles stay distinct, because
/// clients tell them apart: a headset ignores a list of colours that holds an integer. An object keeps the
/// order of its keys for display, and compares without it.
///
/// ```swift
/// let selection: StateValue = ["display_name": "Pair", "particle_ids": [0, 2]]
/// selection["display_name"]          // "Pair"
/// StateValue.int(1) == .double(1)    // false
/// StateValue.double(.nan) == .double(.nan)   // true: equality answers "has it changed?"
/// ```
public enum StateValue: Sendable {
  /// Nothing, as a value. On the WebSocket wire this is stored; it does not remove a key.
  case null
  /// A truth value.
  case bool(Bool)
  /// A whole number.
  case int(Int64)
  /// A measurement.
  case double(Double)
  /// Text.
  case string(String)
  /// Raw bytes, such as packed coordinates.
  case bytes([UInt8])
  /// A list.
  case array([StateValue])
  /// A dictionary with text keys.
  case object(StateObject)
}

extension StateValue {
  /// The object, if the value is one; through it one field can be set.
  ///
  /// ```swift
  /// value.object?["hide"] = true     // does nothing to a value that is not an object
  /// ```
  public var object: StateObject? {
    get {
      guard case .object(let object) = self else { return nil }
      return object
    }
    set {
      // A chain that finds no object still writes the nil back that it found: that is no wish
      // to lose the value.
      if let newValue {
        self = .object(newValue)
      } else if object != nil {
        self = .null
      }
    }
  }

  /// The elements, if the value is a list.
  public var array: [StateValue]? {
    if case .array(let elements) = self { elements } else { nil }
  }

  /// Whether the value has parts: it is a list or a dictionary.
  package var isCollection: Bool {
    switch self {
    case .array, .object: true
    default: false
    }
  }

  /// The text, if the value is text.
  public var string: String? {
    if case .string(let text) = self { text } else { nil }
  }

  /// The truth value, if the value is one.
  public var bool: Bool? {
    if case .bool(let truth) = self { truth } else { nil }
  }

  /// The whole number: an integer, or a double without a fraction, as the gRPC wire sends integers.
  public var int: Int64? {
    switch self {
    case .int(let number): number
    case .double(let number): Int64(exactly: number)
    default: nil
    }
  }

  /// The number as a double, if the value is a number.
  public var double: Double? {
    switch self {
    case .int(let number): Double(number)
    case .double(let number): number
    default: nil
    }
  }

  /// The value of one field, if the value is an object that has it.
  ///
  /// - Complexity: O(*n*) in the fields of a small object, O(1) in a large one.
  public subscript(field: String) -> StateValue? { object?[field] }

  /// What kind of value this is, in a word for a person.
  public var kind: String {
    switch self {
    case .null: "null"
    case .bool: "bool"
    case .int: "int"
    case .double: "float"
    case .string: "string"
    case .bytes: "bytes"
    case .array: "list"
    case .object: "dictionary"
    }
  }
}

extension StateValue: Equatable {
  /// Whether two values are the same for a reader: same kind, same content, not-a-number equal to itself.
  ///
  /// Text is compared byte by byte, so a change from one spelling of "é" to another is a change.
  ///
  /// - Complexity: O(*n*) in the size of the values.
  public static func == (left: StateValue, right: StateValue) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.bool(let left), .bool(let right)): left == right
    case (.int(let left), .int(let right)): left == right
    case (.double(let left), .double(let right)): left == right || (left.isNaN && right.isNaN)
    case (.string(let left), .string(let right)): left.isSame(as: right)
    case (.bytes(let left), .bytes(let right)): left == right
    case (.array(let left), .array(let right)): left == right
    case (.object(let left), .object(let right)): left == right
    default: false
    }
  }
}

extension StateValue: Hashable {
  /// Feeds the value into a hasher, so that equal values hash alike.
  public func hash(into hasher: inout Hasher) {
    switch self {
    case .null: hasher.combine(0)
    case .bool(let truth): hasher.combine(truth)
    case .int(let number): hasher.combine(number)
    case .double(let number): hasher.combine(number.isNaN ? .nan : number)
    case .string(let text): hasher.combine(StateKey(text))
    case .bytes(let bytes): hasher.combine(bytes)
    case .array(let elements): hasher.combine(elements)
    case .object(let object): hasher.combine(object)
    }
  }
}

extension StateValue: ExpressibleByNilLiteral {
  /// Makes a null.
  public init(nilLiteral: ()) { self = .null }
}

extension StateValue: ExpressibleByBooleanLiteral {
  /// Makes a truth value.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension StateValue: ExpressibleByIntegerLiteral {
  /// Makes a whole number.
  public init(integerLiteral value: Int64) { self = .int(value) }
}

extension StateValue: ExpressibleByFloatLiteral {
  /// Makes a measurement.
  public init(floatLiteral value: Double) { self = .double(value) }
}

extension StateValue: ExpressibleByStringLiteral {
  /// Makes text.
  public init(stringLiteral value: String) { self = .string(value) }
}

extension StateValue: ExpressibleByArrayLiteral {
  /// Makes a list.
  public init(arrayLiteral elements: StateValue...) { self = .array(elements) }
}

extension StateValue: ExpressibleByDictionaryLiteral {
  /// Makes an object; of two equal keys the later value counts.
  public init(dictionaryLiteral elements: (String, StateValue)...) {
    self = .object(StateObject(elements))
  }
}
