import Glibc
import TestSupport
import Testing

/// A town that is killed again and again under somebody who is busy in it.
extension EndToEndTests {
  @Suite("A town that is killed and comes back")
  struct RestartTests {
    /// So often, with pauses that grow: the program waits longer for a town that does not last.
    static let times = 5

    @Test("Folds, filter, snapshot, cursor and what is half typed outlive it, and it is never left")
    func keepsEverything() throws {
      var town = try open(nil)
      let screen = try PTYProgram(
        [try BuiltProducts.path(of: "townhall"), town.address],
        environment: [:],
        columns: 120,
        rows: 40
      )
      try #require(screen.wait(for: "selection"), "\(screen.text)")
      // A filter, a closed street, a snapshot, and a text half typed.
      screen.send("f!avatar.*\rggh:selection.pinned\r")
      try #require(screen.wait { Self.isPrepared($0.text) }, "\(screen.text)")
      screen.send("K")
      try #require(screen.wait { Self.snapshot($0) != nil }, "\(screen.text)")
      let snapshot = try #require(Self.snapshot(screen))
      screen.send("s")
      try #require(screen.wait(for: "set selection.pinned"), "\(screen.text)")
      screen.send("\u{15}\"half typed")
      try #require(screen.wait(for: "half typed"), "\(screen.text)")

      for time in 1...Self.times {
        town.end(SIGKILL)
        try #require(
          screen.wait(seconds: 5) { !$0.text.contains("● live") },
          "\(time): \(screen.text)"
        )
        town = try open(town.port)
        try #require(screen.wait(for: "● live", seconds: 15), "\(time): \(screen.text)")
        #expect(screen.text.contains("half typed"), "\(time): \(screen.text)")
        #expect(screen.text.contains("set selection.pinned"), "\(time): \(screen.text)")
      }

      screen.send("\"\r")
      try #require(screen.wait(for: "sends this"), "\(screen.text)")
      screen.send("\r")
      try #require(screen.wait(for: "accepted after"), "\(screen.text)")
      #expect(try town.run("get", "selection.pinned") == "\"half typed\"")
      screen.send(" ")
      try #require(screen.wait(for: snapshot), "\(screen.text)")
      #expect(Self.isPrepared(screen.text), "\(screen.text)")
      #expect(screen.exitStatus == nil)
    }

    private func open(_ port: Int?) throws -> ServerProcess {
      let town = try ServerProcess(port: port ?? 0, withResidents: true)
      try town.run("set", "selection.pinned", "1")
      return town
    }

    /// What the snapshot on the screen is called, at whatever time of day it was kept.
    private static func snapshot(_ screen: PTYProgram) -> String? {
      screen.text.firstMatch(of: /snapshot \d\d:\d\d:\d\d/).map { String($0.output) }
    }

    private static func isPrepared(_ text: String) -> Bool {
      text.contains("only !avatar.*") && text.contains("pinned")
        && !text.contains("velocity_reset")
    }
  }
}
