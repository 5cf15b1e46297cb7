import SharedState
import Testing

@testable import StateSync

/// A hub with visitors from different places, and what each of them was told.
private struct Gathering {
  typealias ID = HubMachine.SubscriberID

  var hub: HubMachine
  var refusals: [(to: Int, refusal: WriteRefusal)] = []
  /// What each visitor has, as it was told.
  var copies: [Int: StateDictionary] = [:]

  init(_ state: StateDictionary, _ visitors: Visitor...) {
    hub = HubMachine(state)
    for visitor in visitors {
      copies[visitor.number] = [:]
      tell(.joined(ID(visitor.number), interval: .zero, as: visitor))
      tell(.pulled([ID(visitor.number)]))
      tell(.pulled([ID(visitor.number)]))
    }
  }

  mutating func tell(_ event: HubMachine.Event) {
    for action in hub.handle(event, at: .seconds(1)) {
      switch action {
      case .deliver(let change, let ids):
        for id in ids { copies[id.number]?.apply(change.change) }
        tell(.pulled(ids))
      case .refuse(let refusal, let id): refusals.append((id.number, refusal))
      case .applied, .note, .search: break
      }
    }
  }

  /// A client writes, into its own copy too, and says so.
  mutating func write(
    _ updates: [String: StateValue] = [:],
    removals: Set<String> = [],
    by number: Int
  ) {
    let change = StateChange(updates: updates, removals: removals)
    copies[number]?.apply(change)
    tell(.received(change, from: ID(number)))
  }
}

@Suite("Visitors")
struct VisitorTests {
  private static let ada = Visitor(
    number: 1,
    role: .writer,
    name: "Ada",
    peer: "10.0.0.1",
    grant: "a"
  )
  private static let bob = Visitor(
    number: 2,
    role: .writer,
    name: "Bob",
    peer: "10.0.0.2",
    grant: "b"
  )
  private static let guest = Visitor(number: 3, role: .guest, peer: "10.0.0.3", grant: "c")

  @Test(
    "A guest writes its own avatar and what belongs to it; all else is refused, and put right in its copy"
  )
  func guests() {
    var town = Gathering(["scene": 0, "selection.a": 1], Self.ada, Self.guest)
    town.write(["avatar.g": [:], "update.index.g": 1, "cursor.g.left": 0, "playarea.g": []], by: 3)
    #expect(town.refusals.isEmpty && town.hub.state.count == 6)
    town.write(["scene": 5, "selection.b": 2, "avatar.g": 7], removals: ["selection.a"], by: 3)
    #expect(town.refusals.map(\.to) == [3])
    #expect(Set(town.refusals[0].refusal.keys) == ["scene", "selection.b", "selection.a"])
    #expect(town.refusals[0].refusal.reason.contains("guest"))
    #expect(town.hub.state["avatar.g"] == 7 && town.hub.state["scene"] == 0)
    #expect(town.copies[3] == town.hub.state && town.copies[1] == town.hub.state)
    town.write(["avatar.h": [:]], by: 3)
    town.write(["update.index.x": 1], by: 3)
    town.write(removals: ["avatar.g"], by: 3)
    #expect(town.refusals.count == 3 && town.hub.state["avatar.g"] == nil)
    #expect(town.copies[3] == town.hub.state)
  }

  @Test("A guest's whole change is refused where a wire can say so")
  func callers() {
    var town = Gathering(["scene": 0])
    let change = StateChange(updates: ["avatar.g": 1, "scene": 1])
    #expect(town.hub.refusal(of: change, by: Self.guest)?.keys == ["scene"])
    #expect(town.hub.refusal(of: change, by: Self.ada) == nil)
    town.tell(.written(StateChange(updates: ["avatar.g": 1]), by: Self.guest))
    #expect(town.hub.refusal(of: StateChange(updates: ["avatar.h": 1]), by: Self.guest) != nil)
    town.tell(.callerLeft(3))
    #expect(town.hub.refusal(of: StateChange(updates: ["avatar.h": 1]), by: Self.guest) == nil)
  }

  @Test("Nobody takes the id of another who is here; who comes back from the same place has it")
  func ids() {
    let again = Visitor(number: 4, role: .writer, name: "Ada", peer: "10.0.0.1", grant: "a")
    var town = Gathering([:], Self.ada, Self.bob, again)
    town.write(["avatar.ada": "A"], by: 1)
    town.write(["avatar.ada": "B"], by: 2)
    #expect(town.refusals.map(\.to) == [2] && town.hub.state["avatar.ada"] == "A")
    #expect(town.copies[2]?["avatar.ada"] == "A")
    town.write(removals: ["avatar.ada"], by: 2)
    #expect(town.refusals.count == 2 && town.hub.state["avatar.ada"] == "A")
    town.write(["avatar.ada": "again"], by: 4)
    #expect(town.refusals.count == 2 && town.hub.state["avatar.ada"] == "again")
    town.tell(.left(HubMachine.SubscriberID(1)))
    #expect(town.hub.state["avatar.ada"] == "again", "one of hers is still there")
    town.tell(.left(HubMachine.SubscriberID(4)))
    #expect(town.hub.state.isEmpty)
    town.write(["avatar.ada": "B"], by: 2)
    #expect(town.hub.state["avatar.ada"] == "B")
  }

  @Test("Who calls itself root, or by a stranger's name, takes along what it wrote and no more")
  func leaving() {
    var town = Gathering(
      ["selection.root": 1, "layer.1.root": 1, "interaction.i": ["owner.id": "root"]],
      Self.ada,
      Self.bob
    )
    town.write(["pose.root": 1, "user-origin.other": 1], by: 2)
    town.write(
      ["avatar.root": 1, "hand.root.left": 1, "interaction.j": ["owner.id": "root"]],
      by: 1
    )
    // What a server places for somebody goes with them, whoever asked for it.
    town.tell(.received(StateChange(updates: ["user-origin.root": 1]), from: nil))
    town.tell(.left(HubMachine.SubscriberID(1)))
    #expect(
      Set(town.hub.state.keys) == [
        "selection.root", "layer.1.root", "interaction.i", "pose.root", "user-origin.other",
      ]
    )
  }

  @Test("A frozen connection reads on and writes nothing, until it is let go of")
  func frozen() {
    var town = Gathering(["a": 0], Self.ada, Self.bob)
    town.tell(.restrained(1, .frozen))
    town.write(["a": 1, "avatar.ada": 1], by: 1)
    #expect(town.refusals.map(\.to) == [1] && town.hub.state == ["a": 0])
    #expect(town.copies[1] == ["a": 0])
    town.write(["a": 2], by: 2)
    #expect(town.copies[1] == ["a": 2])
    town.tell(.released(1))
    town.write(["a": 3], by: 1)
    #expect(town.copies[2] == ["a": 3])
  }

  @Test("What is taken from a connection is not given back by what it does, however it writes")
  func keptFromReleasingItself() {
    var town = Gathering(["a": 0], Self.ada, Self.bob)
    town.tell(.restrained(1, .frozen))
    town.tell(.restrained(1, .muted))
    #expect(town.hub.restraints(on: 1) == [.frozen, .muted])
    // One of its subscriptions ends, and it is heard no more of; what it has sent before is still there.
    town.tell(.left(HubMachine.SubscriberID(1)))
    town.tell(.callerLeft(1))
    #expect(town.hub.refusal(of: StateChange(updates: ["a": 1]), by: Self.ada) != nil)
  }

  @Test("A second avatar goes with the first when its writer is muted")
  func mutedTwice() {
    var town = Gathering([:], Self.ada, Self.bob)
    town.write(["avatar.ada": 1, "cursor.other.left": 1], by: 1)
    town.write(["avatar.bob": 1], by: 2)
    town.tell(.restrained(1, .muted))
    #expect(town.hub.state == ["avatar.bob": 1])
  }

  @Test("A muted connection is seen no more, writes all else, and is seen again when let go of")
  func muted() {
    var town = Gathering(["a": 0], Self.ada, Self.bob, Self.guest)
    town.write(
      ["avatar.ada": 1, "playarea.ada": 1, "cursor.ada.left": 1, "update.index.ada": 1],
      by: 1
    )
    town.write(["avatar.adam": 1], by: 2)
    town.write(["avatar.g": 1], by: 3)
    #expect(town.hub.users == [1: "ada", 2: "adam", 3: "g"])
    town.tell(.restrained(1, .muted))
    town.tell(.restrained(3, .muted))
    #expect(town.hub.state == ["a": 0, "update.index.ada": 1, "avatar.adam": 1])
    #expect(town.copies[2] == town.hub.state)

    town.write(["avatar.ada": 2, "a": 1, "update.index.ada": 2], by: 1)
    #expect(town.refusals.map(\.refusal.keys) == [["avatar.ada"]])
    #expect(town.hub.state == ["a": 1, "update.index.ada": 2, "avatar.adam": 1])
    #expect(town.copies[1] == town.hub.state)
    // What it may not do besides is not let through by that.
    town.write(["avatar.g": 2, "a": 2], by: 3)
    #expect(Set(town.refusals.last?.refusal.keys ?? []) == ["a", "avatar.g"])
    #expect(town.hub.state["a"] == 1)

    // What it has left somewhere it may take away.
    town.tell(.received(StateChange(updates: ["cursor.ada": 1]), from: nil))
    let before = town.refusals.count
    town.write(removals: ["cursor.ada"], by: 1)
    #expect(town.refusals.count == before && town.hub.state["cursor.ada"] == nil)

    town.tell(.released(1))
    town.write(["avatar.ada": 3], by: 1)
    #expect(town.copies[2]?["avatar.ada"] == 3)
  }

  @Test("Who wrote a key last is known, as long as there is room")
  func authors() {
    var town = Gathering(["a": 0], Self.ada, Self.bob)
    #expect(town.hub.author(of: "a") == nil)
    town.write(["a": 1], by: 1)
    town.write(["a": 2, "b": 1], by: 2)
    #expect(town.hub.author(of: "a")?.visitor == Self.bob)
    town.write(removals: ["b"], by: 1)
    #expect(town.hub.author(of: "b")?.visitor == Self.ada)
    var book = AuthorBook(room: 10)
    for number in 0..<100 {
      book.note(StateChange(updates: ["k\(number)": 0]), by: Self.ada, at: .seconds(number))
    }
    #expect(book.entry(for: StateKey("k99"))?.at == .seconds(99))
    #expect(book.entry(for: StateKey("k90")) != nil && book.entry(for: StateKey("k50")) == nil)
  }
}
