import ArgumentParser
import Dashboard
import SharedState
import TextScreen

/// `townhall help keys`: the keys of the dashboard, as its help lists them.
struct HelpKeys: Verb {
  static let configuration = CommandConfiguration(
    commandName: "help-keys",
    abstract: "List all keys of the dashboard, as they are in force.",
    usage: "townhall help keys [--json] [--config FILE]",
    discussion: """
      The keys are those of the settings file, and the names are what it and : call them. With --json there is a line \
      for each: {"name","keys","group","help","writes"}, in which writes says whether it may change the town; what has \
      no name, such as the keys of the editor, has null there.

      EXAMPLES
        townhall help keys
        townhall help keys --json
      """,
    shouldDisplay: false
  )

  @Flag(help: "Print one JSON line for each.")
  var json = false

  @OptionGroup var source: SettingsOptions

  func run(in surroundings: Surroundings) async throws {
    let settings = try source.file(in: surroundings).read()
    let keys = settings.dashboard.keyHelp
    try surroundings.write(
      (json ? keys.map(Self.json) : Self.page(keys)).map { $0 + "\n" }.joined()
    )
  }

  private static func json(_ key: KeyHelp) -> String {
    StateValue.object([
      "name": key.name.map { .string($0) } ?? .null,
      "keys": .array(key.keys.map { .string($0) }),
      "group": .string(key.group),
      "help": .string(key.help),
      "writes": .bool(key.writes),
    ]).text
  }

  /// The keys under the headings of the help.
  private static func page(_ keys: [KeyHelp]) -> [String] {
    var (lines, group) = ([String](), nil as String?)
    let width = keys.map { TextWidth.columns(of: label($0)) }.filter { $0 < 20 }.max() ?? 0
    for key in keys {
      if key.group != group {
        lines += (group == nil ? [] : [""]) + [key.group]
        group = key.group
      }
      let label = label(key)
      // Keys of one's own may be longer than the column.
      let isWide = TextWidth.columns(of: label) > width
      lines.append("  \(isWide ? label : TextWidth.pad(label, to: width))  \(key.help)")
    }
    return lines + ["", "'townhall keys --help' tells of the verb keys."]
  }

  /// How it is asked for: by its keys, or by its name behind a colon if it has none.
  private static func label(_ key: KeyHelp) -> String {
    key.keys.isEmpty ? ":\(key.name ?? "")" : key.keys.joined(separator: " ")
  }
}
