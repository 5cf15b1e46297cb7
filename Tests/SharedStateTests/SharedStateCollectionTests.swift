import SharedState
import Testing

@Suite("SharedStateCollection")
struct SharedStateCollectionTests {
  private let town = LocalStateEndpoint([
    "selection.a": ["display_name": "A", "particle_ids": [1, 2]],
    "selection.b": ["display_name": "B"],
    "selection.odd": 7,
    "selection.bad": ["particle_ids": "all"],
    "scene": [0.0],
    "visualiser.a": ["visualiser": "liquorice"],
  ])
  private var state: SharedStateView { SharedStateView(town) }
  private var selections: SharedStateCollection<ParticleSelection> { state.selections }

  @Suite("key resolution")
  struct KeyResolution {
    private let state = SharedStateView(LocalStateEndpoint())

    @Test(
      "The prefix is put before a key unless it stands there",
      arguments: [
        ("selection.", "abc", "selection.abc"),
        ("selection.", "selection.abc", "selection.abc"),
        ("selection.", "", "selection."),
        ("selection.", "selection.", "selection."),
        ("selection.", "selection", "selection.selection"),
        ("selection.", "selection.selection.x", "selection.selection.x"),
        ("selection.", "visualiser.a", "selection.visualiser.a"),
        ("selection.", ".", "selection.."),
        ("sel", "ection.a", "selection.a"),
        ("sel", "selection.a", "selection.a"),
        ("sel", "a", "sela"),
        ("", "a", "a"),
        ("é", "e\u{301}", "ée\u{301}"),
        ("selection.", "selection.\u{301}x", "selection.\u{301}x"),
      ]
    )
    func resolve(prefix: String, key: String, whole: String) {
      let collection = state.collection(prefix)
      #expect(Array(collection.resolve(key).utf8) == Array(whole.utf8))
      #expect(Array(collection[key].key.utf8) == Array(whole.utf8))
    }

    @Test("A key that repeats the prefix is another house than the short one")
    func repeatedPrefix() async throws {
      let selections = state.collection("selection.")
      try await selections.set("x", to: 1)
      try await selections.set("selection.selection.x", to: 2)
      #expect(selections.keys == ["selection.selection.x", "selection.x"])
      #expect(try selections["x"].snapshot() == 1)
      #expect(try selections["selection.x"].snapshot() == 1)
      #expect(try selections["selection.selection.x"].snapshot() == 2)
    }

    @Test("The key that equals the prefix is on the street")
    func prefixAsKey() async throws {
      let selections = state.collection("selection.")
      try await selections.set("", to: 1)
      #expect(selections.keys == ["selection."])
      #expect(selections.contains(""))
      #expect(selections.contains("selection."))
    }
  }

  @Test("A typed snapshot is one moment, and names what it cannot read")
  func snapshot() async throws {
    let snapshot = selections.snapshot()
    try await selections.clear()
    #expect(snapshot.keys == ["selection.a", "selection.b"])
    #expect(snapshot["a"]?.particleIDs == [1, 2])
    #expect(snapshot["selection.b"]?.displayName == "B")
    #expect(snapshot["odd"] == nil)
    #expect(snapshot["nobody"] == nil)
    #expect(snapshot.count == 2)
    #expect(snapshot.values.map(\.displayName) == ["A", "B"])
    #expect(snapshot.map(\.key) == snapshot.keys)
    #expect(
      snapshot.unreadable == [
        .unreadable(
          key: "selection.bad",
          type: "ParticleSelection",
          reason: "particle_ids: expected a list of whole numbers, found a string"
        ),
        .unreadable(
          key: "selection.odd",
          type: "ParticleSelection",
          reason: "expected a dictionary, found an int"
        ),
      ]
    )
  }

  @Test("An untyped snapshot reads everything")
  func untypedSnapshot() {
    let snapshot = state.collection("selection.").snapshot()
    #expect(snapshot.count == 4)
    #expect(snapshot.unreadable.isEmpty)
    #expect(snapshot["odd"] == 7)
  }

  @Test("Keys, count, contains and iteration agree, and keep to the street")
  func reading() {
    #expect(
      selections.keys == ["selection.a", "selection.b", "selection.bad", "selection.odd"]
    )
    #expect(selections.count == 4)
    #expect(!selections.isEmpty)
    #expect(selections.map(\.key) == selections.keys)
    #expect(selections.contains("a"))
    #expect(selections.contains("selection.a"))
    #expect(!selections.contains("scene"))
    #expect(state.collection("nobody.").isEmpty)
  }

  @Test("A reference is contained if it leads to a value on this street of this town")
  func containsReference() {
    let other = SharedStateView(LocalStateEndpoint(["selection.a": 1]))
    #expect(selections.contains(selections["a"]))
    #expect(selections.contains(state["selection.a"]))
    #expect(!selections.contains(selections["nobody"]))
    #expect(!selections.contains(state["scene"]))
    #expect(!selections.contains(other["selection.a"]))
  }

  @Test("Add makes a fresh key and gives its address")
  func add() async throws {
    let first = try await selections.add(
      ParticleSelection(displayName: "Base", particleIDs: [0, 4])
    )
    let second = try await selections.add(fields: [
      "display_name": "Base", "particle_ids": [0, 4],
    ])
    #expect(first != second)
    for reference in [first, second] {
      #expect(
        reference.key.wholeMatch(
          of: /selection\.[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/
        )
          != nil,
        "\(reference.key)"
      )
      #expect(
        try state[reference.key].snapshot() == ["display_name": "Base", "particle_ids": [0, 4]]
      )
    }
    let keys = selections.keys
    await #expect(throws: SharedStateError.self) {
      try await selections.add(fields: ["particle_ids": "all"])
    }
    #expect(selections.keys == keys)
  }

  @Test("An untyped street takes values, fields and typed entries")
  func untyped() async throws {
    let street = state.collection("street.")
    let added = try await [
      street.add(7), street.add(fields: ["a": 1]), street.add(ParticleSelection(displayName: "A")),
      street.set("x", to: [1, 2]), street.set("y", fields: [:]),
      street.set("z", to: ParticleSelection(displayName: "A")),
    ]
    #expect(
      try added.map { try $0.snapshot() } == [
        7, ["a": 1], ["display_name": "A"], [1, 2], [:], ["display_name": "A"],
      ]
    )
    #expect(street.count == 6)
  }

  @Test("The verbs resolve their keys and leave unknown fields alone")
  func verbs() async throws {
    try await selections.set("c", to: ParticleSelection(displayName: "C"))
    try await state.update("selection.c", ["mine": "kept"])
    try await selections.update("c", ["particle_ids": [9]])
    try await selections.modify("selection.c") { $0.displayName = "D" }
    #expect(
      try state["selection.c"].snapshot().text
        == #"{"display_name":"D","mine":"kept","particle_ids":[9]}"#
    )
    try await selections.remove("c")
    await #expect(throws: SharedStateError.keyNotFound(key: "selection.c")) {
      try await selections.remove("c")
    }
    await #expect(throws: SharedStateError.keyNotFound(key: "selection.c")) {
      try await selections.update("c", [:])
    }
  }

  @Test("What cannot be read is not written over by a change of a field")
  func unreadable() async throws {
    let before = state.snapshot()
    await #expect(throws: SharedStateError.notADictionary(key: "selection.odd", kind: "int")) {
      try await selections.update("odd", ["display_name": "X"])
    }
    await #expect(throws: SharedStateError.self) {
      try await selections.modify("bad") { $0.displayName = "X" }
    }
    #expect(state.snapshot() == before)
    // To set is another matter: it says what the whole value shall be.
    try await selections.set("odd", to: ParticleSelection(displayName: "X"))
    #expect(try selections["odd"].snapshot().displayName == "X")
  }

  @Test("Clear empties the street in one change, and only the street")
  func clear() async throws {
    let batches = town.events()
    try await selections.clear()
    #expect(state.keys == ["scene", "visualiser.a"])
    let batch = await batches.first { _ in true }
    #expect(batch?.change.removals.count == 4)
    try await selections.clear()
    #expect(state.count == 2)
  }

  @Test("A prefix without a dot takes in longer words")
  func looseStreet() async throws {
    try await state.collection("s").clear()
    #expect(state.keys == ["visualiser.a"])
  }
}
