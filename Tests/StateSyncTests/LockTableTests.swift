import SharedState
import StateSync
import TestSupport
import Testing

/// Locks as a beginner would keep them: a list of who holds what, walked from end to end.
private struct NaiveLocks {
  private var locks: [(key: String, owner: String, until: Double)] = []

  mutating func update(_ requests: [(String, LockRequest)], as token: String, at now: Double)
    -> Bool
  {
    for (key, request) in requests where request != .release {
      for lock in locks where lock.key == key && lock.owner != token && lock.until > now {
        return false
      }
    }
    for (key, request) in requests {
      switch request {
      case .release:
        locks.removeAll { $0.key == key && $0.owner == token }
      case .hold(let seconds):
        locks.removeAll { $0.key == key }
        locks.append((key, token, seconds.isNaN ? .infinity : now + seconds))
      }
    }
    return true
  }

  func permits(_ keys: [String], as token: String, at now: Double) -> Bool {
    locks.allSatisfy { !(keys.contains($0.key) && $0.owner != token && $0.until > now) }
  }
}

/// A table that a test may change while it looks at it.
private final class Locks {
  private var table: LockTable

  init(limit: Int = StateLimits().locks, byteLimit: Int = LockTable.byteLimit) {
    table = LockTable(limit: limit, byteLimit: byteLimit)
  }

  var count: Int { table.count }

  func update(_ requests: [(String, LockRequest)], as token: String, at now: Int = 0) -> Bool {
    table.update(requests.map { (key: $0.0, value: $0.1) }, as: token, at: .seconds(now))
  }

  func hold(_ keys: String..., for seconds: Double = 10, as token: String, at now: Int = 0) -> Bool
  {
    update(keys.map { ($0, .hold(seconds: seconds)) }, as: token, at: now)
  }

  func release(_ key: String, as token: String) -> Bool {
    update([(key, .release)], as: token)
  }

  func permits(_ keys: String..., as token: String, at now: Int = 0) -> Bool {
    permits(StateChange(removals: keys), as: token, at: now)
  }

  func permits(_ change: StateChange, as token: String, at now: Int = 0) -> Bool {
    table.permits(change, as: token, at: .seconds(now))
  }
}

@Suite("LockTable")
struct LockTableTests {
  private let locks = Locks()

  @Test("L1: A lock keeps other tokens out, its own not, and other keys stay open to all")
  func excludes() {
    #expect(locks.hold("scene", as: "a"))
    #expect(locks.permits("scene", as: "a"))
    #expect(!locks.permits("scene", as: "b"))
    #expect(locks.permits("box", "scen", "scene.", as: "b"))
    #expect(!locks.permits(StateChange(updates: ["scene": 1, "x": 1]), as: "b"))
    #expect(!locks.permits("x", "scene", as: "b"))
    #expect(!locks.hold("scene", as: "b"))
  }

  @Test("L2: It ends by the clock, to the moment, and renewing counts from now")
  func expiry() {
    #expect(locks.hold("a", for: 10, as: "a", at: 0))
    #expect(!locks.permits("a", as: "b", at: 9))
    #expect(locks.permits("a", as: "b", at: 10))
    #expect(locks.hold("a", for: 10, as: "a", at: 5))
    #expect(!locks.permits("a", as: "b", at: 14))
    #expect(locks.permits("a", as: "b", at: 15))
    #expect(locks.hold("a", for: 1, as: "a", at: 6), "a renewal may also shorten it")
    #expect(locks.hold("a", as: "b", at: 7))
    #expect(!locks.hold("a", as: "a", at: 8))
  }

  @Test("L3: A request is granted whole or not at all, its releases too")
  func allOrNothing() {
    #expect(locks.hold("taken", as: "b") && locks.hold("mine", as: "a"))
    let requests: [(String, LockRequest)] = [
      ("free", .hold(seconds: 10)), ("taken", .hold(seconds: 10)), ("mine", .release),
    ]
    #expect(!locks.update(requests, as: "a"))
    #expect(!locks.update(requests.reversed(), as: "a"))
    #expect(locks.permits("free", as: "b"))
    #expect(!locks.permits("mine", as: "b"))
    #expect(!locks.permits("taken", as: "a"))
  }

  @Test("L4: Giving back somebody else's lock, or none, is granted and changes nothing")
  func foreignRelease() {
    #expect(locks.hold("a", as: "a"))
    #expect(locks.release("a", as: "b") && locks.release("nobody", as: "b"))
    #expect(!locks.permits("a", as: "b"))
    #expect(locks.release("a", as: "a"))
    #expect(locks.permits("a", as: "b"))
  }

  @Test(
    "L5: No time is granted and over at once; no end is no end",
    arguments: [
      (0, false), (-1, false), (-.infinity, false), (.leastNonzeroMagnitude, false),
      (.nan, true), (.infinity, true), (1e300, true), (1e12, true),
    ] as [(Double, Bool)]
  )
  func edges(seconds: Double, lasts: Bool) {
    #expect(locks.hold("a", for: seconds, as: "a"))
    #expect(locks.permits("a", as: "b", at: 1_000_000_000) == !lasts)
    #expect(locks.hold("b", as: "a") && locks.hold("b", for: seconds, as: "a"))
    #expect(locks.permits("b", as: "b") == !lasts, "it replaces the lock that was there")
  }

  @Test("L6: Tokens and keys are told apart byte by byte, and the empty ones are like any other")
  func bytes() {
    #expect(locks.hold("\u{e9}", as: "\u{e9}"))
    #expect(locks.permits("e\u{301}", as: "b") && !locks.permits("\u{e9}", as: "e\u{301}"))
    #expect(locks.hold("", as: ""))
    #expect(locks.permits("", as: "") && !locks.permits("", as: "b"))
    let both = [("e\u{301}", LockRequest.hold(seconds: 1)), ("k", .hold(seconds: 1))]
    #expect(locks.update(both, as: "b"))
    #expect(!locks.permits("e\u{301}", as: "a") && !locks.permits("k", as: "a"))
  }

  @Test("L7: A full table refuses, until what is over makes room")
  func full() {
    let locks = Locks(limit: 3)
    #expect(locks.hold("a", "b", for: 10, as: "a"))
    #expect(!locks.hold("c", "d", for: 10, as: "b"))
    #expect(locks.count == 2)
    #expect(locks.hold("c", for: .infinity, as: "b"))
    #expect(!locks.hold("d", for: 10, as: "a", at: 9))
    #expect(locks.hold("a", for: 1, as: "a", at: 9), "to renew takes no room")
    #expect(locks.hold("d", "e", for: 10, as: "a", at: 10))
    #expect(locks.count == 3)
  }

  @Test("L7: Keys and tokens take room by their length")
  func fullOfBytes() {
    let locks = Locks(byteLimit: 10)
    #expect(!locks.hold("0123456789", as: "a"))
    #expect(locks.hold("012345678", as: "a"))
    #expect(!locks.hold("x", as: "a"))
    #expect(locks.release("012345678", as: "a"))
    #expect(locks.hold("x", as: "a"))
  }

  @Test("It does what a list of locks would do, on thousands of random requests", arguments: 0..<20)
  func model(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var (naive, now) = (NaiveLocks(), 0)
    let keys = (0..<6).map { "k\($0)" }
    let lengths: [Double] = [-1, 0, 1, 2, 3, 8, .nan, .infinity]
    var refusals = 0
    for step in 0..<2000 {
      now += Int.random(in: 0...1, using: &generator)
      let token = "t\(Int.random(in: 0..<3, using: &generator))"
      let some = keys.filter { _ in Int.random(in: 0..<3, using: &generator) == 0 }
      if step.isMultiple(of: 2) {
        let requests = some.map { key in
          let length = lengths.randomElement(using: &generator) ?? 0
          let releases = Int.random(in: 0..<3, using: &generator) == 0
          return (key, releases ? LockRequest.release : .hold(seconds: length))
        }
        let granted = locks.update(requests, as: token, at: now)
        if !granted { refusals += 1 }
        let expected = naive.update(requests, as: token, at: Double(now))
        #expect(granted == expected, "step \(step)")
      }
      for key in keys {
        #expect(
          locks.permits(key, as: token, at: now)
            == naive.permits([key], as: token, at: Double(now)),
          "step \(step), \(key)"
        )
      }
      // What never ends would soon fill the whole world.
      if step.isMultiple(of: 100) {
        for owner in 0..<3 {
          let all = keys.map { ($0, LockRequest.release) }
          _ = naive.update(all, as: "t\(owner)", at: Double(now))
          _ = locks.update(all, as: "t\(owner)", at: now)
        }
      }
    }
    #expect(refusals > 100)
  }
}
