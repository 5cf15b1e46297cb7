import Foundation
import TestSupport
import Testing

/// `.ci/api.py` on symbol graphs of a few declarations.
@Suite("What .ci/api says of public declarations")
struct PublicDeclarationTests {
  private static let get = ("Box.get()", "func get() -> Int")
  private static let put = ("Box.put(_:)", "func put(_ value: Int)")

  private let scratch = ScratchFolder()

  private func write(_ name: String, _ text: String) throws {
    let file = URL(filePath: scratch.path).appending(path: name)
    let folder = file.deletingLastPathComponent()
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  /// Has a module with methods judged, and returns what is said, and whether all is well.
  private func judge(
    _ methods: [(path: String, declaration: String)],
    breaking: String = "",
    _ options: String...
  ) throws -> (said: String, isWell: Bool) {
    let symbols = methods.map { method in
      let path = method.path.split(separator: ".").map { "\"\($0)\"" }.joined(separator: ",")
      return """
        {"kind": {"identifier": "swift.method"}, "identifier": {"precise": "\(method.path)"},
         "pathComponents": [\(path)], "declarationFragments": [{"spelling": "\(method.declaration)"}]}
        """
    }
    try write(
      "graphs/Boxes/Boxes.symbols.json",
      #"{"symbols": [\#(symbols.joined(separator: ","))], "relationships": []}"#
    )
    try write(
      "changes.md",
      "# Changes\n\n## Unreleased\n\n### Breaking\n\n\(breaking)\n\n## 1.0.0\n\n`Box`\n"
    )
    try FileManager.default.createDirectory(
      atPath: scratch.path + "/stored",
      withIntermediateDirectories: true
    )
    let (script, output) = (Process(), Pipe())
    script.executableURL = URL(filePath: "/usr/bin/env")
    script.arguments =
      ["python3", MarkdownPage.root.appending(path: ".ci/api.py").path()]
      + ["graphs", "stored", "changes.md"].map { "\(scratch.path)/\($0)" } + options
    script.standardOutput = output
    script.standardError = output
    try script.run()
    let said = try output.fileHandleForReading.readToEnd() ?? Data()
    script.waitUntilExit()
    return (String(decoding: said, as: UTF8.self), script.terminationStatus == 0)
  }

  @Test("What is new is well, and what has gone or changed is not, unless the changelog names it")
  func changes() throws {
    #expect(try judge([Self.get], "--update").isWell)
    #expect(try judge([Self.get]).said.contains("new since the last release: 0;"))
    let grown = try judge([Self.get, Self.put])
    #expect(grown.isWell && grown.said.contains("new since the last release: 1;"))

    let gone = try judge([Self.put])
    #expect(!gone.isWell && gone.said.contains("Boxes: method Box.get() | func get() -> Int"))
    #expect(try !judge([Self.put], "--update").isWell)
    let changed = try judge([("Box.get()", "func get() -> Int?")])
    #expect(!changed.isWell && changed.said.contains("now method Box.get() | func get() -> Int?"))

    #expect(try !judge([Self.put], breaking: "- `Box.put(_:)`, and get()").isWell)
    #expect(try judge([Self.put], breaking: "- `Box.get()` is gone.").isWell)
    #expect(try judge([Self.put], breaking: "- `Box` is another one.", "--update").isWell)
    #expect(try judge([Self.put]).isWell)
  }

  @Test("A module of which nothing is found is told")
  func nothing() throws {
    #expect(try !judge([]).isWell)
  }
}
