/// The way to a place inside a value: field names and list positions, outermost first.
///
/// Names with dots are ordinary on this wire (`nanover.rendering.hide` is one field, not three), so a name that
/// is not a plain word is quoted when a path is written for a person.
///
/// ```swift
/// let path: ValuePath = ["components", 0, "position"]
/// path.description                            // components[0].position
/// ValuePath(text: #"properties."a.b""#)       // ["properties", "a.b"]
/// ```
public struct ValuePath: Hashable, Sendable {
  /// One step into a value.
  public enum Step: Sendable {
    /// Into a dictionary, by the name of a field.
    case field(String)
    /// Into a list, by position from 0.
    case element(Int)
  }

  /// The steps, outermost first.
  public var steps: [Step]

  /// The path of the whole value.
  public static let root = ValuePath([])

  /// Makes a path from steps.
  public init(_ steps: [Step]) { self.steps = steps }

  /// Whether this is the path of the whole value.
  public var isRoot: Bool { steps.isEmpty }

  /// This path with one more step.
  public func appending(_ step: Step) -> ValuePath { ValuePath(steps + [step]) }

  /// Whether the other path leads to the same place or further in.
  public func contains(_ other: ValuePath) -> Bool { other.steps.starts(with: steps) }
}

extension ValuePath.Step: Hashable {
  /// Whether both lead to the same place; names are compared byte by byte, as everywhere in a value.
  public static func == (left: Self, right: Self) -> Bool {
    switch (left, right) {
    case (.field(let left), .field(let right)): left.isSame(as: right)
    case (.element(let left), .element(let right)): left == right
    default: false
    }
  }

  /// Feeds the step into a hasher.
  public func hash(into hasher: inout Hasher) {
    switch self {
    case .field(let name): hasher.combine(StateKey(name))
    case .element(let position): hasher.combine(position)
    }
  }
}

extension ValuePath.Step: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
  /// Makes a step into a dictionary.
  public init(stringLiteral name: String) { self = .field(name) }
  /// Makes a step into a list.
  public init(integerLiteral position: Int) { self = .element(position) }
}

extension ValuePath: ExpressibleByArrayLiteral {
  /// Makes a path from steps.
  public init(arrayLiteral steps: Step...) { self.init(steps) }
}

extension ValuePath: CustomStringConvertible {
  /// The path as a person writes it: `components[0].position`.
  public var description: String {
    guard !isRoot else { return "(whole value)" }
    var text = ""
    for step in steps {
      switch step {
      case .element(let position): text += "[\(position)]"
      case .field(let name):
        if !text.isEmpty { text += "." }
        text += Self.isPlain(name) ? name : Self.quoted(name)
      }
    }
    return text
  }

  private static func isPlain(_ name: String) -> Bool {
    !name.isEmpty && name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
  }

  private static func quoted(_ name: String) -> String {
    var text = "\""
    for scalar in name.unicodeScalars {
      if scalar == "\"" || scalar == "\\" { text.append("\\") }
      text.unicodeScalars.append(scalar)
    }
    return text + "\""
  }
}

extension ValuePath {
  /// Reads a path as `description` writes it; `nil` if the text is not one.
  ///
  /// - Complexity: O(*n*) in the text.
  public init?(text: String) {
    var reader = PathReader(rest: text.unicodeScalars[...])
    guard let steps = reader.path() else { return nil }
    self.init(steps)
  }
}

/// Reads scalar by scalar: to Swift, a quotation mark and an accent behind it are one character, and no quotation mark.
private struct PathReader {
  var rest: Substring.UnicodeScalarView

  mutating func path() -> [ValuePath.Step]? {
    var steps: [ValuePath.Step] = []
    while !rest.isEmpty {
      if rest.first == "[" {
        guard let step = element() else { return nil }
        steps.append(step)
      } else {
        if !steps.isEmpty, !take(".") { return nil }
        guard let name = rest.first == "\"" ? quotedName() : plainName() else { return nil }
        steps.append(.field(name))
      }
    }
    return steps.isEmpty ? nil : steps
  }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard rest.first == scalar else { return false }
    rest.removeFirst()
    return true
  }

  private mutating func element() -> ValuePath.Step? {
    guard take("[") else { return nil }
    let digits = rest.prefix { ("0"..."9").contains($0) }
    rest = rest[digits.endIndex...]
    guard take("]") else { return nil }
    return Int(String(digits)).map { .element($0) }
  }

  private mutating func plainName() -> String? {
    let name = rest.prefix {
      !".[]\"=".unicodeScalars.contains($0) && !$0.properties.isWhitespace
    }
    rest = rest[name.endIndex...]
    return name.isEmpty ? nil : String(name)
  }

  private mutating func quotedName() -> String? {
    guard take("\"") else { return nil }
    var name = String.UnicodeScalarView()
    while let scalar = rest.popFirst() {
      switch scalar {
      case "\"": return String(name)
      case "\\":
        guard let escaped = rest.popFirst() else { return nil }
        name.append(escaped)
      default: name.append(scalar)
      }
    }
    return nil
  }
}

extension StateValue {
  /// What lies at a path, if there is such a place.
  ///
  /// - Complexity: O(*d*) lookups for *d* steps.
  public func value(at path: ValuePath) -> StateValue? {
    var here = self
    for step in path.steps {
      switch (step, here) {
      case (.field(let name), .object(let object)):
        guard let next = object[name] else { return nil }
        here = next
      case (.element(let position), .array(let elements)):
        guard elements.indices.contains(position) else { return nil }
        here = elements[position]
      default: return nil
      }
    }
    return here
  }

  /// This value with another one at a path, or without that field when `replacement` is `nil`.
  ///
  /// Only the last step may be new, and only a field: a path through a place that does not exist gives `nil`,
  /// and so does the removal of a list's element or of the whole value.
  ///
  /// - Complexity: O(*n*) in the fields and elements along the path.
  public func replacing(_ path: ValuePath, with replacement: StateValue?) -> StateValue? {
    replacing(path.steps[...], with: replacement)
  }

  private func replacing(
    _ steps: ArraySlice<ValuePath.Step>,
    with replacement: StateValue?
  ) -> StateValue? {
    guard let step = steps.first else { return replacement }
    let inner = steps.dropFirst()
    switch (step, self) {
    case (.field(let name), .object(var object)):
      if inner.isEmpty {
        object[name] = replacement
      } else {
        guard let changed = object[name]?.replacing(inner, with: replacement) else { return nil }
        object[name] = changed
      }
      return .object(object)
    case (.element(let position), .array(var elements)) where elements.indices.contains(position):
      guard let changed = elements[position].replacing(inner, with: replacement) else { return nil }
      elements[position] = changed
      return .array(elements)
    default: return nil
    }
  }
}
