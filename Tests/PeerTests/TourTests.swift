import Dashboard
import Lessons
import SharedState
import TestSupport
import Testing
import TextScreen

@testable import TownhallApp

@Suite(
  "The tour on nanover-server",
  .serialized,
  .enabled(if: PeerEnvironment.isWanted, PeerEnvironment.reason)
)
struct TourTests {
  @Test(
    "It is played from the first lesson to the last with only the screen to go by, beside others who see nothing of it change",
    .timeLimit(.minutes(10))
  )
  func endToEnd() async throws {
    try await PythonPeer.withServer { python, port in
      try await python.call("set", ["selection.base": ["display_name": "Somebody's"], "scene": 7])
      let before = try await python.call("copy")
      let keys = try await python.call("keys")
      let tour = try Course.builtIn().tour
      let program = try PTYProgram(
        [try BuiltProducts.path(of: "townhall"), "tour", "--town", "ws://127.0.0.1:\(port)"]
      )
      let learner = Learner(at: program)
      for lesson in tour.lessons {
        try learner.begin(lesson)
        #expect(!learner.words.contains("Solved"), "\(lesson.name)\n\(program.text)")
        try learner.play(lesson.show, in: lesson)
        try #require(program.wait(for: "Solved"), "\(lesson.name)\n\(program.text)")
        let now = try await python.call("copy")
        let others = (now.object ?? [:]).filter { !$0.key.hasPrefix("lesson.") }
          .filter { !$0.key.hasPrefix("update.index.") && !$0.key.hasPrefix("avatar.") }
        #expect(StateObject(others.map { ($0.key, $0.value) }) == before.object, "\(lesson.name)")
        learner.press(.function(5))
      }
      learner.press(.escape)
      learner.press(.character("q"))
      #expect(program.waitForExit(), "\(program.text)")
      try await eventually("the town is as it was") {
        let isCopy = try await python.call("copy") == before
        return try await python.call("keys") == keys && isCopy
      }
    }
  }
}
