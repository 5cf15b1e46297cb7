import Foundation
import SharedState
import StateEditing
import TestSupport
import Testing

@testable import Dashboard

@Suite("What an edit echoes in Swift")
struct SwiftEchoTests {
  @Test("Every echoed line of Swift is accepted by the compiler, against the library as it is")
  func compiles() throws {
    var maker = EditMaker(seed: 11)
    let lines = (0..<300).map { CallEcho(maker.edit($0).request).text(in: .swift) }
    // A view has the streets that a client has, and needs none of the network's modules.
    var source = "import SharedState\n\n"
    // Small functions keep the compiler quick.
    for (number, line) in lines.enumerated() {
      source += "func edit\(number)(client: SharedStateView, sharedState: SharedStateView)"
      source += " async throws {\n\(line)\n}\n"
    }
    let flaws = try Self.flaws(of: source)
    #expect(flaws.isEmpty, "\(flaws.prefix(4000))")
    let broken =
      source + "func last(sharedState: SharedStateView) async throws { sharedState.set(1) }"
    #expect(try Self.flaws(of: broken).contains("error:"), "the compiler is asked at all")
  }

  /// What the compiler has to say against a program that uses the library.
  private static func flaws(of source: String) throws -> String {
    let products = URL(filePath: try BuiltProducts.path(of: "townhall")).deletingLastPathComponent()
    let file = FileManager.default.temporaryDirectory
      .appending(path: "townhall-echo-\(UUID().uuidString).swift")
    try source.write(to: file, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: file) }
    let compiler = Process()
    compiler.executableURL = URL(filePath: "/usr/bin/env")
    compiler.arguments = [
      "swiftc", "-typecheck", "-swift-version", "6", "-I",
      products.appending(path: "Modules").path(),
      file.path(),
    ]
    let output = Pipe()
    compiler.standardError = output
    compiler.standardOutput = FileHandle.nullDevice
    try compiler.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    compiler.waitUntilExit()
    return compiler.terminationStatus == 0 ? "" : text
  }
}
