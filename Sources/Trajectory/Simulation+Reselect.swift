package import SharedState

extension Simulation {
  /// Selections with the atoms that their queries mean now; as they were, those that were not chosen by one, or by one that makes no
  /// sense here.
  ///
  /// A query may name another of them, so those that name none are answered first.
  ///
  /// - Parameters:
  ///   - values: The selections, by their keys.
  ///   - state: The state that they are to stand in.
  /// - Returns: The same selections; all as they were where there is no molecule.
  package func chosenAnew(
    _ values: [StateKey: StateValue],
    in state: StateDictionary
  ) -> [StateKey: StateValue] {
    guard molecule != nil else { return values }
    var (state, values) = (state, values)
    for (key, value) in values { state[key.text] = value }
    let queries = values.compactMapValues { value -> AtomQuery? in
      (try? ParticleSelection(stateValue: value))?.query.flatMap { try? AtomQuery($0) }
    }
    let first = queries.filter { !$0.value.namesEntries }
    let later = queries.filter { $0.value.namesEntries }
    // One may name another that names a third; more than that is answered by R once more.
    for round in [first, later, later] {
      for (key, query) in round {
        guard let value = values[key], var selection = try? ParticleSelection(stateValue: value),
          let atoms = try? select(query, in: state)
        else { continue }
        selection.choose(atoms, by: query)
        values[key] = selection.stateValue
        state[key.text] = selection.stateValue
      }
    }
    return values
  }
}
