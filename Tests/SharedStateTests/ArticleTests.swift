import Foundation
import Testing

@Suite("The articles of SharedState.docc")
struct ArticleTests {
  /// A piece of Swift and where it stands.
  struct Example: CustomStringConvertible {
    let place: String
    let code: String

    var description: String { "\(place):\n\(code)" }
  }

  @Test("Every example in an article is code that a test runs, word for word")
  func examplesAreTested() throws {
    let snippets = Set(try Self.snippets().map(\.code))
    let examples = try Self.examples()
    #expect(examples.count > 20)
    for example in examples {
      let isTested = snippets.contains(example.code)
      #expect(isTested, "\(example)")
    }
  }

  @Test("Every piece of marked code is shown in an article")
  func snippetsAreShown() throws {
    let examples = Set(try Self.examples().map(\.code))
    for snippet in try Self.snippets() {
      let isShown = examples.contains(snippet.code)
      #expect(isShown, "\(snippet)")
    }
  }

  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()

  /// The code blocks of all articles.
  private static func examples() throws -> [Example] {
    let catalog = folder.appending(path: "../../Sources/SharedState/SharedState.docc")
    let articles = try FileManager.default.contentsOfDirectory(
      at: catalog,
      includingPropertiesForKeys: nil
    ).filter { $0.pathExtension == "md" }
    return try articles.flatMap { article in
      blocks(
        of: try String(contentsOf: article, encoding: .utf8),
        in: article.lastPathComponent,
        begin: { $0 == "```swift" ? "" : nil },
        end: { line, _ in line == "```" }
      )
    }
  }

  /// The marked pieces of the tests.
  private static func snippets() throws -> [Example] {
    let source = try String(
      contentsOf: folder.appending(path: "TutorialTests.swift"),
      encoding: .utf8
    )
    return blocks(
      of: source,
      in: "TutorialTests.swift",
      begin: { line in
        line.hasPrefix("// <") && !line.hasPrefix("// </") ? String(line.dropFirst(4)) : nil
      },
      end: { line, name in line == "// </" + name }
    )
  }

  private static func blocks(
    of text: String,
    in file: String,
    begin: (String) -> String?,
    end: (String, String) -> Bool
  ) -> [Example] {
    var found: [Example] = []
    var current: (name: String, line: Int, lines: [String])?
    for (number, line) in text.components(separatedBy: "\n").enumerated() {
      let bare = line.trimmingCharacters(in: .whitespaces)
      if let block = current, end(bare, block.name) {
        found.append(Example(place: "\(file):\(block.line)", code: dedented(block.lines)))
        current = nil
      } else if current != nil {
        current?.lines.append(line)
      } else if let name = begin(bare) {
        current = (name, number + 2, [])
      }
    }
    if let current { Issue.record("\(file):\(current.line) does not end") }
    return found
  }

  private static func dedented(_ lines: [String]) -> String {
    let indents = lines.filter { !$0.isEmpty }.map { $0.prefix { $0 == " " }.count }
    return lines.map { String($0.dropFirst(indents.min() ?? 0)) }.joined(separator: "\n")
  }
}
