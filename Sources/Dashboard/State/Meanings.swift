import ScreenKit
import SharedState
import Trajectory

/// What ids and numbers in values stand for: who somebody is, and which atoms these are.
struct Meanings: Sendable {
  var people = People()
  /// The molecule that numbers of atoms are of, while somebody simulates one.
  var molecule: Molecule?

  /// Lists of atoms are called so.
  static func namesAtoms(_ name: String) -> Bool { name == "particle_ids" || name == "particles" }

  /// Longer lists, and lists of larger molecules, are counted and not read: they are looked at whenever they are drawn.
  private static let (mostListed, mostAtoms) = (50_000, 5_000_000)

  /// What atoms are: `C H H of ALA 5 (A)`; `nil` if nobody knows, or if it is no list of atoms.
  ///
  /// - Complexity: O(*n*) in the atoms of the list, and a sixty-fourth of the molecule's.
  func atoms(_ list: [StateValue]) -> String? {
    guard let topology = molecule?.topology, !list.isEmpty, list.count <= Self.mostListed,
      topology.atomCount <= Self.mostAtoms
    else { return nil }
    var (atoms, absent) = (AtomSet(of: topology.atomCount), 0)
    for value in list {
      guard let number = value.int else { return nil }
      if !atoms.insert(Int(number)) { absent += 1 }
    }
    guard absent < list.count else { return "not of this molecule" }
    let phrase = topology.phrase(of: atoms)
    return absent == 0 ? phrase : "\(phrase), \(Phrases.grouped(absent)) not there"
  }

  /// What one atom is: `C of ALA 5 (A)`.
  func atom(_ value: StateValue) -> String? { value.int == nil ? nil : atoms([value]) }
}
