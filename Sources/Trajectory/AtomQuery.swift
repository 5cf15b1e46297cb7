/// Which atoms are meant, in the words that people use in MDAnalysis and VMD: `resname HOH and name O`.
///
/// | words | atoms |
/// |---|---|
/// | `all`, `none` | all of them, none |
/// | `index 0 5:9` | by number from 0, as selections hold them; `bynum 1 6:10` from 1 |
/// | `name CA C*` | by name; `*` is any text and `?` one character, here and below |
/// | `element C 1` | by symbol or atomic number |
/// | `resname ALA GLY`, `resid 5 7:9`, `resnum` | by name and number of the residue; `resnum` is `resid` |
/// | `chain A`, `segid A` | by name of the chain |
/// | `protein`, `backbone`, `nucleic`, `water` | by usual names of residues |
/// | `hydrogen` | of that element, or where none is told by name |
/// | `within 0.5 of Q` | no further than so many nanometres from an atom of Q, and those themselves |
/// | `byres Q` | the whole residues of Q |
/// | `bonded to Q` | those that have a bond with one of Q |
/// | `selection NAME`, `interaction NAME` | those that an entry of the shared state names |
/// | `not Q`, `Q and Q`, `Q or Q`, `( Q )` | `not` binds closest, then `and`; `within`, `byres` and `bonded` take all that follows |
///
/// A range is written `5:9`, `5-9` or `5 to 9` and holds both ends; one of residues may have letters, `163A:164`. `and` binds closer than `or`, where
/// MDAnalysis takes both from the left. Distances do not go around through the sides of a periodic box. Text with blanks or that is a word of the language stands in quotes. Words
/// and names are as they are written, upper case or lower.
///
/// ```swift
/// let query = try AtomQuery("resname HOH and within 0.5 of (chain A)")
/// let atoms = try topology.select(query, at: positions)
/// ```
public struct AtomQuery: Sendable, Hashable, CustomStringConvertible {
  /// A query in its parts.
  indirect enum Node: Sendable, Hashable {
    case all, none, protein, backbone, nucleic, water, hydrogen
    case index([ClosedRange<Int>])
    case name([Pattern])
    case element([Pattern])
    case residueName([Pattern])
    case residueID([Number])
    case chain([Pattern])
    case within(Float, Node)
    case residues(Node)
    case bonded(Node)
    case entry(Entry)
    case not(Node)
    case and(Node, Node)
    case or(Node, Node)
  }

  /// An entry of the shared state that names atoms.
  public struct Entry: Sendable, Hashable {
    /// What kinds there are.
    public enum Kind: String, Sendable, Hashable { case selection, interaction }

    /// Of which kind it is.
    public let kind: Kind
    /// Its name: what stands behind the dot in its key, or what it is called.
    public let name: String
    /// Where it stands in the query, in characters from 0.
    let position: Int
  }

  /// A name, in which some characters may stand for others.
  struct Pattern: Sendable, Hashable {
    let text: [Character]
    /// Whether it was in quotes, where each character stands for itself.
    let isLiteral: Bool

    func matches(_ name: String) -> Bool {
      isLiteral ? Array(name) == text : Self.matches(text[...], Array(name)[...])
    }

    /// Goes back to the last `*` only, which does for all before it.
    private static func matches(_ pattern: ArraySlice<Character>, _ name: ArraySlice<Character>)
      -> Bool
    {
      var (pattern, name) = (pattern, name)
      var star: (pattern: ArraySlice<Character>, name: ArraySlice<Character>)?
      while let character = name.first {
        if pattern.first == "*" {
          pattern = pattern.dropFirst()
          star = (pattern, name)
        } else if let wanted = pattern.first, wanted == "?" || wanted == character {
          (pattern, name) = (pattern.dropFirst(), name.dropFirst())
        } else if let back = star {
          star?.name = back.name.dropFirst()
          (pattern, name) = (back.pattern, back.name.dropFirst())
        } else {
          return false
        }
      }
      return pattern.allSatisfy { $0 == "*" }
    }
  }

  /// What a residue is numbered: a range of numbers, or a text such as `163A`.
  enum Number: Sendable, Hashable {
    case range(ClosedRange<ResidueNumber>)
    case text(Pattern)
  }

  /// What a residue is numbered in most files: a number, and behind it a letter where residues were put in between later, as in
  /// `163`, `163A`, `164`.
  struct ResidueNumber: Sendable, Hashable, Comparable {
    let number: Int
    let code: String

    init?(_ text: some StringProtocol) {
      let code = text.last.flatMap { $0.isASCII && $0.isLetter ? String($0) : nil } ?? ""
      guard let number = Int(text.dropLast(code.count)) else { return nil }
      (self.number, self.code) = (number, code)
    }

    static func < (one: Self, other: Self) -> Bool {
      (one.number, one.code) < (other.number, other.code)
    }
  }

  /// The query as it was written.
  public let description: String
  let root: Node

  /// Whether an entry of the shared state is named, so that the state has to be at hand.
  public var namesEntries: Bool { root.has { if case .entry = $0 { true } else { false } } }

  /// Whether it asks where atoms are.
  var needsPositions: Bool { root.has { if case .within = $0 { true } else { false } } }

  /// Reads a query.
  ///
  /// - Throws: ``AtomQueryError``, which says where something else was expected, and what.
  /// - Complexity: O(*n*) in the characters.
  public init(_ text: String) throws(AtomQueryError) {
    description = text
    var parser = try AtomQueryParser(text)
    root = try parser.parse()
  }
}

/// What is wrong with a query.
public struct AtomQueryError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Where it is, in characters from 0; nil if the query can be read and the molecule lacks something.
  public let position: Int?
  /// What is wrong, to be read by a person.
  public let message: String

  init(_ position: Int?, _ message: String) { (self.position, self.message) = (position, message) }

  /// Both, with the place counted from 1.
  public var description: String { position.map { "column \($0 + 1): \(message)" } ?? message }
}

extension AtomQuery.Node {
  /// Whether something is so of this part, or of one inside of it.
  fileprivate func has(_ holds: (Self) -> Bool) -> Bool {
    if holds(self) { return true }
    return switch self {
    case .not(let node), .within(_, let node), .residues(let node), .bonded(let node):
      node.has(holds)
    case .and(let left, let right), .or(let left, let right): left.has(holds) || right.has(holds)
    default: false
    }
  }
}
