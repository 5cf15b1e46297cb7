import CursesTerminal
import Dashboard
import SharedState
import TextScreen
import Wording

/// What a person has settled once for all of their dashboards.
struct Settings: Hashable, Sendable {
  /// The keys and the pane to begin in.
  var dashboard = DashboardSettings()
  /// Whether the pointer is reported.
  var mouse = true
  var ascii = false
  var colour = true
  /// Whether a terminal that can is asked to show each picture at once.
  var synchronized = true
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
      ("synchronized", synchronized),
    ].map { "\($0.0) = \($0.1)" }
    let rest = [
      "theme = \(Self.quoted(theme.rawValue))",
      "start-pane = \(Self.quoted(dashboard.startPane ?? "town"))",
      "words = \(Self.quoted(dashboard.words.rawValue))", "escape-delay = \(escapeDelay)",
      "notify = [\(dashboard.alarms.map(Self.quoted).joined(separator: ", "))]",
      "notify-by = \(Self.quoted(dashboard.noticeWay.rawValue))",
      "past-minutes = \(dashboard.past.time.components.seconds / 60)",
      "past-mebibytes = \(dashboard.past.bytes >> 20)",
      log.map { "log = \(Self.quoted($0))" } ?? "# log = \"FILE\"",
    ]
    let keys = dashboard.keysInForce.map { choice in
      "\(choice.name) = [\(choice.keys.map(Self.quoted).joined(separator: ", "))]"
    }
    let state = isThere ? "" : " (not there: these are the usual settings)"
    let place = path.map { TextWidth.safe($0) }
    let head = "# \(place ?? "no settings file: neither XDG_CONFIG_HOME nor HOME is set")\(state)"
    let commands = dashboard.commandsInForce.flatMap(Self.lines)
    return ([head] + switches + rest + ["", "[keys]"] + keys + commands).joined(separator: "\n")
  }

  /// A command of the person's own as the file holds it.
  private static func lines(of command: OwnCommand) -> [String] {
    [
      "", "[commands.\(command.name)]", "run = \(quoted(command.line))",
      "key = [\(command.keys.map(quoted).joined(separator: ", "))]",
      "help = \(quoted(command.help))", "output = \(quoted(command.output.rawValue))",
      "scope = \(quoted(command.scope.rawValue))", "ask = \(command.asks)",
      "writes = \(command.writes)", "timeout = \(command.timeout)",
    ]
  }

  /// A text as the file holds it, in which nothing steers a terminal.
  private static func quoted(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "\"") { quoted, scalar in
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case _ where scalar.isControl:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    } + "\""
  }
}
