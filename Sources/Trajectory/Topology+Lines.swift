internal import Wording

/// Atoms in words.
extension Topology {
  /// Atoms as a person reads them, in a line for each residue: `43-45  C H H of ALA 5 (A)`.
  ///
  /// Their numbers are written as a query takes them: `index 43-45`. Names are as the simulation has them, whatever stands in
  /// them.
  ///
  /// - Complexity: O(*n*) in atoms for all lines; none is made before it is asked for.
  public func lines(of atoms: AtomSet) -> some Sequence<String> {
    sequence(state: Array(atoms)[...]) { rest in
      guard let first = rest.first else { return nil }
      let residue = self.residueNumber(of: first)
      let group = rest.prefix { self.residueNumber(of: $0) == residue }
      rest = rest.dropFirst(group.count)
      return self.line(of: group, residue)
    }
  }

  /// How many atoms there are, and in what residues most of them: `1,204 atoms: 301 HOH, 1 ALA`.
  ///
  /// - Complexity: O(*n*) in atoms.
  public func summary(of atoms: AtomSet) -> String {
    let count = atoms.count
    let words = Phrases.count(count, "atom")
    guard !atomResidues.isEmpty, !residueNames.isEmpty, count > 0 else { return words }
    let residues = Set(atoms.lazy.map { atomResidues[$0] })
    var counts: [UInt32: Int] = [:]
    for residue in residues { counts[residueNames[Int(residue)], default: 0] += 1 }
    let names = counts.map { (name: self.words[Int($0.key)], count: $0.value) }
      .sorted { ($1.count, $0.name) < ($0.count, $1.name) }
    let most = names.prefix(4).map { "\(Phrases.grouped($0.count)) \($0.name)" }
    let more = names.count > 4 ? ", and \(names.count - 4) more kinds" : ""
    return "\(words): \(most.joined(separator: ", "))\(more)"
  }

  private func residueNumber(of atom: Int) -> UInt32? {
    atomResidues.isEmpty ? nil : atomResidues[atom]
  }

  /// So many names stand in a line.
  private static let mostNames = 12

  private func line(of atoms: ArraySlice<Int>, _ residue: UInt32?) -> String {
    let numbers = atoms.runs.map { run in
      run.count == 1 ? "\(run.lowerBound)" : "\(run.lowerBound)-\(run.upperBound - 1)"
    }
    let names = atoms.prefix(Self.mostNames).map { self.atom($0).name }
      .map { $0.isEmpty ? "?" : $0 }
    let more = atoms.count > Self.mostNames ? " and \(atoms.count - Self.mostNames) more" : ""
    let home = residue.map { self.home(Int($0)) } ?? ""
    return "\(numbers.joined(separator: " "))  \(names.joined(separator: " "))\(more)\(home)"
  }

  /// Where the atoms of a residue are: ` of ALA 5 (A)`.
  private func home(_ number: Int) -> String {
    let residue = residue(number)
    let chain = residue.chain.map(chainName) ?? ""
    let words = [residue.name, residue.id, chain.isEmpty ? "" : "(\(chain))"].filter { !$0.isEmpty }
    return words.isEmpty ? "" : " of " + words.joined(separator: " ")
  }
}
