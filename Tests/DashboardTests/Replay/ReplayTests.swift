import SharedState
import TextScreen
import Testing

@testable import Dashboard

@Suite("A recording in the dashboard")
struct ReplayTests {
  private static func status(at seconds: Double, isRunning: Bool = true) -> ReplayStatus {
    var status = ReplayStatus()
    (status.time, status.duration, status.isRunning) = (.seconds(seconds), .seconds(60), isRunning)
    status.marks = [
      .init(time: .seconds(15), text: "ligand\u{1B}[2J is in"),
      .init(time: .seconds(45), text: "out"),
    ]
    status.activity = (0..<240).map { $0 == 120 ? 50 : 0 }
    return status
  }

  private static func scene(_ columns: Int = 80) -> Scene {
    var scene = Scene(columns, 24)
    scene.join(["selection.a": ["name": "A"], "scene": 1])
    scene.send(.replay(status(at: 20)))
    return scene
  }

  @Test(
    "What is seen is marked as recorded, with how far it has come, its marks and where much happened"
  )
  func bar() {
    let scene = Self.scene(120)
    #expect(scene.lines[0].contains(" recording ") && !scene.lines[0].contains("live"))
    let bar = scene.lines[1]
    #expect(bar.hasPrefix(" playing  0:20.0 of 1:00.0 ") && bar.contains("×1"))
    #expect(bar.contains("◆ ligand") && bar.contains("is in") && !bar.contains("\u{1B}"))
    let line = bar.drop { $0 != "─" && $0 != "◆" }
    #expect(line.filter { $0 == "◆" }.count == 3 && line.contains("█"))
    #expect(scene.lines[2].contains("Town"))
    #expect(scene.lines.last?.contains(" , back  A on  P stop  { 5 s back  } 5 s on") == true)
    // Where there is no room for a line there is the time, and nothing is out of place.
    #expect(Self.scene(40).lines[1].hasPrefix(" playing  0:20.0 of 1:00.0"))
  }

  @Test("Keys go about in it, and nothing of it is changed")
  func keys() {
    var scene = Self.scene()
    let expected: [(String, ReplayRequest)] = [
      ("P", .run(false)), ("A", .step(isForward: true)), (",", .step(isForward: false)),
      ("B", .seek(.zero)), ("{", .seek(.seconds(15))), ("}", .seek(.seconds(25))),
      ("(", .seek(.seconds(15))), (")", .seek(.seconds(45))), ("_", .speed(0.5)),
      ("=", .speed(2)), ("|", .loop(true)),
    ]
    for (key, request) in expected {
      scene.type(key)
      #expect(scene.effects == [.replay(request)], "\(key)")
    }
    scene.send(.replay(Self.status(at: 60, isRunning: false)))
    scene.type("P")
    #expect(scene.effects == [.replay(.seek(.zero)), .replay(.run(true))])
    scene.send(.replay(Self.status(at: 50)))
    scene.type(")")
    #expect(scene.effects == [] && scene.picture.contains("there is no mark after this"))
    scene.type("d")
    #expect(scene.effects == [] && scene.picture.contains("a recording stays as it is"))
  }

  @Test("A house is followed through its changes, and a time or a mark is gone to by name")
  func places() {
    var scene = Self.scene()
    scene.type("/scene")
    scene.press(.enter)
    scene.type("'")
    #expect(scene.effects == [.replay(.change(of: "scene", isForward: true))])
    scene.type(";")
    #expect(scene.effects == [.replay(.change(of: "scene", isForward: false))])
    for (text, request) in [
      ("1:02.5", ReplayRequest.seek(.seconds(62.5))), ("7", .seek(.seconds(7))),
      ("out", .seek(.seconds(45))),
    ] {
      scene.type(":seek \(text)")
      scene.press(.enter)
      #expect(scene.effects == [.replay(request)], "\(text)")
    }
    scene.type(":seek nowhere")
    scene.press(.enter)
    #expect(scene.effects == [] && scene.picture.contains("neither a time"))
  }

  @Test("Where none is played the keys are of the session's past, and say where there is none")
  func live() {
    var scene = Scene()
    scene.join(["scene": 1])
    for key in ["}", "(", ")", "_", "=", "|", ","] {
      scene.type(key)
      let words =
        key == "("
        ? "there is no mark before this" : key == "," ? "nothing before" : "this is now; ,"
      #expect(scene.effects == [] && scene.lines.last?.contains(words) == true, "\(key)")
      #expect(!scene.model.isInPast)
    }
  }

  @Test("Times are told and read as clocks tell them")
  func times() {
    for (seconds, text) in [(0.0, "0:00.0"), (65.25, "1:05.2"), (3723.9, "1:02:03")] {
      #expect(ReplayStatus.text(.seconds(seconds)) == text)
    }
    for (text, seconds) in [("1:05.2", 65.2), ("90", 90), ("1:02:03", 3723)] {
      #expect(ReplayStatus.time(text) == .microseconds(Int64(seconds * 1e6)))
    }
    for text in ["", "x", "1:", "-1", "-0:02", "nan", "1e99", "1e9:0:0"] {
      #expect(ReplayStatus.time(text) == nil, "\(text)")
    }
  }
}
