import SharedState

/// The work on the picture: somebody selects atoms, has them drawn, thinks again and tidies up.
///
/// It edits as a good neighbour does: each change starts from the house as it is now, so what others have
/// written in its other fields stays, and a house that somebody else removed is left alone.
struct Studio: Sendable {
  static let atoms: Int64 = 173

  private static let names = [
    "Helix A", "Active site", "Loop 3", "Ligand", "Backbone", "Salt bridge", "N terminus",
  ]
  private static let renderers = [
    "ball and stick", "liquorice", "hyperballs", "cartoon", "noodles", "geometric spline",
  ]
  private static let renderer = "nanover.rendering.renderer"
  private static let hide = "nanover.rendering.hide"
  private static let limit = 5

  private let artist: String
  private var selections: [String] = []
  private var visualisers: [String] = []
  private var made = 0
  private var next: Duration

  init(artist: String, generator: inout SplitMix64) {
    self.artist = artist
    next = generator.duration(1...3)
  }

  static var opening: StateChange {
    StateChange(updates: [
      "selection.root": nanoverSelection(
        key: "selection.root",
        name: "Root Selection",
        atoms: .null,
        renderer: "ball and stick"
      ),
      "selection.base": ["display_name": "Base", "particle_ids": [0, 4]],
      "visualiser.base": [
        "display_name": "Base", "visualiser": "liquorice", "layer": 0, "priority": 0,
      ],
    ])
  }

  /// What is done at a moment: usually nothing, one deed every few seconds.
  mutating func work(
    at time: Duration,
    seeing town: StateDictionary,
    generator: inout SplitMix64
  ) -> StateChange {
    guard time >= next else { return StateChange() }
    next = time + generator.duration(3...9)
    selections.removeAll { !town.contains($0) }
    visualisers.removeAll { !town.contains($0) }
    return deed(seeing: town, generator: &generator)
  }

  private mutating func deed(
    seeing town: StateDictionary,
    generator: inout SplitMix64
  ) -> StateChange {
    let dice = Int.random(in: 0..<10, using: &generator)
    switch dice {
    case 0...2 where selections.count < Self.limit:
      return select(generator: &generator)
    case 3 where visualisers.count < Self.limit:
      return draw(generator: &generator)
    case 4:
      return Self.demolish(&visualisers, generator: &generator)
    case 5 where selections.count > 2:
      return Self.demolish(&selections, generator: &generator)
    case 6:
      return edit(visualisers, in: town, generator: &generator) { visualiser, generator in
        visualiser["visualiser"] = Self.anyRenderer(&generator)
      }
    default:
      guard !selections.isEmpty else { return select(generator: &generator) }
      return edit(selections, in: town, generator: &generator, Self.revise)
    }
  }

  /// Selects some atoms: mostly in the schema of NanoVer, now and then in that of the tutorial.
  private mutating func select(generator: inout SplitMix64) -> StateChange {
    let name = Self.names[made % Self.names.count]
    let atoms = Self.someAtoms(&generator)
    let key: String
    let value: StateValue
    if made % 3 == 2 {
      key = "selection." + generator.uuid()
      value = ["display_name": .string(name), "particle_ids": atoms]
    } else {
      key = "selection.\(artist).\(made)"
      value = Self.nanoverSelection(
        key: key,
        name: name,
        atoms: atoms,
        renderer: Self.anyRenderer(&generator)
      )
    }
    made += 1
    selections.append(key)
    return StateChange(updates: [key: value])
  }

  private mutating func draw(generator: inout SplitMix64) -> StateChange {
    let key = "visualiser." + generator.uuid()
    let selection = selections.randomElement(using: &generator) ?? "selection.base"
    visualisers.append(key)
    return StateChange(updates: [
      key: [
        "display_name": .string("Drawing \(visualisers.count)"), "selection": .string(selection),
        "visualiser": Self.anyRenderer(&generator), "layer": 0,
        "priority": .double(Double(visualisers.count)),
      ]
    ])
  }

  private static func demolish(
    _ keys: inout [String],
    generator: inout SplitMix64
  ) -> StateChange {
    guard let place = keys.indices.randomElement(using: &generator) else { return StateChange() }
    return StateChange(removals: [keys.remove(at: place)])
  }

  private func edit(
    _ keys: [String],
    in town: StateDictionary,
    generator: inout SplitMix64,
    _ change: (inout StateObject, inout SplitMix64) -> Void
  ) -> StateChange {
    guard let key = keys.randomElement(using: &generator), var object = town[key]?.object
    else { return StateChange() }
    change(&object, &generator)
    return StateChange(updates: [key: .object(object)])
  }

  /// Thinks again about a selection of either schema: other atoms, another renderer, shown or hidden.
  private static func revise(_ selection: inout StateObject, generator: inout SplitMix64) {
    guard var properties = selection["properties"]?.object else {
      selection["particle_ids"] = someAtoms(&generator)
      return
    }
    switch Int.random(in: 0..<3, using: &generator) {
    case 0: selection["selected"] = ["particle_ids": someAtoms(&generator)]
    case 1: properties[renderer] = anyRenderer(&generator)
    default: properties[hide] = .bool(properties[hide] != true)
    }
    selection["properties"] = .object(properties)
  }

  private static func nanoverSelection(
    key: String,
    name: String,
    atoms: StateValue,
    renderer: StateValue
  ) -> StateValue {
    [
      "id": .string(key), "name": .string(name), "selected": ["particle_ids": atoms],
      "properties": [
        "nanover.interaction.method": "single", "nanover.interaction.velocity_reset": false,
        self.renderer: renderer, hide: false,
      ],
    ]
  }

  private static func someAtoms(_ generator: inout SplitMix64) -> StateValue {
    let first = Int64.random(in: 0..<(atoms - 40), using: &generator)
    let count = Int64.random(in: 2...40, using: &generator)
    return .array((first..<(first + count)).map(StateValue.int))
  }

  /// A renderer by name or, as notebooks send it, in its parts.
  private static func anyRenderer(_ generator: inout SplitMix64) -> StateValue {
    let name = renderers.randomElement(using: &generator) ?? "liquorice"
    guard Int.random(in: 0..<3, using: &generator) == 0 else { return .string(name) }
    return [
      "render": .string(name), "color": ["type": "cpk", "scheme": "nanover"],
      "scale": .double(Double.random(in: 0.02...0.1, using: &generator)),
    ]
  }
}
