import SharedState
import StateEditing
import Testing
import TextScreen

@testable import Dashboard

@Suite("Locks")
struct LockTests {
  private static let house = "selection.hyperballs"
  private static let asked = Effect.lock(house, for: .seconds(10))

  /// A small town on a wire that knows locks, with the cursor on a house.
  private func scene(
    locks: Bool = true,
    readOnly: Bool = false,
    columns: Int = 80
  ) -> Scene {
    var scene = Scene(
      columns,
      24,
      options: DashboardOptions(address: "grpc://x:1", readOnly: readOnly, seed: 1)
    )
    scene.join(Scene.smallTown)
    scene.send(.link(.live(latency: nil, locks: locks)))
    scene.press("/")
    scene.type("hyper")
    scene.press(.enter, .escape)
    scene.wait(.seconds(20))
    return scene
  }

  /// The town grants the lock that was asked for, or says who has it.
  private func answer(_ scene: inout Scene, granted: Bool = true) {
    let until = scene.uptime + .seconds(10)
    scene.send(
      .locked(Self.house, granted ? .success(until) : .failure(.heldByAnother(keys: [Self.house])))
    )
  }

  /// An edit is open, and its lock is held.
  private func holding(_ key: Key = "m") -> Scene {
    var scene = scene()
    scene.press(key)
    answer(&scene)
    return scene
  }

  // MARK: While a house is edited

  @Test(
    "Whoever edits a house asks for its lock, and sees that it is theirs",
    arguments: ["m", "u", "s"]
  )
  func takes(key: String) {
    var scene = scene()
    scene.type(key)
    #expect(scene.effects == [Self.asked])
    #expect(!scene.picture.contains("locked"))
    answer(&scene)
    #expect(scene.picture.contains("⊠ locked by you ─"))
    scene.press("x")
    #expect(scene.effects == [])
  }

  @Test("The lock of e is held while $EDITOR is open, and given back with the pane")
  func external() {
    var scene = scene()
    scene.press("e")
    #expect(scene.effects.contains(Self.asked) && scene.effects.count == 2)
    answer(&scene)
    scene.send(.externalEdit(EditID(1), .unchanged))
    #expect(scene.effects == [])
    scene.press(.escape)
    #expect(scene.effects == [.unlock(Self.house)])
  }

  @Test(
    "Neither asking whether a house may go, nor a new one, nor a street takes a lock",
    arguments: ["d", "a", "c"]
  )
  func takesNone(key: String) {
    var scene = scene()
    scene.type(key)
    #expect(scene.model.edit != nil && scene.effects == [])
  }

  @Test("On a wire without locks, or for who only looks, nothing is asked and nothing is shown")
  func without() {
    var scene = scene(locks: false)
    scene.press("m", "x")
    #expect(scene.effects == [] && !scene.picture.contains("lock"))
    scene.wait(.seconds(100))
    #expect(scene.effects == [] && scene.model.wakeUp == nil)
    scene.press(.escape, "y", "L")
    #expect(scene.lines.last == " L: the wire of this town knows no locks")
    var looking = self.scene(readOnly: true)
    looking.press("m", "L")
    #expect(looking.effects == [] && looking.lines.last == " L: this dashboard is read only")
  }

  @Test("The lock is renewed every third of its time, and for nothing else is an open pane woken")
  func renews() {
    var scene = holding()
    let start = scene.uptime
    var wakings = 0
    while let next = scene.model.wakeUp, next < start + .seconds(60) {
      wakings += 1
      let before = scene.lines
      scene.uptime = next
      scene.send(.wake)
      #expect(scene.effects == [Self.asked] && scene.lines == before)
      answer(&scene)
    }
    #expect(wakings == 17 || wakings == 18)
  }

  @Test(
    "While the town does not answer a renewal, it is not asked again, and the lock ends in its time"
  )
  func unanswered() {
    var scene = holding()
    scene.wait(.seconds(4))
    #expect(scene.picture.contains("locked by you"))
    scene.wait(.seconds(6))
    #expect(scene.effects == [] && !scene.picture.contains("locked by you"))
    scene.wait(.seconds(60))
    #expect(scene.effects == [] && scene.model.wakeUp == nil)
  }

  @Test("A slow town is not asked without pause")
  func slow() {
    var scene = scene()
    scene.press("m")
    let until = scene.uptime + .seconds(10)
    scene.wait(.seconds(9))
    scene.send(.locked(Self.house, .success(until)))
    #expect(scene.effects == [] && scene.model.wakeUp == scene.uptime + .seconds(1))
  }

  // MARK: Every way out

  private static let waysOut: [(name: String, leave: @Sendable (inout Scene) -> Void)] = [
    ("escaped", { $0.press(.escape) }),
    ("thrown away", { $0.press("x", .escape, "y") }),
    (
      "sent",
      { scene in
        scene.press(.end, .control("u"))
        scene.type(#"{"display_name": "New"}"#)
        scene.press(.control("s"), .enter)
        #expect(scene.requests.count == 1)
        #expect(!scene.effects.contains(.unlock("selection.hyperballs")))
        scene.settleEdits()
      }
    ),
    (
      "closed while it is on its way",
      { scene in
        scene.press(.end, .control("u"))
        scene.type("1")
        scene.press(.control("s"), .enter, .escape)
      }
    ),
    (
      "the house is gone, and let go",
      { scene in
        scene.press(.end, .left, "!")
        scene.change(remove: ["selection.hyperballs"])
        scene.press(.control("s"), "l")
      }
    ),
    (
      "nothing to send",
      { $0.press(.control("s"), .enter) }
    ),
  ]

  @Test("The lock is given back on every way out", arguments: 0..<6)
  func waysOut(way: Int) {
    var scene = scene()
    // A plain value is written on one line, which one key empties.
    scene.change(["selection.hyperballs": "flat"])
    scene.press("m")
    answer(&scene)
    let (name, leave) = Self.waysOut[way]
    leave(&scene)
    #expect(scene.effects.contains(.unlock(Self.house)), "\(name)")
    #expect(scene.model.edit?.lockKey == nil, "\(name)")
    scene.wait(.seconds(60))
    #expect(scene.effects == [] && scene.model.wakeUp == nil, "\(name)")
  }

  @Test(
    "A lock that was asked for and is not wanted any more is given back too, and a late answer says nothing"
  )
  func lateAnswer() {
    var scene = scene()
    scene.press("m", .escape)
    #expect(scene.effects == [.unlock(Self.house)])
    let before = scene.lines
    answer(&scene)
    #expect(scene.effects == [] && scene.lines == before && scene.model.wakeUp == nil)
  }

  // MARK: Locked by another

  @Test("A refused lock is said at once, one can still type, and it is asked for until it is free")
  func refused() {
    var scene = scene()
    scene.press("m")
    answer(&scene, granted: false)
    #expect(scene.picture.contains("✗ locked by another"))
    scene.press("Z")
    #expect(scene.model.edit?.isChanged == true)
    scene.wait(.seconds(4))
    #expect(scene.model.edit?.lock == .another)
    answer(&scene, granted: false)
    #expect(scene.model.wakeUp == scene.uptime + LockRequests.pace)
    scene.uptime += LockRequests.pace
    scene.send(.wake)
    #expect(scene.effects == [Self.asked])
    answer(&scene)
    #expect(!scene.picture.contains("another") && scene.picture.contains("locked by you"))
    var closed = self.scene()
    closed.press("m")
    answer(&closed, granted: false)
    closed.press(.escape)
    #expect(closed.effects == [])
  }

  @Test("An edit that the town refused is kept, and r sends it again once the lock is free")
  func getsThrough() throws {
    var scene = scene()
    scene.press("u")
    answer(&scene, granted: false)
    scene.press(.end, .left, "!")
    scene.press(.enter, .enter)
    let request = try #require(scene.requests.first)
    scene.send(.outcome(request.id, .sent(.refused(reason: "locked by another"))))
    #expect(scene.picture.contains("✗ refused: locked by another"))
    #expect(scene.notes.last == "✗ update selection.hyperballs: locked by another")
    answer(&scene)
    #expect(scene.picture.contains("locked by you now: r sends it again"))
    scene.press("r", .enter)
    #expect(scene.requests.first?.entries == request.entries)
    scene.settleEdits()
    #expect(scene.town[Self.house]?["display_name"] == "Selection!")
    #expect(scene.effects == [.unlock(Self.house)])
  }

  @Test("A refused write of every verb ends in the same word", arguments: EditVerb.allCases)
  func everyVerb(verb: EditVerb) {
    var scene = scene()
    let value = scene.town[Self.house]
    scene.effects = scene.model.submit(
      verb,
      [.init(key: Self.house, base: value, mine: verb == .remove || verb == .clear ? nil : 1)]
    )
    let id = scene.requests.first?.id ?? EditID(0)
    scene.send(.outcome(id, .sent(.refused(reason: "locked by another"))))
    #expect(scene.notes.last == "✗ \(verb) selection.hyperballs: locked by another")
    #expect(scene.lines.last == " ✗ \(verb) selection.hyperballs: locked by another")
  }

  @Test("An undo that is refused keeps its step, and takes it back once the lock is free")
  func undoKeepsItsStep() throws {
    var scene = scene()
    let before = scene.wholeTown
    scene.submit(.update, [.init(key: Self.house, base: scene.town[Self.house], mine: 1)])
    scene.press("z")
    let request = try #require(scene.requests.first)
    scene.send(.outcome(request.id, .sent(.refused(reason: "locked by another"))))
    #expect(scene.notes.last == "✗ undo of update selection.hyperballs: locked by another")
    #expect(scene.model.undo.done.count == 1)
    scene.act("z")
    #expect(scene.wholeTown == before && scene.model.undo.done.isEmpty)
  }

  @Test("A town that cannot be asked is told in the pane, and asked again")
  func failed() {
    var scene = scene()
    scene.press("m")
    scene.send(
      .locked(Self.house, .failure(.unanswered(keys: [Self.house], reason: "the town is busy")))
    )
    #expect(scene.picture.contains("! without a lock: the town is busy"))
    #expect(scene.model.wakeUp == scene.uptime + LockRequests.pace)
  }

  // MARK: The connection

  @Test("With the connection the locks are forgotten, and asked for anew when it is back")
  func reconnects() {
    var scene = holding()
    scene.lose()
    #expect(scene.effects == [] && !scene.picture.contains("locked by you"))
    scene.wait(.seconds(30))
    #expect(scene.effects == [])
    scene.send(.link(.live(latency: nil, locks: true)))
    #expect(scene.effects == [Self.asked])
    scene.lose()
    scene.press(.escape)
    scene.send(.link(.live(latency: nil, locks: true)))
    #expect(scene.effects == [])
  }

  // MARK: By hand

  @Test("L holds the lock on a house: its time is told, it is marked, and counted above")
  func byHand() {
    var scene = scene()
    scene.press("L")
    #expect(scene.effects == [Self.asked])
    answer(&scene)
    scene.uptime += .milliseconds(1500)
    scene.send(.wake)
    #expect(scene.picture.contains("⊠ locked by you, 9 s left"))
    #expect(scene.lines.contains { $0.contains("⊠hyperballs") })
    #expect(scene.lines[0].contains("⊠ 1 locked"))
    scene.press("k")
    #expect(
      !scene.picture.contains("s left") && scene.lines.contains { $0.contains("⊠hyperballs") }
    )
    scene.press("j", "L")
    #expect(scene.effects == [.unlock(Self.house)])
    #expect(!scene.picture.contains("⊠"))
    scene.wait(.seconds(7))
    #expect(scene.model.wakeUp == nil)
  }

  @Test("The seconds that are left move only where they are seen, and each waking is for something")
  func ticks() {
    var scene = scene()
    scene.press("L")
    answer(&scene)
    scene.uptime += .milliseconds(200)
    scene.send(.wake)
    var seen = 0
    for _ in 0..<12 {
      guard let next = scene.model.wakeUp else { break }
      let before = scene.lines
      scene.uptime = next - .nanoseconds(1)
      scene.send(.wake)
      #expect(scene.lines == before)
      scene.uptime = next
      scene.send(.wake)
      #expect(scene.lines != before || !scene.effects.isEmpty)
      if scene.effects == [Self.asked] { answer(&scene) }
      if scene.picture.contains(" s left") { seen += 1 }
    }
    #expect(seen >= 11)
    // On a street there is nothing to count down.
    scene.press("k")
    scene.wait(.seconds(7))
    answer(&scene)
    #expect(scene.model.wakeUp == scene.uptime + LockRequests.pace)
  }

  @Test("In ASCII the mark is another one")
  func ascii() {
    var scene = Scene(options: DashboardOptions(address: "x", ascii: true, seed: 1))
    scene.join(Scene.smallTown)
    scene.send(.link(.live(latency: nil, locks: true)))
    scene.press("j", "L")
    scene.send(.locked(Scene.ada, .success(scene.uptime + .seconds(10))))
    #expect(scene.picture.contains("% locked by you, 10 s left"))
    #expect(scene.lines.joined().unicodeScalars.allSatisfy { $0.isASCII })
  }

  @Test("A lock by hand that is refused, or lost at a renewal, is told and not asked for again")
  func refusedByHand() {
    var scene = scene()
    scene.press("L")
    answer(&scene, granted: false)
    #expect(scene.lines.last == " ✗ selection.hyperballs is locked by another")
    #expect(scene.effects == [])
    scene.press("L")
    answer(&scene)
    scene.wait(.seconds(4))
    answer(&scene, granted: false)
    #expect(scene.notes.last == "✗ selection.hyperballs is locked by another")
    scene.wait(.seconds(60))
    #expect(scene.effects == [] && scene.model.wakeUp == nil)
  }

  @Test("A lock by hand stays when an edit of the house is closed")
  func editWithin() {
    var scene = scene()
    scene.press("L")
    answer(&scene)
    scene.press("m")
    #expect(scene.effects == [] && scene.picture.contains("⊠ locked by you ─"))
    scene.press(.escape)
    #expect(scene.effects == [] && scene.picture.contains("locked by you, 10 s left"))
  }

  @Test("So many locks may be held by hand, and the address may be typed behind the command's name")
  func bound() {
    var scene = scene()
    scene.change(Dictionary(uniqueKeysWithValues: (100..<120).map { ("s.\($0)", 1) }))
    for number in 100..<117 {
      scene.press(":")
      scene.type("lock s.\(number)")
      scene.press(.enter)
      #expect(scene.effects.contains(.lock("s.\(number)", for: .seconds(10))) == (number < 116))
    }
    #expect(scene.lines.last == " lock: 16 locks are held; give one back first")
  }

  @Test("Keys are told apart byte by byte")
  func bytes() {
    var desk = LockRequests()
    let (one, two) = ("e\u{301}", "\u{E9}")
    #expect(desk.reconcile([StateKey(one), StateKey(two)], at: .zero).count == 2)
    desk.take(.success(.seconds(10)), for: one, at: .zero)
    #expect(desk.standing(of: two, at: .zero) == .asked)
    #expect(desk.reconcile([StateKey(one)], at: .zero) == [.unlock(two)])
  }
}
