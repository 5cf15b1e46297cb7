import Foundation
import SharedState
import StateSync
import TestSupport
import Testing
import TownhallKit

@Suite(
  "A room is run while NanoVer's clients are in it",
  .serialized,
  .timeLimit(.minutes(3)),
  .enabled(if: PeerEnvironment.isWanted, PeerEnvironment.reason)
)
struct RoomPeerTests {
  /// Runs the program as the organiser would, who may do all.
  private func room(_ town: GuardedTown, _ folder: String, _ arguments: String...) async throws
    -> String
  {
    let (process, pipe) = (Process(), Pipe())
    process.executableURL = URL(filePath: try BuiltProducts.path(of: "townhall"))
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(
      [
        "TOWNHALL_TOWN": town.address(showing: GuardedTown.tokens[.owner]), "XDG_DATA_HOME": folder,
      ]
    ) { $1 }
    (process.standardOutput, process.standardError) = (pipe, pipe)
    try process.run()
    let output = String(
      decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(),
      as: UTF8.self
    )
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(arguments): \(output)")
    return output
  }

  @Test(
    "Of four, one simulates and one is frozen; the room is paused, loaded, set up, swept and told"
  )
  func lesson() async throws {
    try await GuardedTown.with { town in
      let scratch = ScratchFolder()
      let folder = scratch.path
      let address = town.address(as: .writer)
      try await PythonPeer.withClient(of: address) { engine in
        try await engine.call("move")
        try await PythonPeer.withClient(of: address) { ada in
          try await PythonPeer.withClient(of: address) { bob in
            try await PythonPeer.withClient(of: address) { eve in
              for (client, name) in [(ada, "p-ada"), (bob, "p-bob"), (eve, "p-eve")] {
                try await client.call(
                  "set",
                  [
                    "avatar.\(name)": ["name": .string(name), "components": [["name": "headset"]]]
                  ]
                )
              }
              try await ada.call("set", ["selection.mine": ["name": "Mine"]])
              try await eventually("everybody is here") {
                ["p-ada", "p-bob", "p-eve"].allSatisfy { town.houses["avatar.\($0)"] != nil }
                  && town.houses["selection.mine"] != nil
              }
              let shown = try await room(town, folder, "room")
              for name in ["p-ada", "p-bob", "p-eve"] {
                #expect(shown.contains("\(name)  headset"))
              }

              // One is frozen, and what they write is refused; the others go on.
              let who = try await room(town, folder, "who", "--json").split(separator: "\n")
              let number = try #require(
                who.compactMap { try? StateValue(text: String($0)) }
                  .first { $0["user"] == "p-eve" }?["connection"]?.int
              )
              _ = try await room(town, folder, "freeze", "\(number)")
              try await eve.call("write", ["selection.eve": 1], [])
              try await bob.call("set", ["selection.bob": ["name": "B"]])
              try await eventually("Bob's is there") { town.houses["selection.bob"] != nil }
              #expect(town.houses["selection.eve"] == nil)
              _ = try await room(town, folder, "release", "\(number)")
              try await eve.call("set", ["selection.eve": 1])
              try await eventually("hers is there") { town.houses["selection.eve"] != nil }

              // What is asked of all arrives as the float that headsets read.
              _ = try await room(town, folder, "room", "set", "pass-through", "1")
              try await eventually("it is asked") {
                try await ada.repr("suggested.passthrough") == "1.0"
              }

              // The simulation stands still, and another is loaded, which clears selections away.
              _ = try await room(town, folder, "room", "save", "lesson")
              _ = try await room(town, folder, "room", "pause")
              #expect(
                try await room(town, folder, "room", "load") == "0  water\n1  methane\n"
              )
              _ = try await room(town, folder, "room", "load", "methane")
              try await eventually("it is loaded") {
                town.houses["simulation.name"] == "methane" && town.houses["selection.mine"] == nil
              }
              #expect(town.houses["selection.bob"] == nil)
              #expect(
                try await room(
                  town,
                  folder,
                  "room",
                  "apply",
                  "lesson",
                  "--only",
                  "selections",
                  "--dry-run"
                )
                .split(separator: "\n").count == 4
              )
              _ = try await room(town, folder, "room", "apply", "lesson")
              try await eventually("it is as it was set up") {
                town.houses["selection.mine"] == ["name": "Mine"]
                  && town.houses["selection.bob"] == ["name": "B"]
              }

              // Somebody's body stays behind, and is swept away; those who are connected are left alone.
              try await ada.call(
                "set",
                ["avatar.p-ghost": ["name": "Ghost"], "cursor.p-ghost.left": 1]
              )
              try await eventually("a ghost") { town.houses["cursor.p-ghost.left"] != nil }
              let swept = try await room(town, folder, "room", "sweep", "--silent", "1")
              #expect(swept.contains("avatar.p-ghost\ncursor.p-ghost.left\n"), "\(swept)")
              #expect(town.houses["avatar.p-ghost"] == nil && town.houses["avatar.p-bob"] != nil)

              // A message reaches who takes one.
              try await bob.call("offer", "p-bob/notify")
              let told = try await room(town, folder, "room", "notify", "five minutes")
              #expect(told == "1 of 1\n")
            }
          }
        }
      }
    }
  }
}
