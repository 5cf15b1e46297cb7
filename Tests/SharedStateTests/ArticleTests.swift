import Foundation
import TestSupport
import Testing

@Suite("The articles of SharedState.docc")
struct ArticleTests {
  @Test("Every example in an article is code that a test runs, word for word")
  func examplesAreTested() throws {
    let snippets = Set(try Self.snippets().map(\.code))
    var count = 0
    for article in try Self.articles() {
      for example in article.examples where example.language == "swift" {
        count += 1
        let isTested = snippets.contains(example.code)
        #expect(isTested, "\(article.name):\(example.line):\n\(example.code)")
      }
    }
    #expect(count > 20)
  }

  @Test("Every piece of marked code is shown in an article")
  func snippetsAreShown() throws {
    let examples = Set(try Self.articles().flatMap { $0.examples.map(\.code) })
    for snippet in try Self.snippets() {
      let isShown = examples.contains(snippet.code)
      #expect(isShown, "\(snippet.name):\n\(snippet.code)")
    }
  }

  private static func articles() throws -> [MarkdownPage] {
    try MarkdownPage.pages(in: "Sources/SharedState/SharedState.docc")
  }

  /// The marked pieces of the tests.
  private static func snippets() throws -> [MarkedCode] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
    return try MarkedCode.pieces(ofFile: folder.appending(path: "TutorialTests.swift").path())
  }
}
