import ArgumentParser
import Dashboard
import CursesTerminal

/// How a screen looks, which keys it takes and what it writes down: what every verb with a screen may be told.
struct ScreenOptions: ParsableArguments {
  @Flag(help: "Draw with ASCII only.")
  var ascii = false

  @Flag(help: "Use no colours; so does a NO_COLOR that is not empty.")
  var noColor = false

  @Flag(help: "Leave the mouse to the terminal; so does a TOWNHALL_NO_MOUSE that is not empty.")
  var noMouse = false

  @Option(
    help: ArgumentHelp(
      "Where the colours come from: standard, terminal (your own sixteen) or mono.",
      valueName: "theme"
    ),
    transform: Self.theme
  )
  var theme: Theme?

  @Flag(help: "No screen: each move is a line, for a screen reader.")
  var linear = false

  @Flag(
    help: "Show it to a class: keys look and never write, each is shown, and rows stand apart."
  )
  var present = false

  @OptionGroup var settingsSource: SettingsOptions

  @Option(
    file:
      "Append to this file how the session goes: the connection, edits and what was said, but no values."
  )
  var log: String?

  /// What the settings file says, the environment over it, and the call over both.
  func settings(in surroundings: Surroundings) throws -> Settings {
    var settings = try settingsSource.file(in: surroundings).read()
    let leavesMouse = surroundings.variables["TOWNHALL_NO_MOUSE"]?.isEmpty == false
    settings.mouse = settings.mouse && !noMouse && !leavesMouse
    let isUnsynchronized = surroundings.variables["TOWNHALL_NO_SYNC"]?.isEmpty == false
    settings.synchronized = settings.synchronized && !isUnsynchronized
    settings.ascii = settings.ascii || ascii
    settings.colour = settings.colour && !noColor
    settings.theme = theme ?? settings.theme
    settings.linear = settings.linear || linear
    settings.log = log ?? settings.log
    return settings
  }

  private static func theme(_ name: String) throws -> Theme {
    if let theme = Theme(rawValue: name) { return theme }
    let all = Theme.allCases.map(\.rawValue).joined(separator: ", ")
    throw Failure(.badUsage, "\(name) is no theme; these are: \(all)")
  }
}
