public import SharedState

/// How a room was set up: its scene, selections, visualisers and suggestions, to be brought back another day, after
/// another molecule was loaded, or in another town.
///
/// ```swift
/// let setup = RoomSetup(of: state)
/// let edit = EditRequest(id: id, verb: .set, entries: setup.entries(on: other, parts: [.selections]))
/// ```
public struct RoomSetup: Hashable, Sendable {
  /// What can be brought back by itself.
  public enum Part: String, CaseIterable, Sendable {
    /// Where the box stands.
    case scene
    /// What is selected of the molecule.
    case selections
    /// What draws the selections.
    case visualisers
    /// What all headsets are asked to do.
    case suggestions

    /// Whether a key belongs to it.
    ///
    /// `transform.simulation` says over again what `scene` says, and NanoVer's server keeps both alike.
    public func holds(_ key: String) -> Bool {
      switch self {
      case .scene: key == "scene" || key.begins(with: "scene.")
      case .selections: key.begins(with: "selection.")
      case .visualisers:
        ["visualiser.", "visualisers.", "visualisation."].contains { key.begins(with: $0) }
      case .suggestions: key.begins(with: "suggested.")
      }
    }
  }

  /// Why something that was written down is no set-up.
  public struct Flaw: Error, Hashable, CustomStringConvertible {
    /// What it is not, in words.
    public let description: String
  }

  /// The values by their keys, in order.
  public private(set) var values: StateObject

  /// Takes what a state holds of it.
  ///
  /// - Complexity: O(*n*) in the keys of the state.
  public init(of state: StateDictionary) {
    let keys = state.keys.filter { key in Part.allCases.contains { $0.holds(key) } }
    values = StateObject(keys.sorted().compactMap { key in state[key].map { (key, $0) } })
  }

  /// How many entries it has of a part.
  public func count(of part: Part) -> Int { values.count { part.holds($0.key) } }

  /// The selections, for who chooses their atoms anew.
  package var selections: [StateKey: StateValue] {
    get {
      Dictionary(
        values.filter { Part.selections.holds($0.key) }.map { (StateKey($0.key), $0.value) }
      ) { $1 }
    }
    set { for (key, value) in newValue { values[key.text] = value } }
  }

  /// What makes another state so, as the entries of one edit.
  ///
  /// - Parameters:
  ///   - state: The state as it is.
  ///   - parts: Which parts are brought back.
  ///   - exactly: Whether entries of these parts that the set-up does not have go away.
  /// - Returns: Only what differs, in the order of the keys.
  /// - Complexity: O(*n*) in the keys of the state if entries may go away, and else in those of the set-up.
  public func entries(
    on state: StateDictionary,
    parts: [Part] = Part.allCases,
    exactly: Bool = false
  ) -> [EditRequest.Entry] {
    let isMeant = { (key: String) in parts.contains { $0.holds(key) } }
    var entries = values.filter { isMeant($0.key) && state[$0.key] != $0.value }
      .map { EditRequest.Entry(key: $0.key, base: state[$0.key], mine: $0.value) }
    if exactly {
      let known = Set(values.map { StateKey($0.key) })
      entries += state.keys.filter { isMeant($0) && !known.contains(StateKey($0)) }
        .map { EditRequest.Entry(key: $0, base: state[$0], mine: nil) }
    }
    return entries.sorted { $0.key < $1.key }
  }

  // MARK: Writing down

  private static let (format, version) = ("room set-up", StateValue.int(1))

  /// The set-up as it is written down.
  public var document: StateValue {
    ["townhall": .string(Self.format), "version": Self.version, "values": .object(values)]
  }

  /// Reads what was written down; keys that no set-up has are left out.
  ///
  /// - Throws: A ``Flaw`` that says what it is not.
  public init(_ document: StateValue) throws(Flaw) {
    guard document["townhall"]?.string == Self.format else {
      throw Flaw(description: "it is no set-up of a room")
    }
    guard document["version"] == Self.version else {
      throw Flaw(description: "it was written by another version of townhall")
    }
    guard let values = document["values"]?.object else {
      throw Flaw(description: "it says no values")
    }
    self.values = StateObject(
      values.filter { field in Part.allCases.contains { $0.holds(field.key) } }
        .map { ($0.key, $0.value) }
    )
  }
}
