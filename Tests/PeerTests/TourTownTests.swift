import Foundation
import Glibc
import SharedState
import TestSupport
import Testing

/// The tour on the real server, which is left as it was.
@Suite(
  "The town of a tour on nanover-server",
  .enabled(if: PeerEnvironment.isWanted, PeerEnvironment.reason),
  .serialized
)
struct TourTownTests {
  private let memory = ScratchFolder()
  private let file: ScratchTour

  init() throws { file = try ScratchTour() }

  @Test(
    "A lesson is done on a street of one's own, and whichever way it ends the server's state is what it was",
    arguments: ["q", "TERM", "HUP", "KILL"]
  )
  func waysOut(_ way: String) async throws {
    try await PythonPeer.withServer { python, port in
      try await python.call(
        "set",
        ["selection.base": ["display_name": "not yours"], "avatar.ALICE": ["name": "Alice"]]
      )
      let (before, keysBefore) = (try await python.call("copy"), try await python.call("keys"))
      let screen = try open(at: port)
      try screen.press(
        (":selection.base\r", #"display_name  "Base""#),
        ("d", "y remove"),
        ("y", "goes on to")
      )
      try await expectOnlyAStreet(python)
      switch way {
      case "TERM": screen.signal(SIGTERM)
      case "HUP": screen.signal(SIGHUP)
      case "KILL": screen.signal(SIGKILL)
      default:
        screen.settle()
        screen.send("\u{1b}")
        screen.settle()
        screen.send(way)
      }
      #expect(screen.waitForExit())
      if way == "KILL" {
        #expect(records.count == 1)
        // The server has not heard of it: nothing was sent since. The next tour finds what is left.
        let keys = try await python.call("keys").array ?? []
        #expect(keys.contains { $0.string?.hasPrefix("lesson.") == true })
        let next = try open(at: port)
        #expect(records.count == 1)
        next.send("q")
        #expect(next.waitForExit())
      }
      #expect(records.isEmpty)
      try await eventually("nothing is left") {
        let isCopy = try await python.call("copy") == before
        return try await python.call("keys") == keysBefore && isCopy
      }
    }
  }

  @Test("Who takes the tour from the dashboard finds the town of the others as it was")
  func fromTheDashboard() async throws {
    try await PythonPeer.withServer { python, port in
      try await python.call("set", ["selection.base": ["display_name": "not yours"]])
      let keysBefore = try await python.call("keys")
      let screen = try PTYProgram(
        [try BuiltProducts.path(of: "townhall"), "ws://127.0.0.1:\(port)"],
        environment: ["SWIFT_BACKTRACE": "enable=no"]
      )
      try screen.press(("", "not yours"), (":tour\r", "Lesson 1"), ("\u{1b}", "protein"))
      screen.settle()
      try await expectOnlyAStreet(python)
      try screen.press(("q", "not yours"))
      // The dashboard is back at once; the street is cleared meanwhile.
      try await eventually("nothing is left") { try await python.call("keys") == keysBefore }
      screen.send("q")
      #expect(screen.waitForExit())
    }
  }

  /// Nothing stands in the town but what stood there and one learner's street.
  private func expectOnlyAStreet(_ python: PythonPeer) async throws {
    let keys = (try await python.call("keys").array ?? []).compactMap(\.string)
    let street = keys.filter { $0.hasPrefix("lesson.") }
    #expect(Set(street.map { $0.prefix("lesson.".count + 36) }).count == 1)
    #expect(street.allSatisfy { $0.dropFirst("lesson.".count + 36).hasPrefix(".town.") })
    let rest = keys.filter { !$0.hasPrefix("lesson.") && !$0.hasPrefix("update.index.") }
    #expect(
      rest.allSatisfy {
        !$0.contains(".") || $0 == "avatar.ALICE" || $0 == "selection.base" || $0.hasPrefix("imd.")
      }
    )
    #expect(try await python.repr("selection.base") == "{'display_name': 'not yours'}")
  }

  /// Opens the tour, and reads the first card.
  private func open(at port: Int) throws -> PTYProgram {
    let screen = try PTYProgram(
      [
        try BuiltProducts.path(of: "townhall"), "tour", file.path, "--town",
        "ws://127.0.0.1:\(port)", "--lesson", "move-out",
      ],
      environment: ["XDG_STATE_HOME": memory.path, "SWIFT_BACKTRACE": "enable=no"]
    )
    try screen.press(("", "Somebody moves out"), ("\u{1b}", "Other"))
    screen.settle()
    return screen
  }

  private var records: [String] {
    let names = try? FileManager.default.contentsOfDirectory(atPath: memory.path + "/townhall")
    return (names ?? []).filter { $0.hasPrefix("tour-street-") }
  }
}
