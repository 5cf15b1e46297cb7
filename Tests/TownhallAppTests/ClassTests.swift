import Foundation
import SharedState
import StateSync
import TestSupport
import Testing
import TownhallKit

@testable import TownhallApp

@Suite("A class", .timeLimit(.minutes(1)))
struct ClassTests {
  private let ada = "11111111-1111-4111-8111-111111111111"
  private let ben = "22222222-2222-4222-8222-222222222222"

  @Test("The teacher is told who comes, what each solves or is shown, and who leaves")
  func lines() {
    var roll = ClassList()
    #expect(roll.take(report(ada, "Ada")) == ["Ada is here (0 of 12)"])
    #expect(
      roll.take(report(ada, "Ada", solved: ["town"], hints: 1)) == [
        "Ada solved 'town' (1 of 12), 1 hint"
      ]
    )
    #expect(
      roll.take(report(ada, "Ada", solved: ["town", "visit"], shown: ["merge"], hints: 3)) == [
        "Ada was shown 'merge'", "Ada solved 'visit' (2 of 12), 3 hints",
      ]
    )
    #expect(roll.take(report(ada, "Ada", solved: ["town", "visit"], shown: ["merge"])).isEmpty)
    #expect(roll.take(StateChange(removals: ["lesson.\(ben).learner", "lesson.x"])).isEmpty)
    let gone = StateChange(removals: [ClassList.key(of: ada)])
    #expect(roll.take(gone) == ["Ada has left (2 of 12)"])
    #expect(roll.take(gone).isEmpty)
    // Somebody else of that name has not solved the same, and takes nobody's row.
    var twins = roll
    #expect(twins.take(report(ben, "Ada", solved: ["town"])) == ["Ada is here (1 of 12)"])
    #expect(
      twins.sorted.map(\.report.solved.count) == [1, 2]
        || twins.sorted.map(\.report.solved.count) == [2, 1]
    )
    // Whoever comes back has another id, and has gone on meanwhile.
    #expect(
      roll.take(report(ben, "Ada", solved: ["town", "visit", "street"])) == [
        "Ada is back (3 of 12)", "Ada solved 'street' (3 of 12), 0 hints",
      ]
    )
    #expect(roll.sorted.map(\.id) == [ben])
  }

  @Test("Two of one name are two, and those who have left stay in the table and in the town")
  func table() throws {
    var roll = ClassList()
    _ = roll.take(report(ada, "Ada", lesson: "visit", solved: ["town"], hints: 2))
    _ = roll.take(report(ben, "Ada", lesson: "雪", shown: ["town"]))
    _ = roll.take(StateChange(removals: [ClassList.key(of: ada)]))
    let table = """
      learner  lesson  solved   shown  hints
      Ada      visit   1 of 12  0      2      left
      Ada      雪      0 of 12  1      0      here
      """
    #expect(roll.table == table.split(separator: "\n").map(String.init))
    let town: StateDictionary = [
      "class.left": roll.left, ClassList.key(of: ben): report("", "Ada", shown: ["town"]).first,
    ]
    let again = ClassList(town)
    #expect(again.sorted.map(\.id) == [ada, ben])
    #expect(again.sorted.map(\.isHere) == [false, true])
  }

  @Test("What a peer tells is taken only as far as it makes sense, and never commands a terminal")
  func hostile() {
    var roll = ClassList()
    let values: [StateValue] = [
      nil, 1, [], [:], ["name": 5], ["name": ""], ["name": " \n "], ["name": "x", "solved": 7],
      ["name": "\u{1b}]0;x\u{7}", "hints": .double(.nan), "of": .int(.max), "lesson": [1]],
      ["name": .string(String(repeating: "é", count: 100_000)), "hints": .double(.infinity)],
      ["name": "y", "solved": .array(Array(repeating: "\u{7}", count: 100_000)), "of": -5],
    ]
    for (number, value) in values.enumerated() {
      let id = String(ada.dropLast(2)) + "\(10 + number)"
      for line in roll.take(StateChange(updates: [ClassList.key(of: id): value])) {
        #expect(!line.unicodeScalars.contains { $0.value < 32 || $0.value == 127 }, "\(line)")
        #expect(line.count < 200)
      }
    }
    #expect(roll.sorted.count == 4)
    #expect(roll.table.allSatisfy { $0.count < 200 })
    for key in [
      "lesson.1.learner", "lesson..learner", "lesson.\(ada).learner.x", "x.\(ada).learner",
    ] {
      #expect(roll.take(StateChange(updates: [key: ["name": "Z"]])).isEmpty)
    }
    #expect(roll.sorted.count == 4)
  }

  @Test("A crowd is told in few lines, and no class grows without bound")
  func crowd() {
    var (roll, change) = (ClassList(), StateChange())
    for number in 0..<2000 {
      let digits = String(number)
      let id = String(repeating: "0", count: 8 - digits.count) + digits + ada.dropFirst(8)
      change.update(ClassList.key(of: id), to: ["name": .string("L\(number)")])
    }
    let lines = roll.take(change)
    #expect(lines.count == 21 && lines.last == "… and 480 more")
    #expect(roll.sorted.count == ClassList.most)
  }

  @Test("'townhall class' prints the table any time, and says so where there is no class")
  func verb() async {
    let town = SyncServer(["class": ["title": "A walk"], "selection.a": 1])
    town.apply(report(ada, "Ada", lesson: "visit", solved: ["town"]))
    let table = await townhall("class", on: town)
    #expect(table.status == 0 && table.told.isEmpty)
    #expect(table.output.contains("Ada      visit   1 of 12  0      0      here\n"))
    let json = await townhall("class", "--json", on: town)
    #expect(
      json.output
        == #"{"name":"Ada","solved":["town"],"shown":[],"hints":0,"of":12,"lesson":"visit","id":"\#(ada)","here":true}"#
        + "\n"
    )
    let none = await townhall("class", on: SyncServer(["selection.a": 1]))
    #expect(none.status == 1 && none.told.contains("serve --class"))
  }

  @Test(
    "Learners report past their practice town, again after a broken connection, and not after leaving"
  )
  func reporting() async throws {
    let state = ScratchFolder()
    let (server, line) = (SyncServer(["class": ["title": "A walk"]]), InMemoryLine())
    let way = InMemoryTransport(server: server, line: line)
    let town = try await PracticeServer.onStreet(
      through: way,
      variables: ["XDG_STATE_HOME": state.path]
    )
    town.learner.start()
    let key = ClassList.key(of: town.learner.userID)
    var report = LearnerReport(name: "Ada")
    town.tell(report)
    #expect(await eventually { server.state[key] == report.value })
    report.solved = ["town"]
    town.tell(report)
    #expect(await eventually { server.state[key] == report.value })
    #expect(town.learner.state.keys == ["update.index.\(town.learner.userID)"])
    // Once the reporter knows that it was taken, it must notice by itself that it is gone.
    try await Task.sleep(for: .milliseconds(300))
    server.apply(StateChange(removals: [key]))
    #expect(await eventually { server.state[key] == report.value })
    line.cut()
    #expect(await eventually { server.state[key] == nil })
    line.mend()
    #expect(await eventually { server.state[key] == report.value })
    #expect(await town.leave() == nil)
    #expect(server.state.keys == ["class"])
  }

  @Test(
    "A served class tells how it gets on, keeps who has left in the town, and ends with the table"
  )
  func served() async throws {
    let console = Console(SyncServer())
    let ended = Task { await console.run(["serve", "--port", "0", "--class"]) }
    #expect(await eventually { console.output.hasSuffix("\n") })
    let address = String(console.output.dropLast())
    let state = ScratchFolder()
    let town = try await PracticeServer.onStreet(
      through: try ServerAddress(address).transport(),
      variables: ["XDG_STATE_HOME": state.path]
    )
    town.learner.start()
    try await town.learner.waitUntilLive()
    var report = LearnerReport(name: "Ada")
    (report.total, report.solved) = (12, ["town"])
    town.tell(report)
    #expect(await eventually { console.told.contains("Ada is here (1 of 12)") })
    #expect(await town.leave() == nil)
    #expect(await eventually { console.told.contains("Ada has left (1 of 12)") })
    let visitor = SyncClient(transport: try ServerAddress(address).transport())
    visitor.start()
    #expect(await eventually { visitor.state[LearnerEntry.left]?.array?.first?["name"] == "Ada" })
    #expect(visitor.state[LearnerEntry.key]?["lessons"] == nil)
    await visitor.stop()
    console.signal.yield(15)
    let result = await ended.value
    #expect(result.told.contains("Ada") && result.told.contains("1 of 12  0      0      left"))
  }

  private func report(
    _ id: String,
    _ name: String,
    lesson: String? = nil,
    solved: [String] = [],
    shown: [String] = [],
    hints: Int = 0
  ) -> StateChange {
    var report = LearnerReport(name: name)
    (report.lesson, report.solved, report.shown) = (lesson, solved, shown)
    (report.hints, report.total) = (hints, 12)
    return StateChange(updates: [ClassList.key(of: id): report.value])
  }
}

extension StateChange {
  fileprivate var first: StateValue { updates.values.first?.value ?? .null }
}
