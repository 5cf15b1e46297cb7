import CursesTerminal
import Dashboard
import Foundation
import SharedState
import StateEditing
import StateSync
import Synchronization
import TestSupport
import Testing
import TextScreen

@testable import TownhallApp

@Suite("The dashboard's loop")
struct DashboardLoopTests {
  @Test("The first picture is there before any town is, and says that one is looked for")
  func firstPicture() async {
    let screen = FakeScreen()
    let line = InMemoryLine()
    line.cut()
    let ended = run(on: screen, SyncServer(), line: line)
    // What comes next, that there is none, may be there before anybody has looked.
    #expect(await eventually { screen.first?.contains("looking for") == true })
    screen.press(.character("q"))
    #expect(await ended.value == nil)
  }

  @Test("What happens in the town is seen, and an edit by keyboard arrives there")
  func bothWays() async {
    let screen = FakeScreen()
    let town = SyncServer(["note.a": "first"])
    let ended = run(on: screen, town)
    #expect(await eventually { screen.text.contains("first") })
    town.apply(StateChange(updates: ["note.a": "second"]))
    #expect(await eventually { screen.text.contains("second") })
    screen.press(.down, .character("d"), .character("y"), .enter)
    #expect(await eventually { !town.state.contains("note.a") })
    // Whatever pane may still be open now, a signal ends it.
    screen.send(.terminate(signal: 15))
    _ = await ended.value
    #expect(town.state.isEmpty)
    #expect(town.sessionCount == 0)
  }

  @Test("A town that nobody changes is not drawn again and again")
  func idle() async throws {
    let (screen, clock) = (FakeScreen(), ManualClock())
    let ended = run(on: screen, SyncServer(["note.a": "first"]), clock: clock.clock)
    #expect(
      await eventually {
        clock.advance(by: .milliseconds(20))
        return screen.text.contains("first")
      }
    )
    // The marks of what has just come fade in steps for some seconds; after that nothing may move.
    try await pass(.seconds(15), on: clock)
    let before = screen.pictures
    try await pass(.seconds(2), on: clock)
    #expect(screen.pictures == before)
    screen.press(.control("c"))
    // Leaving the town has a patience of its own, on the same clock.
    async let leaving: Void = pass(.seconds(60), on: clock)
    _ = await ended.value
    try? await leaving
  }

  /// Has time go by on a clock, slowly enough for everybody who waits for it.
  private func pass(_ time: Duration, on clock: ManualClock) async throws {
    let step = Duration.milliseconds(50)
    for _ in 0..<Int(time / step) {
      clock.advance(by: step)
      try await Task.sleep(for: .milliseconds(2))
    }
    try await Task.sleep(for: .milliseconds(100))
  }

  @Test(
    "A state that takes long to take in keeps nobody from leaving, and no key that comes meanwhile is lost"
  )
  func largeState() async {
    let houses = (0..<60_000).map { ("note.\($0)", StateValue.int(Int64($0))) }
    let town = SyncServer(StateDictionary(Dictionary(uniqueKeysWithValues: houses)))
    for key: Key in [.character("q"), .control("c")] {
      let screen = FakeScreen()
      let ended = run(on: screen, town)
      screen.press(.character("?"), .escape, key)
      #expect(await ended.value == nil)
    }
    let screen = FakeScreen()
    let ended = run(on: screen, town)
    screen.press(.character("?"))
    #expect(await eventually { screen.text.contains("60,000") && screen.text.contains("Moving") })
    screen.press(.control("c"))
    _ = await ended.value
  }

  @Test("A burst of changes is few pictures, at most sixty a second")
  func burst() async throws {
    let screen = FakeScreen()
    let town = SyncServer()
    let ended = run(on: screen, town, interval: .zero)
    #expect(await eventually { screen.text.contains("live") })
    let (start, before) = (ContinuousClock.now, screen.pictures)
    for number in 0..<500 {
      town.apply(StateChange(updates: ["note.a": .int(Int64(number))]))
      try await Task.sleep(for: .milliseconds(1))
    }
    #expect(await eventually { screen.text.contains("499") })
    let seconds = (ContinuousClock.now - start).seconds
    #expect(Double(screen.pictures - before) <= seconds * 60 + 2)
    screen.press(.character("q"))
    _ = await ended.value
  }

  @Test("A key is answered at once, while news waits for the next picture")
  func urgent() async {
    let (screen, town, clock) = (FakeScreen(), SyncServer(), ManualClock())
    let ended = run(on: screen, town, interval: .zero, clock: clock.clock)
    #expect(
      await eventually {
        clock.advance(by: .milliseconds(20))
        return screen.text.contains("live")
      }
    )
    // From here on the time of the next picture does not come.
    screen.press(.character("?"))
    #expect(await eventually { screen.text.contains("Moving") })
    town.apply(StateChange(updates: ["note.a": 1]))
    screen.press(.escape)
    #expect(await eventually { !screen.text.contains("Moving") })
    screen.press(.control("c"))
    // Leaving the town has a patience of its own, on the same clock.
    let patience = Task {
      while !Task.isCancelled {
        clock.advance(by: .milliseconds(100))
        try? await Task.sleep(for: .milliseconds(5))
      }
    }
    _ = await ended.value
    patience.cancel()
  }

  @Test("A signal ends the loop, which says which it was")
  func signal() async {
    let screen = FakeScreen()
    let town = SyncServer(["a": 1])
    let ended = run(on: screen, town)
    #expect(await eventually { town.sessionCount == 1 })
    screen.send(.terminate(signal: 15))
    #expect(await ended.value == 15)
    #expect(town.sessionCount == 0)
  }

  @Test("A second dashboard finds the town as the first left it, by a key or by a signal")
  func remembers() async throws {
    let folder = NSTemporaryDirectory() + "townhall-loop-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let file = MemoryFile(variables: ["XDG_STATE_HOME": folder], address: "memory:")
    let town = SyncServer(["note.a": "first", "note.b": "second", "other.c": "third"])
    for (step, leave) in [ScreenEvent.key(.character("q")), .terminate(signal: 15)].enumerated() {
      let screen = FakeScreen()
      let ended = run(on: screen, town, memory: file)
      #expect(await eventually { screen.text.contains("third") })
      #expect(await eventually { screen.text.contains("only") == (step == 1) })
      if step == 0 {
        for key: Key in [.character("f"), .character("!"), .character("b"), .enter, .end] {
          screen.press(key)
        }
        #expect(await eventually { screen.text.contains("only !b (1 hidden)") })
      }
      #expect(await eventually { screen.text.contains("other.c") })
      screen.send(leave)
      _ = await ended.value
    }
    let memory = try #require(try file?.read())
    #expect(memory.value["house"] == "other.c" && memory.value["filter"] == "!b")
  }

  @Test("A file that cannot be used is said to be so, and the dashboard runs on")
  func forgets() async throws {
    let folder = NSTemporaryDirectory() + "townhall-loop-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Data("a file where a folder should be".utf8).write(to: URL(filePath: folder))
    let screen = FakeScreen()
    let file = MemoryFile(variables: ["XDG_STATE_HOME": folder], address: "memory:")
    let ended = run(on: screen, SyncServer(["note.a": "first"]), memory: file)
    #expect(await eventually { screen.text.contains("first") })
    screen.press(.character("O"))
    #expect(await eventually { screen.text.contains("is not remembered: cannot make") })
    screen.press(.character("q"))
    #expect(await ended.value == nil)
  }

  @Test("A read-only dashboard sends nothing, whatever it is asked for")
  func readOnly() async {
    let town = SyncServer(["a": 1])
    let client = SyncClient(transport: InMemoryTransport(server: town))
    client.start()
    let inbox = Inbox()
    let runner = EffectRunner(
      screen: FakeScreen(),
      town: client,
      inbox: inbox,
      editor: ExternalEditor(variables: [:]),
      readOnly: true,
      memory: nil
    )
    runner.run(
      .edit(
        EditRequest(
          id: EditID(1),
          verb: .remove,
          entries: [
            .init(key: "a", base: 1, mine: nil)
          ]
        )
      )
    )
    #expect(
      await outcome(in: inbox) == .sent(.refused(reason: "this dashboard only looks (--read-only)"))
    )
    #expect(town.state == ["a": 1])
    await client.stop()
  }

  @Test("An edit is put on the freshest value, and a true conflict is handed back")
  func rebasing() async {
    let town = SyncServer(["a": ["x": 1, "y": 1]])
    let client = SyncClient(transport: InMemoryTransport(server: town))
    client.start()
    try? await client.waitUntilLive()
    town.apply(StateChange(updates: ["a": ["x": 1, "y": 2]]))
    #expect(await eventually { client.state["a"]?["y"] == 2 })
    let inbox = Inbox()
    let runner = EffectRunner(
      screen: FakeScreen(),
      town: client,
      inbox: inbox,
      editor: ExternalEditor(variables: [:]),
      readOnly: false,
      memory: nil
    )
    func edit(_ mine: StateValue) async -> EditOutcome? {
      runner.run(
        .edit(
          EditRequest(
            id: EditID(1),
            verb: .modify,
            entries: [
              .init(key: "a", base: ["x": 1, "y": 1], mine: mine)
            ]
          )
        )
      )
      return await outcome(in: inbox)
    }
    guard case .sent(.accepted) = await edit(["x": 9, "y": 1]) else {
      Issue.record("the edit of another field was not accepted")
      return
    }
    #expect(town.state["a"] == ["x": 9, "y": 2])
    #expect(await edit(["x": 1, "y": 5]) == .conflict(key: "a", live: ["x": 9, "y": 2]))
    #expect(town.state["a"] == ["x": 9, "y": 2])
    await client.stop()
  }

  /// Waits for the outcome of an edit.
  private func outcome(in inbox: Inbox) async -> EditOutcome? {
    for await _ in inbox.rings {
      for case .outcome(_, let outcome) in inbox.take() { return outcome }
    }
    return nil
  }

  /// Runs a dashboard on a town in this process, and leaves the town at its end.
  private func run(
    on screen: FakeScreen,
    _ town: SyncServer,
    line: InMemoryLine = InMemoryLine(),
    interval: Duration = .zero,
    clock: SyncClock = .continuous,
    memory: MemoryFile? = nil
  ) -> Task<Int32?, Never> {
    var options = SyncClient.Options()
    options.clock = clock
    let transport = InMemoryTransport(server: town, line: line)
    let client = SyncClient(transport: transport, options: options)
    return Task {
      guard let log = try? EventLog(path: nil) else { return -1 }
      var loop = DashboardLoop(
        DashboardOptions(address: "memory:", userID: client.userID),
        on: screen,
        in: client,
        editor: ExternalEditor(variables: [:]),
        log: log,
        memory: memory
      )
      let end = await loop.run()
      await client.stop()
      guard case .left(let signal) = end else { return -1 }
      return signal
    }
  }
}

@Suite("The person's own editor")
struct ExternalEditorTests {
  @Test(
    "What was saved comes back without the lines above it, from a file that only its owner can read"
  )
  func saved() async {
    let editor = ExternalEditor(variables: [
      "EDITOR": #"sh -c 'stat -c %a "$1" | tr -d "\n" >> "$1"' edit"#
    ])
    let result = await editor.edit("[1]", header: "selection.a\nset", name: "selection/a.json")
    #expect(result == .saved("[1]\n600"))
  }

  @Test("Leaving without a change, failing, and an editor that is not there are told apart")
  func otherWays() async {
    let quiet = await ExternalEditor(variables: ["EDITOR": "true"]).edit(
      "1",
      header: "h",
      name: "n"
    )
    #expect(quiet == .unchanged)
    let failing = await ExternalEditor(variables: ["EDITOR": "false"]).edit(
      "1",
      header: "",
      name: "n"
    )
    #expect(failing == .failed("false ended with status 1, so nothing was taken from it"))
    let missing = await ExternalEditor(variables: ["VISUAL": "/no/such/editor"])
      .edit("1", header: "", name: "n")
    #expect(
      missing == .failed("/no/such/editor ended with status 127, so nothing was taken from it")
    )
    #expect(ExternalEditor(variables: ["VISUAL": ""]).command == "vi")
  }

  @Test("Lines about the text are taken off also when the person has changed them")
  func comments() {
    #expect(ExternalEditor.comment("a\n\nb") == "# a\n#\n# b\n")
    #expect(ExternalEditor.uncomment("# a\n#x\n{}\n# no\n") == "{}\n# no\n")
    #expect(ExternalEditor.uncomment("# only") == "")
  }
}

/// A screen that keeps the newest picture.
private final class FakeScreen: DashboardScreen {
  private let newest = Mutex<(first: String?, text: String, count: Int)>((nil, "", 0))
  private let keys: AsyncStream<ScreenEvent>.Continuation
  let events: AsyncStream<ScreenEvent>
  let size = Size(columns: 100, rows: 30)

  init() {
    (events, keys) = AsyncStream.makeStream()
  }

  var first: String? { newest.withLock { $0.first } }
  var text: String { newest.withLock { $0.text } }
  var pictures: Int { newest.withLock { $0.count } }

  func press(_ presses: Key...) {
    for key in presses { send(.key(key)) }
  }

  func send(_ event: ScreenEvent) {
    keys.yield(event)
  }

  func draw(_ grid: Grid) {
    let text = grid.lines.joined(separator: "\n")
    newest.withLock { $0 = ($0.first ?? text, text, $0.count + 1) }
  }

  func redraw() {}
  func suspend() {}
  func setMouse(_ reported: Bool) {}
  func show(_ model: Model) { draw(model.view(size)) }
  func copyToClipboard(_ text: String) -> ClipboardResult { .sent }

  func withTerminalReleased<Result>(
    _ body: () async throws -> Result
  ) async rethrows -> Result {
    try await body()
  }
}
