/// The chemical elements, by their atomic numbers.
public enum Element {
  /// The symbol of an element, such as “C” for 6; nil for a number that no element has.
  public static func symbol(_ number: UInt8) -> String? {
    number == 0 || Int(number) > symbols.count ? nil : symbols[Int(number) - 1]
  }

  /// The atomic number of a symbol, in any case of its letters; nil for what is none.
  public static func number(_ symbol: String) -> UInt8? {
    symbols.firstIndex { $0.lowercased() == symbol.lowercased() }.map { UInt8($0 + 1) }
  }

  /// All of them, from hydrogen to oganesson, in order.
  private static let symbols = """
    H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr Rb Sr Y Zr Nb Mo Tc Ru Rh \
    Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr \
    Ra Ac Th Pa U Np Pu Am Cm Bk Cf Es Fm Md No Lr Rf Db Sg Bh Hs Mt Ds Rg Cn Nh Fl Mc Lv Ts Og
    """.split(separator: " ").map(String.init)
}
