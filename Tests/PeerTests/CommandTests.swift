import Foundation
import SharedState
import StateSync
import TestSupport
import Testing
import WebSocketTransport

/// The program itself, run from a shell as it were.
private enum Townhall {
  struct Result: Equatable {
    var status: Int32
    var output: String
    var told: String
  }

  static func run(_ arguments: String..., at address: String) async throws -> Result {
    let program = Process()
    program.executableURL = URL(filePath: try BuiltProducts.path(of: "townhall"))
    program.arguments = arguments + ["--town", address]
    let (output, told) = (Pipe(), Pipe())
    (program.standardOutput, program.standardError) = (output, told)
    try await withCheckedThrowingContinuation { continuation in
      program.terminationHandler = { _ in continuation.resume() }
      do {
        try program.run()
      } catch {
        program.terminationHandler = nil
        continuation.resume(throwing: error)
      }
    }
    func text(_ pipe: Pipe) throws -> String {
      String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    }
    return Result(
      status: program.terminationStatus,
      output: try text(output),
      told: try text(told)
    )
  }
}

@Suite(
  "Commands between us and NanoVer",
  .serialized,
  .timeLimit(.minutes(3)),
  .enabled(if: PeerEnvironment.isWanted, PeerEnvironment.reason)
)
struct CommandTests {
  @Test("townhall lists and runs the commands of the real server")
  func onTheirServer() async throws {
    try await PythonPeer.withServer { python, port in
      let address = "ws://127.0.0.1:\(port)"
      try await python.call("simulate")
      let list = try await Townhall.run("commands", at: address)
      let names = list.output.split(separator: "\n").map(String.init)
      #expect(list.status == 0 && list.told == "" && names == names.sorted())
      for name in ["playback/pause", "playback/list", "multiuser/radially-orient-origins"] {
        #expect(names.contains(name))
      }
      #expect(!names.contains("commands/list"))
      #expect(try await python.call("paused") == false)
      let pause = try await Townhall.run("run", "playback/pause", at: address)
      #expect(pause == .init(status: 0, output: "null\n", told: ""))
      try await eventually("it is paused") { try await python.call("paused") == true }
      let titles = try await Townhall.run("run", "playback/list", at: address)
      #expect(titles.output == "{\"simulations\":[\"still\"]}\n")
      #expect(try await Townhall.run("run", "playback/load", "index=4", at: address).status == 0)
      try await eventually("it plays anew") { try await python.call("paused") == false }
    }
  }

  @Test("What the real server refuses exits with 4 and its words")
  func refusals() async throws {
    try await PythonPeer.withServer { python, port in
      let address = "ws://127.0.0.1:\(port)"
      try await python.call("simulate")
      let unknown = try await Townhall.run("run", "fly", at: address)
      #expect(
        unknown
          == .init(
            status: 4,
            output: "",
            told: "townhall: fly is no command of this town, which says: 'fly'\n"
          )
      )
      let wrong = try await Townhall.run("run", "playback/load", "index=\"x\"", at: address)
      #expect(wrong.status == 4 && wrong.output == "")
      #expect(wrong.told.hasPrefix("townhall: playback/load failed: invalid literal for int()"))
      #expect(try await Townhall.run("keys", at: address).status == 0)
    }
  }

  @Test("Our client goes on writing after commands, those that the server refuses too")
  func writingAfterwards() async throws {
    try await PythonPeer.withServer { python, port in
      let client = SyncClient(transport: try WebSocketClientTransport("ws://127.0.0.1:\(port)"))
      client.start()
      try await client.waitUntilLive(attempts: 1)
      await #expect(throws: CommandFailure(.unknownCommand, "'fly'")) {
        try await client.runCommand("fly")
      }
      try await client.write { _ in StateChange(updates: ["avatar.a": ["name": "A"]]) }
      #expect(try await client.runCommand("multiuser/radially-orient-origins") == .null)
      try await eventually("the origin is here") { client.state.contains("user-origin.a") }
      try await client.write { _ in StateChange(updates: ["x": 1]) }
      #expect(try await python.repr("x") == "1")
      await client.stop()
    }
  }

  @Test("townhall runs what a Python client offers on our server, and Python what our town does")
  func onOurServer() async throws {
    let town = SyncServer(["avatar.p": [:]])
    var options = WebSocketServer.Options()
    options.port = 0
    let server = try await WebSocketServer.start(serving: town, options: options)
    do {
      try await PythonPeer.withClient(of: server.address) { python in
        try await python.call("offer", "test/echo")
        try await python.call("offer_failing", "test/fail")
        try await eventually("the offers are known") { town.listCommands().count == 3 }
        let list = try await Townhall.run("commands", at: server.address)
        #expect(
          list.output
            == "multiuser/radially-orient-origins radius=1.0\ntest/echo a=1\ntest/fail\n"
        )
        let echo = try await Townhall.run("run", "test/echo", "b=2.5", at: server.address)
        #expect(echo == .init(status: 0, output: "{\"heard\":{\"a\":1,\"b\":2.5}}\n", told: ""))
        let failure = try await Townhall.run("run", "test/fail", at: server.address)
        #expect(
          failure
            == .init(status: 4, output: "", told: "townhall: test/fail failed: out of tune\n")
        )
        let radial = "multiuser/radially-orient-origins"
        let answer = try await python.call("command", .string(radial), ["radius": 2])
        #expect(answer == ["result": nil])
        try await eventually("the origin is there") {
          try await python.repr("user-origin.p").contains("'position': [2.0, 0.0, 0.0]")
        }
      }
    } catch {
      await server.shutdown()
      throw error
    }
    await server.shutdown()
  }
}
