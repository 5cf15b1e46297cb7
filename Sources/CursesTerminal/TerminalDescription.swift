import CursesShim
import Glibc

/// What this machine knows of a type of terminal, without a terminal being touched.
public struct TerminalDescription: Sendable, Hashable {
  /// How many colours it has; 0 for none.
  public var colours: Int
  /// Whether the cursor can be put anywhere, without which there is no screen.
  public var addressesCursor: Bool
  /// Whether it keeps what was on the screen before.
  public var hasAlternateScreen: Bool
  /// Whether it reports the pointer.
  public var reportsMouse: Bool
  /// Whether it draws a line through text.
  public var strikesThrough: Bool
  /// Whether it has slanted letters.
  public var slants: Bool

  /// Describes a type of terminal.
  public init(
    colours: Int = 256,
    addressesCursor: Bool = true,
    hasAlternateScreen: Bool = true,
    reportsMouse: Bool = true,
    strikesThrough: Bool = true,
    slants: Bool = true
  ) {
    (self.colours, self.addressesCursor) = (colours, addressesCursor)
    (self.hasAlternateScreen, self.reportsMouse) = (hasAlternateScreen, reportsMouse)
    (self.strikesThrough, self.slants) = (strikesThrough, slants)
  }

  /// Looks a type up; nil if this machine does not know it.
  ///
  /// Not for while there is a screen: curses has one terminal at a time.
  public init?(ofType type: String) {
    var found = shim_description()
    guard !type.isEmpty, shim_describe_terminal(type, &found) else { return nil }
    self.init(
      colours: Int(found.colors),
      addressesCursor: found.addresses_cursor,
      hasAlternateScreen: found.has_alternate_screen,
      reportsMouse: found.has_mouse,
      strikesThrough: found.strikes_through,
      slants: found.slants
    )
  }

  /// The type that is used in place of one that is not known; nil if not even those are known.
  public static func standIn(for type: String) -> String? {
    Environment(variables: ["TERM": type]).terminalTypes.dropFirst(type.isEmpty ? 0 : 1)
      .first { TerminalDescription(ofType: $0) != nil }
  }

  /// The file that describes a type.
  ///
  /// - Parameters:
  ///   - type: The type.
  ///   - variables: The environment, which may name other places than the usual ones.
  /// - Returns: Its path; nil if there is none, as for a type that is compiled into the program.
  public static func file(ofType type: String, variables: [String: String]) -> String? {
    guard let first = type.utf8.first, !type.contains("/") else { return nil }
    let folders = [String(Unicode.Scalar(first)), String(first, radix: 16)]
    return places(variables).lazy
      .flatMap { place in folders.map { "\(place)/\($0)/\(type)" } }
      .first { access($0, R_OK) == 0 }
  }

  /// The folders in which descriptions are looked for, in that order.
  private static func places(_ variables: [String: String]) -> [String] {
    let usual = ["/etc/terminfo", "/lib/terminfo", "/usr/share/terminfo"]
    let own = [variables["TERMINFO"], variables["HOME"].map { $0 + "/.terminfo" }]
    // An empty name in the list means the usual places.
    let listed = (variables["TERMINFO_DIRS"] ?? "").split(separator: ":").map(String.init)
    return own.compactMap(\.self).filter { $0.hasPrefix("/") } + listed + usual
  }
}

/// What the environment's locale encodes text in.
public enum LocaleEncoding {
  /// Its name; nil if this machine does not have the locale that is asked for.
  public static var wanted: String? { shim_wanted_encoding().map { String(cString: $0) } }
}
