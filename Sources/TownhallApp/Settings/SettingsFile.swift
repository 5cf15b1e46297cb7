import CursesTerminal
import Dashboard
import Lessons
import TOMLKit
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
      let table = try TOMLText.table(text)
      for key in table.keys {
        if let value = table[key] { take(key, value) }
      }
      settings.dashboard.keys.sort { ($0.line ?? 0, $0.name) < ($1.line ?? 0, $1.name) }
    } catch {
      let reason = "\(error.reason), so nothing was read from this file"
      settings.dashboard.fileProblems = [SettingProblem(line: error.line, reason)]
    }
  }

  private mutating func take(_ key: String, _ value: any TOMLValueConvertible) {
    switch key {
    case "mouse": take(value.bool, key, "true or false") { $0.mouse = $1 }
    case "ascii": take(value.bool, key, "true or false") { $0.ascii = $1 }
    case "colour", "color": take(value.bool, key, "true or false") { $0.colour = $1 }
    case "linear": take(value.bool, key, "true or false") { $0.linear = $1 }
    case "theme":
      let theme = value.string.flatMap(Theme.init)
      take(theme, key, Self.oneOf(Theme.allCases.map(\.rawValue))) { $0.theme = $1 }
    case "start-pane":
      let pane = value.string.flatMap { DashboardSettings.panes.contains($0) ? $0 : nil }
      take(pane, key, Self.oneOf(DashboardSettings.panes)) { $0.dashboard.startPane = $1 }
    case "words":
      let words = value.string.flatMap(Vocabulary.init)
      take(words, key, Self.oneOf(Vocabulary.allCases.map(\.rawValue))) { $0.dashboard.words = $1 }
    case "escape-delay":
      let delay = value.int.flatMap { (1...1000).contains($0) ? $0 : nil }
      take(delay, key, "a number of milliseconds from 1 to 1000") { $0.escapeDelay = $1 }
    case "log": take(value.string, key, "the path of a file") { $0.log = $1 }
    case "keys": takeKeys(value)
    default: complain(key, "there is no setting \(key)")
    }
  }

  private mutating func take<Value>(
    _ value: Value?,
    _ key: String,
    _ wanted: String,
    _ set: (inout Settings, Value) -> Void
  ) {
    guard let value else { return complain(key, "\(key) must be \(wanted)") }
    set(&settings, value)
  }

  private mutating func takeKeys(_ value: any TOMLValueConvertible) {
    guard let table = value.table else {
      return complain("keys", "keys must be a table, such as [keys] and a line set = [\"s\"]")
    }
    for name in table.keys {
      let one = table[name]?.string.map { [$0] }
      let several = table[name]?.array.map { array in array.compactMap(\.string) }
      guard let keys = one ?? several, keys.count == table[name]?.array?.count ?? 1 else {
        let wanted = "a key or a list of keys, such as [\"s\", \"F7\"]"
        complain(name, in: "keys", "\(name) must be \(wanted)")
        continue
      }
      settings.dashboard.keys.append(KeyChoice(name, keys: keys, line: line(of: name, in: "keys")))
    }
  }

  private static func oneOf(_ words: [String]) -> String {
    "one of " + words.map { "\"\($0)\"" }.joined(separator: ", ")
  }

  private mutating func complain(_ key: String, in section: String? = nil, _ text: String) {
    settings.dashboard.fileProblems.append(SettingProblem(line: line(of: key, in: section), text))
  }

  /// The line that says something: the library tells it only of mistakes in the grammar.
  private func line(of key: String, in section: String?) -> Int? {
    var current: String?
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (index, line) in lines.enumerated() {
      let line = line.filter { !$0.isWhitespace && $0 != "\"" && $0 != "'" }
      if line.hasPrefix("[") {
        current = String(line.dropFirst().prefix { $0 != "]" })
        if section == nil, current == key { return index + 1 }
      }
      let name = line.prefix { $0 != "=" }
      guard name.count < line.count else { continue }
      let path = (current.map { $0 + "." } ?? "") + name
      if path == (section.map { $0 + "." } ?? "") + key { return index + 1 }
    }
    return nil
  }
}
