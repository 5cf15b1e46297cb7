import Foundation

/// One thing that is shown of the program: the keys that lead to it, for golden screens and for pictures alike.
public struct ShownScene: Sendable, CustomStringConvertible {
  /// What the scene is called.
  public let name: String
  /// What a terminal sends for its keys, one after the other; `see:TEXT` waits until the screen shows it.
  public let keys: [String]

  /// The name, for test reports.
  public var description: String { name }

  private static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Scenes")

  /// The file with the town in which all scenes are set, for `townhall load`.
  public static var town: String { folder.appending(path: "town.json").path }

  /// All scenes of the file that the pictures are made from.
  ///
  /// - Throws: If the file cannot be read.
  public static func all() throws -> [ShownScene] {
    let text = try String(contentsOf: folder.appending(path: "scenes.txt"), encoding: .utf8)
    return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
      let columns = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      return ShownScene(
        name: columns[0],
        keys: columns[2].split(separator: " ").map { sent(for: String($0)) }
      )
    }
  }

  /// What a terminal sends for a key of the file.
  private static func sent(for key: String) -> String {
    let named = [
      "Down": "\u{1b}[B", "Up": "\u{1b}[A", "Enter": "\r", "Esc": "\u{1b}", "Tab": "\t",
      "Space": " ", "F2": "\u{1b}OQ",
    ]
    if key.hasPrefix("type:") { return String(key.dropFirst(5)) }
    return named[key] ?? key
  }
}
