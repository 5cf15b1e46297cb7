public import Foundation

/// A page of documentation, as far as a test can try it.
public struct MarkdownPage: Sendable {
  /// A block of code.
  public struct Example: Sendable {
    /// The number of its first line in the page.
    public let line: Int
    /// What it is written in; empty if the page does not say.
    public let language: String
    /// Its lines, without what all of them are indented by.
    public let lines: [String]
    /// Why nobody can run it, if the page says so: `<!-- not run: REASON -->` in the line above.
    public let reasonNotRun: String?

    /// The lines as one text.
    public var code: String { lines.joined(separator: "\n") }

    /// The calls of a `console` block: what stands behind `$`, and what is printed then.
    public var calls: [Call] {
      var calls: [Call] = []
      for (offset, line) in lines.enumerated() {
        if line.hasPrefix("$ ") {
          calls.append(Call(line: self.line + offset, command: String(line.dropFirst(2))))
        } else if let last = calls.indices.last {
          calls[last].output.append(line)
        }
      }
      return calls
    }
  }

  /// A command at a prompt.
  public struct Call: Sendable {
    /// The number of its line in the page.
    public let line: Int
    /// What is typed.
    public let command: String
    /// What is printed: `…` stands for anything within a line, and alone in a line for any lines.
    public var output: [String] = []

    /// Whether it goes on running while the next ones are typed.
    public var isInBackground: Bool { command.hasSuffix(" &") }

    /// Whether something is what the page says will be printed.
    public func expects(_ printed: String) -> Bool {
      let pattern = output.map { line in
        guard line != "…" else { return "(?:.*\n)*" }
        let parts = line.components(separatedBy: "…").map(NSRegularExpression.escapedPattern)
        return parts.joined(separator: ".*") + "\n"
      }
      let whole = printed.isEmpty || printed.hasSuffix("\n") ? printed : printed + "\n"
      return whole.range(
        of: "\\A" + pattern.joined() + "\\z",
        options: .regularExpression
      ) != nil
    }
  }

  /// Its path from the package's folder.
  public let name: String
  /// All of it.
  public let text: String
  /// Its blocks of code.
  public let examples: [Example]

  /// Reads a page.
  ///
  /// - Parameters:
  ///   - name: Its path from the package's folder.
  ///   - text: All of it.
  public init(name: String, text: String) {
    (self.name, self.text) = (name, text)
    var (examples, lines): ([Example], [String]) = ([], [])
    var open: (line: Int, language: String, reason: String?)?
    var reason: String?
    for (number, line) in text.components(separatedBy: "\n").enumerated() {
      let bare = line.trimmingCharacters(in: .whitespaces)
      if bare.hasPrefix("```") {
        if let begun = open {
          examples.append(
            Example(
              line: begun.line,
              language: begun.language,
              lines: Self.dedented(lines),
              reasonNotRun: begun.reason
            )
          )
          (open, lines) = (nil, [])
        } else {
          open = (number + 2, String(bare.dropFirst(3)), reason)
        }
      } else if open != nil {
        lines.append(line)
      }
      reason = Self.comment(bare, "not run")
    }
    self.examples = examples
  }

  /// What a comment of the page says of itself: `<!-- NAME: TEXT -->` in a line of its own.
  public func note(_ name: String) -> String? {
    text.components(separatedBy: "\n").lazy.compactMap { Self.comment($0, name) }.first
  }

  /// What stands in the sentences as code, with the number of the line.
  public var spans: [(line: Int, code: String)] {
    var (found, isOpen): ([(line: Int, code: String)], Bool) = ([], false)
    for (number, line) in text.components(separatedBy: "\n").enumerated() {
      if line.trimmingCharacters(in: .whitespaces).hasPrefix("```") {
        isOpen.toggle()
      } else if !isOpen {
        let parts = line.components(separatedBy: "`")
        found += parts.indices.filter { $0 % 2 == 1 }.map { (number + 1, parts[$0]) }
      }
    }
    return found
  }

  private static func comment(_ line: String, _ name: String) -> String? {
    let (start, end) = ("<!-- \(name): ", " -->")
    guard line.hasPrefix(start), line.hasSuffix(end) else { return nil }
    return String(line.dropFirst(start.count).dropLast(end.count))
  }

  private static func dedented(_ lines: [String]) -> [String] {
    let indents = lines.filter { !$0.isEmpty }.map { $0.prefix { $0 == " " }.count }
    return lines.map { String($0.dropFirst(indents.min() ?? 0)) }
  }
}

extension MarkdownPage {
  /// The package's folder.
  public static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The pages that a user reads: the README, and all that it leads to.
  public static func manual() throws -> [MarkdownPage] {
    let readme = try MarkdownPage(
      name: "README.md",
      text: String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
    )
    return [readme] + (try pages(in: ".github/docs"))
  }

  /// The pages of a folder, by name.
  public static func pages(in folder: String) throws -> [MarkdownPage] {
    try FileManager.default.contentsOfDirectory(atPath: root.appending(path: folder).path())
      .filter { $0.hasSuffix(".md") }.sorted()
      .map { name in
        let file = root.appending(path: folder).appending(path: name)
        return MarkdownPage(
          name: "\(folder)/\(name)",
          text: try String(contentsOf: file, encoding: .utf8)
        )
      }
  }
}
