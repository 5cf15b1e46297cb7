import SharedState
import Testing

@Suite("StateEvent", .timeLimit(.minutes(1)))
struct StateEventTests {
  @Test("Each event tells what there was and what there is")
  func kinds() {
    var before: StateDictionary = ["changed": 1, "removed": 2, "same": 3, "removed twice": nil]
    let batch = StateEvents(
      applying: StateChange(
        updates: ["changed": 10, "added": 4, "same": 3],
        removals: ["removed", "never there", "removed twice"]
      ),
      to: &before
    )
    let events = batch.events()
    #expect(events.map(\.key) == ["added", "changed", "removed", "removed twice"])
    #expect(events.map(\.kind) == [.added, .changed, .removed, .removed])
    #expect(events.map(\.old) == [nil, 1, 2, .null])
    #expect(events.map(\.new) == [4, 10, nil, nil])
  }

  @Test("An integer that becomes a double has changed, and a null that appears was added")
  func subtleChanges() {
    #expect(StateEvent(key: "a", old: StateEntry(1), new: StateEntry(1.0))?.kind == .changed)
    #expect(StateEvent(key: "a", old: nil, new: StateEntry(nil))?.kind == .added)
    #expect(StateEvent(key: "a", old: StateEntry(nil), new: StateEntry(nil)) == nil)
    #expect(StateEvent(key: "a", old: nil, new: nil) == nil)
  }

  @Test("Only keys under the prefix are told, sorted, updates before removals")
  func prefix() {
    var before: StateDictionary = ["selection.b": 1, "selection.a": 1, "scene": 1]
    let batch = StateEvents(
      applying: StateChange(
        updates: ["selection.z": 1, "selection.c": 1, "scene": 2],
        removals: ["selection.b", "selection.a"]
      ),
      to: &before
    )
    #expect(
      batch.events(under: "selection.").map(\.key)
        == ["selection.c", "selection.z", "selection.a", "selection.b"]
    )
    #expect(batch.events(under: "nobody.").isEmpty)
  }

  @Test("Changes arrive one by one until the town ends")
  func sequence() async throws {
    let town = LocalStateEndpoint(["selection.a": 1])
    let state = SharedStateView(town)
    var changes = state.changes(under: "selection.").makeAsyncIterator()
    func next() async -> String? {
      guard let event = await changes.next() else { return nil }
      return "\(event.kind) \(event.key) \(event.old?.text ?? "-") \(event.new?.text ?? "-")"
    }
    try await state.set("selection.b", to: 2)
    #expect(await next() == "added selection.b - 2")
    try await state.set("elsewhere", to: 2)
    try await state.set("selection.a", to: 3)
    #expect(await next() == "changed selection.a 1 3")
    try await state.selections.clear()
    town.finishEvents()
    #expect(await next() == "removed selection.a 3 -")
    #expect(await next() == "removed selection.b 2 -")
    #expect(await next() == nil)
  }

  @Test("A collection tells of its own street")
  func collection() async throws {
    let town = LocalStateEndpoint()
    let state = SharedStateView(town)
    let changes = state.avatars.changes()
    try await state.set("selection.a", to: 1)
    try await state.set("avatar.u", to: ["playerid": "u"])
    town.finishEvents()
    var keys: [String] = []
    for await event in changes { keys.append(event.key) }
    #expect(keys == ["avatar.u"])
  }
}
