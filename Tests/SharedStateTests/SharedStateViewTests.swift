import SharedState
import Testing

@Suite("SharedStateView")
struct SharedStateViewTests {
  private let town = LocalStateEndpoint([
    "some.key": 2.4, "scene": [0.0], "selection.a": ["name": "A"],
  ])
  private var state: SharedStateView { SharedStateView(town) }

  @Test("Looking up a key reads nothing, and the reference finds whoever lives there later")
  func lookup() async throws {
    let reference = state["later"]
    #expect(reference.key == "later")
    #expect(!reference.hasValue)
    let error = #expect(throws: SharedStateError.self) { try reference.snapshot() }
    #expect(error == .keyNotFound(key: "later"))
    #expect(
      error?.description
        == "\"later\" has no value: set it first, or check hasValue before you read"
    )
    try await state.set("later", to: "someone")
    #expect(reference.hasValue)
    #expect(try reference.snapshot() == "someone")
    try await state.set("later", to: "someone else")
    #expect(try reference.snapshot() == "someone else")
  }

  @Test("A whole snapshot is one moment")
  func snapshot() async throws {
    let visit = state.snapshot()
    try await state.clear()
    #expect(state.isEmpty)
    #expect(visit.count == 3)
    #expect(visit["some.key"] == 2.4)
  }

  @Test("Keys, count, contains and iteration agree")
  func reading() {
    #expect(state.keys == ["scene", "selection.a", "some.key"])
    #expect(state.count == 3)
    #expect(!state.isEmpty)
    #expect(state.map(\.key) == state.keys)
    #expect(state.filter(\.hasValue).count == 3)
    #expect(state.contains("scene"))
    #expect(!state.contains("scen"))
  }

  @Test("A reference of another town is not contained, whatever its key")
  func otherTown() {
    let other = SharedStateView(LocalStateEndpoint(["scene": 1]))
    #expect(state.contains(state["scene"]))
    #expect(!state.contains(state["nobody"]))
    #expect(!state.contains(other["scene"]))
    #expect(state.contains(state["selection.a", as: ParticleSelection.self]))
  }

  @Test("Values of every Swift type that fits can be set")
  func setting() async throws {
    let (truth, whole, number, text) = (true, 7, 2.5, "text")
    try await state.set("truth", to: truth)
    try await state.set("whole", to: whole)
    try await state.set("number", to: number)
    try await state.set("text", to: text)
    try await state.set("list", to: [number, number])
    try await state.set("mixed", to: [1, 2.5, "x", nil])
    try await state.set("typed", to: ParticleSelection(displayName: "A"))
    try await state.set("nothing", to: nil)
    let reference = try await state.set("dictionary", to: ["a": 1])
    #expect(reference == state["dictionary"])
    let expected: StateDictionary = [
      "truth": true, "whole": 7, "number": 2.5, "text": "text", "list": [2.5, 2.5],
      "mixed": [1, 2.5, "x", nil], "typed": ["display_name": "A"], "nothing": nil,
      "dictionary": ["a": 1],
    ]
    for (key, entry) in expected { #expect(state.snapshot()[key] == entry.value, "\(key)") }
  }

  @Test("The verbs on a key do what the reference does")
  func verbs() async throws {
    try await state.update("selection.a", ["hide": true])
    #expect(state.snapshot()["selection.a"] == ["name": "A", "hide": true])
    try await state.modify("some.key") { $0 = 1 }
    #expect(state.snapshot()["some.key"] == 1)
    try await state.remove("some.key")
    #expect(!state.contains("some.key"))
    await #expect(throws: SharedStateError.keyNotFound(key: "some.key")) {
      try await state.remove("some.key")
    }
  }

  @Test("Its streets have the names that every program knows")
  func streets() {
    #expect(state.selections.prefix == "selection.")
    #expect(state.visualisations.prefix == "visualiser.")
    #expect(state.interactions.prefix == "interaction.")
    #expect(state.avatars.prefix == "avatar.")
    #expect(
      state.allVisualisations.map(\.prefix) == ["visualiser.", "visualisation.", "visualisers."]
    )
  }
}

@Suite("SharedStateReference")
struct SharedStateReferenceTests {
  private let town = LocalStateEndpoint([
    "house": ["a": 1, "b": ["c": 2]], "number": 7, "text": "x", "list": [1], "nothing": nil,
  ])
  private var state: SharedStateView { SharedStateView(town) }

  private struct Refusal: Error {}

  @Test("Update sets the fields named and leaves the others")
  func update() async throws {
    let reference = state["house"]
    try await reference.update(["a": 91, "d": nil])
    #expect(try reference.snapshot().text == #"{"a":91,"b":{"c":2},"d":null}"#)
  }

  @Test("Update needs a value that is there", arguments: [["a": 1], [:]] as [StateObject])
  func updateNobody(fields: StateObject) async throws {
    await #expect(throws: SharedStateError.keyNotFound(key: "nobody")) {
      try await state["nobody"].update(fields)
    }
    #expect(!state.contains("nobody"))
  }

  @Test(
    "Update needs a dictionary, even for no fields",
    arguments: [
      ("number", "int"), ("text", "string"), ("list", "list"), ("nothing", "null"),
    ],
    [["a": 1], [:]] as [StateObject]
  )
  func updateNoDictionary(house: (key: String, kind: String), fields: StateObject) async throws {
    let before = state.snapshot()
    await #expect(throws: SharedStateError.notADictionary(key: house.key, kind: house.kind)) {
      try await state[house.key].update(fields)
    }
    #expect(state.snapshot() == before)
  }

  @Test("Modify writes the changed copy back, whatever it is")
  func modify() async throws {
    try await state["house"].modify { value in
      value.object?["a"] = 91
      value.object?["b"] = nil
    }
    #expect(try state["house"].snapshot() == ["a": 91])
    try await state["number"].modify { $0 = "now text" }
    #expect(try state["number"].snapshot() == "now text")
    await #expect(throws: SharedStateError.keyNotFound(key: "nobody")) {
      try await state["nobody"].modify { $0 = 1 }
    }
  }

  @Test("Nothing is written if the closure of modify throws")
  func modifyThrows() async throws {
    let before = state.snapshot()
    await #expect(throws: Refusal.self) {
      try await state["house"].modify { value in
        value.object?["a"] = 91
        throw Refusal()
      }
    }
    await #expect(throws: SharedStateEntryError.self) {
      try await state["number"].modify { try $0.setField("a", to: 1) }
    }
    #expect(state.snapshot() == before)
  }

  @Test("Remove leaves a good address behind")
  func remove() async throws {
    let reference = state["house"]
    try await reference.remove()
    #expect(!reference.hasValue)
    await #expect(throws: SharedStateError.keyNotFound(key: "house")) {
      try await reference.remove()
    }
    try await reference.set(1)
    #expect(try reference.snapshot() == 1)
  }

  @Test("References are equal by key and town")
  func equality() {
    let other = SharedStateView(LocalStateEndpoint(["house": 1]))
    #expect(state["house"] == state["house"])
    #expect(state["house"] != state["number"])
    #expect(state["house"] != other["house"])
    #expect(state["é"] != state["e\u{301}"])
    #expect(Set([state["house"], state["house"], other["house"]]).count == 2)
    #expect("\(state["a\nb"])" == #"reference to "a\nb""#)
  }

  @Test("A typed reference refuses what it cannot read, and does not write over it")
  func typed() async throws {
    let before = state.snapshot()
    let reference = state["house", as: ParticleSelection.self]
    try await state.set("house", to: ["particle_ids": "all of them", "note": 1])
    let error = await #expect(throws: SharedStateError.self) {
      try await reference.update(["display_name": "A"])
    }
    let expected = SharedStateError.unreadable(
      key: "house",
      type: "ParticleSelection",
      reason: "particle_ids: expected a list of whole numbers, found a string"
    )
    #expect(error == expected)
    #expect(throws: expected) { try reference.snapshot() }
    await #expect(throws: expected) { try await reference.modify { $0.displayName = "A" } }
    #expect(try state["house"].snapshot() == ["particle_ids": "all of them", "note": 1])
    #expect(reference.hasValue, "It is there, if unreadable")
    #expect(before.count == state.count)
    #expect(
      error?.description
        == "\"house\" is no ParticleSelection (particle_ids: expected a list of whole numbers, "
        + "found a string): read it through an untyped reference"
    )
  }

  @Test("An update that would make the value unreadable is refused")
  func harmfulUpdate() async throws {
    let reference = state["house", as: ParticleSelection.self]
    try await reference.set(ParticleSelection(displayName: "A", particleIDs: [1]))
    await #expect(throws: SharedStateError.self) {
      try await reference.update(["display_name": "B", "particle_ids": [1.5]])
    }
    #expect(try state["house"].snapshot() == ["display_name": "A", "particle_ids": [1]])
  }

  @Test("A typed reference to a scalar reads and writes it")
  func scalars() async throws {
    let number = state["number", as: Int.self]
    try await number.modify { $0 *= 6 }
    #expect(try number.snapshot() == 42)
    #expect(throws: SharedStateError.self) { try state["text", as: Int.self].snapshot() }
    #expect(throws: SharedStateError.self) { try state["text", as: Bool.self].snapshot() }
    #expect(throws: SharedStateError.self) { try state["text", as: Double.self].snapshot() }
    #expect(throws: SharedStateError.self) { try state["number", as: String.self].snapshot() }
    #expect(throws: SharedStateError.self) { try state["number", as: [Int].self].snapshot() }
    #expect(try state["list", as: [Double].self].snapshot() == [1])
    #expect(try state["text", as: String.self].snapshot() == "x")
    let error = await #expect(throws: SharedStateError.self) { try await number.update(["a": 1]) }
    #expect(error == .notADictionary(key: "number", kind: "int"))
  }

  @Test("Fields make an entry or are refused")
  func fields() async throws {
    let reference = state["new", as: ParticleSelection.self]
    try await reference.set(fields: ["display_name": "A", "mine": 1])
    #expect(try state["new"].snapshot() == ["display_name": "A", "mine": 1])
    await #expect(throws: SharedStateError.self) {
      try await reference.set(fields: ["display_name": 7])
    }
    #expect(try reference.snapshot().displayName == "A")
  }
}
