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
    let words = count == 1 ? "1 atom" : "\(Self.grouped(count)) atoms"
    guard !atomResidues.isEmpty, !residueNames.isEmpty, count > 0 else { return words }
    let residues = Set(atoms.lazy.map { atomResidues[$0] })
    var counts: [UInt32: Int] = [:]
    for residue in residues { counts[residueNames[Int(residue)], default: 0] += 1 }
    let names = counts.map { (name: self.words[Int($0.key)], count: $0.value) }
      .sorted { ($1.count, $0.name) < ($0.count, $1.name) }
    let most = names.prefix(4).map { "\(Self.grouped($0.count)) \($0.name)" }
    let more = names.count > 4 ? ", and \(names.count - 4) more kinds" : ""
    return "\(words): \(most.joined(separator: ", "))\(more)"
  }

  private func residueNumber(of atom: Int) -> UInt32? {
    atomResidues.isEmpty ? nil : atomResidues[atom]
  }

  /// So many names stand in a line.
  private static let mostNames = 12

  private func line(of atoms: ArraySlice<Int>, _ residue: UInt32?) -> String {
    var ranges: [ClosedRange<Int>] = []
    for atom in atoms {
      if let last = ranges.last, last.upperBound + 1 == atom {
        ranges[ranges.count - 1] = last.lowerBound...atom
      } else {
        ranges.append(atom...atom)
      }
    }
    let numbers = ranges.map {
      $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)"
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

  /// A number with commas: `1,204`.
  private static func grouped(_ number: Int) -> String {
    var (digits, text) = (String(number)[...], "")
    while digits.count > 3 {
      text = "," + digits.suffix(3) + text
      digits = digits.dropLast(3)
    }
    return digits + text
  }
}
