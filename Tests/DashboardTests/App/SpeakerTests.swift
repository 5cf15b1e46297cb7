import SharedState
import StateEditing
import Testing
import TextScreen

@testable import Dashboard

@Suite("The dashboard in lines")
struct SpeakerTests {
  private struct Talk {
    var scene: Scene
    var speaker = Speaker()

    init(_ town: [String: StateValue] = Scene.smallTown) {
      scene = Scene(100, 40)
      scene.join(town)
      _ = speaker.lines(for: scene.model)
    }

    /// What is said after some keys, each of which is listened to.
    mutating func press(_ keys: Key...) -> [String] {
      keys.flatMap { key in
        scene.press(key)
        return speaker.lines(for: scene.model)
      }
    }

    mutating func type(_ text: String) -> [String] {
      text.flatMap { press(.character($0)) }
    }

    mutating func listen() -> [String] { speaker.lines(for: scene.model) }
  }

  @Test("Each move is one line: the house, its place and what lives there")
  func moves() {
    var talk = Talk()
    #expect(talk.press("g", "g") == ["gg: there is nothing above"])
    let lines = (0..<4).flatMap { _ in talk.press("j") }
    #expect(lines.count == 4)
    var hyperballs = Talk([
      "selection.a": ["display_name": "Pair", "particle_ids": [1, 2, 3]], "selection.b": 1,
    ])
    #expect(hyperballs.press("j") == [#"selection.a, 2 of 3, "Pair" 3 atoms"#])
    #expect(
      hyperballs.press("k").first?.hasPrefix("street selection., 1 of 3, 2 houses, open") == true
    )
  }

  @Test("A town is said to be empty only once it is known to be")
  func empty() {
    var (scene, speaker) = (Scene(100, 40), Speaker())
    scene.send(.link(.live(latency: nil)))
    #expect(!speaker.lines(for: scene.model).joined().contains("empty"))
    let wake = scene.model.wakeUp
    scene.wait(.seconds(1))
    #expect(wake == scene.uptime)
    #expect(speaker.lines(for: scene.model) == ["the town is empty"])
  }

  @Test("A silence is said once, and so is its end")
  func silence() {
    var talk = Talk()
    talk.scene.send(.link(.live(latency: nil, silentSince: talk.scene.uptime - .seconds(3))))
    #expect(talk.listen().count == 1)
    talk.scene.wait(.seconds(5))
    #expect(talk.listen() == [])
    talk.scene.send(.link(.live(latency: nil)))
    #expect(talk.listen().first?.hasPrefix("live") == true)
  }

  @Test("What is said already is not said again, and a quiet town says nothing")
  func quiet() {
    var talk = Talk()
    #expect(talk.listen() == [])
    talk.scene.wait(.seconds(60))
    #expect(talk.listen() == [])
    talk.speaker.repeatAll()
    #expect(talk.listen().count == 2)
  }

  @Test(
    "i says in one line how much has changed since it was last asked, by street, and how much is muted"
  )
  func tally() {
    var talk = Talk()
    #expect(talk.press("i") == ["nothing has changed since you came"])
    for tick in 0..<9 { talk.scene.change([Scene.ada: .int(Int64(tick))]) }
    talk.scene.change(["selection.root": 1, "selection.new": 1, "scene": 5, "update.index.U": 1])
    talk.scene.change(["interaction.web-1": 1, "visualiser.9f2": 1, "update.index.U": 2])
    talk.scene.change(remove: ["selection.root"])
    _ = talk.listen()
    #expect(
      talk.press("i") == [
        "15 changes since you last asked: avatar 9, selection 3, houses by themselves 1, "
          + "other streets 2; 2 muted"
      ]
    )
    talk.scene.wait(.seconds(20))
    #expect(talk.press("i").last == "nothing has changed since you last asked")
    _ = talk.press("w")
    talk.scene.change(["scene": 6])
    #expect(
      talk.press("i").last
        == "nothing has changed since you last asked; 1 more while the picture stands still"
    )
  }

  @Test("However many streets there are, the tally keeps a bounded number and counts every change")
  func manyStreets() {
    var scene = Scene()
    scene.join(["a": 1])
    for round in 0..<3 {
      let keys = (0..<1000).map { ("s\(round)x\($0).h", StateValue.int(1)) }
      scene.change(Dictionary(keys) { $1 })
    }
    scene.press("i")
    #expect(
      scene.lines.last?.hasPrefix(" 3,000 changes since you came: ") == true,
      "\(scene.lines.last ?? "")"
    )
    #expect(scene.picture.contains("other streets 2,997"))
  }

  @Test("What others do to the house under the cursor is said, at most once a second")
  func calm() {
    var talk = Talk(["a.x": 0])
    _ = talk.press("j")
    talk.scene.wait(.seconds(5))
    var said: [String] = []
    for number in 1...100 {
      talk.scene.wait(.milliseconds(50))
      talk.scene.change(["a.x": .int(Int64(number))])
      said += talk.listen()
    }
    talk.scene.wait(.seconds(2))
    said += talk.listen()
    #expect((5...7).contains(said.count), "\(said)")
    #expect(said.last?.hasPrefix("a.x, 100") == true, "\(said)")
    #expect(said.allSatisfy { $0.contains("by others") })
  }

  @Test("What happens in other houses is not said")
  func elsewhere() {
    var talk = Talk(["a.x": 0, "b.y": 0])
    _ = talk.press("j")
    talk.scene.wait(.seconds(5))
    for number in 1...100 { talk.scene.change(["b.y": .int(Int64(number))]) }
    #expect(talk.listen() == [])
  }

  @Test("Notices and the connection are lines")
  func notices() {
    var talk = Talk()
    #expect(talk.press("%").contains { $0.hasPrefix("% does nothing here") })
    talk.scene.lose()
    #expect(talk.listen().contains("connection lost: the server closed"))
    talk.scene.wait(.seconds(1))
    #expect(talk.listen() == [])
  }

  @Test("An edit is told from its first field to its outcome")
  func edits() {
    var talk = Talk(["a.x": 1])
    _ = talk.press("j")
    let asked = talk.press("s")
    #expect(asked.contains { $0.contains("set a.x") }, "\(asked)")
    #expect(asked.allSatisfy { !$0.contains("│") && !$0.contains("─") })
    _ = talk.press(.control("u"))
    let typed = talk.press("7")
    #expect(typed.contains { $0.contains("7") } && typed.count < 8, "\(typed)")
    #expect(typed.contains { $0.hasPrefix("- ") } && typed.contains { $0.hasPrefix("+ ") })
    #expect(talk.press(.enter).contains("Enter sends this"))
    _ = talk.press(.enter)
    guard case .edit(let request)? = talk.scene.effects.first else {
      Issue.record("nothing was sent")
      return
    }
    talk.scene.send(.outcome(request.id, .sent(.accepted(latency: .milliseconds(4)))))
    #expect(talk.listen().contains { $0.contains("accepted after 4 ms") })
  }

  @Test("What is typed at the foot of the screen is said, and where it leads")
  func typing() {
    var talk = Talk()
    _ = talk.press("/")
    #expect(talk.press("h").contains { $0.hasPrefix("/h ") })
    #expect(
      talk.type("yper").contains { $0.hasPrefix("selection.hyperballs") || $0.contains("/hyper") }
    )
    _ = talk.press(.enter)
    #expect(talk.press("f").contains { $0.hasPrefix("filter:") })
  }

  @Test("A list says what is under its cursor, and why it cannot be chosen")
  func lists() {
    var talk = Talk()
    let opened = talk.press(":")
    #expect(opened.count == 1 && opened[0].contains("1 of "), "\(opened)")
    let typed = talk.type("next-match")
    #expect(typed.last?.contains("not now: nothing was searched for") == true, "\(typed)")
  }

  @Test("Fields and lines of the activity are said where the focus is")
  func panes() {
    var talk = Talk()
    _ = talk.press("G", "k", "k", "k", "k", "k", "k")
    let house = talk.press("2")
    #expect(house.count == 1 && house[0].hasPrefix("House "), "\(house)")
    let activity = talk.press("3")
    #expect(activity.count == 1 && activity[0].hasPrefix("Activity "), "\(activity)")
  }

  @Test("No key or value of a peer commands the terminal")
  func hostile() {
    var talk = Talk(Scene.strangeTown)
    var said = talk.press("g", "g")
    for _ in 0..<20 { said += talk.press("j") }
    #expect(said.count > 5)
    for line in said {
      #expect(
        line.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control },
        "\(line)"
      )
    }
  }
}
