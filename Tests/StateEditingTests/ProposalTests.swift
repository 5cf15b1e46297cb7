import SharedState
import StateEditing
import Testing

@Suite("Proposal")
struct ProposalTests {
  @Test("A choice settles a conflict, and is withdrawn when what it would overwrite changes")
  func choices() {
    var proposal = Proposal(
      base: ["a": 1, "b": 1],
      mine: ["a": 2, "b": 1],
      live: ["a": 3, "b": 2]
    )
    #expect(proposal.isOpen && proposal.value == ["a": 2, "b": 2])
    proposal.choose(.mine)
    #expect(!proposal.isOpen && proposal.value == ["a": 2, "b": 2])
    proposal.follow(["a": 4, "b": 2])
    #expect(proposal.isOpen, "nobody has seen the 4")
    proposal.chooseForAll(.live)
    proposal.follow(["a": 5, "b": 2])
    #expect(!proposal.isOpen && proposal.value == ["a": 5, "b": 2])
  }

  @Test("What is sent is the new starting point")
  func send() {
    var proposal = Proposal(base: ["a": 1], mine: ["a": 2], live: ["a": 1, "b": 1])
    let sent = proposal.send()
    #expect(sent.base == ["a": 1, "b": 1] && sent.mine == ["a": 2, "b": 1])
    proposal.follow(["a": 2, "b": 1])
    #expect(!proposal.isOpen && proposal.diff.isEmpty)
  }

  @Test("An entry that was removed while it was edited is said to be gone")
  func gone() {
    #expect(Proposal(base: 1, mine: 2, live: nil).isEntryGone)
    #expect(!Proposal(base: nil, mine: 2, live: nil).isEntryGone)
  }
}
