import Foundation
import TestSupport
import Testing

@Suite("The manual")
struct ManualTests {
  private static func text(_ path: String) throws -> String {
    try String(contentsOf: MarkdownPage.root.appending(path: path), encoding: .utf8)
  }

  /// What the program says that it is.
  private static func version() throws -> String {
    let program = try text("Sources/TownhallApp/Commands/TownhallCommand.swift")
    return String(try #require(program.firstMatch(of: /static let current = "([^"]+)"/)).1)
  }

  /// All pages that the project has for people, beside the articles of its modules.
  private static func pages() throws -> [MarkdownPage] {
    try MarkdownPage.manual() + MarkdownPage.pages(in: ".github")
  }

  @Test("Pages are short, and the README leads to each")
  func short() throws {
    let readme = try Self.text("README.md")
    for page in try MarkdownPage.manual() {
      let lines = page.text.split(separator: "\n", omittingEmptySubsequences: false).count
      #expect(lines <= (page.name == "README.md" ? 130 : 121), "\(page.name)")
      #expect(page.name == "README.md" || readme.contains("](\(page.name))"), "\(page.name)")
    }
  }

  @Test("Whatever a page leads to is there, the heading too")
  func links() throws {
    var count = 0
    for page in try Self.pages() {
      for link in Self.links(of: page) {
        count += 1
        #expect(Self.trouble(with: link, of: page) == nil, "\(page.name): \(link)")
      }
    }
    #expect(count > 60)
  }

  @Test("A link to nothing is found")
  func plantedLinks() throws {
    let page = MarkdownPage(
      name: ".github/docs/planted.md",
      text: """
        [a](keys.md#watch) ![b](../../screenshots/session.gif) [c](https://elsewhere.org)
        [d](nothing.md) [e](keys.md#nothing) [f](screenshots/session.gif)
        """
    )
    #expect(
      Self.links(of: page).filter { Self.trouble(with: $0, of: page) != nil }
        == ["nothing.md", "keys.md#nothing", "screenshots/session.gif"]
    )
  }

  @Test("CI runs the tests by the command that the README gives")
  func testCommand() throws {
    let commands = try MarkdownPage.manual()[0].examples.map(\.code)
    #expect(commands.contains(".ci/test"))
    #expect(try Self.text(".ci/run").contains(/(?m)^part \.ci\/test$/))
  }

  @Test("The newest section of the changelog is about the version that the program says it is")
  func changelog() throws {
    let version = try Self.version()
    let headings = try Self.text(".github/CHANGELOG.md").matches(of: /(?m)^## (.+)$/).map(\.1)
    try #require(headings.count > 1)
    #expect(headings[0] == "Unreleased")
    #expect(headings[1].hasPrefix("\(version) — "))
    #expect(version.wholeMatch(of: /\d+\.\d+\.\d+(-[a-z0-9.]+)?/) != nil)
  }

  @Test("The README installs the version that the program says it is")
  func installed() throws {
    let version = try Self.version()
    let installed = try Self.text("README.md").matches(of: /townhall[-_](\d[\d.]*\d)[-_]/)
    #expect(installed.count >= 2)
    #expect(installed.allSatisfy { $0.1 == version })
  }

  @Test("Each module whose documentation the package index is to show is there")
  func packageIndex() throws {
    let manifest = try Self.text(".spi.yml")
    let list = try #require(manifest.firstMatch(of: /documentation_targets: \[([^\]]+)\]/)).1
    let targets = list.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    #expect(targets.count > 3)
    for target in targets {
      let folder = MarkdownPage.root.appending(path: "Sources/\(target)").path()
      #expect(FileManager.default.fileExists(atPath: folder), "\(target)")
    }
  }

  /// Where a page leads.
  private static func links(of page: MarkdownPage) -> [String] {
    page.text.matches(of: /\]\(([^)\s]+)\)/).map { String($0.1) }
  }

  /// What is wrong with a link; places elsewhere are not looked at.
  private static func trouble(with link: String, of page: MarkdownPage) -> String? {
    guard !link.contains("://") else { return nil }
    let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    let here = MarkdownPage.root.appending(path: page.name)
    let file =
      parts[0].isEmpty
      ? here : here.deletingLastPathComponent().appending(path: String(parts[0])).standardized
    guard FileManager.default.fileExists(atPath: file.path()) else {
      return "there is no such file"
    }
    guard parts.count > 1 else { return nil }
    guard let text = try? String(contentsOf: file, encoding: .utf8) else { return "no text" }
    let anchors = text.matches(of: /(?m)^#+ (.+)$/).map { heading in
      String(heading.1.lowercased().filter { $0.isLetter || $0.isNumber || " -_".contains($0) })
        .replacing(" ", with: "-")
    }
    return anchors.contains(String(parts[1])) ? nil : "there is no such heading"
  }
}
