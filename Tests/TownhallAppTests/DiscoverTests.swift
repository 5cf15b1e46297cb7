import Dashboard
import ServerDiscovery
import SharedState
import StateSync
import Synchronization
import Testing
import TextScreen
import TownhallKit

@testable import TownhallApp

/// A port at which nobody listens, on which a test can have its own discovery.
private func freePort() async throws -> Int {
  var options = DiscoveryListener.Options()
  options.port = 0
  let listener = try await DiscoveryListener.start(options)
  await listener.close()
  return listener.port
}

private func announcing(_ announcement: Announcement, at port: Int) -> Task<Void, any Error> {
  Task { try await Announcer(to: [.thisMachine], port: port).announce(announcement) }
}

private let hostile = Announcement(
  name: "\u{1b}]0;x\u{7}\nLab",
  address: "a",
  id: "x",
  services: [AnnouncedService("ws", port: 1), AnnouncedService("\u{1b}[2J", port: 2)]
)

@Suite("The verb that lists servers")
struct DiscoverTests {
  @Test("A line for each server that comes and goes, with nothing in it that commands a terminal")
  func lines() async throws {
    let port = try await freePort()
    let console = Console(SyncServer(), discoveryPort: port)
    let ended = Task { await console.run(["discover"]) }
    let server = announcing(hostile, at: port)
    #expect(await eventually { console.output.contains("found    ws://127.0.0.1:1") })
    server.cancel()
    #expect(await eventually { console.output.contains("gone     ws://127.0.0.1:1") })
    console.signal.yield(2)
    let result = await ended.value
    #expect(result.status == 0)
    #expect(result.told.contains("listening for servers on UDP port \(port)"))
    #expect(result.told.contains("by its address"))
    let lines = result.output.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(
      lines.allSatisfy { $0.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F } }
    )
  }

  @Test("As JSON each line is a value that says all")
  func json() async throws {
    let port = try await freePort()
    let console = Console(SyncServer(), discoveryPort: port)
    let server = announcing(hostile, at: port)
    let result = await console.run(["discover", "--json", "--for", "1"])
    server.cancel()
    #expect(result.status == 0)
    let line = try #require(result.output.split(separator: "\n").first)
    let value = try StateValue(text: String(line))
    #expect(value["kind"] == "found")
    #expect(value["name"] == .string(hostile.name))
    #expect(value["id"] == "x")
    #expect(value["url"] == "ws://127.0.0.1:1")
    #expect(value["addresses"] == ["127.0.0.1"])
    #expect(value["services"] == ["ws": 1, "\u{1b}[2J": 2])
  }

  @Test("When the time is over and nobody was heard, the status is 1; a bad time is a bad call")
  func nobody() async throws {
    let port = try await freePort()
    let result = await Console(SyncServer(), discoveryPort: port).run(["discover", "--for", "0.1"])
    #expect(result.status == 1)
    #expect(result.output.isEmpty)
    #expect(result.told.contains("no server was heard"))
    #expect(await townhall("discover", "--for", "x", on: SyncServer()).status == 2)
  }

  @Test("A town is announced while it is open, and can be joined by what is announced")
  func serve() async throws {
    let port = try await freePort()
    var options = DiscoveryListener.Options()
    options.port = port
    let listener = try await DiscoveryListener.start(options)
    let console = Console(SyncServer(), discoveryPort: port)
    let ended = Task { await console.run(["serve", "--port", "0", "--announce", "Lab 3"]) }
    var events = listener.events.makeAsyncIterator()
    guard case .found(let server)? = await events.next(isolation: nil)?.first else {
      Issue.record("nothing was heard")
      return
    }
    #expect(server.name == "Lab 3")
    #expect(console.output == "\(server.url ?? "")\n")
    console.signal.yield(15)
    #expect(await ended.value.status == 0)
    guard case .gone? = await events.next(isolation: nil)?.first else {
      Issue.record("it goes on announcing")
      return
    }
    await listener.close()
  }

  @Test("A name that cannot be announced is a bad call, and the town is not opened")
  func badNames() async {
    let empty = await townhall("serve", "--port", "0", "--announce", "", on: SyncServer())
    #expect(empty.status == 2)
    let name = String(repeating: "é", count: 500)
    let long = await townhall("serve", "--port", "0", "--announce", name, on: SyncServer())
    #expect(long.status == 2)
    #expect(long.output.isEmpty)
    #expect(long.told.contains("1024 bytes"))
  }

  @Test("A picker takes no address, and no pipe")
  func badCalls() async {
    #expect(await townhall("--discover", "ws://a:1", on: SyncServer()).status == 2)
    let linear = await townhall("--discover", "--linear", on: SyncServer())
    #expect(linear.status == 2)
    #expect(linear.told.contains("townhall discover"))
  }
}

@Suite("The picker's loop")
struct PickerLoopTests {
  private static func loop(on screen: FakePickerScreen, port: Int) -> PickerLoop {
    var options = DiscoveryListener.Options()
    options.port = port
    return PickerLoop(Picker(size: screen.size), on: screen, listening: options) { address in
      guard address.hasPrefix("ws:") else { throw Failure(.badUsage, "\(address) is no address") }
      return InMemoryTransport(server: SyncServer(), address: address)
    }
  }

  @Test("A server is seen, is joined by Enter, and the screen's events go on for the dashboard")
  func join() async throws {
    let (screen, port) = (FakePickerScreen(), try await freePort())
    let loop = Self.loop(on: screen, port: port)
    let ended = Task { await loop.run() }
    let server = announcing(hostile, at: port)
    #expect(await eventually { screen.text.contains("ws://127.0.0.1:1") })
    screen.send(.key(.enter))
    guard case .joined(let joined, let transport) = await ended.value else {
      Issue.record("nothing was joined")
      return
    }
    #expect(joined.id == "x")
    #expect(transport.address == "ws://127.0.0.1:1")
    server.cancel()
    screen.send(.key(.tab))
    var rest = screen.events.makeAsyncIterator()
    #expect(await rest.next() == .key(.tab))
  }

  @Test("What is offered comes back as what was chosen, and the same picker can be run again")
  func offers() async throws {
    let (screen, port) = (FakePickerScreen(), try await freePort())
    var options = DiscoveryListener.Options()
    options.port = port
    let picker = Picker(size: screen.size, offers: [.demo, .recording(path: "/no/a.state"), .tour])
    let loop = PickerLoop(picker, on: screen, listening: options) { path in
      guard path.hasSuffix(".state") else { return nil }
      throw Failure(.badUsage, "cannot open \(path)")
    } way: { address in
      InMemoryTransport(server: SyncServer(), address: address)
    }
    let ended = Task { await loop.run() }
    screen.send(.key(.character("1")))
    #expect(await eventually { screen.text.contains("cannot open /no/a.state") })
    for key in "a/no/b.state" { screen.send(.key(.character(key))) }
    screen.send(.key(.enter))
    #expect(await eventually { screen.text.contains("cannot open /no/b.state") })
    for key in [Key.escape, .character("t")] { screen.send(.key(key)) }
    guard case .opened(.tour) = await ended.value else {
      Issue.record("the tour was not chosen")
      return
    }
  }

  @Test("A server that is killed is seen to go")
  func gone() async throws {
    let (screen, port) = (FakePickerScreen(), try await freePort())
    let loop = Self.loop(on: screen, port: port)
    let ended = Task { await loop.run() }
    let server = announcing(hostile, at: port)
    #expect(await eventually { screen.text.contains("ws://127.0.0.1:1") })
    server.cancel()
    #expect(await eventually { screen.text.contains("has gone") })
    screen.send(.key(.escape))
    guard case .left(nil) = await ended.value else {
      Issue.record("did not leave")
      return
    }
  }

  @Test("An address that cannot be joined is said, and a signal leaves")
  func refused() async throws {
    let (screen, port) = (FakePickerScreen(), try await freePort())
    let loop = Self.loop(on: screen, port: port)
    let ended = Task { await loop.run() }
    for key in [Key.character("a"), .character("x"), .enter] { screen.send(.key(key)) }
    #expect(await eventually { screen.text.contains("x is no address") })
    screen.send(.terminate(signal: 15))
    guard case .left(15) = await ended.value else {
      Issue.record("did not leave")
      return
    }
  }

  @Test("Where nobody can listen, the picker says why, and an address can be typed")
  func deaf() async throws {
    let screen = FakePickerScreen()
    var options = DiscoveryListener.Options()
    options.host = "192.0.2.1"
    let loop = PickerLoop(Picker(size: screen.size), on: screen, listening: options) { address in
      InMemoryTransport(server: SyncServer(), address: address)
    }
    let ended = Task { await loop.run() }
    #expect(await eventually { screen.text.contains("cannot listen") })
    for key in [Key.character("a"), .character("x"), .enter] { screen.send(.key(key)) }
    guard case .joined(_, let transport) = await ended.value else {
      Issue.record("nothing was joined")
      return
    }
    #expect(transport.address == "x")
  }
}

/// A screen that keeps the newest picture.
private final class FakePickerScreen: PickerScreen {
  private let newest = Mutex("")
  private let sink: AsyncStream<ScreenEvent>.Continuation
  let events: AsyncStream<ScreenEvent>
  let size = Size(columns: 80, rows: 24)

  init() { (events, sink) = AsyncStream.makeStream() }

  var text: String { newest.withLock { $0 } }
  func send(_ event: ScreenEvent) { sink.yield(event) }

  func draw(_ picture: Grid) {
    let text = picture.lines.joined(separator: "\n")
    newest.withLock { $0 = text }
  }

  func redraw() {}
  func suspend() {}
}
