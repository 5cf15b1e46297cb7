import Foundation
import Testing

/// The project's folder, found from this file.
private let root = URL(filePath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

private func swiftFiles(under folder: String) throws -> [(path: String, text: String)] {
  let base = root.appending(path: folder)
  let walk = try #require(FileManager.default.enumerator(at: base, includingPropertiesForKeys: nil))
  return try walk.compactMap { $0 as? URL }
    .filter { $0.pathExtension == "swift" }
    .map { (path: $0.path(), text: try String(contentsOf: $0, encoding: .utf8)) }
}

private func modules() throws -> [String] {
  try FileManager.default
    .contentsOfDirectory(atPath: root.appending(path: "Sources").path()).sorted()
}

@Suite("The rules of the house")
struct HouseRulesTests {
  @Test("Nothing but the agreed names stands at the top level")
  func topLevel() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: root.path())
    // The manifest's lock file is made by every build and never committed.
    let extra = names.filter { !$0.hasPrefix(".") && $0 != "Package.resolved" }
      .filter { !HouseRules.topLevel.contains($0) }
    #expect(extra.isEmpty)
  }

  @Test("Every module imports only what its row in the table grants")
  func imports() throws {
    for module in try modules() {
      for file in try swiftFiles(under: "Sources/\(module)") {
        let found = HouseRules.forbiddenImports(in: file.text, of: module)
        #expect(found.isEmpty, "\(file.path)")
      }
    }
  }

  @Test("The table has a row for every library module")
  func tableIsComplete() throws {
    let free: Set = ["CursesShim", "CZlib", "TownhallApp", "townhall", "TownhallBenchmarks"]
    #expect(
      Set(try modules()).subtracting(free) == Set(HouseRules.allowedImports.keys)
    )
  }

  @Test("Each test that the security policy names is there")
  func securityPolicy() throws {
    let policy = try Self.text(".github/SECURITY.md")
    let names = Set(policy.matches(of: /`([A-Za-z]+Tests)`/).map { String($0.1) })
    #expect(names.count > 15)
    let sources = try swiftFiles(under: "Tests").map(\.text).joined(separator: "\n")
    for name in names {
      #expect(
        sources.contains("struct \(name) ") || sources.contains("enum \(name) ")
          || FileManager.default.fileExists(atPath: root.appending(path: "Tests/\(name)").path()),
        "\(name)"
      )
    }
  }

  @Test("No source holds a leftover mark or a stray print")
  func leftovers() throws {
    for module in try modules() {
      for file in try swiftFiles(under: "Sources/\(module)") {
        let found =
          HouseRules.leftovers(in: file.text) + HouseRules.strayPrints(in: file.text, of: module)
        #expect(found.isEmpty, "\(file.path)")
      }
    }
  }

  @Test("No folder of the dashboard is in a cycle with another")
  func folders() throws {
    let base = root.appending(path: "Sources/Dashboard").path() + "/"
    let sources = try swiftFiles(under: "Sources/Dashboard").map { file in
      (folder: String(file.path.dropFirst(base.count).prefix { $0 != "/" }), text: file.text)
    }
    #expect(Set(sources.map(\.folder)).count > 10)
    #expect(HouseRules.cycles(among: sources) == [])
  }

  @Test("Panes are told apart where they are registered, and what is read only is said once")
  func registration() throws {
    let files = try swiftFiles(under: "Sources/Dashboard")
    let switches = files.filter { $0.text.contains(/switch (model\.|host\.|self\.)?focus\b/) }
    #expect(switches.map(\.path) == [])
    let readOnly = files.filter { $0.text.contains("dashboard is read only") }
    #expect(readOnly.count == 1)
  }

  @Test("What the dashboard says in the words of a town it says in those of a dictionary too")
  func words() throws {
    // What is said before any words are chosen, of the tour, and of the words themselves.
    let exceptions = [
      "Picker.swift", "Picker+Offers.swift", "TourActions.swift", "ScreenActions.swift",
    ]
    let files = try ["Dashboard", "ScreenKit"].flatMap { try swiftFiles(under: "Sources/\($0)") }
    for file in files where !exceptions.contains(where: { file.path.hasSuffix("/" + $0) }) {
      #expect(HouseRules.townTexts(in: file.text) == [], "\(file.path)")
    }
  }

  @Test("The page of the architecture names every module")
  func modulesAreNamed() throws {
    let page = try Self.text(".github/ARCHITECTURE.md")
    #expect(try modules().filter { !page.contains("`\($0)`") } == [])
  }

  @Test("Each row that .ci/bench takes from TownhallBenchmarks is there")
  func benchmarkRows() throws {
    let rows = try Self.text("Sources/TownhallBenchmarks/ScaleCases.swift")
    let names = try Self.text("Tests/Bench/cases.py")
      .matches(of: /(?m)^(?: {8}|    letter = )"([^"]+)"(?:: (?:None|flat),)?$/)
      .map { String($0.1) }
    #expect(names.count > 5)
    #expect(names.filter { !rows.contains("named(\"\($0)\"") } == [])
  }

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }
}

@Suite("Each rule finds a planted fault")
struct PlantedFaultTests {
  @Test(
    "An import that is not granted is found however it is written",
    arguments: [
      "import Foundation", "public import Foundation", "@preconcurrency import Foundation",
      "import struct Foundation.Date", "  @_exported public import Foundation",
    ]
  )
  func imports(line: String) {
    let source = "import SharedState\n" + line
    #expect(
      HouseRules.forbiddenImports(in: source, of: "Dashboard")
        == ["line 2: Dashboard may not import Foundation"]
    )
  }

  @Test("A granted import, and the word in a sentence, are left alone")
  func grantedImports() {
    let source = "public import SharedState\n// import Foundation would be wrong here\n"
    #expect(HouseRules.forbiddenImports(in: source, of: "Dashboard").isEmpty)
  }

  @Test("A reference back is found, and one in a comment or a text is none")
  func cycle() {
    let parts = (folder: "Core", text: "protocol Host {}\nstruct Rect {}")
    let pane = (folder: "Tree", text: "struct TreePane { let host: Host }")
    #expect(HouseRules.cycles(among: [parts, pane]) == [])
    let spoken = (folder: "Core", text: "// a TreePane\nlet name = \"TreePane\"")
    #expect(HouseRules.cycles(among: [parts, pane, spoken]) == [])
    let back = (folder: "Core", text: "extension Rect { var pane: TreePane? { nil } }")
    #expect(
      HouseRules.cycles(among: [parts, pane, back]) == [
        "Core uses TreePane of Tree, which leads back to Core",
        "Tree uses Host of Core, which leads back to Tree",
      ]
    )
  }

  @Test("A word of the town is found in a text that has no other words, however it is interpolated")
  func townWords() {
    let phrases = #"""
      // "all houses" in a comment
      say("\("nobody lives", dict: "there is no value") at \(key), \(many: .house)")
      Phrase("Moved out \(age): nobody is there.", dict: "Removed \(age).")
      case "town", "inspect-town": "to\(wn)"
      """#
    #expect(HouseRules.townTexts(in: phrases) == [])
    let lone = #"""
      say("sent (once), waiting for the town")
      say("\(count(of: "x")) houses are \(isLocked ? "locked" : "in a street") here")
      """#
    #expect(
      HouseRules.townTexts(in: lone) == [
        "sent (once), waiting for the town", "in a street", " houses are  here",
      ]
    )
  }

  @Test("A leftover mark is found with its line")
  func leftover() {
    #expect(HouseRules.leftovers(in: "a\nb // TO" + "DO later") == ["line 2: leftover TO" + "DO"])
  }

  @Test("A print in a library is found, in the command it is allowed")
  func print() {
    let source = "let a = 1\n  print(a)"
    #expect(HouseRules.strayPrints(in: source, of: "Dashboard") == ["line 2: stray print"])
    #expect(HouseRules.strayPrints(in: source, of: "TownhallApp").isEmpty)
  }
}
