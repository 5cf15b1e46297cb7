public import SharedState

/// An edit as a pattern: what it did to one entry, put on others.
///
/// ```swift
/// let pattern = try Repetition.of(edit).get()
/// pattern.fate(of: "selection.b", holding: state["selection.b"])   // .changes(…), or why it stays
/// ```
public struct Repetition: Sendable {
  /// What becomes of one entry.
  public enum Fate: Hashable, Sendable {
    /// It changes so.
    case changes(EditRequest.Entry)
    /// It is left alone, for the reason given.
    case stays(Stay)
  }

  /// Why an entry is left alone.
  public enum Stay: Hashable, Sendable {
    /// There is nothing at its key.
    case isVacant
    /// It is already as the edit would have it.
    case isSoAlready
    /// It has no such place.
    case hasNo(ValuePath)
  }

  /// Why an edit is no pattern.
  public enum Reason: Error, Hashable, Sendable {
    /// Each `add` makes an entry of its own.
    case addMakesAnother
    /// A `clear` is done to a group.
    case clearIsOfAGroup
    /// It was of so many entries, each in its own way.
    case isOfSeveral(Int)
  }

  /// What kind of edit it is on each entry.
  public let verb: EditVerb
  /// What it changes in a value.
  public let differences: [ValueDiff.Difference]
  /// The whole value that it gives; `nil` if it removes.
  public let value: StateValue?

  /// Takes an edit of one entry as a pattern, or a removal, which is the same for each; says why it is none otherwise.
  public static func of(_ edit: EditRequest) -> Result<Repetition, Reason> {
    switch edit.verb {
    case .add: return .failure(.addMakesAnother)
    case .clear: return .failure(.clearIsOfAGroup)
    case .set, .update, .modify, .remove: break
    }
    guard edit.entries.count == 1 || edit.verb == .remove, let entry = edit.entries.first else {
      return .failure(.isOfSeveral(edit.entries.count))
    }
    return .success(Repetition(edit.verb, entry))
  }

  private init(_ verb: EditVerb, _ entry: EditRequest.Entry) {
    let diff = ValueDiff(from: entry.base, to: entry.mine).differences
    // A value that was replaced as a whole is set, whatever the verb was called.
    let isWhole = diff.contains { $0.path.isRoot }
    self.verb = isWhole && entry.mine != nil ? .set : verb
    differences = diff
    value = entry.mine
  }

  /// What the edit comes to on an entry that holds something, or nothing.
  public func fate(of key: String, holding live: StateValue?) -> Fate {
    switch verb {
    case .remove:
      return live == nil ? .stays(.isVacant) : entry(key, live, nil)
    case .set, .add, .clear:
      return live == value ? .stays(.isSoAlready) : entry(key, live, value)
    case .update, .modify:
      guard let live else { return .stays(.isVacant) }
      return changed(key, live)
    }
  }

  private func changed(_ key: String, _ live: StateValue) -> Fate {
    var mine = live
    for difference in differences {
      if difference.new == nil, mine.value(at: difference.path) == nil { continue }
      guard let next = mine.replacing(difference.path, with: difference.new) else {
        return .stays(.hasNo(difference.path))
      }
      mine = next
    }
    return mine == live ? .stays(.isSoAlready) : entry(key, live, mine)
  }

  private func entry(_ key: String, _ live: StateValue?, _ mine: StateValue?) -> Fate {
    .changes(EditRequest.Entry(key: key, base: live, mine: mine))
  }
}
