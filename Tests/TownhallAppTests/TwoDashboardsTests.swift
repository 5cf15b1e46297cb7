import CursesTerminal
import Dashboard
import SharedState
import StateSync
import TestSupport
import Testing
public import TextScreen

@testable import TownhallApp

/// Two people at their dashboards in one town whose wire knows locks and commands.
@Suite("Two dashboards in one town", .timeLimit(.minutes(2)))
struct TwoDashboardsTests {
  @Test(
    "While one edits, the other is refused and keeps the edit, which gets through after the release"
  )
  func released() async throws {
    let town = SyncServer(["note": ["text": "first"]])
    let (ada, ben) = (try await Person.join(town), try await Person.join(town))
    try await ada.press("u", untilItShows: "locked by you")
    try await ben.press("u", untilItShows: "locked by another")
    try await ben.type("!", into: "note", untilItShows: "Enter sends this")
    try await ben.press(.enter, untilItShows: "refused: locked by another")
    #expect(town.state["note"] == ["text": "first"])
    #expect(ben.text.contains(#""first!""#))
    try await ada.press(.escape, untilItShows: "s set")
    try await ben.press("r", untilItShows: "Enter sends this")
    try await ben.press(.enter, untilItShows: "✓ accepted")
    #expect(town.state["note"] == ["text": "first!"])
    await ada.leave()
    await ben.leave()
  }

  @Test("The lock of one that was killed ends by itself, and the other gets through")
  func killed() async throws {
    let clock = ManualClock()
    let town = SyncServer(["note": ["text": "first"]], clock: clock.clock)
    let (ada, ben) = (try await Person.join(town), try await Person.join(town))
    try await ada.press("m", untilItShows: "locked by you")
    // From here on nobody runs Ada's dashboard, so nothing renews her lock.
    try await ben.press("u", untilItShows: "locked by another")
    try await ben.type("!", into: "note", untilItShows: "Enter sends this")
    try await ben.press(.enter, untilItShows: "refused: locked by another")
    clock.advance(by: .seconds(9))
    try await ben.press("r", untilItShows: "Enter sends this")
    try await ben.press(.enter, untilItShows: "refused: locked by another")
    clock.advance(by: .seconds(1))
    try await ben.press("r", untilItShows: "Enter sends this")
    try await ben.press(.enter, untilItShows: "✓ accepted")
    #expect(town.state["note"] == ["text": "first!"])
    await ben.leave()
  }

  @Test("Whoever quits gives back what they hold, also a lock that was asked for just now")
  func quits() async throws {
    let town = SyncServer(["note": ["text": "first"]])
    let ada = try await Person.join(town)
    try await ada.press("L", untilItShows: "locked by you, ")
    #expect(!town.updateLocks(["note": .hold(seconds: 10)], as: "ben"))
    ada.runner.run(.lock("other", for: .seconds(10)))
    await ada.leave()
    #expect(town.updateLocks(["note": .hold(seconds: 10), "other": .hold(seconds: 10)], as: "ben"))
  }

  @Test("A lock is never given back before it is taken, also where taking it is slow")
  func inOrder() async throws {
    let town = SyncServer(["note": 1])
    let client = SyncClient(transport: SlowTransport(way: InMemoryTransport(server: town)))
    client.start()
    try await client.waitUntilLive()
    let inbox = Inbox()
    let errands = LockErrands(town: client, inbox: inbox)
    errands.take("note", for: .seconds(10))
    errands.release("note")
    errands.take("other", for: .seconds(10))
    await errands.giveBackAll()
    // Each was granted before it was given back.
    let granted = inbox.take().count { message in
      if case .locked(_, .success) = message { true } else { false }
    }
    #expect(granted == 2)
    #expect(town.updateLocks(["note": .hold(seconds: 10), "other": .hold(seconds: 10)], as: "ben"))
    await client.stop()
  }

  @Test("Commands are listed and run over the wire; a failure comes in the town's own words")
  func commands() async throws {
    let town = SyncServer(["avatar.a": [:]])
    let (asked, ask) = AsyncStream.makeStream(of: Void.self)
    let seat = town.joinCommands { _ in ask.yield() }
    seat.handle(.register(["name": "x/never", "label": "Never"]))
    let ada = try await Person.join(town)
    try await ada.press("X", untilItShows: "x/never")
    #expect(ada.text.contains("radius=1.0"))
    try await ada.press(.enter, untilItShows: "run multiuser/radially-orient-origins")
    try await ada.press(.enter, untilItShows: "without a result")
    #expect(town.state["user-origin.a"] != nil)
    try await ada.press(.escape, untilItShows: "q quit")
    try await ada.press("X", untilItShows: "x/never")
    try await ada.press("j", .enter, untilItShows: "still running")
    for await _ in asked { break }
    seat.leave()
    try await ada.press(untilItShows: "the client that offered the command has left")
    await ada.leave()
  }

  @Test("A dashboard that only looks runs nothing and takes no lock, whatever it is asked for")
  func readOnly() async throws {
    let town = SyncServer(["avatar.a": [:]])
    let ada = try await Person.join(town, readOnly: true)
    ada.runner.run(
      .runCommand(CallID(1), name: "multiuser/radially-orient-origins", arguments: [:])
    )
    ada.runner.run(.lock("note", for: .seconds(10)))
    await ada.runner.locks.giveBackAll()
    #expect(town.updateLocks(["note": .hold(seconds: 10)], as: "ben"))
    #expect(town.state["user-origin.a"] == nil)
    await ada.leave()
  }
}

/// A way on which locks are taken slowly, and given back at once.
private struct SlowTransport: StateTransport {
  let way: InMemoryTransport
  var address: String { way.address }

  func connect() async throws -> any StateConnection {
    let connection = try await way.connect()
    return SlowConnection(connection: try #require(connection as? any LockingConnection))
  }

  private struct SlowConnection: LockingConnection {
    var wire: String { "a slow test" }
    let connection: any LockingConnection

    func receive() async throws -> StateDelivery? { try await connection.receive() }
    func send(_ change: StateChange) async throws { try await connection.send(change) }
    func close() async { await connection.close() }

    func updateLocks(_ requests: [String: LockRequest]) async throws -> Bool {
      if !requests.values.contains(.release) { try await Task.sleep(for: .milliseconds(50)) }
      return try await connection.updateLocks(requests)
    }
  }
}

/// A dashboard with its runner and client, but no screen and no loop: it goes on while the test lets it.
private final class Person {
  private var model: Model
  let client: SyncClient
  let runner: EffectRunner
  private let inbox = Inbox()
  private let feeder: Task<Void, Never>

  private init(_ town: SyncServer, readOnly: Bool) {
    let client = SyncClient(transport: InMemoryTransport(server: town))
    self.client = client
    model = Model(
      options: DashboardOptions(address: "memory:", readOnly: readOnly, userID: client.userID)
    )
    runner = EffectRunner(
      screen: ClipboardScreen(answer: .sent),
      town: client,
      inbox: inbox,
      editor: ExternalEditor(variables: [:]),
      readOnly: readOnly
    )
    feeder = Task { [inbox, batches = client.events()] in
      for await batch in batches { inbox.put(batch) }
    }
  }

  /// Joins a town, and goes to its first house.
  static func join(_ town: SyncServer, readOnly: Bool = false) async throws -> Person {
    let person = Person(town, readOnly: readOnly)
    person.client.start()
    try await person.client.waitUntilLive()
    person.inbox.put(.link(person.client.status))
    try await person.press("g", "g", untilItShows: "here is the town")
    return person
  }

  var text: String { model.view(Size(columns: 100, rows: 30)).lines.joined(separator: "\n") }

  /// Presses keys, and goes on until something is to be seen.
  func press(_ keys: Key..., untilItShows words: String) async throws {
    for key in keys { inbox.put(.screen(.key(key))) }
    let deadline = ContinuousClock.now + .seconds(20)
    while true {
      for message in inbox.take() {
        let moment = Moment(uptime: client.clock.now(), clock: .zero)
        for effect in model.update(message, at: moment) { runner.run(effect) }
      }
      if text.contains(words) { return }
      try #require(ContinuousClock.now < deadline, "\(words) did not come:\n\(text)")
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  /// Types at the end of the first field, which is a text, and goes on to the review.
  func type(_ letters: String, into house: String, untilItShows words: String) async throws {
    for letter in letters { try await press(.end, .left, .character(letter), untilItShows: house) }
    try await press(.enter, untilItShows: words)
  }

  /// Quits as the loop does.
  func leave() async {
    await runner.locks.giveBackAll()
    await client.stop()
    feeder.cancel()
  }
}

extension Key: ExpressibleByUnicodeScalarLiteral {
  /// Makes the key that types a character.
  public init(unicodeScalarLiteral value: Character) { self = .character(value) }
}
