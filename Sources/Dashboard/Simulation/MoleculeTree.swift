import Trajectory

/// A row of a molecule: something that is made of the rows below it, or an atom.
enum MoleculeRow: Hashable, Sendable {
  case chain(Int)
  case residue(Int)
  case atom(Int)
}

/// A molecule as rows that open and close: chains, in them residues, in them atoms, as far as the simulation tells.
///
/// A row is found in the time that it takes to look through the residues of its chain that are open, however many rows there are.
struct MoleculeTree: Sendable {
  /// Another one may take its place that differs in its bonds alone.
  var molecule: Molecule
  private var openChains: Set<Int> = []
  /// The residues that are open by the chain they are in, each as its place there; in order.
  private var openResidues: [Int: [Int]] = [:]
  /// The first row of each chain, and behind the last.
  private var starts: [Int] = []

  /// A molecule with a single chain is open; in others one sees what there is.
  init(_ molecule: Molecule) {
    self.molecule = molecule
    if molecule.hasChains, chainCount == 1 { openChains = [0] }
    layOut()
  }

  /// How many rows there are.
  var rowCount: Int { starts.last ?? 0 }

  /// Where no chains are told, all residues are in one that has no row.
  private var chainCount: Int { molecule.hasChains ? molecule.topology.chainCount : 1 }
  private var headRows: Int { molecule.hasChains ? 1 : 0 }

  private func size(ofChain chain: Int) -> Int {
    if molecule.hasChains { return molecule.residues(ofChain: chain).count }
    return molecule.hasResidues ? molecule.topology.residueCount : molecule.topology.atomCount
  }

  private func residue(at place: Int, of chain: Int) -> Int {
    guard molecule.hasChains else { return place }
    let residues = molecule.residues(ofChain: chain)
    return Int(residues[residues.startIndex + place])
  }

  private func size(ofResidueAt place: Int, of chain: Int) -> Int {
    molecule.atoms(ofResidue: residue(at: place, of: chain)).count
  }

  private mutating func layOut() {
    var row = 0
    starts = [0]
    for chain in 0..<chainCount {
      row += headRows
      if isOpen(chain: chain) {
        let open = openResidues[chain] ?? []
        row += size(ofChain: chain) + open.reduce(0) { $0 + size(ofResidueAt: $1, of: chain) }
      }
      starts.append(row)
    }
  }

  private func isOpen(chain: Int) -> Bool { headRows == 0 || openChains.contains(chain) }

  // MARK: Rows

  /// The row at a place.
  func row(at index: Int) -> MoleculeRow? {
    guard (0..<rowCount).contains(index) else { return nil }
    // The last chain that begins at or before it and has a row there.
    let chain = starts.firstPlace { $0 > index } - 1
    var rest = index - starts[chain]
    if headRows == 1 {
      if rest == 0 { return .chain(chain) }
      rest -= 1
    }
    guard molecule.hasResidues else { return .atom(rest) }
    for place in openResidues[chain] ?? [] {
      if rest <= place { break }
      let atoms = molecule.atoms(ofResidue: residue(at: place, of: chain))
      if rest <= place + atoms.count {
        return .atom(Int(atoms[atoms.startIndex + rest - place - 1]))
      }
      rest -= atoms.count
    }
    return .residue(residue(at: rest, of: chain))
  }

  /// Where a row is, or what it is in while that is closed.
  func position(of row: MoleculeRow) -> Int? {
    switch row {
    case .chain(let chain): return starts.indices.contains(chain) ? starts[chain] : nil
    case .residue(let residue):
      guard let (chain, place) = self.place(of: residue) else { return nil }
      guard isOpen(chain: chain) else { return starts[chain] }
      let before = (openResidues[chain] ?? []).prefix { $0 < place }
      let atoms = before.reduce(0) { $0 + size(ofResidueAt: $1, of: chain) }
      return starts[chain] + headRows + place + atoms
    case .atom(let atom):
      guard (0..<molecule.topology.atomCount).contains(atom) else { return nil }
      guard let residue = molecule.topology.atom(atom).residue else { return atom }
      guard let row = position(of: .residue(residue)) else { return nil }
      guard isOpen(.residue(residue)) == true else { return row }
      let atoms = molecule.atoms(ofResidue: residue)
      return row + 1 + atoms.firstPlace { $0 >= UInt32(atom) } - atoms.startIndex
    }
  }

  /// The chain that a residue is in, and its place there.
  private func place(of residue: Int) -> (chain: Int, place: Int)? {
    guard molecule.hasResidues, (0..<molecule.topology.residueCount).contains(residue) else {
      return nil
    }
    guard let chain = molecule.topology.residue(residue).chain else { return (0, residue) }
    let residues = molecule.residues(ofChain: chain)
    return (chain, residues.firstPlace { $0 >= UInt32(residue) } - residues.startIndex)
  }

  /// What a row is in, if that has a row.
  func holder(of row: MoleculeRow) -> MoleculeRow? {
    switch row {
    case .chain: nil
    case .residue(let residue): molecule.topology.residue(residue).chain.map { .chain($0) }
    case .atom(let atom): molecule.topology.atom(atom).residue.map { .residue($0) }
    }
  }

  // MARK: Folds

  /// Whether a row is open; `nil` for one that has nothing in it.
  func isOpen(_ row: MoleculeRow) -> Bool? {
    switch row {
    case .chain(let chain): openChains.contains(chain)
    case .residue(let residue):
      place(of: residue).map { openResidues[$0.chain]?.contains($0.place) ?? false }
    case .atom: nil
    }
  }

  /// Opens or closes a row.
  ///
  /// - Complexity: O(*c*) in the chains.
  mutating func setOpen(_ isOpen: Bool, _ row: MoleculeRow) {
    switch row {
    case .chain(let chain):
      if isOpen { openChains.insert(chain) } else { openChains.remove(chain) }
    case .residue(let residue):
      guard let (chain, place) = place(of: residue) else { return }
      var open = openResidues[chain] ?? []
      let index = open.firstPlace { $0 >= place }
      let isThere = index < open.count && open[index] == place
      if isOpen, !isThere { open.insert(place, at: index) }
      if !isOpen, isThere { open.remove(at: index) }
      openResidues[chain] = open
    case .atom: return
    }
    layOut()
  }

  /// Opens all chains, or closes all; says whether that changed anything.
  mutating func setAllOpen(_ isOpen: Bool) -> Bool {
    let before = (openChains, openResidues)
    openChains = isOpen && molecule.hasChains ? Set(0..<chainCount) : []
    if !isOpen { openResidues = [:] }
    layOut()
    return before != (openChains, openResidues)
  }

  // MARK: What is meant

  /// The atoms of a row.
  func atoms(of row: MoleculeRow) -> AtomSet {
    var atoms = AtomSet(of: molecule.topology.atomCount)
    switch row {
    case .atom(let atom): atoms.insert(atom)
    case .residue(let residue):
      for atom in molecule.atoms(ofResidue: residue) { atoms.insert(Int(atom)) }
    case .chain(let chain):
      for residue in molecule.residues(ofChain: chain) {
        for atom in molecule.atoms(ofResidue: Int(residue)) { atoms.insert(Int(atom)) }
      }
    }
    return atoms
  }
}

extension RandomAccessCollection where Index == Int {
  /// The first place from which on something is so, where it is so for all that follow; the end if it is for none.
  fileprivate func firstPlace(where holds: (Element) -> Bool) -> Int {
    var (low, high) = (startIndex, endIndex)
    while low < high {
      let middle = low + (high - low) / 2
      if holds(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
