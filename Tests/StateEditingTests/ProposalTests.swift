import SharedState
import StateEditing
import Testing

@Suite("Proposal")
struct ProposalTests {
  @Test("A choice settles a conflict, and stays however often what it would overwrite changes")
  func choices() {
    var proposal = Proposal(
      base: ["a": 1, "b": 1],
      mine: ["a": 2, "b": 1],
      live: ["a": 3, "b": 2]
    )
    #expect(proposal.isOpen && proposal.value == ["a": 2, "b": 2])
    proposal.choose(.mine)
    #expect(!proposal.isOpen && proposal.value == ["a": 2, "b": 2])
    #expect(proposal.moves == 0)
    // It passes what was there at first, where nothing stands against the edit, and what is wanted.
    for number in [4, 1, 2, 5] { proposal.follow(["a": .int(Int64(number)), "b": 2]) }
    #expect(!proposal.isOpen && proposal.value == ["a": 2, "b": 2])
    #expect(proposal.moves == 4)
  }

  @Test("What was given up stays given up, also while nothing stands against it")
  func givenUp() {
    var proposal = Proposal(base: ["a": 1], mine: ["a": 2], live: ["a": 3])
    proposal.choose(.live)
    for number in [4, 1, 5] {
      proposal.follow(["a": .int(Int64(number))])
      #expect(!proposal.isOpen && proposal.value == ["a": .int(Int64(number))])
    }
  }

  @Test("What was decided goes over whatever is there by then, and nothing else does")
  func decided() {
    var proposal = Proposal(
      base: ["a": 1, "b": 1],
      mine: ["a": 2, "b": 1],
      live: ["a": 3, "b": 1]
    )
    proposal.choose(.mine)
    let entry = proposal.send("k")
    let edit = EditRequest(id: EditID(1), verb: .set, entries: [entry])
    let busy: StateDictionary = ["k": ["a": 9, "b": 7]]
    #expect(edit.rebased(on: busy) == .change(StateChange(updates: ["k": ["a": 2, "b": 7]])))
    let gone = EditRequest(.set, "k", from: ["a": 3], to: ["a": 2])
    #expect(gone.rebased(on: busy) == .conflict(key: "k", live: ["a": 9, "b": 7]))
    #expect(edit.rebased(on: StateDictionary()) == .conflict(key: "k", live: nil))
  }

  @Test("What is sent is the new starting point")
  func send() {
    var proposal = Proposal(base: ["a": 1], mine: ["a": 2], live: ["a": 1, "b": 1])
    let sent = proposal.send("k")
    #expect(sent == .init(key: "k", base: ["a": 1, "b": 1], mine: ["a": 2, "b": 1]))
    proposal.follow(["a": 2, "b": 1])
    #expect(!proposal.isOpen && proposal.diff.isEmpty)
  }

  @Test("An entry that was removed while it was edited is said to be gone")
  func gone() {
    #expect(Proposal(base: 1, mine: 2, live: nil).isEntryGone)
    #expect(!Proposal(base: nil, mine: 2, live: nil).isEntryGone)
  }
}
