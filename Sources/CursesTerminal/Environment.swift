import Glibc

struct Environment {
  let variables: [String: String]

  static var current: Environment {
    let names = ["TERM", "TERM_PROGRAM", "NO_COLOR", "ESCDELAY", "TMUX"]
    var variables: [String: String] = [:]
    for name in names { variables[name] = getenv(name).map { String(cString: $0) } }
    return Environment(variables: variables)
  }

  /// The type of the terminal, empty if nothing is said.
  var type: String { variables["TERM"] ?? "" }
  /// Any value but an empty one counts (no-color.org).
  var forbidsColour: Bool { variables["NO_COLOR"]?.isEmpty == false }
  var isInsideTmux: Bool { variables["TMUX"]?.isEmpty == false }

  /// Whether a terminal of this type takes a question for what it is, even if it has no answer.
  ///
  /// Older ones, the Linux console and Apple's Terminal show a part of it as text.
  var canBeAsked: Bool {
    let family = type.prefix { $0 != "-" }
    return Self.families.contains(String(family)) && variables["TERM_PROGRAM"] != "Apple_Terminal"
  }

  private static let families: Set<String> = [
    "alacritty", "contour", "foot", "ghostty", "gnome", "iTerm2.app", "iterm", "iterm2", "kitty",
    "konsole", "mintty", "mlterm", "rio", "rxvt", "screen", "st", "tmux", "vte", "wezterm", "xterm",
  ]

  /// How long a lone Esc is to wait for more, if that is said; curses' own default of a second is felt as an
  /// eternity.
  var escapeDelay: Duration? {
    variables["ESCDELAY"].flatMap { Int($0) }.map { .milliseconds(min(max($0, 1), 1000)) }
  }

  /// The types to try, best first: nearly every terminal understands what xterm does.
  var terminalTypes: [String] {
    (type.isEmpty ? [] : [type]) + ["xterm-256color", "xterm", "vt100"]
  }

  /// Says that another type than the terminal's own is used, if so.
  func notice(using used: String) -> String? {
    if used == type { return nil }
    let problem =
      type.isEmpty ? "TERM is not set" : "This machine does not know the terminal \"\(type)\""
    return "\(problem); it was used as \"\(used)\". Set TERM to choose another."
  }

  func checkTerminal(isInput: Bool, isOutput: Bool) throws {
    guard isInput, isOutput else {
      let problem = "Standard \(isInput ? "output" : "input") is not a terminal."
      let advice = "Use the commands that need no screen (--help)."
      throw TerminalError(description: "\(problem) \(advice)")
    }
    guard type != "dumb" else {
      throw TerminalError(
        description:
          "A terminal of the type \"dumb\" cannot show a full screen. Add --linear for one line at "
          + "a time, or use the commands that need no screen (--help)."
      )
    }
  }
}
