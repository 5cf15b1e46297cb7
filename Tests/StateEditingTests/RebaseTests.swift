import SharedState
import StateEditing
import Testing

@Suite("An edit on the freshest state")
struct RebaseTests {
  private static let seen: StateValue = ["name": "A", "hide": false, "scale": 1.0]
  private static let wanted: StateValue = ["name": "B", "hide": false, "scale": 1.0]

  private func edit(_ verb: EditVerb = .update, to mine: StateValue? = wanted) -> EditRequest {
    EditRequest(verb, "selection.a", from: Self.seen, to: mine)
  }

  @Test("What nobody else has touched becomes what is wanted, and what is so already is not sent")
  func untouched() throws {
    let change = try edit().change(on: ["selection.a": Self.seen])
    #expect(change == StateChange(updates: ["selection.a": Self.wanted]))
    #expect(try edit().change(on: ["selection.a": Self.wanted]).isEmpty)
    #expect(try edit(.set, to: Self.seen).change(on: ["selection.a": Self.seen]).isEmpty)
  }

  @Test("Fields that others have changed meanwhile stay as they left them")
  func merges() throws {
    let live: StateValue = ["name": "A", "hide": true, "scale": 1.0, "new": 1]
    let change = try edit().change(on: ["selection.a": live])
    #expect(
      change.updates["selection.a"]?.value == ["name": "B", "hide": true, "scale": 1.0, "new": 1]
    )
  }

  @Test("Where both have changed the same place nothing is sent, and what is there is told")
  func conflicts() {
    let live: StateValue = ["name": "C", "hide": false, "scale": 1.0]
    let state: StateDictionary = ["selection.a": live, "selection.b": 1]
    #expect(edit().rebased(on: state) == .conflict(key: "selection.a", live: live))
    #expect(throws: EditConflict(key: "selection.a", live: live)) {
      try edit().change(on: state)
    }
    #expect(throws: EditConflict(key: "selection.a", live: nil)) { try edit().change(on: [:]) }
  }

  @Test("What is asked to go goes, whatever it holds by now, unless an undo takes it away")
  func removals() throws {
    let state: StateDictionary = ["selection.a": ["name": "C"]]
    #expect(
      try edit(.remove, to: nil).change(on: state) == StateChange(removals: ["selection.a"])
    )
    #expect(try edit(.remove, to: nil).change(on: [:]).isEmpty)
    let undo = EditRequest(
      id: EditID(1),
      verb: .remove,
      entries: [.init(key: "selection.a", base: Self.seen, mine: nil)],
      merges: true
    )
    #expect(throws: EditConflict.self) { try undo.change(on: state) }
  }

  @Test("All entries of an edit go out in one change, or none of them")
  func several() throws {
    let both = EditRequest(
      id: EditID(1),
      verb: .set,
      entries: [.init(key: "a", base: 1, mine: 2), .init(key: "b", base: 1, mine: 2)]
    )
    #expect(try both.change(on: ["a": 1, "b": 1]).count == 2)
    #expect(throws: EditConflict(key: "b", live: 3)) { try both.change(on: ["a": 1, "b": 3]) }
    let street = ["s.a", "s.b"].map { EditRequest.Entry(key: $0, base: nil, mine: 1) }
    #expect(EditRequest(id: EditID(1), verb: .set, entries: street).title.prefix == "s.")
    #expect(both.title.ofRestore.isRestore && !both.title.isRestore)
    #expect(both.title == EditTitle(verb: .set, firstKey: "a", prefix: nil, count: 2))
  }
}
