/// A dictionary inside a value: fields in the order in which they were set.
///
/// Order is kept so that a person sees an entry as its writer laid it out, and does not count when two objects
/// are compared. Small objects, which nearly all are, are scanned; from `indexThreshold` fields on, an index is
/// kept beside them.
///
/// ```swift
/// var object: StateObject = ["name": "A", "hide": false]
/// object["hide"] = true      // stays in second place
/// object["name"] = nil       // gone
/// object.count               // 1
/// ```
public struct StateObject: Sendable {
  /// One field: its name and what it holds.
  public struct Field: Sendable, Hashable {
    /// The name.
    public let key: String
    /// What it holds.
    public var value: StateValue

    /// Makes a field.
    public init(key: String, value: StateValue) {
      self.key = key
      self.value = value
    }

    /// Whether both have the same name, byte by byte, and equal values.
    public static func == (left: Field, right: Field) -> Bool {
      left.key.isSame(as: right.key) && left.value == right.value
    }

    /// Feeds the name and the value into a hasher.
    public func hash(into hasher: inout Hasher) {
      hasher.combine(StateKey(key))
      hasher.combine(value)
    }
  }

  /// From this many fields on, lookups go through an index instead of a scan.
  static let indexThreshold = 16

  private var fields: [Field]
  private var index: [StateKey: Int]?

  /// Makes an object without fields.
  public init() { fields = [] }

  /// Makes an object from pairs; of two equal keys the later value counts, in the earlier place.
  ///
  /// - Complexity: O(*n*) in the number of pairs, for a large object; O(*n*²) below `indexThreshold`.
  public init(_ pairs: some Sequence<(String, StateValue)>) {
    self.init()
    fields.reserveCapacity(pairs.underestimatedCount)
    for (key, value) in pairs { self[key] = value }
  }

  /// Makes an object from fields whose keys are known to differ, without looking.
  ///
  /// - Precondition: no two fields have the same key; only a codec that has checked this may call.
  /// - Complexity: O(1), or O(*n*) for a large object.
  package init(uncheckedFields fields: [Field]) {
    self.fields = fields
    if fields.count >= Self.indexThreshold { reindex() }
  }

  /// The field names, in order.
  public var keys: [String] { fields.map(\.key) }

  /// The value of a field; setting `nil` removes the field, setting a new one appends it.
  ///
  /// - Complexity: O(1) in a large object and O(*n*) in a small one; removing is O(*n*).
  public subscript(key: String) -> StateValue? {
    get { position(of: key).map { fields[$0].value } }
    set {
      switch (position(of: key), newValue) {
      case (let position?, let value?):
        fields[position].value = value
      case (let position?, nil):
        fields.remove(at: position)
        index = nil
        if fields.count >= Self.indexThreshold { reindex() }
      case (nil, let value?):
        append(Field(key: key, value: value))
      case (nil, nil):
        break
      }
    }
  }

  /// Appends a field, unless one of that name is there; returns whether it did.
  ///
  /// - Complexity: O(1) in a large object and O(*n*) in a small one.
  package mutating func insert(_ key: String, _ value: StateValue) -> Bool {
    guard position(of: key) == nil else { return false }
    append(Field(key: key, value: value))
    return true
  }

  private mutating func append(_ field: Field) {
    fields.append(field)
    if index != nil {
      index?[StateKey(field.key)] = fields.count - 1
    } else if fields.count >= Self.indexThreshold {
      reindex()
    }
  }

  private func position(of key: String) -> Int? {
    if let index { return index[StateKey(key)] }
    return fields.firstIndex { $0.key.isSame(as: key) }
  }

  private mutating func reindex() {
    var index = [StateKey: Int](minimumCapacity: fields.count)
    for (position, field) in fields.enumerated() { index[StateKey(field.key)] = position }
    self.index = index
  }
}

extension StateObject: RandomAccessCollection {
  /// The place of the first field.
  public var startIndex: Int { 0 }
  /// The place after the last field.
  public var endIndex: Int { fields.count }
  /// The field at a place.
  public subscript(position: Int) -> Field { fields[position] }
}

extension StateObject: Hashable {
  /// Whether both hold the same fields, in whatever order.
  ///
  /// - Complexity: O(*n*) in the size of the values for large objects and for equal order.
  public static func == (left: StateObject, right: StateObject) -> Bool {
    guard left.count == right.count else { return false }
    return left.fields.indices.allSatisfy { position in
      let field = left.fields[position]
      // The same writer nearly always keeps its order: look in the same place first.
      let twin = right.fields[position]
      return twin.key.isSame(as: field.key)
        ? twin.value == field.value : right[field.key] == field.value
    }
  }

  /// Feeds the fields into a hasher without regard to their order.
  public func hash(into hasher: inout Hasher) {
    var combined = 0
    for field in fields { combined ^= field.hashValue }
    hasher.combine(fields.count)
    hasher.combine(combined)
  }
}

extension StateObject: ExpressibleByDictionaryLiteral {
  /// Makes an object; of two equal keys the later value counts.
  public init(dictionaryLiteral elements: (String, StateValue)...) { self.init(elements) }
}
