import TestSupport
import Testing

extension EndToEndTests {
  @Suite("A town whose certificate nobody vouches for")
  struct TrustTests {
    private let folder = ScratchFolder()

    private func town(on port: Int = 0) throws -> ServerProcess {
      let environment = ["XDG_DATA_HOME": folder.path + "/data"]
      return try ServerProcess(["--tls"], port: port, environment: environment)
    }

    private func open(_ arguments: String...) throws -> PTYProgram {
      try PTYProgram(
        [try BuiltProducts.path(of: "townhall")] + arguments,
        environment: ["XDG_STATE_HOME": folder.path + "/state"],
        columns: 120
      )
    }

    @Test("A verb asks at the terminal, and the dashboard before it takes the screen; each once")
    func asks() throws {
      let town = try town()
      try town.run("set", "a", "1")
      let address = "wss://127.0.0.1:\(town.port)"
      let refusing = try open(address)
      try #require(refusing.wait(for: "[y/n]"), "\(refusing.text)")
      #expect(!refusing.isAlternate)
      refusing.send("n\r")
      #expect(refusing.waitForExit() && refusing.exitStatus == 3)
      #expect(refusing.text.contains("is not trusted, so it was not joined"))

      let asking = try open(address)
      try #require(asking.wait(for: "[y/n]"), "\(asking.text)")
      asking.send("y\r")
      try #require(asking.wait(for: "● live"), "\(asking.text)")
      asking.send("q")
      #expect(asking.waitForExit() && asking.exitStatus == 0)

      let knowing = try open("keys", "--town", address)
      #expect(knowing.waitForExit() && knowing.exitStatus == 0)
      #expect(!knowing.text.contains("[y/n]"), "\(knowing.text)")
    }

    @Test("Who thinks about the answer can give up with ^C")
    func givesUp() throws {
      let town = try town()
      let asking = try open("keys", "--town", "wss://127.0.0.1:\(town.port)")
      try #require(asking.wait(for: "[y/n]"), "\(asking.text)")
      asking.send("\u{3}")
      #expect(asking.waitForExit() && asking.exitStatus == 130)
    }
  }
}
