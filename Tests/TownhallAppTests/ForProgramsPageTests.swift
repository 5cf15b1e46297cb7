import Foundation
import ModelContextProtocol
import SharedState
import StateSync
import Testing

@testable import TownhallApp

/// The page for people who write other programs: what it shows is what happens.
@Suite("The page for other programs", .timeLimit(.minutes(1)))
struct ForProgramsPageTests {
  private static func page() throws -> String {
    let root = URL(filePath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    return try String(
      contentsOf: root.appending(path: ".github/docs/for-programs.md"),
      encoding: .utf8
    )
  }

  /// The lines of the session that a call begins.
  private static func session(of call: String) throws -> [Substring] {
    let blocks = try page().components(separatedBy: "```")
    let block = try #require(blocks.first { $0.hasPrefix("dialogue\n$ \(call)\n") })
    return block.split(separator: "\n").dropFirst(2).map { $0 }
  }

  /// Whether a line is as the page shows it, in which … is anything.
  private static func fits(_ line: String, _ shown: Substring) -> Bool {
    var rest = line[...]
    let pieces = shown.components(separatedBy: "…")
    for (number, piece) in pieces.enumerated() {
      if number == 0 {
        guard rest.hasPrefix(piece) else { return false }
        rest = rest.dropFirst(piece.count)
      } else {
        guard let range = rest.range(of: piece, options: piece.isEmpty ? [] : .literal) else {
          guard piece.isEmpty else { return false }
          continue
        }
        rest = rest[range.upperBound...]
      }
    }
    return pieces.last?.isEmpty == true || rest.isEmpty
  }

  @Test("Each session that it shows goes as it is shown", arguments: ["mcp", "repl"])
  func sessions(verb: String) async throws {
    let town = SyncServer(["scene.scale": 1.5, "limit": .double(.infinity)])
    let lines = try Self.session(of: "townhall \(verb)")
    #expect(lines.count > 6)
    let (feed, input) = AsyncStream.makeStream(of: [UInt8].self)
    let console = Console(town, feed: feed)
    let running = Task { await console.run([verb]) }
    var count = 0
    for line in lines {
      let text = line.dropFirst(2)
      guard line.hasPrefix("<") else {
        #expect(line.hasPrefix("> "))
        input.yield(Array((text + "\n").utf8))
        continue
      }
      count += 1
      for _ in 0..<1000 where console.output.count(where: \.isNewline) < count {
        try await Task.sleep(for: .milliseconds(10))
      }
      let answers = console.output.split(separator: "\n")
      let answer = try #require(answers.count == count ? answers.last.map(String.init) : nil)
      #expect(Self.fits(answer, text), "\(answer)")
    }
    input.finish()
    #expect(await running.value.status == 0)
  }

  @Test("It names each tool, each field of an answer, and the bounds as they are")
  func words() throws {
    let page = try Self.page()
    for tool in VerbTool.reading(hasFiles: true) + VerbTool.writing(hasFiles: true) {
      #expect(page.contains("`\(tool.tool.name)`"), "\(tool.tool.name)")
    }
    for choice in ReplLine.answer.value["oneOf"]?.array ?? [] {
      for field in choice["properties"]?.object ?? [:] where field.key != "complete" {
        #expect(page.contains("| `\(field.key)` |"), "\(field.key)")
      }
    }
    for revision in Revision.agreed + Revision.named { #expect(page.contains(revision)) }
    #expect(page.contains("\(LineLimits.usual >> 20) MiB (`--max-message`)"))
    #expect(page.contains("\(ServeContext.usualResult >> 10) KiB (`--max-result`)"))
    let options = ContextServer.Options(
      name: "",
      title: "",
      version: "",
      instructions: "",
      tools: []
    )
    let bounds = "\(options.mostRunning) calls run, \(options.mostWaiting) wait"
    #expect(page.contains(bounds) && page.contains("\(options.mostNesting) lists and objects"))
    #expect(options.mostSubscriptions == 1000 && page.contains("1,000 subscriptions"))
  }
}
