import Foundation
import SharedState
import StateSync
import TestSupport
import Testing

@testable import TownhallApp

@Suite("The practice town", .timeLimit(.minutes(1)))
struct PracticeServerTests {
  private let state = ScratchFolder()
  private var variables: [String: String] { ["XDG_STATE_HOME": state.path] }

  @Test("Without a town, the learner has one of their own, in which the neighbour acts in order")
  func offline() async throws {
    let town = try await PracticeServer.offline()
    town.learner.start()
    try await town.learner.waitUntilLive()
    #expect(town.learner.state.isEmpty && town.learner.address.hasPrefix("ws://127.0.0.1:"))
    // The neighbour heeds none, so that nobody is told that a house is locked by them.
    guard case .live(_, locks: false, _, _) = town.learner.status else {
      Issue.record("locks are offered: \(town.learner.status)")
      return
    }
    for number in 1...50 { town.neighbour.act(StateChange(updates: ["a": .int(Int64(number))])) }
    town.neighbour.act(StateChange(updates: ["b": true]))
    #expect(await eventually { town.learner.state.contains("b") })
    #expect(town.learner.state == ["a": 50, "b": true])
    #expect(await town.leave() == nil)
    #expect(town.learner.status == .stopped)
  }

  @Test("In somebody's town the street is all there is, and afterwards the town is as it was")
  func street() async throws {
    let server = SyncServer(["selection.base": "not mine", "lesson.x.town.a": "somebody's lesson"])
    let before = server.state
    let town = try await street(in: server)
    let id = town.learner.userID
    // The avatar by which the learner names itself is there for a moment.
    #expect(await eventually { town.learner.state.withoutCounters.isEmpty })
    #expect(await town.learner.send(StateChange(updates: ["selection.base": "mine"])).isAccepted)
    town.neighbour.act(StateChange(updates: ["selection.next": 1], removals: ["selection.base"]))
    #expect(await eventually { town.learner.state["selection.next"] == 1 })
    #expect(town.learner.state["selection.base"] == nil)
    #expect(server.state["selection.base"] == "not mine")
    #expect(server.state["lesson.\(id).town.selection.next"] == 1)
    #expect(try records().count == 1)
    #expect(await town.learner.send(StateChange(updates: ["avatar.\(id)": "me"])).isAccepted)
    #expect(await town.leave() == nil)
    #expect(server.state == before && server.sessionCount == 0)
    #expect(try records().isEmpty)
  }

  @Test("A town that clears nobody's houses is left as it was too")
  func forgetful() async throws {
    let server = SyncServer(["a": 1])
    let town = try await PracticeServer.onStreet(
      through: ForgetfulTransport(way: InMemoryTransport(server: server)),
      variables: variables
    )
    town.learner.start()
    let houses = StateChange(updates: ["a": 2, "b": 3, "avatar.\(town.learner.userID)": "me"])
    try await town.learner.waitUntilLive()
    #expect(await town.learner.send(houses).isAccepted)
    town.neighbour.act(StateChange(updates: ["c": 4]))
    #expect(await eventually { town.learner.state.contains("c") })
    #expect(await town.leave() == nil)
    #expect(server.state == ["a": 1])
  }

  @Test("What somebody else puts on the street while it is cleared goes too, and never holds it up")
  func intruder() async throws {
    let server = SyncServer()
    let town = try await street(in: server)
    let prefix = "lesson.\(town.learner.userID)."
    let intruder = Task {
      for number in 0... where !Task.isCancelled {
        server.apply(StateChange(updates: [prefix + "town.\(number)": 1, prefix + "x": 2]))
        try? await Task.sleep(for: .milliseconds(1))
      }
    }
    #expect(await eventually { town.learner.state.count > 5 })
    _ = await town.leave()
    intruder.cancel()
    #expect(server.sessionCount == 0)
  }

  @Test("If the line is down, the person is told, and the next tour of that town clears the street")
  func lineDown() async throws {
    let (server, line) = (SyncServer(["a": 1]), InMemoryLine())
    let way = ForgetfulTransport(way: InMemoryTransport(server: server, line: line))
    let town = try await PracticeServer.onStreet(through: way, variables: variables)
    town.learner.start()
    try await town.learner.waitUntilLive()
    #expect(await town.learner.send(StateChange(updates: ["a": 2, "é": 3])).isAccepted)
    line.cut()
    let told = await town.leave()
    #expect(told?.contains("the next 'townhall tour --town memory:' clears") == true)
    #expect(try records().count == 1 && server.state.count > 1)
    line.mend()
    let next = try await PracticeServer.onStreet(through: way, variables: variables)
    next.learner.start()
    #expect(server.state.withoutCounters == ["a": 1])
    #expect(await next.leave() == nil)
    #expect(try records().isEmpty && server.state == ["a": 1])
  }

  @Test("What a killed tour has left goes with the next one: its street, both counters, no more")
  func abandoned() async throws {
    let (ada, ben) = (RandomIdentifier.make(), RandomIdentifier.make())
    let others: StateDictionary = [
      "lesson.1.town.a": 1, "update.index.2": 2, "lesson.\(ben).town.a": 3, "lesson": 4,
    ]
    var left = others
    for key in ["lesson.\(ada).town.a", "lesson.\(ada).learner", "update.index.\(ada)"] {
      left[key] = 1
    }
    left["update.index.\(ben)"] = 5
    let server = SyncServer(left)
    let record = PracticeRecord(address: "memory:", learner: ada, neighbour: ben)
    try record.hold(in: variables)?.leave()
    let town = try await street(in: server)
    let own = "update.index.\(town.learner.userID)"
    // Ben was the neighbour: a town that knows whose connection leaves clears what bears that id.
    #expect(server.state.without(own) == others.without("lesson.\(ben).town.a"))
    #expect(await town.leave() == nil)
    #expect(try records().isEmpty)
  }

  @Test("A tour that is still under way, one of another town, and a forged record are left alone")
  func leftAlone() async throws {
    let ids = (0..<4).map { _ in RandomIdentifier.make() }
    let houses = StateDictionary(
      Dictionary(uniqueKeysWithValues: ids.map { ("lesson.\($0).town.a", 1 as StateValue) })
    )
    let server = SyncServer(houses)
    let running = try PracticeRecord(address: "memory:", learner: ids[0], neighbour: ids[1])
      .hold(in: variables)
    try PracticeRecord(address: "ws://else", learner: ids[2], neighbour: ids[1])
      .hold(in: variables)?.leave()
    for (name, learner) in [(ids[3], ids[0]), (ids[3], ""), (ids[3], "selection"), ("x", ids[3])] {
      let forged = #"{"address": "memory:", "learner": "\#(learner)", "neighbour": "\#(ids[1])"}"#
      try Data(forged.utf8).write(
        to: URL(filePath: state.path + "/townhall/tour-street-\(name).json")
      )
      let town = try await street(in: server)
      #expect(await town.leave() == nil)
      #expect(server.state == houses)
    }
    running?.leave()
    let town = try await street(in: server)
    #expect(await town.leave() == nil)
    #expect(server.state == houses.without("lesson.\(ids[0]).town.a"))
  }

  @Test("Only a random id makes a street that may be cleared")
  func identifiers() {
    let id = RandomIdentifier.make()
    #expect(PracticeRecord.isIdentifier(id))
    let wrong = [
      "", "1", String(id.dropLast()), id + "0", id.uppercased() + "x", "." + id.dropFirst(),
      String(id.dropLast()) + "é", String(repeating: "-", count: 36), id.dropLast(2) + "\n0",
      String(repeating: "a", count: 36),
    ]
    for text in wrong { #expect(!PracticeRecord.isIdentifier(text), "\(text)") }
  }

  /// A learner on a street, who has arrived.
  private func street(in server: SyncServer) async throws -> PracticeServer {
    let way = InMemoryTransport(server: server)
    let town = try await PracticeServer.onStreet(through: way, variables: variables)
    town.learner.start()
    try await town.learner.waitUntilLive(attempts: 1)
    return town
  }

  private func records() throws -> [String] {
    let names = try? FileManager.default.contentsOfDirectory(atPath: state.path + "/townhall")
    return (names ?? []).filter { $0.hasPrefix("tour-street-") }
  }
}

extension StateDictionary {
  /// Without what clients keep of themselves.
  fileprivate var withoutCounters: StateDictionary {
    var rest = self
    for key in keys(withPrefix: "update.index.") { rest[key] = nil }
    return rest
  }

  fileprivate func without(_ key: String) -> StateDictionary {
    var rest = self
    rest[key] = nil
    return rest
  }
}

/// A way to a town that never learns whose connection it is, so that it clears nobody's houses.
private struct ForgetfulTransport: StateTransport {
  let way: any StateTransport
  var address: String { way.address }

  func connect() async throws -> any StateConnection {
    Connection(connection: try await way.connect())
  }

  private struct Connection: StateConnection {
    let connection: any StateConnection
    var wire: String { connection.wire }

    func receive() async throws -> StateDelivery? {
      guard let delivery = try await connection.receive() else { return nil }
      if case .progress = delivery { return delivery }
      return .changes(
        delivery.whole.map { change in
          renamed(change) { $0.hasPrefix("face.") ? "avatar" + $0.dropFirst(4) : $0 }
        }
      )
    }

    func send(_ change: StateChange) async throws {
      try await connection.send(
        renamed(change) { $0.hasPrefix("avatar.") ? "face" + $0.dropFirst(6) : $0 }
      )
    }

    func close() async { await connection.close() }

    private func renamed(_ change: StateChange, _ name: (String) -> String) -> StateChange {
      var renamed = StateChange()
      for (key, entry) in change.updates { renamed.update(name(key), to: entry) }
      for key in change.removals { renamed.remove(name(key)) }
      return renamed
    }
  }
}
