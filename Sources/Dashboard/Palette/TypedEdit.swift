import ScreenKit
import SharedState
import StateEditing

/// What is typed behind a command, apart from what it means.
enum TypedWords {
  /// The first word, and what follows it; a word that begins with a quotation mark goes to the next one.
  static func first(of text: String) -> (word: String, rest: String) {
    let (blank, quote, escape) = (UInt8(ascii: " "), UInt8(ascii: "\""), UInt8(ascii: "\\"))
    // By bytes: a mark that carries an accent is still a mark.
    var (isQuoted, isEscaped) = (text.utf8.first == quote, false)
    let end = text.utf8.dropFirst(isQuoted ? 1 : 0).firstIndex { byte in
      guard isQuoted else { return byte == blank }
      (isQuoted, isEscaped) = (isEscaped || byte != quote, !isEscaped && byte == escape)
      return false
    }
    guard let end else { return (text, "") }
    return (String(text[..<end]), String(Substring(text[end...].utf8.drop { $0 == blank })))
  }

  /// All words, for keys.
  static func all(in text: String) -> [String] {
    var (words, rest) = ([String](), text)
    while !rest.isEmpty {
      let (word, next) = first(of: rest)
      words.append(word)
      rest = next
    }
    return words
  }

  /// Words such as `ids=[1, 2]`: a blank within quotation marks or brackets does not end one, and what stands in the
  /// single quotes of a shell loses these.
  static func fields(in text: String) -> [String] {
    var words: [String] = []
    var word: String?
    var (inShellQuotes, isQuoted, isEscaped, depth) = (false, false, false, 0)
    for character in text {
      switch character {
      case "'" where !isQuoted:
        inShellQuotes.toggle()
        word = word ?? ""
        continue
      case " " where !inShellQuotes && !isQuoted && depth <= 0:
        words += word.map { [$0] } ?? []
        word = nil
        continue
      case "\"" where !inShellQuotes && !isEscaped: isQuoted.toggle()
      case "[", "{": depth += inShellQuotes || isQuoted ? 0 : 1
      case "]", "}": depth -= inShellQuotes || isQuoted ? 0 : 1
      default: break
      }
      isEscaped = character == "\\" && isQuoted && !isEscaped
      word = (word ?? "") + String(character)
    }
    return words + (word.map { [$0] } ?? [])
  }

  /// A value without the single quotes that a shell wants around it.
  static func value(_ text: String) -> String {
    guard text.count >= 2, text.hasPrefix("'"), text.hasSuffix("'") else { return text }
    return String(text.dropFirst().dropLast())
  }
}

/// An edit that was typed whole, as on a shell: `set scene.box [1, 1, 1]`.
enum TypedEdit: Hashable, Sendable {
  /// An entry gets a value.
  case write(EditVerb, EditRequest.Entry)
  /// A group gets a new entry.
  case add(to: String, StateValue)
  /// Several entries are to go, which is asked first.
  case remove([String])

  /// What stands behind the key of an edit that can be typed whole.
  static func usage(of id: ActionID) -> String? {
    switch EditVerb(rawValue: id.name) {
    case .set, .add: "VALUE"
    case .update: "FIELD=VALUE"
    case .remove: "KEY"
    case .modify, .clear, nil: nil
    }
  }
}

extension PaletteHost {
  /// Reads what is typed behind the name of an action; `nil` if that is one key, on which the action then opens.
  ///
  /// - Throws: Why it comes to nothing.
  func typedEdit(_ id: ActionID, _ typed: String) throws(TypedValue.Flaw) -> TypedEdit? {
    let (word, rest) = TypedWords.first(of: typed)
    guard !rest.isEmpty else { return nil }
    let key = try TypedValue.key(word)
    switch EditVerb(rawValue: id.name) {
    case .set:
      try check(.set, on: .entry(key))
      let value = try TypedValue.value(TypedWords.value(rest))
      return try write(.set, key, value)
    case .update:
      try check(.update, on: .entry(key))
      var fields: [(name: String, value: StateValue)] = []
      for text in TypedWords.fields(in: rest) { fields.append(try TypedValue.field(text)) }
      return try write(.update, key, (freshest[key] ?? .object([:])).setting(fields, in: key))
    case .add:
      guard key.hasSuffix(".") else {
        throw TypedValue.Flaw(
          words("\(key) is no \(.street), whose name ends with a dot: \(key).")
        )
      }
      try check(.add, on: .group(key))
      return .add(to: key, try TypedValue.value(TypedWords.value(rest)))
    case .remove: return .remove(try keysToRemove(typed))
    case .modify, .clear, nil:
      throw TypedValue.Flaw(
        words("one \(.address) or \(.street) stands behind it, and nothing more")
      )
    }
  }

  private func check(_ verb: EditVerb, on target: EditTarget) throws(TypedValue.Flaw) {
    if let reason = reasonNotToWrite ?? reasonNot(to: verb, on: target) {
      throw TypedValue.Flaw(reason)
    }
  }

  private func write(
    _ verb: EditVerb,
    _ key: String,
    _ value: StateValue
  ) throws(TypedValue.Flaw) -> TypedEdit {
    let base = freshest[key]
    guard base != value else { throw TypedValue.Flaw("\(key) holds exactly this") }
    return .write(verb, EditRequest.Entry(key: key, base: base, mine: value))
  }

  private func keysToRemove(_ typed: String) throws(TypedValue.Flaw) -> [String] {
    var keys: [String] = []
    for word in TypedWords.all(in: typed) {
      let key = try TypedValue.key(word)
      try check(.remove, on: .entry(key))
      if !keys.contains(key) { keys.append(key) }
    }
    return keys
  }

  /// Does what was typed whole, and goes to what it is about.
  mutating func carryOut(_ edit: TypedEdit) -> [Effect] {
    switch edit {
    case .write(let verb, let entry):
      if isThere(.entry(entry.key)) { goTo(entry.key) }
      return submit(verb, [entry])
    case .add(let prefix, let value):
      let key = prefix + outbox.names.next()
      return submit(.add, [EditRequest.Entry(key: key, base: nil, mine: value)])
    case .remove(let keys):
      askToRemove(keys)
      return []
    }
  }
}
