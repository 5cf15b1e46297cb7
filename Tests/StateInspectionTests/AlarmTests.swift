import SharedState
import StateInspection
import Testing

@Suite("Alarms")
struct AlarmTests {
  @Test(
    "What can be asked for is read, and what cannot is refused",
    arguments: [
      ("silent", .silentHeadset), ("failed", .failedSimulation),
      ("scene.box=false", .value(key: "scene.box", false)), ("a=1", .value(key: "a", 1)),
      ("a=1.0", .value(key: "a", 1.0)), ("a=done", .value(key: "a", "done")),
      ("a==x", .value(key: "a", "=x")), ("a=", .value(key: "a", "")), ("=1", nil), ("a", nil),
      ("", nil),
    ] as [(String, Alarm?)]
  )
  func reads(text: String, alarm: Alarm?) { #expect(Alarm(text) == alarm) }

  /// A state that is watched.
  private struct Town {
    var watch: AlarmWatch
    var state: StateDictionary = [:]

    mutating func change(
      _ updates: [String: StateValue] = [:],
      remove removals: Set<String> = [],
      at seconds: Double
    ) -> [String] {
      let change = StateChange(updates: updates, removals: removals)
      defer { state.apply(change) }
      return watch.take(change, to: state, at: .seconds(seconds))
    }

    mutating func look(at seconds: Double) -> [String] { watch.look(state, at: .seconds(seconds)) }
  }

  @Test("An entry rings when it becomes the value, and not while it is")
  func values() {
    var town = Town(watch: AlarmWatch([.value(key: "a", 2)]))
    #expect(town.change(["a": 1, "b": 2], at: 0) == [])
    #expect(town.change(["a": 2], at: 1) == ["a is 2"])
    #expect(town.change(["a": 2], at: 2) == [] && town.change(["a": 2.0], at: 3) == [])
    #expect(town.change(["a": 2], at: 4) == ["a is 2"])
    #expect(town.change(remove: ["a"], at: 5) == [] && town.change(["a": 2], at: 6) == ["a is 2"])
    var deaf = Town(watch: AlarmWatch([]))
    #expect(deaf.change(["a": 2], at: 0) == [] && deaf.watch.isEmpty)
  }

  @Test(
    "A headset that moved and says nothing any more is told once; who has left, or never moved, is not"
  )
  func silence() {
    var town = Town(watch: AlarmWatch([.silentHeadset]))
    for beat in 0..<30 {
      #expect(
        town.change(["avatar.a": ["name": "Ada\u{1B}"], "avatar.b": 1], at: Double(beat) / 30) == []
      )
    }
    #expect(town.change(["avatar.c": 1, "other": 1], at: 1) == [])
    #expect(town.watch.nextLook.map { $0 > .seconds(5) && $0 <= .seconds(6) } == true)
    #expect(town.look(at: 4) == [])
    #expect(town.change(remove: ["avatar.b"], at: 4) == [])
    #expect(town.look(at: 7) == [#"the headset of "Ada\u001b" fell silent"#])
    #expect(town.look(at: 8) == [] && town.watch.nextLook == nil)
    // Heard again, and silent again.
    for beat in 0..<30 {
      _ = town.change(["avatar.a": ["name": "Ada"]], at: 10 + Double(beat) / 30)
    }
    #expect(town.look(at: 20) == [#"the headset of "Ada" fell silent"#])
  }

  @Test("A simulation that fails is told, each failure once")
  func failures() {
    var watch = AlarmWatch([.failedSimulation])
    #expect(watch.take(exception: nil) == [] && watch.take(exception: "") == [])
    #expect(watch.take(exception: "NaN") == [#"the simulation failed: "NaN""#])
    #expect(watch.take(exception: "NaN") == [] && watch.take(exception: nil) == [])
    #expect(watch.take(exception: "NaN").count == 1)
    var deaf = AlarmWatch([.silentHeadset])
    #expect(deaf.take(exception: "NaN") == [])
  }
}
