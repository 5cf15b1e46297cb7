/// What a molecule is made of: its atoms, the residues and chains they belong to, and the bonds between them.
///
/// It is made once after each load, of all that a simulation has said so far, and read as often as is wished. Names are kept once
/// however many atoms have them, so that an atom takes ten bytes or so, and a bond nine.
///
/// ```swift
/// let topology = try Topology(current.frame)
/// topology.atom(43)      // C, in residue ALA 5 of chain A
/// ```
public struct Topology: Sendable, Equatable {
  /// An atom, or another particle.
  public struct Atom: Sendable, Equatable {
    /// Its number, from 0.
    public let index: Int
    /// Its name, such as “CA”, or its element's symbol if it has none; may be empty.
    public let name: String
    /// Its atomic number; 0 if it has none.
    public let element: UInt8
    /// The number of its residue, if it is in one.
    public let residue: Int?
  }

  /// A residue: an amino acid, a base, a molecule of water.
  public struct Residue: Sendable, Equatable {
    /// Its number, from 0.
    public let index: Int
    /// Its name, such as “ALA”; may be empty.
    public let name: String
    /// What it is numbered in the file that it came from, such as “5”; may be empty.
    public let id: String
    /// The number of its chain, if it is in one.
    public let chain: Int?
  }

  /// How many atoms there are.
  public let atomCount: Int
  /// How many residues there are.
  public let residueCount: Int
  /// How many chains there are.
  public let chainCount: Int
  /// The bonds, each as two numbers of atoms.
  public let bonds: [SIMD2<UInt32>]
  /// The order of each bond; empty if that is not told.
  public let bondOrders: [UInt8]

  /// All names, each once.
  let words: [String]
  // Each is empty if the simulation does not tell.
  let atomNames: [UInt32]
  let elements: [UInt8]
  let atomResidues: [UInt32]
  let residueNames: [UInt32]
  let residueIDs: [UInt32]
  let residueChains: [UInt32]
  let chainNames: [UInt32]
  /// How many atoms each residue has, and how many residues each chain.
  let residueSizes: [UInt32]
  let chainSizes: [UInt32]

  /// How many atoms a molecule may have, if nobody says otherwise.
  public static let mostAtoms = 50_000_000

  /// Makes it of all that a simulation has said.
  ///
  /// - Parameters:
  ///   - frame: A whole frame; see ``CurrentFrame``.
  ///   - mostAtoms: More than so many are refused.
  /// - Throws: ``FrameError`` if something is no list of what it should be, if lists that belong together differ in their
  ///   lengths, or if something is said of an atom, residue or chain that there is not.
  /// - Complexity: O(*n*) in atoms, residues and bonds.
  public init(_ frame: Frame, mostAtoms: Int = Topology.mostAtoms) throws(FrameError) {
    var dictionary = WordList()
    let names = try frame.texts(.particleNames)
    let elements = try frame.bytes(.particleElements)
    let residues = try frame.indices(.particleResidues)
    let residueNames = try frame.texts(.residueNames)
    let residueIDs = try frame.texts(.residueIDs)
    let residueChains = try frame.indices(.residueChains)
    let chainNames = try frame.texts(.chainNames)

    atomCount = try Self.count(
      frame,
      .particleCount,
      most: mostAtoms,
      [
        (.particleNames, names?.count), (.particleElements, elements?.count),
        (.particleResidues, residues?.count),
      ]
    )
    residueCount = try Self.count(
      frame,
      .residueCount,
      most: atomCount,
      [
        (.residueNames, residueNames?.count), (.residueIDs, residueIDs?.count),
        (.residueChains, residueChains?.count),
      ]
    )
    chainCount = try Self.count(
      frame,
      .chainCount,
      most: residueCount,
      [(.chainNames, chainNames?.count)]
    )

    self.elements = elements ?? []
    atomNames = dictionary.numbers(of: names ?? [])
    self.residueNames = dictionary.numbers(of: residueNames ?? [])
    self.residueIDs = dictionary.numbers(of: residueIDs ?? [])
    self.chainNames = dictionary.numbers(of: chainNames ?? [])
    words = dictionary.words
    atomResidues = try Self.check(residues ?? [], .particleResidues, below: residueCount, "residue")
    self.residueChains = try Self.check(
      residueChains ?? [],
      .residueChains,
      below: chainCount,
      "chain"
    )
    residueSizes = Self.sizes(atomResidues, of: residueCount)
    chainSizes = Self.sizes(self.residueChains, of: chainCount)
    bonds = try Self.pairs(frame, atoms: atomCount)
    bondOrders = try frame.bytes(.bondOrders) ?? []
    guard bondOrders.isEmpty || bondOrders.count == bonds.count else {
      throw FrameError(.bondOrders, "\(bondOrders.count) orders of \(bonds.count) bonds")
    }
  }

  /// How many there are: as many as is said, and as each list has.
  private static func count(
    _ frame: Frame,
    _ key: FrameKey,
    most: Int,
    _ lists: [(key: FrameKey, count: Int?)]
  ) throws(FrameError) -> Int {
    let said = try frame.count(key, most: most)
    let told = lists.first { $0.count != nil }
    let count = said ?? told?.count ?? 0
    let source = said == nil ? told?.key ?? key : key
    guard count <= most else { throw FrameError(source, "\(count) are more than \(most)") }
    for list in lists {
      if let other = list.count, other != count {
        throw FrameError(list.key, "\(other) values, where \(source) says \(count)")
      }
    }
    return count
  }

  private static func check(
    _ indices: [UInt32],
    _ key: FrameKey,
    below count: Int,
    _ what: String
  ) throws(FrameError) -> [UInt32] {
    if let place = indices.firstIndex(where: { $0 >= count }) {
      throw FrameError(key, "there is no \(what) \(indices[place]) of \(count), at \(place)")
    }
    return indices
  }

  /// How many are in each.
  private static func sizes(_ holders: [UInt32], of count: Int) -> [UInt32] {
    var sizes = Array(repeating: UInt32(0), count: holders.isEmpty ? 0 : count)
    for holder in holders { sizes[Int(holder)] += 1 }
    return sizes
  }

  private static func pairs(
    _ frame: Frame,
    atoms: Int
  ) throws(FrameError) -> [SIMD2<UInt32>] {
    let ends = try check(frame.indices(.bondPairs) ?? [], .bondPairs, below: atoms, "particle")
    guard ends.count.isMultiple(of: 2) else {
      throw FrameError(.bondPairs, "\(ends.count) numbers are no pairs")
    }
    return stride(from: 0, to: ends.count, by: 2).map { SIMD2(ends[$0], ends[$0 + 1]) }
  }

  /// Names as numbers.
  private struct WordList {
    private(set) var words: [String] = []
    private var numbers: [String: UInt32] = [:]

    mutating func numbers(of names: [String]) -> [UInt32] {
      names.map { name in
        if let number = numbers[name] { return number }
        let number = UInt32(words.count)
        words.append(name)
        numbers[name] = number
        return number
      }
    }
  }
}

extension Topology {
  /// Whether all is the same but the bonds.
  ///
  /// - Complexity: O(*n*) in atoms and residues.
  public func hasSameAtoms(as other: Topology) -> Bool {
    atomCount == other.atomCount && residueCount == other.residueCount
      && chainCount == other.chainCount
      && words == other.words && atomNames == other.atomNames && elements == other.elements
      && atomResidues == other.atomResidues && residueNames == other.residueNames
      && residueIDs == other.residueIDs && residueChains == other.residueChains
      && chainNames == other.chainNames
  }

  /// One atom.
  ///
  /// - Precondition: There is one of that number.
  public func atom(_ index: Int) -> Atom {
    precondition((0..<atomCount).contains(index), "there is no atom \(index)")
    let element = elements.isEmpty ? 0 : elements[index]
    return Atom(
      index: index,
      name: atomNames.isEmpty ? Element.symbol(element) ?? "" : word(atomNames, index),
      element: element,
      residue: atomResidues.isEmpty ? nil : Int(atomResidues[index])
    )
  }

  /// One residue.
  ///
  /// - Precondition: There is one of that number.
  public func residue(_ index: Int) -> Residue {
    precondition((0..<residueCount).contains(index), "there is no residue \(index)")
    return Residue(
      index: index,
      name: word(residueNames, index),
      id: word(residueIDs, index),
      chain: residueChains.isEmpty ? nil : Int(residueChains[index])
    )
  }

  /// The name of one chain, such as “A”; may be empty.
  ///
  /// - Precondition: There is one of that number.
  public func chainName(_ index: Int) -> String {
    precondition((0..<chainCount).contains(index), "there is no chain \(index)")
    return word(chainNames, index)
  }

  private func word(_ list: [UInt32], _ index: Int) -> String {
    list.isEmpty ? "" : words[Int(list[index])]
  }
}
