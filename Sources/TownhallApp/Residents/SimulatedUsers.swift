public import SharedState

/// The people of the embedded town, who behave as a real session does.
///
/// Two of them wear headsets and move at 30 Hz, take hold of atoms and let go; selections and their drawings
/// are made, changed and removed; now and then somebody drags the box. All that comes out follows from the
/// seed, the times and what stands in the town: there is no clock and no wire in it.
///
/// ```swift
/// var residents = Residents(seed: 7)
/// let change = residents.act(at: .zero, seeing: town)   // they move in
/// change.updates.keys.filter { $0.hasPrefix("avatar.") }.count   // 2
/// ```
public struct SimulatedUsers: Sendable {
  private static let characters = [
    SimulatedUser.Character(name: "Ada", color: [1, 0.4, 0, 1], place: 0.4, height: 1.62),
    SimulatedUser.Character(name: "Ben", color: [0.2, 0.6, 1, 1], place: 3.7, height: 1.78),
  ]

  private var generator: SplitMix64
  private var people: [SimulatedUser]
  private var studio: Studio
  private var dragging: BoxDragging
  private var haveMovedIn = false

  /// Makes the residents of a seed; the same seed makes the same people with the same plans.
  public init(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    people = Self.characters.map { SimulatedUser($0, generator: &generator) }
    studio = Studio(artist: people[0].id, generator: &generator)
    dragging = BoxDragging(generator: &generator)
    self.generator = generator
  }

  /// What the residents do at a moment; call it about 30 times a second, with times that only grow.
  ///
  /// - Parameters:
  ///   - time: How long they have been here.
  ///   - town: What stands in the town now: they build on it and leave other people's houses alone.
  /// - Returns: What they change. The first time, this includes all the houses they begin with.
  public mutating func act(at time: Duration, seeing town: StateDictionary) -> StateChange {
    var change = haveMovedIn ? StateChange() : moveIn(seeing: town)
    var scene = MoleculeBox(town["scene"]) ?? .start
    if let dragged = dragging.move(at: time, from: scene, generator: &generator) {
      scene = dragged
      change.update("scene", to: scene.value)
    }
    for position in people.indices {
      change.merge(people[position].move(at: time, around: scene, generator: &generator))
    }
    change.merge(studio.work(at: time, seeing: town, generator: &generator))
    return change
  }

  /// Removes what goes when the residents take their headsets off; their selections stay, as they do in life.
  public func leave() -> StateChange { people.reduce(into: StateChange()) { $0.merge($1.leave()) } }

  private mutating func moveIn(seeing town: StateDictionary) -> StateChange {
    haveMovedIn = true
    var change = StateChange(updates: [
      "simulation.name": "17-ala", "simulation.index": 0,
      "imd.velocity_reset_available": false, "scene": MoleculeBox.start.value,
    ])
    change.merge(Studio.opening)
    for key in change.keys where town.contains(key) { change.forget(key) }
    for person in people { change.merge(person.join()) }
    return change
  }
}
