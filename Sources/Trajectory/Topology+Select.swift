extension Topology {
  /// The atoms that a query means.
  ///
  /// - Parameters:
  ///   - query: What is meant.
  ///   - positions: Where each atom is, in nanometres; needed for `within` alone.
  ///   - entry: The atoms that an entry of the shared state names; nil if there is no such entry. Atoms that there are not are left
  ///     out.
  /// - Returns: The atoms, of all that there are.
  /// - Throws: ``AtomQueryError`` if the simulation does not tell what a word of the query is about, or if there is no such entry.
  /// - Complexity: O(*n*) in atoms, residues and bonds for each word; for `within` also in the pairs that are about that near.
  public func select(
    _ query: AtomQuery,
    at positions: [SIMD3<Float>] = [],
    entry: @escaping (AtomQuery.Entry) -> [Int]? = { _ in nil }
  ) throws(AtomQueryError) -> AtomSet {
    try AtomSelector(topology: self, positions: positions, entry: entry).select(query.root)
  }
}

/// Finds the atoms of a query, part by part.
struct AtomSelector {
  let topology: Topology
  let positions: [SIMD3<Float>]
  let entry: (AtomQuery.Entry) -> [Int]?

  func select(_ node: AtomQuery.Node) throws(AtomQueryError) -> AtomSet {
    switch node {
    case .all: return AtomSet(of: topology.atomCount, all: true)
    case .none: return AtomSet(of: topology.atomCount)
    case .index(let ranges):
      var atoms = AtomSet(of: topology.atomCount)
      for range in ranges {
        for atom in range.clamped(to: 0...max(0, topology.atomCount - 1)) where range.contains(atom)
        {
          atoms.insert(atom)
        }
      }
      return atoms
    case .name(let patterns): return named { name in patterns.contains { $0.matches(name) } }
    case .element(let patterns): return try elements(patterns)
    case .residueName(let patterns):
      return try ofResidues(topology.residueNames, "residues' names") { name in
        patterns.contains { $0.matches(name) }
      }
    case .residueID(let numbers):
      return try ofResidues(topology.residueIDs, "residues' numbers") { Self.has($0, numbers) }
    case .chain(let patterns): return try ofChains(patterns)
    case .protein: return try ofResidues(in: ResidueNames.protein)
    case .backbone:
      return try ofResidues(in: ResidueNames.protein)
        .intersection(named { ResidueNames.backbone.contains($0) })
    case .nucleic: return try ofResidues(in: ResidueNames.nucleic)
    case .water: return try ofResidues(in: ResidueNames.water)
    case .hydrogen: return hydrogens
    case .within(let distance, let node): return try within(distance, of: select(node))
    case .residues(let node): return try wholeResidues(of: select(node))
    case .bonded(let node): return bonded(to: try select(node))
    case .entry(let entry):
      guard let numbers = self.entry(entry) else {
        throw AtomQueryError(entry.position, "there is no \(entry.kind) “\(entry.name)”")
      }
      var atoms = AtomSet(of: topology.atomCount)
      for atom in numbers { atoms.insert(atom) }
      return atoms
    case .not(let node): return try select(node).complement
    case .and(let left, let right): return try select(left).intersection(select(right))
    case .or(let left, let right): return try select(left).union(select(right))
    }
  }

  // MARK: By names

  /// Atoms by their names, each of which is looked at once however many have it.
  private func named(_ isMeant: (String) -> Bool) -> AtomSet {
    guard !topology.atomNames.isEmpty else {
      return AtomSet(of: topology.atomCount) { isMeant(topology.atom($0).name) }
    }
    let words = topology.words.map(isMeant)
    return AtomSet(of: topology.atomCount) { words[Int(topology.atomNames[$0])] }
  }

  private func ofResidues(in names: Set<String>) throws(AtomQueryError) -> AtomSet {
    try ofResidues(topology.residueNames, "residues' names") { names.contains($0) }
  }

  private func ofResidues(
    _ list: [UInt32],
    _ what: String,
    _ isMeant: (String) -> Bool
  ) throws(AtomQueryError) -> AtomSet {
    guard !list.isEmpty, !topology.atomResidues.isEmpty else { throw untold(what) }
    let words = topology.words.map(isMeant)
    let residues = list.map { words[Int($0)] }
    return AtomSet(of: topology.atomCount) { residues[Int(topology.atomResidues[$0])] }
  }

  private func ofChains(_ patterns: [AtomQuery.Pattern]) throws(AtomQueryError) -> AtomSet {
    guard !topology.chainNames.isEmpty, !topology.residueChains.isEmpty,
      !topology.atomResidues.isEmpty
    else { throw untold("chains' names") }
    let chains = (0..<topology.chainCount).map { chain in
      let name = topology.chainName(chain)
      return patterns.contains { $0.matches(name) }
    }
    let residues = topology.residueChains.map { chains[Int($0)] }
    return AtomSet(of: topology.atomCount) { residues[Int(topology.atomResidues[$0])] }
  }

  private func untold(_ what: String) -> AtomQueryError {
    AtomQueryError(nil, "the simulation does not tell \(what)")
  }

  private static func has(_ id: String, _ numbers: [AtomQuery.Number]) -> Bool {
    let number = AtomQuery.ResidueNumber(id)
    return numbers.contains { wanted in
      switch wanted {
      case .range(let range): number.map(range.contains) ?? false
      case .text(let pattern): pattern.matches(id)
      }
    }
  }

  // MARK: By elements

  private func elements(_ patterns: [AtomQuery.Pattern]) throws(AtomQueryError) -> AtomSet {
    guard !topology.elements.isEmpty else { throw untold("elements") }
    let isMeant = (0...255).map { number in
      let symbol = Element.symbol(UInt8(number)) ?? ""
      return patterns.contains { $0.matches(symbol) || $0.matches("\(number)") }
    }
    return AtomSet(of: topology.atomCount) { isMeant[Int(topology.elements[$0])] }
  }

  /// By element, and where none is told by a name that is H behind any digits.
  private var hydrogens: AtomSet {
    guard topology.elements.isEmpty else {
      return AtomSet(of: topology.atomCount) { topology.elements[$0] == 1 }
    }
    return named { $0.first { !$0.isNumber } == "H" }
  }

  // MARK: By others

  private func wholeResidues(of atoms: AtomSet) throws(AtomQueryError) -> AtomSet {
    guard !topology.atomResidues.isEmpty else { throw untold("residues") }
    var residues = [Bool](repeating: false, count: topology.residueCount)
    for atom in atoms { residues[Int(topology.atomResidues[atom])] = true }
    return AtomSet(of: topology.atomCount) { residues[Int(topology.atomResidues[$0])] }
  }

  private func bonded(to atoms: AtomSet) -> AtomSet {
    var partners = AtomSet(of: topology.atomCount)
    for bond in topology.bonds {
      if atoms.contains(Int(bond.x)) { partners.insert(Int(bond.y)) }
      if atoms.contains(Int(bond.y)) { partners.insert(Int(bond.x)) }
    }
    return partners
  }

  private func within(
    _ distance: Float,
    of atoms: AtomSet
  ) throws(AtomQueryError) -> AtomSet {
    guard positions.count == topology.atomCount else { throw untold("positions") }
    guard let grid = AtomGrid(atoms, at: positions, reach: distance) else { return atoms }
    return AtomSet(of: topology.atomCount) { atoms.contains($0) || grid.isNear(positions[$0]) }
  }
}

/// Some atoms by where they are, in cubes as wide as the distance that is asked for or wider.
private struct AtomGrid {
  private let positions: [SIMD3<Float>]
  private let reach: Float
  private let origin: SIMD3<Float>
  private let width: Float
  private let size: SIMD3<Int>
  /// Where the atoms of each cube begin.
  private let starts: [Int32]
  /// Atoms, cube by cube.
  private let atoms: [Int32]

  /// Puts atoms into a grid; nil if none of them is anywhere.
  ///
  /// - Complexity: O(*n*) in them: there are at most about as many cubes.
  init?(_ set: AtomSet, at positions: [SIMD3<Float>], reach: Float) {
    let placed = set.filter { Self.isFinite(positions[$0]) }
    guard let first = placed.first else { return nil }
    var (low, high) = (positions[first], positions[first])
    for atom in placed {
      low = pointwiseMin(low, positions[atom])
      high = pointwiseMax(high, positions[atom])
    }
    let extent = high - low
    // Few atoms that lie far apart have more cubes, or each would be near to all.
    let most = Float(max(placed.count, 65_536))
    // As wide as it must be, and so wide that the cubes of a room are no more than the atoms in it.
    var width = max(reach, extent.max() / 1000, .leastNormalMagnitude)
    while Self.cubes(extent, width) > most { width *= 1.25 }
    (self.positions, self.reach, origin, self.width) = (positions, reach, low, width)
    let size = Self.place(extent, width) &+ 1
    self.size = size
    let cubes = placed.map { Self.index(Self.place(positions[$0] - low, width), size) }
    var starts = [Int32](repeating: 0, count: size.x * size.y * size.z + 1)
    for cube in cubes { starts[cube + 1] += 1 }
    for cube in starts.indices.dropFirst() { starts[cube] += starts[cube - 1] }
    var (next, atoms) = (starts, [Int32](repeating: 0, count: placed.count))
    for (atom, cube) in zip(placed, cubes) {
      atoms[Int(next[cube])] = Int32(atom)
      next[cube] += 1
    }
    (self.starts, self.atoms) = (starts, atoms)
  }

  private static func isFinite(_ position: SIMD3<Float>) -> Bool {
    // Beyond that no difference of two has a square.
    position.x.magnitude < 1e18 && position.y.magnitude < 1e18 && position.z.magnitude < 1e18
  }

  private static func cubes(_ extent: SIMD3<Float>, _ width: Float) -> Float {
    let size = (extent / width).rounded(.down) + 1
    return size.x * size.y * size.z
  }

  private static func place(_ offset: SIMD3<Float>, _ width: Float) -> SIMD3<Int> {
    let place = (offset / width).rounded(.down)
    return SIMD3(Int(place.x), Int(place.y), Int(place.z))
  }

  private static func index(_ place: SIMD3<Int>, _ size: SIMD3<Int>) -> Int {
    (place.x * size.y + place.y) * size.z + place.z
  }

  /// Whether one of the atoms is within reach of a place.
  func isNear(_ position: SIMD3<Float>) -> Bool {
    guard Self.isFinite(position) else { return false }
    // What is further out than the grid and its reach is near nothing.
    let offset = ((position - origin) / width).rounded(.down)
    guard offset.min() >= -1, offset.x <= Float(size.x), offset.y <= Float(size.y),
      offset.z <= Float(size.z)
    else { return false }
    let place = SIMD3(Int(offset.x), Int(offset.y), Int(offset.z))
    for x in max(0, place.x - 1)...max(0, min(size.x - 1, place.x + 1)) {
      for y in max(0, place.y - 1)...max(0, min(size.y - 1, place.y + 1)) {
        // Cubes that follow each other in the last direction lie beside each other.
        let from = Self.index(SIMD3(x, y, max(0, place.z - 1)), size)
        let to = Self.index(SIMD3(x, y, max(0, min(size.z - 1, place.z + 1))), size)
        guard from <= to else { continue }
        for atom in atoms[Int(starts[from])..<Int(starts[to + 1])] {
          let difference = positions[Int(atom)] - position
          // What lies just as far away is meant too, and single precision knows that to seven digits.
          if (difference * difference).sum() <= reach * reach * 1.000_002 { return true }
        }
      }
    }
    return false
  }
}
