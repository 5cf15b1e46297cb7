import Foundation
import SharedState
import TestSupport
import Testing

/// Servers and whoever looks for them, in a network that the test makes for itself.
extension EndToEndTests {
  @Suite(
    "Finding servers on the network",
    .enabled(if: NetworkNamespace.isAvailable, Comment(rawValue: NetworkNamespace.reason))
  )
  struct DiscoveryTests {
    private func townhall(_ network: NetworkNamespace, _ arguments: String...) throws -> [String] {
      network.call([try BuiltProducts.path(of: "townhall")] + arguments)
    }

    private func serve(_ network: NetworkNamespace, _ name: String) throws -> LineProgram {
      try LineProgram(
        townhall(network, "serve", "--port", "0", "--host", "0.0.0.0", "--open", "--announce", name)
      )
    }

    @Test("Two announced servers appear soon, and the one that is killed disappears, the other not")
    func comeAndGo() throws {
      let network = try NetworkNamespace()
      let discover = try LineProgram(townhall(network, "discover", "--json"))
      let doomed = try serve(network, "Doomed")
      let other = try serve(network, "Other")
      for (name, server) in [("Doomed", doomed), ("Other", other)] {
        let address = try #require(server.line { $0.hasPrefix("ws://") }).text
        let found = try #require(discover.line { isEvent("found", name, $0) })
        print(name, "found", found.time - server.start, "after it was started")
        let value = try StateValue(text: found.text)
        let port = address.split(separator: ":").last ?? ""
        #expect(value["url"]?.string == "ws://127.0.0.1:\(port)")
        #expect(value["addresses"] == ["127.0.0.1", .string(NetworkNamespace.address)])
      }
      let death = ContinuousClock.now
      doomed.kill()
      let gone = try #require(discover.line { isEvent("gone", "Doomed", $0) })
      print("Doomed gone", gone.time - death, "after it was killed")
      #expect(discover.line(seconds: 1) { isEvent("gone", "Other", $0) } == nil)
      #expect(discover.lines.count == 3, "\(discover.lines.map(\.text))")
    }

    private func isEvent(_ kind: String, _ name: String, _ line: String) -> Bool {
      guard let value = try? StateValue(text: line) else { return false }
      return value["kind"]?.string == kind && value["name"]?.string == name
    }

    @Test("The list says at once what it does, and ^C ends it with 0")
    func list() throws {
      let network = try NetworkNamespace()
      let screen = try PTYProgram(
        townhall(network, "discover"),
        columns: 160,
        underShell: false
      )
      try #require(screen.wait(for: "listening for servers on UDP port 54545"), "\(screen.text)")
      let server = try serve(network, "Lab 3")
      try #require(screen.wait(for: "found    ws://127.0.0.1:"), "\(screen.text)")
      server.kill()
      try #require(screen.wait(for: "gone     ws://127.0.0.1:"), "\(screen.text)")
      screen.send("\u{3}")
      #expect(screen.waitForExit())
      #expect(screen.exitStatus == 0)
    }

    @Test("A town is picked from the list, and is the first to be chosen the next time")
    func picker() throws {
      let network = try NetworkNamespace()
      let memory = ScratchFolder()
      let server = try serve(network, "Lab 3")
      for isFirst in [true, false] {
        let screen = try PTYProgram(
          townhall(network, "--discover"),
          environment: ["XDG_STATE_HOME": memory.path],
          columns: isFirst ? 80 : 40,
          rows: isFirst ? 24 : 12
        )
        if isFirst {
          try #require(screen.wait(for: "Lab 3"), "\(screen.text)")
        } else {
          // Nobody is heard yet in the first moment, and the line is there all the same.
          try #require(screen.wait(for: "Lab 3") && screen.text.contains("Lab 3"), "\(screen.text)")
        }
        screen.send("\r")
        try #require(screen.wait(for: "live"), "\(screen.text)")
        screen.send("q")
        #expect(screen.waitForExit())
        #expect(screen.exitStatus == 0)
        #expect(screen.unrestored.isEmpty, "\(screen.unrestored)")
      }
      server.kill()
    }

    @Test("The picker shows a server leaving, and idles without a byte")
    func pickerLeaving() throws {
      let network = try NetworkNamespace()
      let server = try serve(network, "Lab 3")
      let screen = try PTYProgram(townhall(network, "--discover"))
      try #require(screen.wait(for: "Lab 3"), "\(screen.text)")
      screen.settle(milliseconds: 500)
      let before = screen.output.count
      // Two announcements a second come in, and say nothing new.
      let end = Date(timeIntervalSinceNow: 3)
      while Date() < end { screen.settle(milliseconds: 500) }
      #expect(screen.output.count == before)
      server.kill()
      try #require(screen.wait(for: "has gone"), "\(screen.text)")
      screen.send("q")
      #expect(screen.waitForExit())
      #expect(screen.exitStatus == 0)
      #expect(screen.unrestored.isEmpty, "\(screen.unrestored)")
    }
  }
}
