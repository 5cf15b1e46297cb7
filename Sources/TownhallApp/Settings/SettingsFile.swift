import CursesTerminal
import Dashboard
import SharedState
import StateInspection
import TOML
import TextScreen
import Wording

/// The settings file: one TOML file, and none at all is well too.
///
///     mouse = false
///     theme = "terminal"
///
///     [keys]
///     set = ["s", "F7"]
///
///     [commands.save]
///     run = "cat > {file}.json"
struct SettingsFile: Sendable {
  /// Where it is; `nil` if the environment has no place for it.
  let path: String?
  /// Whether it was named, so that it has to be there.
  let isNamed: Bool

  /// The file that was named, or else the one in the person's own folder.
  init(named name: String?, variables: [String: String]) {
    (path, isNamed) = (name ?? Self.usualPath(variables), name != nil)
  }

  private static func usualPath(_ variables: [String: String]) -> String? {
    folder(variables).map { $0 + "/townhall.toml" }
  }

  /// Where a person's settings lie, and what else they choose.
  static func folder(_ variables: [String: String]) -> String? {
    let named = { (name: String) in variables[name].flatMap { $0.isEmpty ? nil : $0 } }
    let folder = named("XDG_CONFIG_HOME") ?? named("HOME").map { $0 + "/.config" }
    return folder.map { $0 + "/townhall" }
  }

  /// Nobody writes more settings than this; a device that never ends is none.
  private static let mostBytes = 1_000_000

  /// Reads the file as it is now.
  ///
  /// What is wrong in it is told in the settings, and the rest holds.
  ///
  /// - Throws: ``Failure`` if a file was named and cannot be read.
  func read() throws -> Settings {
    var settings = Settings(path: path)
    guard let path else { return settings }
    let bytes: [UInt8]
    do {
      bytes = try Files.read(path, atMost: Self.mostBytes)
    } catch {
      if isNamed { throw Failure(.badUsage, error.description) }
      let problem = SettingProblem(line: nil, error.description)
      settings.dashboard.fileProblems = error.isAbsence ? [] : [problem]
      return settings
    }
    settings.isThere = true
    return Self.read(bytes, into: settings)
  }

  /// Takes what a file holds into settings.
  static func read(_ bytes: [UInt8], into settings: Settings = Settings()) -> Settings {
    var settings = settings
    guard let text = String(validating: bytes, as: UTF8.self) else {
      let reason = "this is not text in UTF-8, so nothing was read from it"
      settings.dashboard.fileProblems = [SettingProblem(line: nil, reason)]
      return settings
    }
    var reader = SettingsReader(text, into: settings)
    reader.read()
    return reader.settings
  }
}

/// Takes settings from the text of a file, one by one.
private struct SettingsReader {
  private let text: String
  private(set) var settings: Settings

  init(_ text: String, into settings: Settings) { (self.text, self.settings) = (text, settings) }

  mutating func read() {
    do {
      let table = try TOMLDocument(text).root
      for key in table.keys {
        if let node = table[key] { take(key, node) }
      }
    } catch {
      let reason = "\(error.reason), so nothing was read from this file"
      settings.dashboard.fileProblems = [SettingProblem(line: error.line, reason)]
    }
  }

  private mutating func take(_ key: String, _ node: TOMLNode) {
    let (value, text) = (node.value, node.value.string)
    let line = node.line
    switch key {
    case "mouse": take(value.boolean, key, line, "true or false") { $0.mouse = $1 }
    case "ascii": take(value.boolean, key, line, "true or false") { $0.ascii = $1 }
    case "colour", "color": take(value.boolean, key, line, "true or false") { $0.colour = $1 }
    case "linear": take(value.boolean, key, line, "true or false") { $0.linear = $1 }
    case "synchronized":
      take(value.boolean, key, line, "true or false") { $0.synchronized = $1 }
    case "theme":
      let themes = Self.oneOf(Theme.allCases.map(\.rawValue))
      take(text.flatMap(Theme.init), key, line, themes) { $0.theme = $1 }
    case "start-pane":
      let pane = text.flatMap { DashboardSettings.panes.contains($0) ? $0 : nil }
      take(pane, key, line, Self.oneOf(DashboardSettings.panes)) { $0.dashboard.startPane = $1 }
    case "words":
      let vocabularies = Self.oneOf(Vocabulary.allCases.map(\.rawValue))
      take(text.flatMap(Vocabulary.init), key, line, vocabularies) { $0.dashboard.words = $1 }
    case "escape-delay":
      let delay = value.integer.flatMap { (1...1000).contains($0) ? $0 : nil }
      take(delay, key, line, "a number of milliseconds from 1 to 1000") { $0.escapeDelay = $1 }
    case "notify":
      let given = value.array?.map(\.value) ?? [value]
      let alarms = given.compactMap(\.string)
      let isRight = alarms.count == given.count && alarms.allSatisfy { Alarm($0) != nil }
      let wanted = "a list of \(Alarm.choices), such as [\"silent\", \"scene.box=false\"]"
      take(isRight ? alarms : nil, key, line, wanted) { $0.dashboard.alarms = $1 }
    case "notify-by":
      let ways = Self.oneOf(NoticeWay.allCases.map(\.rawValue))
      take(text.flatMap(NoticeWay.init), key, line, ways) { $0.dashboard.noticeWay = $1 }
    case "past-minutes":
      let minutes = value.integer.flatMap { (0...1440).contains($0) ? $0 : nil }
      take(minutes, key, line, "a number of minutes from 0 to 1440") {
        $0.dashboard.past.time = .seconds(60 * $1)
      }
    case "past-mebibytes":
      let size = value.integer.flatMap { (0...65_536).contains($0) ? $0 : nil }
      take(size, key, line, "a number of MiB from 0 to 65536") {
        $0.dashboard.past.bytes = $1 << 20
      }
    case "log": take(text, key, line, "the path of a file") { $0.log = $1 }
    case "keys":
      let wanted = "a table, such as [keys] and a line set = [\"s\"]"
      guard let table = value.table else { return complain(line, "keys must be \(wanted)") }
      for name in table.keys {
        if let node = table[name] { takeKeys(name, node) }
      }
    case "commands":
      let wanted = "tables, such as [commands.save] and a line run = \"cat > {file}.json\""
      guard let table = value.table else { return complain(line, "commands must be \(wanted)") }
      for name in table.keys {
        if let node = table[name] { takeCommand(name, node) }
      }
    default: complain(line, "there is no setting \(key)")
    }
  }

  private mutating func take<Value>(
    _ value: Value?,
    _ key: String,
    _ line: Int,
    _ wanted: String,
    _ set: (inout Settings, Value) -> Void
  ) {
    guard let value else { return complain(line, "\(key) must be \(wanted)") }
    set(&settings, value)
  }

  private mutating func takeKeys(_ name: String, _ node: TOMLNode) {
    let given = node.value.array?.map(\.value) ?? [node.value]
    let keys = given.compactMap(\.string)
    guard keys.count == given.count else {
      let wanted = "a key or a list of keys, such as [\"s\", \"F7\"]"
      return complain(node.line, "\(name) must be \(wanted)")
    }
    settings.dashboard.keys.append(KeyChoice(name, keys: keys, line: node.line))
  }

  /// Takes a command of the person's own; one in which anything is wrong is told, and is not there.
  private mutating func takeCommand(_ name: String, _ node: TOMLNode) {
    guard let table = node.value.table else {
      let wanted = "a table, such as [commands.save] and a line run = \"cat > {file}.json\""
      return complain(node.line, "\(name) must be \(wanted)")
    }
    var reader = CommandReader(name, line: node.line)
    reader.read(table)
    settings.dashboard.fileProblems += reader.problems
    if let command = reader.command { settings.dashboard.commands.append(command) }
  }

  fileprivate static func oneOf(_ words: [String]) -> String {
    "one of " + words.map { "\"\($0)\"" }.joined(separator: ", ")
  }

  private mutating func complain(_ line: Int, _ text: String) {
    settings.dashboard.fileProblems.append(SettingProblem(line: line, text))
  }
}

/// Takes a command of the person's own from its table.
private struct CommandReader {
  /// The command, if nothing is wrong with it.
  var command: OwnCommand? { problems.isEmpty ? draft : nil }
  private(set) var problems: [SettingProblem] = []

  private var draft: OwnCommand
  private var hasScope = false
  private let line: Int

  /// Nobody writes longer ones; a line of a table of keys has to fit beside a name.
  private static let longestName = 32
  private static let longestHelp = 200
  private static let longestTimeout = 86_400

  init(_ name: String, line: Int) {
    draft = OwnCommand(name, "", settingsLine: line)
    self.line = line
    // Behind a name in the palette stands a blank.
    let isPlain = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
    if !isPlain || name.isEmpty || name.utf8.count > Self.longestName {
      let wanted = "letters from a to z, digits, - and _, \(Self.longestName) at most"
      complain(line, "a command is called by \(wanted)")
    }
  }

  mutating func read(_ table: TOMLTable) {
    for key in table.keys {
      if let node = table[key] { take(key, node) }
    }
    guard table["run"] != nil else {
      return complain(line, "\(draft.name) needs a line run = \"…\", which the shell is to run")
    }
    judge(table["run"]?.line ?? line, scopeLine: table["scope"]?.line ?? line)
  }

  private mutating func take(_ key: String, _ node: TOMLNode) {
    let (value, line) = (node.value, node.line)
    switch key {
    case "run":
      let text = value.string.flatMap { $0.allSatisfy(\.isWhitespace) ? nil : $0 }
      take(text, key, line, "a line for the shell, such as \"cat > {file}.json\"") { $0.line = $1 }
    case "key", "keys":
      let given = value.array?.map(\.value) ?? [value]
      let keys = given.compactMap(\.string)
      let wanted = "a key or a list of keys, such as \"F6\" or [\"F6\", \"gs\"]"
      take(keys.count == given.count ? keys : nil, key, line, wanted) { $0.keys = $1 }
    case "help":
      let text = value.string.flatMap { text in
        let isLine =
          text.count <= Self.longestHelp && !text.unicodeScalars.contains(where: \.isControl)
        return isLine ? text : nil
      }
      take(text, key, line, "one line of \(Self.longestHelp) characters at most") { $0.help = $1 }
    case "output":
      let outputs = SettingsReader.oneOf(OwnCommand.Output.allCases.map(\.rawValue))
      take(value.string.flatMap(OwnCommand.Output.init), key, line, outputs) { $0.output = $1 }
    case "scope":
      let scopes = SettingsReader.oneOf(OwnCommand.Scope.allCases.map(\.rawValue))
      take(value.string.flatMap(OwnCommand.Scope.init), key, line, scopes) { $0.scope = $1 }
      hasScope = true
    case "ask": take(value.boolean, key, line, "true or false") { $0.asks = $1 }
    case "writes": take(value.boolean, key, line, "true or false") { $0.writes = $1 }
    case "timeout":
      let seconds = value.integer.flatMap { (0...Self.longestTimeout).contains($0) ? $0 : nil }
      let wanted = "a number of seconds from 0, which is for ever, to \(Self.longestTimeout)"
      take(seconds, key, line, wanted) { $0.timeout = $1 }
    default: complain(line, "a command has no \(key)")
    }
  }

  private mutating func take<Value>(
    _ value: Value?,
    _ key: String,
    _ line: Int,
    _ wanted: String,
    _ set: (inout OwnCommand, Value) -> Void
  ) {
    guard let value else { return complain(line, "\(key) must be \(wanted)") }
    set(&draft, value)
  }

  /// Finds what the line is about, and whether that goes together with the rest.
  private mutating func judge(_ runLine: Int, scopeLine: Int) {
    guard !draft.line.isEmpty else { return }
    let shell: ShellLine
    do {
      shell = try ShellLine(draft.line)
    } catch {
      return complain(runLine, "\(draft.name) cannot be run: \(error.reason)")
    }
    let ofHouse = [.key, .value, .file].first(where: shell.places.contains)
    let isOfHouse = ofHouse != nil || draft.output == .value
    let isOfStreet = shell.places.contains(.street)
    if !hasScope { draft.scope = isOfHouse ? .house : isOfStreet ? .street : .any }
    if let ofHouse, draft.scope != .house {
      complain(scopeLine, "\(ofHouse.text) needs scope = \"house\"")
    } else if draft.output == .value, draft.scope != .house {
      complain(scopeLine, "output = \"value\" needs scope = \"house\"")
    } else if isOfStreet, draft.scope == .any {
      complain(scopeLine, "{street} needs scope = \"street\" or \"house\"")
    }
  }

  private mutating func complain(_ line: Int, _ text: String) {
    problems.append(SettingProblem(line: line, text))
  }
}
