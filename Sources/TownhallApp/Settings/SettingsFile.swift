import CursesTerminal
import Dashboard
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

  private static func oneOf(_ words: [String]) -> String {
    "one of " + words.map { "\"\($0)\"" }.joined(separator: ", ")
  }

  private mutating func complain(_ line: Int, _ text: String) {
    settings.dashboard.fileProblems.append(SettingProblem(line: line, text))
  }
}
