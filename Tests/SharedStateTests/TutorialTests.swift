import SharedState
import TestSupport
import Testing

@Suite("The tutorial")
struct TutorialTests {
  @Test("It runs to its end")
  func bringingItTogether() async throws {
    let town = LocalTown()
    let client = SharedStateView(town)
    let server = SharedStateView(town)
    try await client.visualisations.add(
      ParticleVisualiser(displayName: "Base", visualiser: "liquorice", layer: 0, priority: 0)
    )
    let selection = try await server.selections.set(
      "hyperballs",
      fields: ["display_name": "Selection", "particle_ids": [44, 45, 46, 47]]
    )
    let drawn = try await server.visualisations.add(fields: [
      "display_name": "Selection", "selection": .string(selection.key),
      "visualiser": "hyperballs", "layer": 0, "priority": 1,
    ])
    try await client.selections.update("hyperballs", ["particle_ids": [43, 44, 45]])
    try await drawn.remove()
    try await client.visualisations.clear()
    #expect(client.keys == ["selection.hyperballs"])
    try await client.set("some.key", to: 2.4)
    try await client.set("some.list", to: [1, 2.5])
    let x = 4.5
    try await client.set("some.x", to: x)
    try await client["some.key"].modify { $0 = 3 }
    try await client.set("some.dict", to: ["a": 1])
    try await client["some.dict"].modify { $0.object?["b"] = 3 }
    try await client["some.dict"].modify { try $0.setField("c", to: nil) }
    #expect(client.snapshot()["some.dict"]?.text == #"{"a":1,"b":3,"c":null}"#)
    #expect(client.snapshot()["some.list"] == [1, 2.5])
  }
}
