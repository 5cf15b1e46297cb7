import SharedState
import Wording

/// An edit as the call that would have done it, in the words of the tutorial and of our library.
///
/// ```swift
/// let echo = CallEcho(request)
/// echo.text(in: .python)   // client.selections.update('hyperballs', particle_ids=[43, 44, 45])
/// echo.text(in: .swift)    // try await client.selections.update("hyperballs", ["particle_ids": [43, 44, 45]])
/// echo.nanover             // client.update_state(DictionaryChange(updates={'selection.hyperballs': {…}}))
/// ```
///
/// Each call says what the person meant, field by field; none of them merges, which only
/// ``EditRequest/rebased(on:)`` does.
public struct CallEcho: Sendable {
  /// So much of a call is shown in one line.
  private static let lineLength = 400

  /// The edit.
  public let request: EditRequest

  /// Says an edit.
  public init(_ request: EditRequest) { self.request = request }

  /// The call, or one for each entry, a line each.
  ///
  /// - Complexity: O(*n*) in the values of the edit.
  public func text(in language: CodeLanguage) -> String {
    calls.map { $0.text(in: language) }.joined(separator: "\n")
  }

  /// As much of the call as a line may show; an edit of several entries shows its first.
  public func line(in language: CodeLanguage) -> String {
    let calls = calls
    guard let first = calls.first else { return "" }
    let line = first.text(in: language).prefix(Self.lineLength)
    guard calls.count > 1 else { return String(line) }
    return "\(line)  and \(Phrases.grouped(calls.count - 1)) more"
  }

  /// The whole of it in the words of NanoVer's own client, which takes nothing but whole values.
  public var nanover: String {
    let literal = CodeLiteral(language: .python)
    var updates = StateObject()
    for entry in request.entries {
      if let mine = entry.mine { updates[entry.key] = mine }
    }
    let removals = request.entries.filter { $0.mine == nil }.map { literal.text($0.key) }
    var arguments: [String] = []
    if !updates.isEmpty {
      let fields = updates.map { literal.text($0.key) + ": " + literal.text($0.value) }
      arguments.append("updates={" + fields.joined(separator: ", ") + "}")
    }
    if !removals.isEmpty {
      arguments.append("removals={" + removals.joined(separator: ", ") + "}")
    }
    return "client.update_state(DictionaryChange(" + arguments.joined(separator: ", ") + "))"
  }

  private var calls: [Call] {
    if request.verb == .clear, let first = request.entries.first,
      let prefix = KeyParts.prefix(of: first.key)
    {
      return [.clear(prefix)]
    }
    return request.entries.map { call(for: $0) }
  }

  private func call(for entry: EditRequest.Entry) -> Call {
    guard let mine = entry.mine else { return .remove(entry.key) }
    if request.verb == .add, entry.base == nil, mine != .null,
      let added = Call(adding: entry.key, mine)
    {
      return added
    }
    guard request.verb == .update || request.verb == .modify, let base = entry.base,
      let changed = Call(changing: entry.key, from: base, to: mine, verb: request.verb)
    else {
      return .set(entry.key, mine)
    }
    return changed
  }
}

private enum Call {
  case set(String, StateValue)
  case add(prefix: String, key: String, StateValue)
  case update(String, from: StateValue, StateObject, to: StateValue)
  case modify(String, from: StateValue, [ValueDiff.Difference], to: StateValue)
  case remove(String)
  case clear(String)

  /// An entry whose key chance has made; one with a name of somebody's choosing is set.
  init?(adding key: String, _ value: StateValue) {
    guard let prefix = KeyParts.prefix(of: key), Self.isRandom(KeyParts(key).name) else {
      return nil
    }
    self = .add(prefix: prefix, key: key, value)
  }

  /// A change of some fields; `nil` if the whole value was replaced, or nothing.
  init?(changing key: String, from base: StateValue, to mine: StateValue, verb: EditVerb) {
    let differences = ValueDiff(from: base, to: mine).differences
    guard !differences.isEmpty, !differences.contains(where: { $0.path.isRoot }) else { return nil }
    var fields = StateObject()
    for difference in differences {
      guard case .field(let name)? = difference.path.steps.first,
        difference.path.steps.count == 1, let new = difference.new
      else { break }
      fields[name] = new
    }
    let isUpdate =
      verb == .update && fields.count == differences.count
      && fields.keys.allSatisfy { !PythonName.isTaken($0) }
    self =
      isUpdate
      ? .update(key, from: base, fields, to: mine) : .modify(key, from: base, differences, to: mine)
  }

  private static func isRandom(_ name: String) -> Bool {
    let parts = name.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    return parts.map(\.count) == [8, 4, 4, 4, 12]
      && parts.joined().allSatisfy { byte in
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
          || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
      }
  }

  func text(in language: CodeLanguage) -> String {
    switch language {
    case .python: python
    case .swift: "try await " + swift
    }
  }
}

// MARK: - Python

/// What may stand before the `=` of a keyword argument.
private enum PythonName {
  private static let keywords: Set = [
    "__debug__", "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class",
    "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while",
    "with", "yield",
  ]

  /// Only ASCII: Python reads other letters in their compatible form, which is another key.
  static func isOne(_ name: String) -> Bool {
    guard let first = name.utf8.first, !keywords.contains(name), !isDigit(first) else {
      return false
    }
    return name.utf8.allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "_") }
  }

  /// Whether the name is one of the views' own parameters.
  static func isTaken(_ name: String) -> Bool {
    ["self", "key", "value", "snapshot"].contains(name)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }
}

extension Call {
  private static let literal = CodeLiteral(language: .python)

  private var python: String {
    switch self {
    case .set(let key, let value):
      if let shortcut = CollectionShortcut(key: key), shortcut.keeps(value),
        let arguments = Self.keywords(value)
      {
        let name = Self.literal.text(shortcut.name(of: key))
        return "client.\(shortcut).set(\(name), \(arguments))"
      }
      return "shared_state[\(Self.literal.text(key))] = \(Self.literal.text(value))"
    case .add(let prefix, let key, let value):
      if let shortcut = CollectionShortcut(key: key), shortcut.keeps(value),
        let arguments = Self.keywords(value)
      {
        return "client.\(shortcut).add(\(arguments))"
      }
      let prefix = Self.literal.text(prefix)
      return "shared_state.collection(\(prefix)).add(\(Self.literal.text(value)))"
    case .update(let key, let base, let fields, let mine):
      let arguments = Self.arguments(fields)
      if let shortcut = CollectionShortcut(key: key),
        shortcut.leads(from: base, by: fields, to: mine)
      {
        let name = Self.literal.text(shortcut.name(of: key))
        return "client.\(shortcut).update(\(name), \(arguments))"
      }
      return "shared_state.update(\(Self.literal.text(key)), \(arguments))"
    case .modify(let key, let base, let differences, let mine):
      let changes = differences.map(Self.statement).joined(separator: "; ")
      let isTyped = CollectionShortcut(key: key).map { $0.keeps(base) && $0.keeps(mine) } ?? false
      let isKept = isTyped && differences.allSatisfy { $0.new != nil }
      return "with \(Self.reference(to: key, isTyped: isKept)).modify() as value: \(changes)"
    case .remove(let key): return "del \(Self.reference(to: key, isTyped: true))"
    case .clear(let prefix):
      if let shortcut = CollectionShortcut(key: prefix) { return "client.\(shortcut).clear()" }
      return "shared_state.collection(\(Self.literal.text(prefix))).clear()"
    }
  }

  private static func reference(to key: String, isTyped: Bool) -> String {
    guard isTyped, let shortcut = CollectionShortcut(key: key) else {
      return "shared_state[\(literal.text(key))]"
    }
    return "client.\(shortcut)[\(literal.text(shortcut.name(of: key)))]"
  }

  /// A dictionary as keyword arguments, if all its names can be.
  private static func keywords(_ value: StateValue) -> String? {
    guard let object = value.object, !object.isEmpty,
      object.allSatisfy({ !PythonName.isTaken($0.key) })
    else { return nil }
    return arguments(object)
  }

  /// Names that are no Python names go in by way of a dictionary.
  private static func arguments(_ fields: StateObject) -> String {
    var arguments = fields.filter { PythonName.isOne($0.key) }
      .map { "\($0.key)=\(literal.text($0.value))" }
    let others = fields.filter { !PythonName.isOne($0.key) }
      .map { "\(literal.text($0.key)): \(literal.text($0.value))" }
    if !others.isEmpty { arguments.append("**{" + others.joined(separator: ", ") + "}") }
    return arguments.joined(separator: ", ")
  }

  private static func statement(_ difference: ValueDiff.Difference) -> String {
    let steps = difference.path.steps.map { step in
      switch step {
      case .field(let name): "[\(literal.text(name))]"
      case .element(let position): "[\(position)]"
      }
    }
    let place = "value" + steps.joined()
    return difference.new.map { "\(place) = \(literal.text($0))" } ?? "del \(place)"
  }
}

// MARK: - Swift

extension Call {
  private static let swiftLiteral = CodeLiteral(language: .swift)

  private var swift: String {
    let literal = Self.swiftLiteral
    switch self {
    case .set(let key, let value):
      if let shortcut = CollectionShortcut(key: key), shortcut.keeps(value) {
        let name = literal.text(shortcut.name(of: key))
        return "client.\(shortcut).set(\(name), fields: \(literal.text(value)))"
      }
      return "sharedState.set(\(literal.text(key)), to: \(literal.text(value)))"
    case .add(let prefix, let key, let value):
      if let shortcut = CollectionShortcut(key: key), shortcut.keeps(value) {
        return "client.\(shortcut).add(fields: \(literal.text(value)))"
      }
      return "sharedState.collection(\(literal.text(prefix))).add(\(literal.text(value)))"
    case .update(let key, let base, let fields, let mine):
      let arguments = literal.text(.object(fields))
      if let shortcut = CollectionShortcut(key: key),
        shortcut.leads(from: base, by: fields, to: mine)
      {
        let name = literal.text(shortcut.name(of: key))
        return "client.\(shortcut).update(\(name), \(arguments))"
      }
      return "sharedState.update(\(literal.text(key)), \(arguments))"
    case .modify(let key, _, let differences, _):
      let changes = differences.map(Self.swiftStatement).joined(separator: "; ")
      return "sharedState.modify(\(literal.text(key))) { value in \(changes) }"
    case .remove(let key):
      guard let shortcut = CollectionShortcut(key: key) else {
        return "sharedState.remove(\(literal.text(key)))"
      }
      return "client.\(shortcut).remove(\(literal.text(shortcut.name(of: key))))"
    case .clear(let prefix):
      if let shortcut = CollectionShortcut(key: prefix) { return "client.\(shortcut).clear()" }
      return "sharedState.collection(\(literal.text(prefix))).clear()"
    }
  }

  private static func swiftStatement(_ difference: ValueDiff.Difference) -> String {
    let new = difference.new.map { swiftLiteral.text($0) } ?? "nil"
    let names = difference.path.steps.compactMap { step -> String? in
      guard case .field(let name) = step else { return nil }
      return ".object?[\(swiftLiteral.text(name))]"
    }
    if names.count == difference.path.steps.count {
      return "value" + names.joined(separator: "?") + " = \(new)"
    }
    let steps = difference.path.steps.map { step in
      switch step {
      case .field(let name): swiftLiteral.text(name)
      case .element(let position): String(position)
      }
    }
    let path = steps.joined(separator: ", ")
    return "value = value.replacing([\(path)], with: \(new)) ?? value"
  }
}
