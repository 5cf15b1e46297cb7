/// Why a value of the shared state could not be read or changed.
public enum SharedStateError: Error, Sendable, Hashable {
  /// The key has no value.
  case keyNotFound(key: String)
  /// The value has no fields that could be updated; `kind` says what it is instead.
  case notADictionary(key: String, kind: String)
  /// The value is not what the typed view reads; it was left as it is.
  case unreadable(key: String, type: String, reason: String)

  /// The key that the error is about.
  public var key: String {
    switch self {
    case .keyNotFound(let key), .notADictionary(let key, _), .unreadable(let key, _, _): key
    }
  }
}

extension SharedStateError: CustomStringConvertible {
  /// One line for a person: what, where, and what to try.
  public var description: String {
    switch self {
    case .keyNotFound(let key):
      "\(Self.quoted(key)) has no value: set it first, or check hasValue before you read"
    case .notADictionary(let key, let kind):
      "\(Self.quoted(key)) is \(withArticle(kind)), not a dictionary, and has no fields to update: set it instead"
    case .unreadable(let key, let type, let reason):
      "\(Self.quoted(key)) is no \(type) (\(reason)): read it through an untyped reference"
    }
  }

  private static func quoted(_ key: String) -> String { StateValue.string(key).text }
}
