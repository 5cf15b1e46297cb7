/// An entry that is a dictionary, read through typed properties that stand over its fields.
///
/// The fields stay as they came, in their order, with those that the type does not know; a property that is set
/// changes its field and nothing else. A type of your own takes a few lines:
///
/// ```swift
/// struct Note: SharedStateRecord {
///   static let shapes: [String: FieldShape] = ["text": .text]
///   var fields: StateObject = [:]
///
///   var text: String? {
///     get { fields["text"]?.string }
///     set { fields["text"] = newValue.map(StateValue.string) }
///   }
/// }
/// ```
public protocol SharedStateRecord: SharedStateEntry, Hashable {
  /// What the fields that the type knows must look like when they are there and not null.
  static var shapes: [String: FieldShape] { get }

  /// Makes an entry without fields.
  init()

  /// All fields as they are stored, with those that the type does not know.
  var fields: StateObject { get set }

  /// Checks fields that were read or are about to be stored.
  ///
  /// - Throws: An error that names the field and what was expected.
  static func check(_ fields: StateObject) throws
}

extension SharedStateRecord {
  /// Reads an entry.
  public init(stateValue: StateValue) throws {
    let fields = try stateValue.expecting("a dictionary", stateValue.object)
    try Self.check(fields)
    self.init()
    self.fields = fields
  }

  /// The value to be stored.
  public var stateValue: StateValue { .object(fields) }

  /// Sets one field, unless the entry could not be read with it.
  public mutating func setField(_ name: String, to value: StateValue) throws {
    var changed = fields
    changed[name] = value
    try Self.check(changed)
    fields = changed
  }

  /// Checks the fields against the shapes that the type has declared.
  public static func check(_ fields: StateObject) throws { try fields.check(shapes) }
}

extension StateObject {
  /// Checks fields against shapes; `path` leads to this object for the error.
  func check(_ shapes: [String: FieldShape], at path: [String] = []) throws {
    for field in self {
      guard let shape = shapes[field.key], !shape.accepts(field.value) else { continue }
      throw SharedStateEntryError(
        at: path + [field.key],
        expected: shape.description,
        found: field.value
      )
    }
  }
}

/// What a field must look like.
///
/// Null always passes: it stands for a field that is not there.
public enum FieldShape: Sendable, Hashable, CustomStringConvertible {
  /// Text.
  case text
  /// True or false.
  case truth
  /// A number, integer or not.
  case number
  /// A whole number; a double without a fraction passes, because the gRPC wire has only doubles.
  case whole
  /// A list of numbers.
  case numbers
  /// A list of whole numbers.
  case wholes
  /// A dictionary.
  case dictionary
  /// A list of dictionaries.
  case dictionaries
  /// Text or a dictionary.
  case textOrDictionary
  /// Text or a list of whole numbers.
  case textOrWholes

  /// Whether a value has this shape.
  public func accepts(_ value: StateValue) -> Bool {
    if value == .null { return true }
    return switch self {
    case .text: value.string != nil
    case .truth: value.bool != nil
    case .number: value.double != nil
    case .whole: value.int != nil
    case .numbers: value.array?.allSatisfy { $0.double != nil } ?? false
    case .wholes: value.array?.allSatisfy { $0.int != nil } ?? false
    case .dictionary: value.object != nil
    case .dictionaries: value.array?.allSatisfy { $0.object != nil } ?? false
    case .textOrDictionary: value.string != nil || value.object != nil
    case .textOrWholes: value.string != nil || FieldShape.wholes.accepts(value)
    }
  }

  /// The shape in words, to be put after "expected".
  public var description: String {
    switch self {
    case .text: "text"
    case .truth: "true or false"
    case .number: "a number"
    case .whole: "a whole number"
    case .numbers: "a list of numbers"
    case .wholes: "a list of whole numbers"
    case .dictionary: "a dictionary"
    case .dictionaries: "a list of dictionaries"
    case .textOrDictionary: "text or a dictionary"
    case .textOrWholes: "text or a list of whole numbers"
    }
  }
}

extension StateValue {
  /// The numbers, if the value is a list of numbers.
  ///
  /// - Complexity: O(*n*) in the length of the list.
  public var numbers: [Double]? { allElements(\.double) }

  /// The whole numbers, if the value is a list of whole numbers, which on the gRPC wire are doubles.
  ///
  /// - Complexity: O(*n*) in the length of the list.
  public var wholeNumbers: [Int]? { allElements { $0.int.flatMap(Int.init(exactly:)) } }

  /// A list of measurements: always doubles, because a headset refuses a vector with an integer in it.
  public static func numbers(_ numbers: some Sequence<Double>) -> StateValue {
    .array(numbers.map(StateValue.double))
  }

  /// A list of whole numbers.
  public static func wholeNumbers(_ numbers: some Sequence<Int>) -> StateValue {
    .array(numbers.map { .int(Int64($0)) })
  }

  private func allElements<Element>(_ read: (StateValue) -> Element?) -> [Element]? {
    guard let array else { return nil }
    var elements: [Element] = []
    elements.reserveCapacity(array.count)
    for value in array {
      guard let element = read(value) else { return nil }
      elements.append(element)
    }
    return elements
  }
}
