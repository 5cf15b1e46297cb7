import SharedState
import Testing
import TextScreen

@testable import Dashboard

@Suite("A tour in lines")
struct SpokenTourTests {
  private struct Talk {
    var scene = TourScene()
    var speaker = Speaker()

    mutating func listen() -> [String] { speaker.lines(for: scene.model) }

    mutating func press(_ keys: Key...) -> [String] {
      keys.flatMap { key in
        scene.press(key)
        return listen()
      }
    }
  }

  @Test("The card is read in full, then the goal and what is missing, each once")
  func lesson() {
    var talk = Talk()
    let card = talk.listen()
    #expect(card.contains("Lesson 1 of 6 - A visit, and how it goes stale"))
    #expect(card.contains { $0.hasPrefix("So the snapshot goes stale.") })
    #expect(card.contains { $0.hasPrefix("goal: Take a snapshot of selection.base") })
    #expect(card.contains { $0.hasPrefix("Snapshot: ") })
    #expect(card.contains { $0.contains("Enter begins") })
    #expect(!card.contains { $0.hasPrefix("street ") }, "nothing of what lies under the card")
    #expect(talk.listen() == [])
    let begun = talk.press(.escape)
    #expect(begun.contains { $0.hasPrefix("You have kept no snapshot") })
    #expect(!begun.contains { $0.hasPrefix("goal: ") })
    #expect(talk.listen() == [])
  }

  @Test("Hints, wrong turns and the end of a lesson are said")
  func stages() {
    var talk = Talk()
    _ = talk.press(.escape)
    #expect(talk.press(.function(2)) == ["Hint 1 of 3: Stand on selection.base and press n."])
    talk.scene.change(remove: ["selection.x"])
    #expect(talk.listen().contains { $0.hasPrefix("careful: selection.x has been removed") })
    talk.scene.press(.function(4))
    talk.scene.solveFirst()
    #expect(talk.listen().contains { $0.hasPrefix("Solved! F5 goes on") })
  }

  @Test("What is shown is said: what is done, and each key, a text once all of it is typed")
  func showing() {
    var talk = Talk()
    _ = talk.press(.escape)
    var said = talk.press(.function(3))
    for _ in 0..<60 {
      talk.scene.wait(.milliseconds(200))
      said += talk.listen()
    }
    #expect(said.contains("any key stops, Space holds"))
    #expect(said.contains("Go to the house and keep a visit there."))
    let keys = said.filter { $0.hasPrefix("key ") }.map { $0.drop { $0 != " " }.dropFirst() }
    #expect(
      keys.compactMap { $0.split(separator: " ").last }
        == [":", "selection.base", "Enter", "K"]
    )
  }
}
