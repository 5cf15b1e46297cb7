/// Some of the atoms of a molecule: a bit for each.
///
/// ```swift
/// let water = try topology.select(AtomQuery("water"))
/// water.count          // 903
/// water.ranges.first   // 65..<68
/// ```
public struct AtomSet: Sendable, Hashable {
  /// How many atoms there are in the molecule.
  public let atomCount: Int
  private var words: [UInt64]

  /// Holds none of so many atoms, or all of them.
  public init(of atomCount: Int, all: Bool = false) {
    self.atomCount = atomCount
    words = Array(repeating: all ? .max : 0, count: (atomCount + 63) / 64)
    clearRest()
  }

  /// Holds those atoms of so many for which something is so.
  ///
  /// - Complexity: O(*n*) in atoms.
  init(of atomCount: Int, where holds: (Int) -> Bool) {
    self.init(of: atomCount)
    for atom in 0..<atomCount where holds(atom) { words[atom >> 6] |= 1 << UInt64(atom & 63) }
  }

  /// What lies beyond the last atom is never set.
  private mutating func clearRest() {
    if atomCount & 63 != 0 { words[words.count - 1] &= 1 << UInt64(atomCount & 63) - 1 }
  }

  /// How many atoms it holds.
  ///
  /// - Complexity: O(*n*) in atoms, by 64.
  public var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

  /// Whether it holds none.
  public var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

  /// Whether it holds an atom; it holds none that there is not.
  public func contains(_ atom: Int) -> Bool {
    guard (0..<atomCount).contains(atom) else { return false }
    return words[atom >> 6] >> UInt64(atom & 63) & 1 == 1
  }

  /// Takes in an atom.
  ///
  /// - Returns: Whether there is one of that number.
  @discardableResult
  public mutating func insert(_ atom: Int) -> Bool {
    guard (0..<atomCount).contains(atom) else { return false }
    words[atom >> 6] |= 1 << UInt64(atom & 63)
    return true
  }

  /// The atoms that both hold.
  func intersection(_ other: AtomSet) -> AtomSet {
    var both = self
    for index in both.words.indices { both.words[index] &= other.words[index] }
    return both
  }

  /// The atoms that one of them holds.
  func union(_ other: AtomSet) -> AtomSet {
    var either = self
    for index in either.words.indices { either.words[index] |= other.words[index] }
    return either
  }

  /// The atoms that it does not hold.
  var complement: AtomSet {
    var rest = self
    for index in rest.words.indices { rest.words[index] = ~rest.words[index] }
    rest.clearRest()
    return rest
  }

  /// Atoms that follow each other, as ranges, in order.
  ///
  /// - Complexity: O(*n*) in atoms.
  public var ranges: [Range<Int>] { runs }
}

extension Sequence<Int> {
  /// Ascending numbers that follow each other, as ranges.
  var runs: [Range<Int>] {
    var runs: [Range<Int>] = []
    for number in self {
      if let last = runs.last, last.upperBound == number {
        runs[runs.count - 1] = last.lowerBound..<number + 1
      } else {
        runs.append(number..<number + 1)
      }
    }
    return runs
  }
}

extension AtomSet: Sequence {
  /// The atoms, in order.
  public func makeIterator() -> some IteratorProtocol<Int> {
    words.enumerated().lazy.flatMap { index, word in
      Bits(rest: word).lazy.map { index << 6 + $0 }
    }.makeIterator()
  }

  /// The places of the ones in a word.
  private struct Bits: Sequence, IteratorProtocol {
    var rest: UInt64

    mutating func next() -> Int? {
      guard rest != 0 else { return nil }
      defer { rest &= rest - 1 }
      return rest.trailingZeroBitCount
    }
  }
}
