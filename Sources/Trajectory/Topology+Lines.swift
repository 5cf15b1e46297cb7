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
    guard !atomResidues.isEmpty, !residueNames.isEmpty else { return summary(atoms.count, []) }
    let residues = Set(atoms.lazy.map { atomResidues[$0] })
    var counts: [UInt32: Int] = [:]
    for residue in residues { counts[residueNames[Int(residue)], default: 0] += 1 }
    return summary(atoms.count, counts.map { (words[Int($0.key)], $0.value) })
  }

  /// Atoms in a few words, without their numbers: `C H H of ALA 5 (A)`, `chain A, residues 5-12`, `903 atoms: 301 HOH`.
  ///
  /// - Complexity: O(*n*) in atoms.
  public func phrase(of atoms: AtomSet) -> String {
    let count = atoms.count
    if count == 0 { return "no atoms" }
    if count == atomCount, count > 1 { return "all \(Phrases.grouped(count)) atoms" }
    guard !atomResidues.isEmpty else {
      return count <= Self.fewNames ? names(of: atoms) : summaryOfNames(of: atoms)
    }
    let residues = Set(atoms.lazy.map { atomResidues[$0] }).sorted().map { Int($0) }
    if residues.count == 1 {
      let isWhole = count == residueSizes[residues[0]]
      let few = isWhole ? "all \(count) atoms" : Phrases.count(count, "atom")
      return (count <= Self.fewNames ? names(of: atoms) : few) + home(residues[0])
    }
    let isWhole = count == residues.reduce(0) { $0 + Int(residueSizes[$1]) }
    return (isWhole ? chainPhrase(of: residues) : nil) ?? summary(of: atoms)
  }

  /// So many names stand in a phrase.
  private static let fewNames = 6

  private func names(of atoms: some Sequence<Int>) -> String {
    atoms.map { self.atom($0).name }.map { $0.isEmpty ? "?" : $0 }.joined(separator: " ")
  }

  /// Whole residues by their chains, where those have names and say more than what the residues are called.
  private func chainPhrase(of residues: [Int]) -> String? {
    guard !residueChains.isEmpty,
      Set(residues.map { residueNames.isEmpty ? 0 : residueNames[$0] }).count > 1
    else { return nil }
    let chains = Set(residues.map { residueChains[$0] }).sorted().map { Int($0) }
    let names = chains.map(chainName)
    guard names.count <= 4, names.allSatisfy({ !$0.isEmpty }) else { return nil }
    if residues.count == chains.reduce(0, { $0 + Int(chainSizes[$1]) }) {
      return "\(chains.count == 1 ? "chain" : "chains") \(names.joined(separator: " "))"
    }
    guard chains.count == 1, residues.runs.count == 1, let first = residues.first,
      let last = residues.last
    else { return nil }
    let ends = [residue(first).id, residue(last).id]
    guard ends.allSatisfy({ !$0.isEmpty }) else { return nil }
    return "chain \(names[0]), residues \(ends[0])-\(ends[1])"
  }

  /// How many there are of each name, where nobody says in what residues they are: `60 atoms: 40 C, 20 H`.
  private func summaryOfNames(of atoms: AtomSet) -> String {
    var counts: [String: Int] = [:]
    for atom in atoms { counts[self.atom(atom).name, default: 0] += 1 }
    return summary(atoms.count, counts.filter { !$0.key.isEmpty }.map { ($0.key, $0.value) })
  }

  /// So many atoms, and the commonest of what they are.
  private func summary(_ count: Int, _ kinds: [(name: String, count: Int)]) -> String {
    let words = Phrases.count(count, "atom")
    guard !kinds.isEmpty else { return words }
    let names = kinds.sorted { ($1.count, $0.name) < ($0.count, $1.name) }
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
    let names = names(of: atoms.prefix(Self.mostNames))
    let more = atoms.count > Self.mostNames ? " and \(atoms.count - Self.mostNames) more" : ""
    let home = residue.map { self.home(Int($0)) } ?? ""
    return "\(numbers.joined(separator: " "))  \(names)\(more)\(home)"
  }

  /// Where the atoms of a residue are: ` of ALA 5 (A)`.
  private func home(_ number: Int) -> String {
    let residue = residue(number)
    let chain = residue.chain.map(chainName) ?? ""
    let words = [residue.name, residue.id, chain.isEmpty ? "" : "(\(chain))"].filter { !$0.isEmpty }
    return words.isEmpty ? "" : " of " + words.joined(separator: " ")
  }
}
