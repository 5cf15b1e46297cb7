import SharedState
import Testing

@testable import TownhallApp

@Suite("Residents")
struct SimulatedUsersTests {
  @Test("The same seed leads to the same session, another seed to another")
  func determinism() {
    #expect(Session(seed: 1, seconds: 20).changes == Session(seed: 1, seconds: 20).changes)
    #expect(Session(seed: 1, seconds: 1).changes != Session(seed: 2, seconds: 1).changes)
  }

  @Test("Both avatars move with every beat, and each counts its updates")
  func avatars() throws {
    let session = Session(seed: 3, seconds: 10)
    let ids = session.ids
    #expect(ids.count == 2)
    for (beat, change) in session.changes.enumerated() {
      for id in ids {
        #expect(change.updates["update.index." + id]?.value == .int(Int64(beat)))
        #expect(change.updates["avatar." + id] != nil)
      }
    }
    let first = try #require(session.changes.first?.updates["avatar." + ids[0]]?.value)
    let last = try #require(session.changes.last?.updates["avatar." + ids[0]]?.value)
    #expect(first != last)
  }

  @Test("Every house keeps to the conventions of its street", arguments: 0..<3 as Range<UInt64>)
  func schemas(seed: UInt64) {
    for change in Session(seed: seed, seconds: 60).changes {
      for (key, entry) in change.updates {
        let complaint = Conventions.complaint(about: entry.value, at: key)
        #expect(complaint == nil, "\(key): \(complaint ?? "")")
      }
    }
  }

  @Test("The check of conventions notices what headsets refuse")
  func plantedFaults() {
    let avatar: StateValue = [
      "playerid": "U", "name": "Ana", "color": [1.0, 0.4, 0.0, 1],
      "components": [],
    ]
    #expect(Conventions.complaint(about: avatar, at: "avatar.U") != nil)
    #expect(Conventions.complaint(about: [0.0, 0.0], at: "scene") != nil)
    #expect(Conventions.complaint(about: ["id": "selection.b"], at: "selection.a") != nil)
    #expect(Conventions.complaint(about: 1, at: "nowhere") != nil)
  }

  @Test("In five minutes every street is built on, rebuilt and cleared, and none grows without end")
  func life() {
    var (added, changed, removed): (Set<String>, Set<String>, Set<String>) = ([], [], [])
    var town = StateDictionary()
    for change in Session(seed: 5, seconds: 300).changes {
      for key in change.updates.keys {
        if town.contains(key) { changed.insert(street(key)) } else { added.insert(street(key)) }
      }
      removed.formUnion(change.removals.map(street))
      town.apply(change)
      #expect(town.count < 40)
    }
    #expect(
      added.isSuperset(of: ["selection", "visualiser", "interaction", "avatar", "simulation"])
    )
    #expect(
      changed.isSuperset(of: [
        "selection", "visualiser", "interaction", "avatar", "scene", "update",
      ])
    )
    #expect(removed == ["selection", "visualiser", "interaction"])
  }

  @Test("What others write in a house stays when a resident changes it")
  func neighbourly() {
    var session = Session(seed: 8)
    session.run(seconds: 20)
    for key in session.town.keys where key.hasPrefix("selection.") {
      session.town[key] = session.town[key]?.object.map { object in
        var object = object
        object["note"] = "mine"
        return .object(object)
      }
    }
    let marked = Set(session.town.keys.filter { session.town[$0]?["note"] != nil })
    let before = session.changes.count
    session.run(seconds: 120)
    let edits = session.changes[before...].flatMap { $0.updates.filter { marked.contains($0.key) } }
    #expect(!edits.isEmpty)
    #expect(edits.allSatisfy { $0.value.value["note"] == "mine" })
  }

  @Test("Nobody rebuilds a selection that somebody else removed, and houses that stood stay")
  func respect() {
    var session = Session(seed: 8)
    session.town["simulation.name"] = "mine"
    session.run(seconds: 30)
    #expect(session.town["simulation.name"] == "mine")
    let gone = session.town.keys.filter {
      $0.hasPrefix("selection.") || $0.hasPrefix("visualiser.")
    }
    for key in gone { session.town[key] = nil }
    session.run(seconds: 120)
    #expect(gone.allSatisfy { !session.town.contains($0) })
  }

  @Test("When they leave, only what they selected and drew is left")
  func leaving() {
    var session = Session(seed: 4)
    session.run(seconds: 30)
    session.town.apply(session.residents.leave())
    let streets = Set(session.town.keys.map(street))
    #expect(streets.isSuperset(of: ["selection", "scene", "simulation"]))
    #expect(
      streets.isDisjoint(with: ["avatar", "playarea", "user-origin", "update", "interaction"])
    )
  }
}

/// Residents and their town, played at 30 beats a second without any waiting.
private struct Session {
  var residents: SimulatedUsers
  var town = StateDictionary()
  var changes: [StateChange] = []

  init(seed: UInt64, seconds: Int = 0) {
    residents = SimulatedUsers(seed: seed)
    run(seconds: seconds)
  }

  var ids: [String] {
    town.keys(withPrefix: "avatar.").map { String($0.dropFirst("avatar.".count)) }
  }

  mutating func run(seconds: Int) {
    for _ in 0..<(seconds * 30) {
      let change = residents.act(at: .seconds(1) * changes.count / 30, seeing: town)
      changes.append(change)
      town.apply(change)
    }
  }
}

private func street(_ key: String) -> String {
  key.split(separator: ".").first.map(String.init) ?? ""
}

/// What clients expect of each street; says what is wrong with a house, or nil.
private enum Conventions {
  static func complaint(about value: StateValue, at key: String) -> String? {
    switch street(key) {
    case "avatar": avatar(value, key)
    case "playarea": all(["A", "B", "C", "D"].map { floats(value[$0], 3) })
    case "user-origin": all([floats(value["position"], 3), rotation(value["rotation"])])
    case "update": value.isInt ? nil : "not a counter"
    case "interaction": interaction(value)
    case "scene": floats(value, 10)
    case "selection": selection(value, key)
    case "visualiser": visualiser(value)
    case "simulation", "imd": nil
    default: "unknown street"
    }
  }

  private static func all(_ complaints: [String?]) -> String? {
    complaints.compactMap(\.self).first
  }

  private static func floats(_ value: StateValue?, _ count: Int) -> String? {
    guard let list = value?.array, list.count == count, list.allSatisfy(\.isFiniteDouble) else {
      return "not \(count) doubles: \(String(describing: value))"
    }
    return nil
  }

  private static func rotation(_ value: StateValue?) -> String? {
    if let complaint = floats(value, 4) { return complaint }
    let length = value?.array?.compactMap(\.double).reduce(0) { $0 + $1 * $1 } ?? 0
    return abs(length - 1) < 1e-5 ? nil : "not a rotation, its length is \(length)"
  }

  private static func avatar(_ value: StateValue, _ key: String) -> String? {
    let components = value["components"]?.array ?? []
    let parts = components.flatMap { [floats($0["position"], 3), rotation($0["rotation"])] }
    return all(
      [
        value["playerid"]?.string.map { "avatar." + $0 } == key ? nil : "not its own key",
        value["name"]?.string == nil ? "no name" : nil,
        floats(value["color"], 4),
        components.compactMap { $0["name"]?.string } == ["headset", "hand.right", "hand.left"]
          ? nil : "not a headset and two hands",
      ] + parts
    )
  }

  private static func interaction(_ value: StateValue) -> String? {
    all([
      floats(value["position"], 3),
      value["particles"]?.array?.allSatisfy(\.isInt) == true ? nil : "no particles",
      ["spring", "gaussian"].contains(value["interaction_type"]) ? nil : "unknown type",
      value["max_force"] == .double(.infinity) ? nil : "a limit that Unity does not set",
      value["owner.id"]?.string == nil ? "no owner" : nil,
    ])
  }

  private static func selection(_ value: StateValue, _ key: String) -> String? {
    if let atoms = value["particle_ids"] {
      return atoms.array?.allSatisfy(\.isInt) == true && value["display_name"]?.string != nil
        ? nil : "not a selection of the tutorial"
    }
    let atoms = value["selected"]?["particle_ids"]
    return all([
      value["id"] == .string(key) ? nil : "not its own key",
      value["name"]?.string == nil ? "no name" : nil,
      atoms == .null || atoms?.array?.allSatisfy(\.isInt) == true ? nil : "no atoms",
      value["properties"]?["nanover.rendering.hide"]?.bool == nil
        ? "neither shown nor hidden" : nil,
      value["properties"]?["nanover.rendering.renderer"] == nil ? "no renderer" : nil,
    ])
  }

  private static func visualiser(_ value: StateValue) -> String? {
    all([
      value["display_name"]?.string == nil ? "no name" : nil,
      value["visualiser"] == nil ? "nothing that draws" : nil,
      value["layer"]?.int == nil || value["priority"]?.double == nil ? "no layer or priority" : nil,
    ])
  }
}

extension StateValue {
  fileprivate var isInt: Bool {
    guard case .int = self else { return false }
    return true
  }

  fileprivate var isFiniteDouble: Bool {
    guard case .double(let number) = self else { return false }
    return number.isFinite
  }
}
