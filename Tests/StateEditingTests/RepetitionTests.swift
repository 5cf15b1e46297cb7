import SharedState
import StateEditing
import Testing

@Suite("Repetition")
struct RepetitionTests {
  @Test("What was changed in one entry is changed in others, and what cannot be stays for a reason")
  func fates() throws {
    let edit = EditRequest(
      .update,
      "a",
      from: ["hide": false, "n": 1],
      to: ["hide": true, "n": 1]
    )
    let pattern = try Repetition.of(edit).get()
    #expect(
      pattern.fate(of: "b", holding: ["hide": false])
        == .changes(.init(key: "b", base: ["hide": false], mine: ["hide": true]))
    )
    #expect(pattern.fate(of: "c", holding: ["hide": true]) == .stays(.isSoAlready))
    #expect(pattern.fate(of: "d", holding: nil) == .stays(.isVacant))
    #expect(pattern.fate(of: "e", holding: 1) == .stays(.hasNo(["hide"])))
  }

  @Test(
    "A value that was replaced as a whole is set, and what makes, clears or is of several is no pattern"
  )
  func patterns() throws {
    #expect(try Repetition.of(EditRequest(.modify, "a", from: 1, to: 2)).get().verb == .set)
    let none = [
      EditRequest(.add, "a", from: nil, to: 1), EditRequest(.clear, "a.b", from: 1, to: nil),
      EditRequest(
        id: EditID(1),
        verb: .set,
        entries: [.init(key: "a", base: 1, mine: 2), .init(key: "b", base: 1, mine: 2)]
      ),
    ]
    let reasons = none.map { edit -> Repetition.Reason? in
      if case .failure(let reason) = Repetition.of(edit) { reason } else { nil }
    }
    #expect(reasons == [.addMakesAnother, .clearIsOfAGroup, .isOfSeveral(2)])
  }
}
