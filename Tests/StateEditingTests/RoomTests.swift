import SharedState
import StateEditing
import Testing

@Suite("What a room is asked, and how it is set up")
struct RoomTests {
  private static let state: StateDictionary = [
    "scene": [0, 0, 0, 0, 0, 0, 1, 1, 1, 1], "selection.a": ["name": "A"],
    "visualiser.x": ["selection": "a"], "suggested.box.locked": true, "avatar.ada": ["name": "Ada"],
    "interaction.1": ["particles": [1]], "simulation.name": "water",
  ]

  // MARK: What is asked

  @Test(
    "A value is read as it is typed, and a number becomes the float that headsets read",
    arguments: [
      ("pass-through", "0.5", 0.5), ("pass-through", "1", 1.0), ("box-locked", "yes", true),
      ("box-hidden", "off", false), ("interaction-type", "spring", "spring"),
      ("interaction-scale", "100", 100.0), ("hydrogens", "none", nil),
    ] as [(String, String, StateValue?)]
  )
  func reads(name: String, text: String, value: StateValue?) throws {
    let control = try #require(RoomControl.named(name))
    let read = try control.value(of: text)
    #expect(read == value && read?.text == value?.text)
  }

  @Test(
    "What makes no sense is refused with what does",
    arguments: [
      ("pass-through", "1.5"), ("pass-through", "nan"), ("pass-through", "yes"),
      ("interaction-scale", "0"), ("interaction-scale", "inf"), ("interaction-range", "-1"),
      ("interaction-type", "Spring"), ("box-locked", "maybe"), ("box-locked", ""),
    ]
  )
  func refuses(name: String, text: String) throws {
    let control = try #require(RoomControl.named(name))
    let flaw = #expect(throws: RoomControl.Flaw.self) { _ = try control.value(of: text) }
    #expect(flaw?.description == "\(name) is \(control.wanted), or none")
  }

  @Test("One key turns a switch and goes through the words; a number has to be typed")
  func next() throws {
    let lock = try #require(RoomControl.named("box-locked"))
    #expect(lock.next(after: nil) == true && lock.next(after: true) == false)
    #expect(lock.next(after: 7) == true)
    let type = try #require(RoomControl.named("interaction-type"))
    #expect(type.next(after: nil) == "gaussian" && type.next(after: "constant") == "gaussian")
    #expect(type.next(after: "gaussian") == "spring" && type.next(after: "odd") == "gaussian")
    #expect(RoomControl.named("pass-through")?.next(after: 0.5) == nil)
  }

  // MARK: Set-ups

  @Test(
    "A set-up holds the four parts, and nobody's body, and comes back from what is written down"
  )
  func holds() throws {
    let setup = RoomSetup(of: Self.state)
    #expect(
      setup.values.map(\.key) == [
        "scene", "selection.a", "suggested.box.locked", "visualiser.x",
      ]
    )
    #expect(RoomSetup.Part.allCases.map { setup.count(of: $0) } == [1, 1, 1, 1])
    let text = setup.document.text(indent: 2)
    #expect(try RoomSetup(StateValue(text: text)) == setup)
  }

  @Test(
    "Only what differs is changed; what the set-up does not have stays, unless it is to be exactly so"
  )
  func entries() {
    let setup = RoomSetup(of: Self.state)
    var other = Self.state
    other["selection.a"] = ["name": "changed"]
    other["selection.b"] = ["name": "B"]
    other["suggested.box.locked"] = nil
    let entries = setup.entries(on: other)
    #expect(entries.map(\.key) == ["selection.a", "suggested.box.locked"])
    #expect(entries.first?.base == ["name": "changed"] && entries.first?.mine == ["name": "A"])
    #expect(entries.last?.base == nil && entries.last?.mine == true)
    #expect(setup.entries(on: other, parts: [.suggestions]).map(\.key) == ["suggested.box.locked"])
    let exact = setup.entries(on: other, exactly: true)
    #expect(exact.map(\.key) == ["selection.a", "selection.b", "suggested.box.locked"])
    #expect(exact[1].mine == nil)
    #expect(setup.entries(on: other, parts: [.scene], exactly: true).isEmpty)
    #expect(setup.entries(on: Self.state, exactly: true).isEmpty)
  }

  @Test(
    "What is no set-up is refused in words, and keys that none has are left out",
    arguments: [
      (#"{"values":{}}"#, "no set-up of a room"), ("7", "no set-up of a room"),
      (#"{"townhall":"room set-up","version":2,"values":{}}"#, "another version"),
      (#"{"townhall":"room set-up","version":1,"values":[]}"#, "says no values"),
    ]
  )
  func hostile(text: String, words: String) throws {
    let document = try StateValue(text: text)
    let flaw = #expect(throws: RoomSetup.Flaw.self) { _ = try RoomSetup(document) }
    #expect(flaw?.description.contains(words) == true)
    let odd: StateValue = [
      "townhall": "room set-up", "version": 1, "values": ["avatar.ada": 1, "scene": 2],
    ]
    #expect(try RoomSetup(odd).values.map(\.key) == ["scene"])
  }
}
