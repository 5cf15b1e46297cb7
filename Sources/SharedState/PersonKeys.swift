/// Keys that are of some person: where they are, what their hands do, and where they came in.
package enum PersonKeys {
  package static let avatars = "avatar."
  package static let counters = "update.index."
  package static let interactions = "interaction."
  package static let origins = "user-origin."
  /// What shows where somebody is and what their hands do.
  package static let bodies = [avatars, counters, "playarea.", "cursor."]

  /// Whether a key is of some person, whoever that is.
  package static func holds(_ key: String) -> Bool {
    (bodies + [interactions, origins]).contains { key.begins(with: $0) }
  }
}

extension StateDictionary {
  /// The keys of what shows people and what their hands do, of whom nobody may be there at another time.
  ///
  /// - Complexity: O(*n*).
  package var keysOfPeople: [String] { keys.filter(PersonKeys.holds) }
}
