import SharedState
import TestSupport
import Testing

// The code of the articles in `SharedState.docc`. What stands between `// <name>` and `// </name>`
// is shown there word for word; `ArticleTests` fails when the two drift apart.
@Suite("The code of the articles", .timeLimit(.minutes(1)))
struct TutorialTests {
  @Test("The town, its streets and its houses")
  func town() throws {
    // <a-town>
    let town = LocalStateEndpoint([
      "scene.box": [1.0, 1.0, 1.0],
      "selection.base": ["display_name": "Base"],
      "selection.protein": ["display_name": "Protein"],
    ])
    let state = SharedStateView(town)
    print(state.keys)  // ["scene.box", "selection.base", "selection.protein"]
    // </a-town>
    #expect(state.keys == ["scene.box", "selection.base", "selection.protein"])
  }

  @Test("Addresses and visits")
  func references() async throws {
    let town = LocalStateEndpoint(["some.key": 1, "selection.base": [:]])
    let state = SharedStateView(town)
    let somebodyElse = SharedStateView(town)

    // <a-reference>
    let reference = state["some.key"]
    let value = try reference.snapshot()  // 1

    // … and at some later time:
    try await somebodyElse.set("some.key", to: 2)

    let newValue = try reference.snapshot()  // 2
    // </a-reference>
    #expect(value == 1)
    #expect(newValue == 2)

    // <an-empty-house>
    let later = state["not.built.yet"]
    if later.hasValue {
      print(try later.snapshot())
    }

    do {
      print(try later.snapshot())
    } catch .keyNotFound(let key) {
      print("nobody lives at \(key)")  // nobody lives at not.built.yet
    }
    // </an-empty-house>
    #expect(!later.hasValue)
    #expect(throws: SharedStateError.keyNotFound(key: "not.built.yet")) { try later.snapshot() }

    // <equal-references>
    let otherTown = SharedStateView(LocalStateEndpoint())
    let isSameHouse = state["selection.base"] == somebodyElse["selection.base"]  // true
    let isSameTown = state["selection.base"] == otherTown["selection.base"]  // false
    // </equal-references>
    #expect(isSameHouse)
    #expect(!isSameTown)
  }

  @Test("Streets")
  func collections() async throws {
    let state = SharedStateView(
      LocalStateEndpoint(["visualiser.root": [:], "selection.odd": 7, "scene": [0.0]])
    )

    // <a-collection>
    let collection = state.collection("selection.")
    // </a-collection>
    #expect(collection.keys == ["selection.odd"])

    // <shortcuts>
    let selections = state.selections
    let visualisations = state.visualisations
    // </shortcuts>

    // <key-resolution>
    // Makes a selection with the key "selection.abc".
    try await selections.set(
      "abc",
      to: ParticleSelection(displayName: "Pair", particleIDs: [0, 2])
    )

    // Removes the visualiser with the key "visualiser.root".
    try await visualisations.remove("root")
    // </key-resolution>
    #expect(state.keys == ["scene", "selection.abc", "selection.odd"])

    // <typed-snapshot>
    let pair = try selections["abc"].snapshot()
    print(pair.particleIDs ?? [])  // [0, 2]
    // </typed-snapshot>
    #expect(pair.particleIDs == [0, 2])

    // <street-snapshot>
    let street = selections.snapshot()
    for (key, selection) in street {
      print(key, selection.displayName ?? "")  // selection.abc Pair
    }
    for error in street.unreadable {
      print(error.key)  // selection.odd
    }
    // </street-snapshot>
    #expect(street.keys == ["selection.abc"])
    #expect(street.unreadable.map(\.key) == ["selection.odd"])

    // <town-snapshot>
    let everything = state.snapshot()
    try await state.clear()
    print(state.count, everything.count)  // 0 3
    // </town-snapshot>
    #expect(state.isEmpty)
    #expect(everything.count == 3)
  }

  @Test("Changing values")
  func changing() async throws {
    let state = SharedStateView(LocalStateEndpoint())
    let selections = state.selections

    // <set>
    // Adds the value 2.4 under the key "some.key".
    try await state.set("some.key", to: 2.4)

    // The same through a reference.
    let occlusion = state["scene.ambient_occlusion"]
    try await occlusion.set(false)
    // </set>
    #expect(state.snapshot() == ["some.key": 2.4, "scene.ambient_occlusion": false])

    // <add>
    // Keep the reference: the key is a random one.
    let selection = try await selections.add(
      ParticleSelection(displayName: "Base", particleIDs: [0, 4])
    )

    // The same from fields, as they stand in the shared state.
    let twin = try await selections.add(
      fields: ["display_name": "Base", "particle_ids": [0, 4]])
    // </add>
    #expect(try selection.snapshot() == twin.snapshot())
    #expect(selection != twin)

    let reference = try await state.set("some.dictionary", to: ["some_field": 90, "other": 1])
    // <long-way>
    // Takes a copy, changes it, and puts it back. What somebody else
    // wrote in between is lost.
    var value = try reference.snapshot()
    value.object?["some_field"] = 91
    try await reference.set(value)
    // </long-way>
    #expect(try reference.snapshot() == ["some_field": 91, "other": 1])

    // <update>
    try await reference.update(["some_field": 91])
    // </update>
    #expect(try reference.snapshot() == ["some_field": 91, "other": 1])

    // <update-errors>
    do {
      try await state["some.key"].update(["some_field": 91])
    } catch SharedStateError.notADictionary(let key, let kind) {
      print("\(key) is a \(kind)")  // some.key is a float
    }
    // </update-errors>
    await #expect(throws: SharedStateError.notADictionary(key: "some.key", kind: "float")) {
      try await state["some.key"].update(["some_field": 91])
    }

    // <modify>
    try await reference.modify { value in
      value.object?["some_field"] = 92
      value.object?["other"] = nil
    }
    // </modify>
    #expect(try reference.snapshot() == ["some_field": 92])

    // <modify-typed>
    try await selection.modify { selection in
      selection.displayName = "Tail"
      selection.particleIDs = [4]
    }
    // </modify-typed>
    #expect(
      try selection.snapshot() == ParticleSelection(displayName: "Tail", particleIDs: [4])
    )

    // <modify-throws>
    struct NotMine: Error {}
    do {
      try await reference.modify { value in
        value.object?["some_field"] = 93
        guard value["owner"] == "me" else { throw NotMine() }
      }
    } catch is NotMine {
      print(try reference.snapshot().text)  // {"some_field":92}
    }
    // </modify-throws>
    #expect(try reference.snapshot() == ["some_field": 92])
  }

  @Test("Removing values")
  func removing() async throws {
    let state = SharedStateView(
      LocalStateEndpoint(["some.key": 1, "other.key": 2, "selection.a": [:], "selection.b": [:]])
    )
    let reference = state["other.key"]

    // <remove>
    // By key.
    try await state.remove("some.key")

    // Through a reference, which stays good.
    try await reference.remove()
    // </remove>
    #expect(state.keys == ["selection.a", "selection.b"])
    await #expect(throws: SharedStateError.keyNotFound(key: "other.key")) {
      try await reference.remove()
    }

    // <clear>
    try await state.selections.clear()
    // </clear>
    #expect(state.isEmpty)
  }

  @Test("Bringing it together")
  func together() async throws {
    let town = LocalStateEndpoint()
    let client = SharedStateView(town)
    let server = SharedStateView(town)

    // <together-base>
    // The client draws everything as liquorice.
    try await client.visualisations.add(
      ParticleVisualiser(
        displayName: "Base",
        visualiser: "liquorice",
        layer: 0,
        priority: 0
      )
    )
    // </together-base>
    #expect(client.visualisations.count == 1)

    // <together-selection>
    // The server selects a few particles, under a key that it chooses by using
    // set instead of add, and draws them as hyperballs.
    let selection = try await server.selections.set(
      "hyperballs",
      fields: ["display_name": "Selection", "particle_ids": [44, 45, 46, 47]]
    )

    // A visualiser needs to know which selection it is for: its key.
    let drawn = try await server.visualisations.add(
      ParticleVisualiser(
        displayName: "Selection",
        selection: selection.key,
        visualiser: "hyperballs",
        layer: 0,
        priority: 1
      )
    )
    // </together-selection>
    #expect(try drawn.snapshot().particles == .selection(key: "selection.hyperballs"))

    // <together-update>
    // Later the client changes the selection …
    try await client.selections.update("hyperballs", ["particle_ids": [43, 44, 45]])

    // … the server stops drawing it …
    try await drawn.remove()

    // … and the client removes all visualisers.
    try await client.visualisations.clear()
    print(client.keys)  // ["selection.hyperballs"]
    // </together-update>
    #expect(client.keys == ["selection.hyperballs"])
    #expect(try selection.snapshot().particleIDs == [43, 44, 45])
  }

  @Test("Following a town")
  func following() async throws {
    let town = LocalStateEndpoint()
    let state = SharedStateView(town)
    // <changes>
    let changes = state.changes(under: "selection.")
    let reader = Task {
      var lines: [String] = []
      for await event in changes {
        lines.append("\(event.kind) \(event.key): \(event.new?.text ?? "nobody")")
      }
      return lines
    }
    // </changes>
    try await state.set("selection.a", to: ["display_name": "A"])
    try await state.set("scene", to: [0.0])
    town.finishEvents()
    #expect(await reader.value == [#"added selection.a: {"display_name":"A"}"#])
  }

  @Test("Typed entries")
  func typed() async throws {
    // <layouts>
    var selection = try ParticleSelection(
      stateValue: [
        "id": "selection.pair", "name": "Pair",
        "selected": ["particle_ids": [0, 2]],
        "properties": ["nanover.rendering.renderer": "liquorice"],
      ])
    selection.particleIDs = [0, 2, 4]
    print(selection.stateValue["selected"]?.text ?? "")  // {"particle_ids":[0,2,4]}
    // </layouts>
    #expect(selection.stateValue["selected"]?.text == #"{"particle_ids":[0,2,4]}"#)
    #expect(selection.renderer == "liquorice")

    // <own-type>
    struct Note: SharedStateRecord {
      static let shapes: [String: FieldShape] = ["text": .text]
      var fields: StateObject = [:]

      var text: String? {
        get { fields["text"]?.string }
        set { fields["text"] = newValue?.stateValue }
      }
    }

    let state = SharedStateView(LocalStateEndpoint(["note.a": ["text": "x", "color": "red"]]))
    let notes = state.collection("note.", of: Note.self)
    try await notes.modify("a") { $0.text = "y" }
    print(try state["note.a"].snapshot().text)  // {"text":"y","color":"red"}
    // </own-type>
    #expect(try state["note.a"].snapshot().text == #"{"text":"y","color":"red"}"#)
  }

  @Test("Values as text")
  func text() throws {
    // <reading-text>
    let grab = try StateValue(
      text: #"{"particles": [60], "scale": 1.0, "max_force": Infinity}"#
    )
    print(grab.text)  // {"particles":[60],"scale":1.0,"max_force":Infinity}
    // </reading-text>
    #expect(grab.text == #"{"particles":[60],"scale":1.0,"max_force":Infinity}"#)

    // <text-errors>
    do {
      print(try StateValue(text: "{\"render\": ball and stick}"))
    } catch {
      print(error)
      // line 1, column 12: expected a value; text needs double quotes: "ball and stick"
    }
    // </text-errors>
    let error = #expect(throws: StateTextError.self) {
      try StateValue(text: "{\"render\": ball and stick}")
    }
    #expect(
      error?.description
        == "line 1, column 12: expected a value; text needs double quotes: \"ball and stick\""
    )
  }
}
