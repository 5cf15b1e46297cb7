/// What differs between two values, field by field.
///
/// Dictionaries are compared by field. A list of dictionaries or lists is compared element by element when it
/// kept its length and is short; every other list is one thing, because a person reads a colour, a position or
/// a set of atoms as one. A change of kind is a change of the whole.
///
/// ```swift
/// let diff = ValueDiff(from: ["name": "A", "hide": false], to: ["name": "A", "hide": true])
/// diff.differences        // hide: false → true
/// ```
public struct ValueDiff: Hashable, Sendable {
  /// One place where the values differ.
  public struct Difference: Hashable, Sendable {
    /// The place.
    public let path: ValuePath
    /// What was there; `nil` if there was nothing.
    public let old: StateValue?
    /// What is there now; `nil` if there is nothing.
    public let new: StateValue?

    /// Makes a difference.
    public init(path: ValuePath, old: StateValue?, new: StateValue?) {
      self.path = path
      self.old = old
      self.new = new
    }
  }

  /// Lists longer than this are compared as one thing.
  public static let longestList = 16
  /// Values nested deeper than this are compared as one thing.
  public static let deepest = 64

  /// The differences: first the fields of the old value in its order, then the new ones in theirs.
  public private(set) var differences: [Difference] = []

  /// Compares two values; `nil` stands for a key without a value.
  ///
  /// - Complexity: O(*n*) in the size of the values.
  public init(from old: StateValue?, to new: StateValue?) { compare(old, new, at: .root) }

  /// Whether the values are equal.
  public var isEmpty: Bool { differences.isEmpty }

  private mutating func compare(_ old: StateValue?, _ new: StateValue?, at path: ValuePath) {
    switch (old, new) {
    case (.object(let old), .object(let new)) where path.steps.count < Self.deepest:
      compare(old, new, at: path)
    case (.array(let old), .array(let new))
    where path.steps.count < Self.deepest && Self.isWorthEntering(old, new):
      for (position, (old, new)) in zip(old, new).enumerated() {
        compare(old, new, at: path.appending(.element(position)))
      }
    default:
      if old != new { differences.append(Difference(path: path, old: old, new: new)) }
    }
  }

  private mutating func compare(_ old: StateObject, _ new: StateObject, at path: ValuePath) {
    for field in old {
      compare(field.value, new[field.key], at: path.appending(.field(field.key)))
    }
    for field in new where old[field.key] == nil {
      differences.append(
        Difference(path: path.appending(.field(field.key)), old: nil, new: field.value)
      )
    }
  }

  private static func isWorthEntering(_ old: [StateValue], _ new: [StateValue]) -> Bool {
    old.count == new.count && old.count <= longestList
      && (old.contains(where: \.isCollection) || new.contains(where: \.isCollection))
  }
}
