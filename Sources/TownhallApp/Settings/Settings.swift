import CursesTerminal
import Dashboard
import Wording

/// What a person has settled once for all of their dashboards.
struct Settings: Hashable, Sendable {
  /// The keys and the pane to begin in.
  var dashboard = DashboardSettings()
  /// Whether the pointer is reported.
  var mouse = true
  var ascii = false
  var colour = true
  var theme = Theme.standard
  /// Whether each move is a line, for a screen reader.
  var linear = false
  /// How long a lone Esc waits for more.
  var escapeDelay = 25
  /// A file that is told how the session goes.
  var log: String?
  /// Where the settings are, or would be.
  var path: String?
  /// Whether there is such a file.
  var isThere = false

  /// The settings as the file would say them.
  var text: String {
    let switches = [
      ("mouse", mouse), ("ascii", ascii), ("colour", colour), ("linear", linear),
    ].map { "\($0.0) = \($0.1)" }
    let rest = [
      "theme = \(Self.quoted(theme.rawValue))",
      "start-pane = \(Self.quoted(dashboard.startPane ?? "town"))",
      "words = \(Self.quoted(dashboard.words.rawValue))", "escape-delay = \(escapeDelay)",
      log.map { "log = \(Self.quoted($0))" } ?? "# log = \"FILE\"",
    ]
    let keys = dashboard.keysInForce.map { choice in
      "\(choice.name) = [\(choice.keys.map(Self.quoted).joined(separator: ", "))]"
    }
    let state = isThere ? "" : " (not there: these are the usual settings)"
    let head = "# \(path ?? "no settings file: neither XDG_CONFIG_HOME nor HOME is set")\(state)"
    return ([head] + switches + rest + ["", "[keys]"] + keys).joined(separator: "\n")
  }

  private static func quoted(_ text: String) -> String {
    "\"" + text.map { "\"\\".contains($0) ? "\\\($0)" : String($0) }.joined() + "\""
  }
}
