import ArgumentParser
import Foundation
import TestSupport
import Testing

@testable import TownhallApp

extension EndToEndTests {
  /// Each page of the manual, tried as somebody would who types what it says.
  @Suite("The examples of the documentation")
  struct DocumentedExamplesTests {
    private static let pages = (try? MarkdownPage.manual()) ?? []
    private static let verbs = TownhallCommand.configuration.groupedSubcommands
      .flatMap(\.subcommands).filter { $0.configuration.shouldDisplay }
      .map { $0.configuration.commandName ?? $0._commandName }

    @Test("There are pages")
    func manual() throws {
      #expect(try MarkdownPage.manual().count > 10)
    }

    @Test(
      "Each example does what its page says",
      .enabled(if: NetworkNamespace.isAvailable, Comment(rawValue: NetworkNamespace.reason)),
      arguments: pages.map(\.name)
    )
    func examples(_ name: String) async throws {
      let page = try #require(Self.pages.first { $0.name == name })
      for trouble in try DocumentedSession(page).troubles() { Issue.record("\(trouble)") }
    }

    @Test("What cannot be run says why, is a call that the program takes, and is little")
    func notRun() async throws {
      let reasons: Set = [
        "asks at a terminal", "a screen", "takes minutes", "needs another machine",
        "needs the wheel, which .ci/package makes", "needs the package, which .ci/package makes",
        "needs the image, which .ci/package makes", "writes where a person's own shell looks",
      ]
      var count = 0
      for page in Self.pages {
        for example in page.examples {
          guard let reason = example.reasonNotRun else { continue }
          count += 1
          print("not run: \(page.name):\(example.line): \(reason)")
          #expect(reasons.contains(reason), "\(page.name):\(example.line)")
          let calls = example.language == "console" ? example.calls.map(\.command) : example.lines
          for call in calls {
            let trouble = try await Self.trouble(with: call)
            #expect(trouble == nil, "\(page.name):\(example.line): \(call)")
          }
        }
      }
      #expect(count <= 20)
    }

    @Test("A call that stands in a sentence is one that the program takes")
    func sentences() async throws {
      var count = 0
      for page in Self.pages {
        for span in page.spans where span.code.hasPrefix("townhall ") && !span.code.contains("…") {
          count += 1
          let words = span.code.split(separator: " ").map(String.init)
          // A verb alone is only named.
          let trouble =
            words.count == 2 && Self.verbs.contains(words[1])
            ? nil : try await Self.trouble(with: span.code)
          #expect(trouble == nil, "\(page.name):\(span.line): \(span.code)")
        }
      }
      #expect(count > 30)
    }

    @Test("So is a call that the help has as an example")
    func help() async throws {
      let verbs = TownhallCommand.configuration.groupedSubcommands.flatMap(\.subcommands)
      var count = 0
      for verb in [TownhallCommand.self] + verbs as [any ParsableCommand.Type] {
        let lines = verb.configuration.discussion.components(separatedBy: "\n")
        for line in lines where line.hasPrefix("  townhall ") {
          count += 1
          let trouble = try await Self.trouble(with: String(line.dropFirst(2)))
          #expect(trouble == nil, "\(verb): \(line)")
        }
      }
      #expect(count > 50)
    }

    @Test("Each verb stands in the manual")
    func everyVerb() {
      let code = Self.pages.flatMap { page in
        page.spans.map(\.code) + page.examples.flatMap(\.lines)
      }
      let words = Set(code.flatMap { $0.split(whereSeparator: { !$0.isLetter }) }.map(String.init))
      #expect(Self.verbs.filter { !words.contains($0) && $0 != "dashboard" } == [])
    }

    /// What the program would say against a line of a shell, before it does anything; nothing if the line calls another.
    private static func trouble(with line: String) async throws -> String? {
      if line.hasPrefix(".ci/") {
        let script = String(line.prefix { $0 != " " })
        let path = MarkdownPage.root.appending(path: script).path()
        return FileManager.default.isExecutableFile(atPath: path) ? nil : "there is no \(script)"
      }
      for arguments in try calls(in: line).map(TownhallCommand.call(meantBy:)) {
        do {
          try TownhallCommand.check(arguments)
          _ = try await TownhallCommand.asyncParseAsRoot(arguments)
        } catch let failure as Failure {
          return failure.message
        } catch {
          guard TownhallCommand.exitCode(for: error) != .success else { continue }
          return TownhallCommand.message(for: error)
        }
      }
      return nil
    }

    /// The arguments of each call of townhall, as a shell takes them apart that knows no other program.
    private static func calls(in line: String) throws -> [[String]] {
      let folder = ScratchFolder()
      try FileManager.default.createDirectory(
        atPath: folder.path,
        withIntermediateDirectories: true
      )
      let (shell, output) = (Process(), Pipe())
      shell.executableURL = URL(filePath: "/bin/bash")
      shell.arguments = [
        "-c", #"townhall() { printf '%s\0' "$#" "$@" >&3; }; eval "$1" 3>&1 >/dev/null; wait"#,
        "calls", line,
      ]
      shell.environment = ["PATH": folder.path]
      shell.currentDirectoryURL = URL(filePath: folder.path)
      shell.standardInput = FileHandle.nullDevice
      shell.standardOutput = output
      shell.standardError = FileHandle.nullDevice
      try shell.run()
      let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
      shell.waitUntilExit()
      var words = bytes.split(separator: 0, omittingEmptySubsequences: false).dropLast()
        .map { String(decoding: $0, as: UTF8.self) }[...]
      var calls: [[String]] = []
      while let count = words.popFirst().flatMap(Int.init) {
        calls.append(Array(words.prefix(count)))
        words = words.dropFirst(count)
      }
      return calls
    }
  }

  @Suite("An example that is wrong is found")
  struct PlantedExampleTests {
    /// A page with one block in it.
    private static func page(_ language: String, _ lines: String...) -> MarkdownPage {
      let text = (["# Planted", "", "```\(language)"] + lines + ["```", ""]).joined(separator: "\n")
      return MarkdownPage(name: "planted.md", text: text)
    }

    @Test(
      "by what it prints, or by how it ends",
      .enabled(if: NetworkNamespace.isAvailable, Comment(rawValue: NetworkNamespace.reason)),
      arguments: [
        (page("console", "$ townhall set a 1", "$ townhall get a", "1"), nil),
        (page("console", "$ townhall set a 1", "$ townhall get a", "2"), "planted.md:5"),
        (page("console", "$ townhall set a 1", "done"), "planted.md:4"),
        (page("console", "$ townhall get nobody"), "planted.md:4"),
        (page("console", "$ townhall keys", "…", "…"), nil),
        (page("console", "$ townhall get no.body", "townhall: no house \"no.bo…\" in …"), nil),
        (page("console", "$ exit", "$ townhall keys"), "planted.md:4"),
        (page("sh", "townhall set a 1", "townhall get a"), nil),
        (page("sh", "townhall get nobody"), "planted.md:4"),
        (page("sh", "townhall gte a"), "planted.md:4"),
        (page("toml", "mouse = false"), nil),
        (page("toml", "mouse = 1"), "planted.md:4"),
        (page("toml", "[[lesson]]", "name = \"empty\""), "planted.md:4"),
        (page("json", #"{"a": [1, 2]}"#), nil),
        (page("json", #"{"a": [1, 2}"#), "planted.md:4"),
        (page("ruby", "puts 1"), "planted.md:4"),
      ]
    )
    func planted(_ page: MarkdownPage, _ place: String?) throws {
      let troubles = try DocumentedSession(page).troubles()
      #expect(troubles.count == (place == nil ? 0 : 1), "\(troubles)")
      #expect(troubles.first?.hasPrefix("\(place ?? ""): ") ?? true, "\(troubles)")
    }
  }
}
