import SharedState
import Wording

/// Lists of atoms.
extension Check {
  static let atoms: [Check] = [duplicateAtoms, impossibleAtoms, absentAtoms]

  private static let duplicateAtoms = Check(
    "atoms-duplicate",
    fact: "a list of atoms names each of them once",
    find: { entry in
      Atoms.lists(in: entry).compactMap { path, atoms in
        let twice = atoms.count - Atoms.once(atoms).count
        guard twice > 0 else { return nil }
        return Finding(
          .warning,
          at: path,
          "\(Phrases.count(twice, "atom is", "atoms are")) named more than once",
          trouble: "counts are wrong, and programs that go by the list take them twice",
          advice: "name each atom once",
          repair: "each atom once"
        )
      }
    },
    repair: { entry in
      var value = entry.value
      for (path, atoms) in Atoms.lists(in: entry) {
        value = value.replacing(path, with: .array(Atoms.once(atoms))) ?? value
      }
      return value
    }
  )

  private static let impossibleAtoms = Check(
    "atoms-impossible",
    fact: "atoms are whole numbers from 0; headsets throw on a negative one",
    find: { entry in
      Atoms.lists(in: entry).compactMap { path, atoms in
        guard let odd = atoms.first(where: { $0.int ?? -1 < 0 }) else { return nil }
        return Finding(
          .error,
          at: path,
          "\(Finding.said(odd)) is no atom",
          trouble: "headsets fail on such a list, and simulations refuse it",
          advice: "atoms are whole numbers from 0"
        )
      }
    }
  )

  private static let absentAtoms = Check(
    "atoms-absent",
    fact:
      "atoms are numbered from 0 to particle.count - 1; a load leaves lists that were made for another molecule",
    find: { entry in
      guard let count = entry.atomCount else { return [] }
      return Atoms.lists(in: entry).compactMap { path, atoms in
        let absent = atoms.filter { $0.int.map { $0 >= count } ?? false }
        guard let first = absent.first else { return nil }
        let isAll = absent.count == atoms.count
        return Finding(
          isAll ? .error : .warning,
          at: path,
          isAll
            ? "none of its \(Phrases.count(atoms.count, "atom")) is in this molecule"
            : "\(Phrases.count(absent.count, "atom is", "atoms are")) not in this molecule, such as \(Finding.said(first))",
          trouble:
            "the simulation has \(Phrases.count(count, "atom")): nothing is drawn or pulled for others",
          advice: "choose the atoms anew: it may have been made for another molecule"
        )
      }
    }
  )
}

enum Atoms {
  static func lists(in entry: InspectedEntry) -> [(path: ValuePath, atoms: [StateValue])] {
    let places: [ValuePath] =
      switch entry.group {
      case "selection.": [["selected", "particle_ids"], ["selected"], ["particle_ids"]]
      case "interaction.": [["particles"]]
      case let group where Links.visualisers.contains(group): [["selection"]]
      default: []
      }
    return places.compactMap { path in
      entry.value.value(at: path)?.array.map { (path, $0) }
    }
  }

  /// The same atoms, each at its first place only; what is no whole number stays.
  ///
  /// - Complexity: O(*n*), and without a set if they come in order, as they nearly always do.
  static func once(_ atoms: [StateValue]) -> [StateValue] {
    var last: Int64?
    let isInOrder = atoms.allSatisfy { atom in
      guard let number = atom.int else { return true }
      defer { last = number }
      return last.map { $0 < number } ?? true
    }
    if isInOrder { return atoms }
    var seen: Set<Int64> = []
    return atoms.filter { atom in atom.int.map { seen.insert($0).inserted } ?? true }
  }
}
