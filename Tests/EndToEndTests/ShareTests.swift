import TestSupport
import Testing

/// One who shows a screen, and one who looks at it from elsewhere.
@Suite("A shared screen", .serialized)
struct ShareTests {
  private static let quiet = ["SWIFT_BACKTRACE": "enable=no", "TOWNHALL_NO_MOUSE": "1"]

  @Test("A viewer sees what is done there, changes nothing, and is told when it ends")
  func views() async throws {
    let town = try ServerProcess()
    try town.run("set", "selection.a", #"{"name": "A"}"#)
    do {
      let presenter = try PTYProgram(
        [try BuiltProducts.path(of: "townhall"), "--share", town.address],
        environment: Self.quiet
      )
      try presenter.press(("", "Others see this screen"))
      let words = presenter.text.split { $0 == " " || $0 == "\n" }
      let named = try #require(words.first { $0.hasPrefix("TOWNHALL_ACCESS_TOKEN=town-") })
      let token = String(named.drop { $0 != "=" }.dropFirst())
      let address = try #require(words.last { $0.hasPrefix("ws://127.0.0.1:") })
      let viewer = try PTYProgram(
        [try BuiltProducts.path(of: "townhall"), "view", "--town", String(address)],
        environment: Self.quiet.merging(["TOWNHALL_ACCESS_TOKEN": token]) { $1 }
      )
      try viewer.press(("", "This screen is shared"))
      try presenter.press(("\u{1b}", "selection"), ("?", "Most used"))
      try viewer.press(("", "Most used"))
      _ = presenter.settle()
      let shown = presenter.text
      #expect(viewer.wait { $0.text == shown }, "\(viewer.text)\nis not\n\(shown)")
      // Nothing that is typed there gets anywhere.
      viewer.send("jjdz")
      #expect(presenter.settle() == 0)
      try presenter.press(("\u{1b}", "selection"))
      presenter.send("q")
      #expect(presenter.waitForExit())
      try viewer.press(("", "this is old"))
      viewer.send("q")
      #expect(viewer.waitForExit() && viewer.exitStatus == 0)
    }
  }
}
