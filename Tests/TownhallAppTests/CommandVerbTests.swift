import SharedState
import StateSync
import Synchronization
import Testing

@testable import TownhallApp

@Suite("commands and run")
struct CommandVerbTests {
  private let radial = "multiuser/radially-orient-origins"

  /// A town in which somebody offers a command that answers with its arguments, or fails.
  private func withRunner(
    _ body: (SyncServer) async throws -> Void
  ) async throws {
    let town = SyncServer(["avatar.a": [:]])
    let (requests, asked) = AsyncStream.makeStream(of: StateObject.self)
    let seat = town.joinCommands { message in
      if case .request(let request) = message { asked.yield(request) }
    }
    let runner = Task {
      for await request in requests {
        let arguments = request["arguments"]?.object ?? [:]
        seat.handle(
          arguments["fails"] == nil
            ? .response(request: request, .object(arguments))
            : .exception(request: request, CommandFailure(.failed, "out of\norder\u{1b}[2J"))
        )
      }
    }
    seat.handle(
      .register(["name": "x/echo", "arguments": ["a": 1, "t": "x"], "label": "Say \u{1b}it"])
    )
    try await body(town)
    runner.cancel()
    seat.leave()
  }

  @Test("commands lists each with its arguments, sorted, and as JSON with everything")
  func list() async throws {
    try await withRunner { town in
      let list = await townhall("commands", on: town)
      #expect(
        list
          == .init(
            status: 0,
            output: """
              \(radial) radius=1.0
              x/echo a=1 t="x"  # "Say \\u001bit"

              """,
            told: ""
          )
      )
      let json = try StateValue(text: await townhall("commands", "--json", on: town).output)
      #expect(
        json == [
          ["name": .string(radial), "arguments": ["radius": 1.0]],
          ["name": "x/echo", "label": "Say \u{1b}it", "arguments": ["a": 1, "t": "x"]],
        ]
      )
    }
  }

  @Test("run prints the result, and its arguments go over those that are known")
  func run() async throws {
    try await withRunner { town in
      let echo = await townhall("run", "x/echo", "a=-2", #"b={"c":[1.0]}"#, on: town)
      #expect(
        echo == .init(status: 0, output: "{\"a\":-2,\"t\":\"x\",\"b\":{\"c\":[1.0]}}\n", told: "")
      )
      #expect(await townhall("run", radial, "radius=2.0", on: town).output == "null\n")
      #expect(town.state["user-origin.a"]?["position"] == [2.0, 0.0, 0.0])
    }
  }

  @Test("What comes to nothing exits as documented, in one line that is safe to print")
  func failures() async throws {
    try await withRunner { town in
      for (arguments, status, says) in [
        (["run", "fly"], 4, "fly is no command of this town, which says: unknown command: fly\n"),
        (["run", "x/echo", "fails=1"], 4, "x/echo failed: out of order"),
        (["run", radial, "radius=\"wide\""], 4, "radius must be a finite number\n"),
        (["run", "x/echo", "a"], 2, "FIELD=VALUE"),
        (["run", "x/echo", "a=hello"], 2, "field a: hello is not a value"),
        (["run"], 2, "townhall run --help"),
        (
          ["run", "x/echo", "--within", "0", "--town", "ws://elsewhere:1", "--timeout", "0.1"], 3,
          "no town"
        ),
      ] as [([String], Int32, String)] {
        let result = await Console(town).run(arguments)
        #expect(result.status == status && result.output == "")
        #expect(result.told.contains(says), "\(result.told)")
        #expect(result.told.split(separator: "\n").count == 1)
        #expect(!result.told.contains("\u{1b}"))
      }
    }
  }

  @Test("A command that is not answered ends with 3 when the time is up")
  func unanswered() async {
    let town = SyncServer()
    let seat = town.joinCommands { _ in }
    seat.handle(.register(["name": "x/never"]))
    let result = await townhall("run", "x/never", "--within", "0.1", on: town)
    #expect(result == .init(status: 3, output: "", told: "townhall: x/never: no answer in time\n"))
    seat.leave()
  }
}

@Suite("lock", .timeLimit(.minutes(1)))
struct LockVerbTests {
  private func console(
    _ town: SyncServer,
    _ execute: @escaping @Sendable ([String], [String: String]) async throws -> Int32
  ) -> Console {
    Console(town, execute: execute)
  }

  private func isOpen(_ key: String, in town: SyncServer) -> Bool {
    town.apply(StateChange(updates: [key: "theirs"]), as: "somebody else")
  }

  @Test("The locks are held while the program runs, renewed, and given back; its status is ours")
  func holds() async {
    let town = SyncServer(["a": 1])
    let ran = Mutex<[String]>([])
    let result = await console(town) { words, _ in
      ran.withLock { $0 = words }
      for _ in 0..<10 {
        try await Task.sleep(for: .milliseconds(50))
        #expect(!isOpen("a", in: town) && !isOpen("b", in: town))
      }
      return 7
    }.run(["lock", "a", "b", "--for", "0.3", "--", "make", "-1", "--for", "9"])
    #expect(result == .init(status: 7, output: "", told: ""))
    #expect(ran.withLock { $0 } == ["make", "-1", "--for", "9"])
    #expect(isOpen("a", in: town) && isOpen("b", in: town))
  }

  @Test("A key that is locked by another exits with 4, and the program is not run")
  func refused() async {
    let town = SyncServer()
    #expect(town.updateLocks(["b": .hold(seconds: 600)], as: "somebody else"))
    let result = await console(town) { _, _ in
      Issue.record("the program was run")
      return 0
    }.run(["lock", "a", "b", "--", "make"])
    #expect(
      result
        == .init(status: 4, output: "", told: "townhall: one of 2 keys is locked by another\n")
    )
    #expect(isOpen("a", in: town))
  }

  @Test("^C ends the program, and the lock with it")
  func signal() async {
    let town = SyncServer()
    let (begun, begin) = AsyncStream.makeStream(of: Void.self)
    let console = console(town) { _, _ in
      begin.finish()
      try await Task.sleep(for: .seconds(600))
      return 0
    }
    async let result = console.run(["lock", "a", "--", "make"])
    for await _ in begun {}
    #expect(!isOpen("a", in: town))
    console.signal.yield(2)
    #expect(await result.status == 130)
    #expect(isOpen("a", in: town))
  }

  @Test(
    "A call that makes no sense says what is missing",
    arguments: [["lock", "a"], ["lock", "--", "make"], ["lock", "a", "--"]]
  )
  func usage(arguments: [String]) async {
    let result = await Console(SyncServer()).run(arguments)
    #expect(result.status == 2)
    #expect(result.told.contains("townhall lock"))
    let never = await townhall("lock", "a", "--for", "0", "--", "true", on: SyncServer())
    #expect(never.status == 2 && never.told.contains("--for"))
  }
}

@Suite("Other programs", .timeLimit(.minutes(1)))
struct ChildProcessTests {
  @Test(
    "A program's status is told as a shell tells it",
    arguments: [("exit 0", 0), ("exit 7", 7), ("kill -9 $$", 137), (#"test "$1" = "a b""#, 0)]
  )
  func status(script: String, status: Int32) async throws {
    #expect(try await ChildProcess.run(["sh", "-c", script, "sh", "a b"]) == status)
  }

  @Test("One that cannot be run says so")
  func missing() async throws {
    let error = await #expect(throws: Files.SystemError.self) {
      _ = try await ChildProcess.run(["/no/such/program"])
    }
    #expect(error?.description == "cannot run /no/such/program: No such file or directory")
  }

  @Test("One that is given up is asked to end, and waited for")
  func cancelled() async throws {
    let run = Task { try await ChildProcess.run(["sleep", "600"]) }
    try await Task.sleep(for: .milliseconds(100))
    run.cancel()
    #expect(try await run.value == 128 + 15)
  }
}
