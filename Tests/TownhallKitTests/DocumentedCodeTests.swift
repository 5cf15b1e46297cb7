import Foundation
import StateSync
import TestSupport
import Testing
import TownhallKit

// The code of the manual. What stands between `// <name>` and `// </name>` is shown there word for word.
@Suite("The code of the manual", .timeLimit(.minutes(1)))
struct DocumentedCodeTests {
  /// Joins a town of the test's own, whichever address the manual names.
  private enum SharedStateClient {
    @TaskLocal static var server: SharedStateServer?

    static func connect(to address: String) async throws -> TownhallKit.SharedStateClient {
      try await TownhallKit.SharedStateClient.connect(to: server?.address ?? address)
    }
  }

  @Test("Each example in Swift is code of this file, word for word, and each marked piece is shown")
  func examplesAreTested() throws {
    let tested = Set(try MarkedCode.pieces(ofFile: #filePath).map(\.code))
    let shown = try MarkdownPage.manual().flatMap(\.examples)
      .filter { $0.language == "swift" && $0.reasonNotRun == nil }.map(\.code)
    #expect(shown.count > 2)
    for code in shown { #expect(tested.contains(code), "\(code)") }
    for code in tested { #expect(shown.contains(code), "\(code)") }
  }

  @Test("Join a town, make a selection and change it")
  func joining() async throws {
    let server = try await SharedStateServer.start(port: 0)
    try await SharedStateClient.$server.withValue(server) {
      // <joining>
      let client = try await SharedStateClient.connect(to: "ws://127.0.0.1:38801")
      let selection = try await client.selections.add(
        ParticleSelection(displayName: "Base", particleIDs: [0, 4])
      )
      try await selection.update(["display_name": "Pair"])
      print(try selection.snapshot().displayName ?? "")  // Pair
      // </joining>
      #expect(try selection.snapshot().displayName == "Pair")
      #expect(server.sharedState.snapshot()[selection.key]?["display_name"] == "Pair")
      await client.close()
    }
    await server.close()
  }

  @Test("An edit that took a while is a conflict where somebody else has changed the same place")
  func editing() async throws {
    let client = try await SharedStateServer.start(
      port: 0,
      holding: ["selection.a": ["display_name": "A"]]
    )
    let theirs: StateValue = ["display_name": "C"]
    var wanted: StateValue {
      _ = client.endpoint.apply(StateChange(updates: ["selection.a": theirs]), as: "somebody else")
      return ["display_name": "B"]
    }
    var asked: [String: StateValue?] = [:]
    func ask(about key: String, _ live: StateValue?) { asked[key] = live }
    // <editing>
    let seen = client.sharedState.snapshot()["selection.a"]
    // … somebody thinks about it, and others go on …
    let edit = EditRequest(.update, "selection.a", from: seen, to: wanted)
    if case .conflict(let key, let live) = try await client.apply(edit) { ask(about: key, live) }
    // </editing>
    #expect(asked == ["selection.a": theirs])
    #expect(client.sharedState.snapshot()["selection.a"] == theirs)
    await client.close()
  }

  @Test("A town of a program's own")
  func serving() async throws {
    // <serving>
    let server = try await SharedStateServer.start(port: 0)
    try await server.sharedState["scene.ambient_occlusion"].set(false)
    print(server.address)  // ws://127.0.0.1:…, for others to join
    // </serving>
    #expect(server.address.hasPrefix("ws://127.0.0.1:"))
    #expect(server.sharedState.snapshot()["scene.ambient_occlusion"] == false)
    await server.close()
  }
}
