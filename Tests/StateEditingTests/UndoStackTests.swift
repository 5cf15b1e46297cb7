import SharedState
import StateEditing
import Testing

@Suite("UndoStack")
struct UndoStackTests {
  /// Sends an edit on a state, and has it land there.
  private func land(_ edit: EditRequest, on state: inout StateDictionary, _ stack: inout UndoStack)
    throws -> Bool
  {
    let whole = stack.send(edit)
    let change = try whole.change(on: state)
    stack.note(change, inverse: change.inverse(against: state), of: edit.id)
    state.apply(change)
    return stack.land(edit.id)
  }

  @Test("An edit that has arrived is taken back to what stood there just before, and done again")
  func backAndForth() throws {
    var (state, stack): (StateDictionary, UndoStack) = (["a": ["x": 1, "y": 2]], UndoStack())
    let edit = EditRequest(.update, "a", from: ["x": 1, "y": 1], to: ["x": 5, "y": 1])
    #expect(try land(edit, on: &state, &stack))
    #expect(state["a"] == ["x": 5, "y": 2] && stack.lastEdit == edit)
    let step = try #require(stack.next(in: stack.done) { _ in false })
    #expect(step.title == edit.title && step.verb(for: step.entries) == .update)
    let undo = EditRequest(id: EditID(1), verb: .update, entries: step.entries, merges: true)
    stack.begin(undo, for: .undo(step.number), title: step.title)
    // Somebody else goes on meanwhile, and keeps what they did.
    state.apply(StateChange(updates: ["a": ["x": 5, "y": 3]]))
    #expect(try land(undo, on: &state, &stack))
    #expect(state["a"] == ["x": 1, "y": 3])
    #expect(stack.done.isEmpty && stack.undone.count == 1)
    #expect(stack.title(of: undo.id) == edit.title)
  }

  @Test("A merge by hand settles one entry, and the others of its edit go with it")
  func companions() throws {
    var stack = UndoStack()
    let entries = ["a", "b"].map { EditRequest.Entry(key: $0, base: 1, mine: 2) }
    let edit = EditRequest(id: EditID(3), verb: .set, entries: entries)
    _ = stack.send(edit)
    #expect(stack.setAside(allBut: "b", of: edit.id) == entries[1])
    let part = EditRequest(
      id: edit.id,
      verb: .set,
      entries: [.init(key: "b", base: 3, mine: 2)]
    )
    #expect(stack.send(part).entries.map(\.key) == ["b", "a"])
    #expect(stack.takeCompanions(of: edit.id) == nil)
  }

  @Test("What came to nothing cannot be taken back")
  func nothing() throws {
    var (state, stack): (StateDictionary, UndoStack) = (["a": 2], UndoStack())
    let edit = EditRequest(.set, "a", from: 1, to: 2)
    #expect(try !land(edit, on: &state, &stack))
    #expect(stack.done.isEmpty)
    stack.abandon(edit.id)
    #expect(stack.purpose(of: edit.id) == nil)
  }
}
