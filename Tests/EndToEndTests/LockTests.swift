#if GRPC
import Glibc
import TestSupport
import Testing

/// Two people at one house of a town whose wire knows locks.
extension EndToEndTests {
  @Suite("Two dashboards on one gRPC town")
  struct LockTests {
    private func open(_ town: ServerProcess) throws -> PTYProgram {
      let screen = try PTYProgram(
        [try BuiltProducts.path(of: "townhall"), "grpc://127.0.0.1:\(town.port)"],
        environment: [:],
        columns: 100,
        rows: 30
      )
      try #require(screen.wait(for: "note"), "\(screen.text)")
      screen.send(":note.a\r")
      try #require(screen.wait(for: "hello"), "\(screen.text)")
      return screen
    }

    @Test(
      "The second is told who is in the way, keeps the edit, and gets through when the first has left, or died",
      arguments: [true, false]
    )
    func locked(inGoodOrder: Bool) throws {
      let town = try ServerProcess()
      try town.run("set", "note.a", "\"hello\"")
      let (first, second) = (try open(town), try open(town))

      first.send("m")
      try #require(first.wait(for: "modify note.a"), "\(first.text)")
      try #require(first.wait(for: "locked by you"), "\(first.text)")
      second.send("m")
      try #require(second.wait(for: "locked by another"), "\(second.text)")
      second.send("\u{1b}[F\u{7f} there\"\u{13}")
      try #require(second.wait(for: "sends this"), "\(second.text)")
      second.send("\r")
      try #require(second.wait(for: "refused"), "\(second.text)")
      #expect(try town.run("get", "note.a") == "\"hello\"")
      #expect(second.text.contains("hello there"), "\(second.text)")

      if inGoodOrder { first.send("\u{1b}") } else { first.signal(SIGKILL) }
      // A lock outlives a program that is killed by ten seconds at most.
      var isThrough = false
      for _ in 0..<20 where !isThrough {
        second.send("r")
        second.wait(for: "sends this", seconds: 2)
        second.send("\r")
        isThrough = second.wait(for: "accepted after", seconds: 1)
      }
      #expect(isThrough, "\(second.text)")
      #expect(try town.run("get", "note.a") == "\"hello there\"")
    }
  }
}
#endif
