/// Entries that say something of the moment in which they came, so that it is found again.
///
/// Their keys begin with `mark.`: everybody in the session sees them, and every recording holds them. `mark.checkpoint`, which
/// headsets write, is one.
///
/// ```swift
/// try await town["mark.2f6b"].set(MarkEntry.value("ligand is in"))
/// MarkEntry.text(of: "mark.2f6b", value)       // "ligand is in"
/// ```
public enum MarkEntry {
  /// How the keys of marks begin.
  public static let prefix = "mark."

  /// What an entry says of its moment: its text, or the text under `text` in it, or the rest of its key.
  public static func text(of key: String, _ value: StateValue) -> String {
    if case .string(let text) = value { return text }
    if case .string(let text)? = value["text"] { return text }
    return String(key.dropFirst(prefix.count))
  }

  /// What an entry holds that says this, and at what time it did, if that is told.
  public static func value(_ text: String, at time: String? = nil) -> StateValue {
    var value: StateObject = ["text": .string(text)]
    if let time { value["at"] = .string(time) }
    return .object(value)
  }
}
