import ArgumentParser
import Dashboard
import TextScreen

/// `townhall settings`: what is settled, where, and what is wrong with it.
struct ShowSettings: Verb {
  static let configuration = CommandConfiguration(
    commandName: "settings",
    abstract: "Print the settings in force, where they are, and what is wrong with them.",
    discussion: """
      What is printed is the settings file in full, and can be the beginning of one. What is wrong goes to standard \
      error, one line each, and makes the exit code 2.

      EXAMPLES
        townhall settings
        townhall settings --config lab.toml
      """
  )

  @OptionGroup var source: SettingsOptions

  func run(in surroundings: Surroundings) async throws {
    let settings = try source.file(in: surroundings).read()
    try surroundings.print(settings.text)
    let problems = settings.dashboard.problems
    for problem in problems {
      // It quotes the file, which may hold what commands a terminal.
      surroundings.note(TextWidth.safe("\(settings.path ?? "settings"): \(problem)"))
    }
    guard problems.isEmpty else { throw ExitCode(ExitStatus.badUsage.rawValue) }
  }
}

struct SettingsOptions: ParsableArguments {
  @Option(
    name: .customLong("config"),
    file:
      "Read the settings from this file, not from townhall/townhall.toml in XDG_CONFIG_HOME (~/.config)."
  )
  var config: String?

  func file(in surroundings: Surroundings) -> SettingsFile {
    SettingsFile(named: config, variables: surroundings.variables)
  }
}
