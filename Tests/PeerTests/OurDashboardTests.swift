import Glibc
import SharedState
import TestSupport
import Testing

/// The dashboard itself, on the real server.
@Suite(
  "Our dashboard on nanover-server",
  .enabled(if: PeerEnvironment.isWanted, PeerEnvironment.reason),
  .serialized
)
struct OurDashboardTests {
  @Test(
    "Alice's houses stand after a dashboard that edited her avatar is left, or killed",
    arguments: [true, false]
  )
  func demolition(inGoodOrder: Bool) async throws {
    try await PythonPeer.withServer { python, port in
      try await PythonPeer.withClient(of: "ws://127.0.0.1:\(port)") { alice in
        try await alice.call(
          "set",
          ["avatar.ALICE": ["name": "Alice"], "selection.ALICE.0": ["name": "hers"]]
        )
        let screen = try PTYProgram(
          [try BuiltProducts.path(of: "townhall"), "ws://127.0.0.1:\(port)"],
          environment: ["SWIFT_BACKTRACE": "enable=no"]
        )
        try screen.press(("", "Alice"), ("/avatar.ALICE\r", "avatar.ALICE"), ("u", "next field"))
        try screen.press(
          ("\u{1b}[F\u{7f}!\"", #"+ name = "Alice!""#),
          ("\r", "sends this"),
          ("\r", "Enter close"),
          (" ", "s set")
        )
        if inGoodOrder { screen.send("q") } else { screen.signal(SIGKILL) }
        #expect(screen.waitForExit())
        var pokes: Int64 = 0
        try await eventually("the counter is gone") {
          // Of a broken connection the server hears only when it sends.
          pokes += 1
          try await python.call("frame", .int(pokes))
          let keys = try await python.call("keys").array ?? []
          return !keys.contains { $0.string?.hasPrefix("update.index.") == true }
        }
        #expect(try await python.repr("avatar.ALICE") == "{'name': 'Alice!'}")
        #expect(try await python.repr("selection.ALICE.0") == "{'name': 'hers'}")
      }
    }
  }

  @Test(
    "The commands of the real server are listed, and one that Alice offers is run with an edited argument"
  )
  func commands() async throws {
    try await PythonPeer.withServer { _, port in
      try await PythonPeer.withClient(of: "ws://127.0.0.1:\(port)") { alice in
        try await alice.call("offer", "x/echo")
        let screen = try PTYProgram(
          [try BuiltProducts.path(of: "townhall"), "ws://127.0.0.1:\(port)"],
          environment: ["SWIFT_BACKTRACE": "enable=no"]
        )
        try screen.press(
          ("", "live"),
          ("X", "radially-orient"),
          ("/radially\r", "without a result"),
          ("\u{1b}", "q quit"),
          ("X", "x/echo"),
          ("/echo\r", "run x/echo"),
          ("\u{15}25\r", #""a": 25"#),
          ("\u{1b}", "x/echo: done after")
        )
        screen.send("q")
        #expect(screen.waitForExit())
      }
    }
  }
}
