import SharedState
import TestSupport
import Testing

@testable import Trajectory

@Suite("Queries of atoms")
struct AtomQueryTests {
  /// Two amino acids, a water, a base and an ion, in two chains.
  private static let frame = Frame([
    "particle.names": [
      "N", "CA", "C", "O", "HA", "N", "CA", "CB", "OW", "HW1", "HW2", "P", "1H5'", "NA",
    ],
    "particle.elements": [7, 6, 6, 8, 1, 7, 6, 6, 8, 1, 1, 15, 1, 11],
    "particle.residues": [0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 4],
    "residue.names": ["ALA", "HSD", "HOH", "DA", "all"],
    "residue.ids": ["5", "6", "163A", "-2", "7"],
    "residue.chains": [0, 0, 1, 1, 1], "chain.names": ["A", "B chain"],
    "bond.pairs": [0, 1, 1, 2, 2, 3, 1, 4, 8, 9, 8, 10, 2, 5],
    "particle.positions": .array((0..<14).flatMap { [.double(Double($0)), 0, 0] as [StateValue] }),
  ])

  private static func atoms(_ text: String, of frame: Frame = frame) throws -> [Int] {
    let query = try AtomQuery(text)
    #expect(query.description == text)
    let topology = try Topology(frame)
    let positions = try frame.vectors(.particlePositions) ?? []
    let atoms = try topology.select(query, at: positions) { entry in
      switch (entry.kind, entry.name) {
      case (.selection, "pair"): [3, 5, 99, -1]
      case (.interaction, "of Ada"): [1]
      default: nil
      }
    }
    #expect(atoms.count == Array(atoms).count && atoms.isEmpty == (atoms.count == 0))
    return Array(atoms)
  }

  @Test(
    "Each word means its atoms",
    arguments: [
      ("all", Array(0..<14)), ("none", []), ("index 0 5:7 13-13", [0, 5, 6, 7, 13]),
      ("index 12:99", [12, 13]), ("index 99", []), ("bynum 1 14", [0, 13]),
      ("name CA N", [0, 1, 5, 6]), ("name C*", [1, 2, 6, 7]), ("name ?W*", [8, 9, 10]),
      ("name \"C*\"", []), ("name ca", []), ("name *", Array(0..<14)), ("name \"1H5'\"", [12]),
      ("element H", [4, 9, 10, 12]), ("element C 15", [1, 2, 6, 7, 11]),
      ("element N*", [0, 5, 13]),
      ("resname ALA HOH", [0, 1, 2, 3, 4, 8, 9, 10]), ("resname \"all\"", [13]),
      ("resname H*", [5, 6, 7, 8, 9, 10]), ("resid 5", [0, 1, 2, 3, 4]),
      ("resid 6:7", [5, 6, 7, 13]),
      ("resnum -2", [11, 12]), ("resid -2:5", [0, 1, 2, 3, 4, 11, 12]), ("resid 163A", [8, 9, 10]),
      ("resid 163?", [8, 9, 10]), ("chain A", Array(0..<8)), ("segid 'B chain'", Array(8..<14)),
      ("protein", Array(0..<8)), ("backbone", [0, 1, 2, 3, 5, 6]), ("nucleic", [11, 12]),
      ("water", [8, 9, 10]), ("hydrogen", [4, 9, 10, 12]), ("within 1 of index 3", [2, 3, 4]),
      ("within 0 of (index 3)", [3]), ("within 1.5 of index 0 9", [0, 1, 8, 9, 10]),
      ("within 1e9 of none", []), ("within 1e30 of index 0", Array(0..<14)),
      ("byres name HW1", [8, 9, 10]), ("bonded to name CA", [0, 2, 4]),
      ("bonded to index 2", [1, 3, 5]),
      ("selection pair", [3, 5]), ("interaction \"of Ada\"", [1]),
    ] as [(String, [Int])]
  )
  func words(text: String, expected: [Int]) throws { #expect(try Self.atoms(text) == expected) }

  @Test(
    "not binds closest, then and, then or; within, byres and bonded to take all that follows",
    arguments: [
      ("not protein and not water", [11, 12, 13]), ("not (protein or water)", [11, 12, 13]),
      ("water or protein and name N", [0, 5, 8, 9, 10]),
      ("name N and protein or water", [0, 5, 8, 9, 10]),
      ("name CA or name N and chain B", [1, 6]), ("not not water", [8, 9, 10]),
      ("byres name HA or name P", [0, 1, 2, 3, 4, 11, 12]),
      ("(byres name HA) and element C", [1, 2]), ("byres name HA and element C", []),
      ("protein and within 1 of water", [7]), ("water and (within 1 of protein)", [8]),
      ("bonded to byres name HA and name HA", [0, 1, 2, 3, 4, 5]), ("(((water)))", [8, 9, 10]),
      (" water\tand\nname\u{a0}OW ", [8]),
    ] as [(String, [Int])]
  )
  func binding(text: String, expected: [Int]) throws { #expect(try Self.atoms(text) == expected) }

  @Test(
    "What is no query is told by its place and by what was expected there",
    arguments: [
      (
        "",
        "column 1: expected a part of a query, such as name CA, resname HOH or (; here the query ends"
      ),
      (
        "resnam HOH",
        "column 1: expected a part of a query, such as name CA, resname HOH or (, and found “resnam”"
      ),
      ("name", "column 5: expected the name of an atom, such as CA; here the query ends"),
      (
        "name CA and",
        "column 12: expected a part of a query, such as name CA, resname HOH or (; here the query ends"
      ),
      ("name and water", "column 6: expected the name of an atom, such as CA, and found “and”"),
      ("(water", "column 7: expected and, or, or ); here the query ends"),
      ("water)", "column 6: expected and, or, or the end, and found “)”"),
      ("water protein", "column 7: expected and, or, or the end, and found “protein”"),
      (
        "index 5:x",
        "column 7: expected a number from 0 on, or a range such as 5:9, the smaller first, and found “5:x”"
      ),
      (
        "index 9:5",
        "column 7: expected a number from 0 on, or a range such as 5:9, the smaller first, and found “9:5”"
      ),
      (
        "bynum 0",
        "column 7: expected a number from 1 on, or a range such as 5:9, the smaller first, and found “0”"
      ),
      (
        "index -1",
        "column 7: expected a number from 0 on, or a range such as 5:9, the smaller first, and found “-1”"
      ),
      (
        "resid 9:5",
        "column 7: expected the number of a residue, or a range such as 5:9, the smaller first, and found “9:5”"
      ),
      (
        "within of water",
        "column 8: expected a distance in nanometres, such as 0.5, and found “of”"
      ),
      (
        "within nan of water",
        "column 8: expected a distance in nanometres, such as 0.5, and found “nan”"
      ),
      (
        "within -1 of water",
        "column 8: expected a distance in nanometres, such as 0.5, and found “-1”"
      ),
      ("within 1 water", "column 10: expected of, and found “water”"),
      ("bonded water", "column 8: expected to, and found “water”"),
      ("name \"CA", "column 6: this quote is not closed"),
      ("selection", "column 10: expected the name of a selection; here the query ends"),
      ("selection nobody", "column 11: there is no selection “nobody”"),
      ("interaction ()", "column 13: expected the name of an interaction, and found “(”"),
      ("\u{1b}[2J", "column 1: expected a part of a query, such as name CA, resname HOH or ("),
    ] as [(String, String)]
  )
  func errors(text: String, words: String) {
    let error = #expect(throws: AtomQueryError.self) { try Self.atoms(text) }
    #expect(error?.description == words)
  }

  @Test(
    "Names with primes are words, residues that were put in between have letters, and what begins like a number is one",
    arguments: [
      ("name O5' H5''", [0, 2]), ("name C?' H*''", [1, 2]), ("name \"C5'\"", [1]),
      ("(name C5')", [1]), ("resid 163", [1]), ("resid 163A", [2]), ("resid 163A:164", [2, 3, 4]),
      ("resid 162:164", [0, 1, 2, 3, 4]), ("resid 163-163B", [1, 2, 3]),
      ("resid 162:163 164", [0, 1, 4]), ("resid 162 to 163 164", [0, 1, 4]),
      ("resid 163A - 164 and not index 3 : 4", [2]), ("index 0 2 to 3 5", [0, 2, 3, 5]),
      ("resid *A", [2]), ("resid x", [5]),
      ("within 0.1 of index 2", [1, 2, 3]),
    ] as [(String, [Int])]
  )
  func primes(text: String, expected: [Int]) throws {
    let frame = Frame([
      "particle.names": ["O5'", "C5'", "H5''", "O5", "P", ""],
      "particle.residues": [0, 1, 2, 3, 4, 5],
      "residue.ids": ["162", "163", "163A", "163B", "164", "x"],
      // A tenth is no number of single precision.
      "particle.positions": .array([0, 0.1, 0.2, 0.3, 0.4, 0.5].flatMap { [.double($0), 0, 0] }),
    ])
    #expect(try Self.atoms(text, of: frame) == expected)
  }

  @Test(
    "What begins like the number of a residue and is none is no text either",
    arguments: [
      "5 -", "5 to", "9 to 5", "x to 5", "16? to 165", "* - 5", "\"163\" to 165", "9-5", "5-",
      "5..9", "5:9:1", ":5", "163B:163A", "-", "+", "5AB",
    ]
  )
  func noResidues(text: String) {
    #expect(throws: AtomQueryError.self) { try AtomQuery("resid " + text) }
    #expect(throws: AtomQueryError.self) { try AtomQuery("within 0x1p-1 of all") }
  }

  @Test("There is an end to how deep and how long a query is")
  func limits() {
    let deep = String(repeating: "(", count: 300) + "all" + String(repeating: ")", count: 300)
    let long = String(repeating: "not ", count: 3000) + "all"
    for text in [deep, long] { #expect(throws: AtomQueryError.self) { try AtomQuery(text) } }
    let nots = String(repeating: "not ", count: 150) + "all"
    #expect(throws: Never.self) { try AtomQuery(nots) }
  }

  @Test("What the simulation does not tell is said, where it is asked for")
  func untold() throws {
    let bare = Frame(["particle.count": 2, "particle.names": ["H1", "C"]])
    #expect(try Self.atoms("name C", of: bare) == [1])
    #expect(try Self.atoms("hydrogen", of: bare) == [0], "by its name")
    #expect(try Self.atoms("all", of: Frame()) == [])
    for (text, what) in [
      ("element C", "elements"), ("resname ALA", "residues' names"), ("chain A", "chains' names"),
      ("within 1 of all", "positions"), ("byres all", "residues"), ("resid 5", "residues' numbers"),
    ] {
      let error = #expect(throws: AtomQueryError.self) { try Self.atoms(text, of: bare) }
      #expect(error?.description == "the simulation does not tell \(what)")
    }
    // Without names an atom is called as its element.
    let unnamed = Frame(["particle.elements": [6, 1]])
    #expect(try Self.atoms("name H", of: unnamed) == [1])
  }

  @Test("A set of atoms holds what is put into it, at the edges of its words too")
  func sets() {
    for count in [0, 1, 63, 64, 65, 128, 200] {
      let all = AtomSet(of: count, all: true)
      #expect(all.count == count && Array(all) == Array(0..<count))
      #expect(all.complement.isEmpty && AtomSet(of: count).complement == all)
      #expect(all.ranges == (count == 0 ? [] : [0..<count]))
      var some = AtomSet(of: count)
      #expect(!some.insert(count) && !some.insert(-1) && !some.contains(count))
      for atom in stride(from: 0, to: count, by: 3) { some.insert(atom) }
      #expect(Array(some) == Array(stride(from: 0, to: count, by: 3)))
      #expect(some.union(some.complement) == all && some.intersection(some.complement).isEmpty)
    }
  }
}

/// What is found by a grid, by sets and by tables of names is what is found by looking at each atom and each pair.
@Suite("Queries of atoms, looked at one by one")
struct AtomQueryPropertyTests {
  private struct Molecule {
    let topology: Topology
    let positions: [SIMD3<Float>]
    let names: [String]
    let residues: [Int]
  }

  private static func molecule(_ generator: inout SeededGenerator) throws -> Molecule {
    let count = generator.next(below: 150) + 1
    let residueCount = generator.next(below: min(count, 20)) + 1
    let names = (0..<count).map { _ in ["C", "CA", "CB", "H", "O1"][generator.next(below: 5)] }
    let residues = (0..<count).map { _ in generator.next(below: residueCount) }
    // Some lie at the edges of cubes, at the same place, far away or nowhere.
    let scale = [0.1, 1, 1, 1000, 1e20][generator.next(below: 5)]
    let coordinate = { (generator: inout SeededGenerator) -> Double in
      switch generator.next(below: 12) {
      case 0: .nan
      case 1: .infinity
      case 2...4: Double(generator.next(below: 5)) * scale
      default: Double.random(in: -2...2, using: &generator) * scale
      }
    }
    let numbers = (0..<count * 3).map { _ in StateValue.double(coordinate(&generator)) }
    let bonds = (0..<generator.next(below: count)).flatMap { _ in
      [generator.next(below: count), generator.next(below: count)]
    }
    let frame = Frame([
      "particle.names": .array(names.map { .string($0) }),
      "particle.residues": .array(residues.map { .int(Int64($0)) }),
      "residue.count": .int(Int64(residueCount)), "particle.positions": .array(numbers),
      "bond.pairs": .array(bonds.map { .int(Int64($0)) }),
    ])
    return Molecule(
      topology: try Topology(frame),
      positions: try frame.vectors(.particlePositions) ?? [],
      names: names,
      residues: residues
    )
  }

  private static func query(_ generator: inout SeededGenerator, depth: Int = 0) -> AtomQuery.Node {
    switch generator.next(below: depth > 4 ? 3 : 9) {
    case 0: return .index([generator.next(below: 40)...40 + generator.next(below: 100)])
    case 1:
      let text = ["C", "C*", "?A", "*1", "X"][generator.next(below: 5)]
      return .name([.init(text: Array(text), isLiteral: false)])
    case 2: return .all
    case 3: return .not(query(&generator, depth: depth + 1))
    case 4:
      return .and(query(&generator, depth: depth + 1), query(&generator, depth: depth + 1))
    case 5: return .or(query(&generator, depth: depth + 1), query(&generator, depth: depth + 1))
    case 6: return .residues(query(&generator, depth: depth + 1))
    case 7: return .bonded(query(&generator, depth: depth + 1))
    default:
      let distance = [0, 0.05, 0.5, 1, 3, 1500][generator.next(below: 6)] as Float
      return .within(distance, query(&generator, depth: depth + 1))
    }
  }

  /// The same by looking at each atom, and at each pair.
  private static func naive(_ node: AtomQuery.Node, _ molecule: Molecule) -> Set<Int> {
    let all = Set(0..<molecule.names.count)
    switch node {
    case .index(let ranges): return all.filter { atom in ranges.contains { $0.contains(atom) } }
    case .name(let patterns):
      return all.filter { atom in
        let name = molecule.names[atom]
        return switch String(patterns[0].text) {
        case "C": name == "C"
        case "C*": name.hasPrefix("C")
        case "?A": name.count == 2 && name.hasSuffix("A")
        case "*1": name.hasSuffix("1")
        default: false
        }
      }
    case .not(let node): return all.subtracting(naive(node, molecule))
    case .and(let left, let right):
      return naive(left, molecule).intersection(naive(right, molecule))
    case .or(let left, let right): return naive(left, molecule).union(naive(right, molecule))
    case .residues(let node):
      let residues = Set(naive(node, molecule).map { molecule.residues[$0] })
      return all.filter { residues.contains(molecule.residues[$0]) }
    case .bonded(let node):
      let meant = naive(node, molecule)
      let pairs = molecule.topology.bonds.map { (Int($0.x), Int($0.y)) }
      return Set(
        pairs.flatMap { one, other in
          (meant.contains(one) ? [other] : []) + (meant.contains(other) ? [one] : [])
        }
      )
    case .within(let distance, let node):
      let meant = naive(node, molecule)
      return all.filter { atom in
        meant.contains(atom)
          || meant.contains { other in
            let difference = molecule.positions[atom] - molecule.positions[other]
            return (difference * difference).sum() <= distance * distance * 1.000_002
          }
      }
    default: return all
    }
  }

  @Test("Any query of any molecule", arguments: 0..<60 as Range<UInt64>)
  func agreement(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<10 {
      let molecule = try Self.molecule(&generator)
      let node = Self.query(&generator)
      let selector = AtomSelector(
        topology: molecule.topology,
        positions: molecule.positions,
        entry: { _ in nil }
      )
      #expect(Set(try selector.select(node)) == Self.naive(node, molecule), "\(node)")
    }
  }
}
