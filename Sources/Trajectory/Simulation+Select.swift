public import SharedState

extension Simulation {
  /// The atoms of the molecule that a query means now, where everybody is and as the shared state names them.
  ///
  /// - Parameters:
  ///   - query: What is meant.
  ///   - state: The shared state, for queries that name its selections and interactions; those are found by what stands behind
  ///     the dot in their keys, or by what they are called.
  /// - Returns: The atoms, of all that there are; none if there is no molecule.
  /// - Throws: ``FrameError`` if what the simulation says makes no sense, or ``AtomQueryError`` if the query means nothing here.
  /// - Complexity: As ``Topology/select(_:at:entry:)``.
  public func select(_ query: AtomQuery, in state: StateDictionary) throws -> AtomSet {
    if let trouble { throw trouble }
    guard let topology = molecule?.topology else { return AtomSet(of: 0) }
    let positions = query.needsPositions ? try frame.vectors(.particlePositions) ?? [] : []
    return try topology.select(query, at: positions) { entry in
      state.particles(of: entry, among: topology.atomCount)
    }
  }
}

extension StateDictionary {
  /// The particles that an entry names; nil if there is no such entry.
  fileprivate func particles(of entry: AtomQuery.Entry, among count: Int) -> [Int]? {
    let prefix = "\(entry.kind.rawValue)."
    guard let value = self[prefix + entry.name] ?? value(called: entry.name, under: prefix) else {
      return nil
    }
    switch entry.kind {
    case .selection:
      // Without a list it is of all.
      return (try? ParticleSelection(stateValue: value)).map { $0.particleIDs ?? Array(0..<count) }
    case .interaction:
      return (try? Interaction(stateValue: value))?.particles
    }
  }

  private func value(called name: String, under prefix: String) -> StateValue? {
    keys(withPrefix: prefix).lazy.compactMap { self[$0] }.first { value in
      (try? ParticleSelection(stateValue: value))?.displayName == name
    }
  }
}

/// Selections that remember by which query their particles were chosen, so that it can be applied again after a load.
extension ParticleSelection {
  /// What the query is called where it is kept: in the properties of Narupa and NanoVer, and beside the plain fields.
  public static let queryField = "townhall.query"

  /// The query that the particles were chosen by, if it is kept.
  ///
  /// NanoVer's own Python client writes a selection without what it does not know, and so without the query.
  public var query: String? {
    get {
      (layout == .scivana ? fields[Self.queryField] : fields["properties"]?[Self.queryField])?
        .string
    }
    set {
      let value = newValue.map(StateValue.string)
      guard layout != .scivana else { return fields[Self.queryField] = value }
      var properties = fields["properties"]?.object ?? [:]
      properties[Self.queryField] = value
      fields["properties"] = .object(properties)
    }
  }

  /// Chooses the particles, and keeps the query that they were chosen by.
  ///
  /// Particles that were chosen otherwise are all replaced.
  public mutating func choose(_ atoms: AtomSet, by query: AtomQuery) {
    particleIDs = Array(atoms)
    self.query = query.description
  }
}
