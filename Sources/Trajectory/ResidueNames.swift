/// What residues are usually called, in the PDB and by force fields (CHARMM, AMBER, GROMOS, OPLS).
enum ResidueNames {
  /// Amino acids, with what their protonated and bound forms are called, and caps.
  static let protein: Set<String> = {
    let acids = [
      "ALA", "ARG", "ASN", "ASP", "CYS", "GLN", "GLU", "GLY", "HIS", "ILE", "LEU", "LYS", "MET",
      "PHE", "PRO", "SER", "THR", "TRP", "TYR", "VAL",
    ]
    let forms = [
      "ARGN", "ASH", "ASPH", "CYM", "CYS1", "CYS2", "CYSH", "CYX", "GLH", "GLUH", "HID", "HIE",
      "HIP",
      "HIS1", "HIS2", "HISA", "HISB", "HISD", "HISE", "HISH", "HSD", "HSE", "HSP", "LYN", "LYSH",
      "MSE", "QLN",
    ]
    // AMBER puts a letter before those at an end.
    let ends = (acids + ["ASH", "CYX", "GLH", "HID", "HIE", "HIP"]).flatMap {
      ["N" + $0, "C" + $0]
    }
    // Modified ones that MDAnalysis counts among them.
    let modified = ["ALAD", "ASF", "ASN1", "CASF", "CME", "DAB", "HYP", "ORN", "PGLU"]
    return Set(acids + forms + ends + modified + ["ACE", "NH2", "NMA", "NME", "FOR"])
  }()

  /// The atoms of an amino acid that form the chain.
  static let backbone: Set<String> = ["N", "CA", "C", "O"]

  /// Bases, with sugar and phosphate.
  static let nucleic: Set<String> = {
    let letters = ["A", "C", "G", "T", "U"]
    let long = ["ADE", "CYT", "GUA", "THY", "URA"]
    let forms = letters.flatMap { letter in
      ["D", "R", ""].flatMap { kind in ["", "3", "5", "N"].map { kind + letter + $0 } }
    }
    return Set(long + forms)
  }()

  /// Water, by its models.
  static let water: Set<String> = [
    "H2O", "HHO", "HOH", "OH2", "OHH", "SOL", "SPC", "T3P", "T4P", "T5P", "TIP", "TIP2", "TIP3",
    "TIP4",
    "TIP5", "WAT",
  ]
}
