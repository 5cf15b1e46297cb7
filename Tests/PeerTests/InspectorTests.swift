import Foundation
import SharedState
import TestSupport
import Testing

/// The house that breaks every Python client, found and mended.
@Suite(
  "Our inspector on nanover-server",
  .enabled(if: PeerEnvironment.isWanted, PeerEnvironment.reason),
  .serialized
)
struct InspectorTests {
  /// What `SelectionsUtility.update_selection` of nanover.jupyter writes: no name.
  private static let nameless: StateValue = [
    "id": "selection.solvent", "selected": ["particle_ids": [3, 4, 5]],
    "properties": [
      "nanover.rendering.renderer": "liquorice", "nanover.interaction.method": "single",
      "nanover.interaction.velocity_reset": false, "nanover.rendering.hide": true,
    ],
  ]

  /// A `selected` as `modify_selection` of the same class leaves it: a bare list.
  private static let bare: StateValue = [
    "id": "selection.bare", "name": "Bare", "selected": [7, 8],
    "properties": ["nanover.rendering.hide": false],
  ]

  @Test(
    "Python's selections fail on one malformed house, and work again after townhall inspect --repair",
    arguments: [
      ("selection.solvent", nameless, "ValueError: Selection is missing ID or name"),
      ("selection.bare", bare, "TypeError"),
    ]
  )
  func mended(key: String, value: StateValue, trouble: String) async throws {
    try await PythonPeer.withServer { server, port in
      let address = "ws://127.0.0.1:\(port)"
      try await PythonPeer.withClient(of: address) { client in
        let right: StateValue = [
          "id": "selection.right", "name": "Right", "selected": ["particle_ids": [1]],
        ]
        try await server.call("set", ["selection.right": right])
        try await eventually("Python sees it") { try await names(client) == "Right" }
        try await server.call("set", .object([key: value]))
        try await eventually("Python fails") { try await names(client).contains(trouble) }

        let found = try await townhall("inspect", "--json", "-t", address)
        #expect(found.status == 1)
        let lines = try found.output.split(separator: "\n").map { try StateValue(text: String($0)) }
        #expect(lines.map { $0["key"] } == [.string(key)] && lines[0]["severity"] == "error")
        let repair = try await townhall("inspect", "--repair", "-t", address)
        #expect(repair.status == 0 && repair.output == "")

        let name = key == "selection.bare" ? "Bare" : "solvent"
        try await eventually("Python lists both") {
          try await Set(names(client).split(separator: " ")) == ["Right", Substring(name)]
        }
        let words = try await client.repr(key)
        #expect(words.contains("'name': '\(name)'") && words.contains("'particle_ids': ["))
        #expect(try await client.repr("selection.right").contains("'name': 'Right'"))
      }
    }
  }

  /// The names that `client.selections` gives, or what it raises.
  private func names(_ client: PythonPeer) async throws -> String {
    try await client.call("selections").string ?? ""
  }

  /// Runs the program that was built, as a person would.
  private func townhall(_ arguments: String...) async throws -> (status: Int32, output: String) {
    let (process, pipe) = (Process(), Pipe())
    process.executableURL = URL(filePath: try BuiltProducts.path(of: "townhall"))
    process.arguments = arguments
    (process.standardOutput, process.standardError) = (pipe, FileHandle.nullDevice)
    try process.run()
    let output = String(
      decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(),
      as: UTF8.self
    )
    process.waitUntilExit()
    return (process.terminationStatus, output)
  }
}
