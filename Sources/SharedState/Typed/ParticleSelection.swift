/// A named set of particles, as it stands under `selection.`.
///
/// Two families of programs write selections, and each lays them out in its own way:
/// - Scivana: `{"display_name": "Pair", "particle_ids": [0, 2]}`.
/// - Narupa and NanoVer: `{"id": "selection.pair", "name": "Pair", "selected": {"particle_ids": [0, 2]},
///   "properties": {…}}`, with names in `properties` that begin with `narupa.` or `nanover.`.
///
/// This type reads them all and writes each in the layout in which it was read, fields that it does not know
/// included.
///
/// ```swift
/// var selection = ParticleSelection(displayName: "Pair", particleIDs: [0, 2])
/// selection.particleIDs = [0, 2, 4]
/// selection.stateValue     // {"display_name":"Pair","particle_ids":[0,2,4]}
/// ```
///
/// > Important: NanoVer's own Python client cannot list the selections of a state if one of them has no `id` or no
/// > `name`. Beside such clients make selections with ``init(id:name:particleIDs:layout:)``.
public struct ParticleSelection: SharedStateRecord {
  /// How a selection is laid out in the shared state.
  public enum Layout: Sendable, Hashable {
    /// Two plain fields, `display_name` and `particle_ids`.
    case scivana
    /// Narupa's layout, until January 2024.
    case narupa
    /// NanoVer's layout, from January 2024.
    case nanover
  }

  /// What the plain fields must look like.
  public static let shapes: [String: FieldShape] = [
    "display_name": .text, "particle_ids": .wholes, "id": .text, "name": .text,
    "properties": .dictionary,
  ]

  /// All fields as they are stored, with those that this type does not know.
  public var fields: StateObject = [:]

  /// Makes a selection without a name, of all particles.
  public init() {}

  /// Makes a selection in Scivana's layout.
  ///
  /// - Parameters:
  ///   - displayName: The name that people see.
  ///   - particleIDs: The particles, counted from 0; none means all.
  public init(displayName: String? = nil, particleIDs: [Int]? = nil) {
    fields["display_name"] = displayName.map(StateValue.string)
    fields["particle_ids"] = particleIDs.map(StateValue.wholeNumbers)
  }

  /// Makes a selection in the layout of NanoVer or Narupa.
  ///
  /// - Parameters:
  ///   - id: The whole key under which it will stand, which these programs want to find inside as well.
  ///   - name: The name that people see.
  ///   - particleIDs: The particles, counted from 0; nil means all.
  ///   - layout: Whose names the properties bear.
  public init(id: String, name: String, particleIDs: [Int]?, layout: Layout = .nanover) {
    guard layout != .scivana else {
      self.init(displayName: name, particleIDs: particleIDs)
      fields["id"] = .string(id)
      return
    }
    self.init()
    let particles = particleIDs.map(StateValue.wholeNumbers) ?? .null
    fields = [
      "id": .string(id), "name": .string(name), "selected": ["particle_ids": particles],
      "properties": layout == .narupa ? ["narupa.rendering.hide": false] : [:],
    ]
  }
}

// What every layout has.
extension ParticleSelection {
  /// The layout in which the selection is stored.
  public var layout: Layout {
    if fields["display_name"] != nil || fields["particle_ids"] != nil { return .scivana }
    let isRendering = ["selected", "properties", "name"].contains { fields[$0] != nil }
    guard isRendering else { return .scivana }
    let names = fields["properties"]?.object?.keys ?? []
    return names.contains { $0.begins(with: "narupa.") } ? .narupa : .nanover
  }

  /// The name that people see.
  public var displayName: String? {
    get { fields[nameField]?.string }
    set { fields[nameField] = newValue.map(StateValue.string) }
  }

  /// The particles, counted from 0; nil means all of them, an empty list none.
  ///
  /// - Complexity: O(*n*) in the number of particles.
  public var particleIDs: [Int]? {
    get { particles?.wholeNumbers }
    set { particles = newValue.map(StateValue.wholeNumbers) }
  }

  private var nameField: String { layout == .scivana ? "display_name" : "name" }

  /// The list of particles, wherever it stands.
  private var particles: StateValue? {
    get {
      guard layout != .scivana else { return fields["particle_ids"] }
      // One server writes the bare list where a dictionary belongs.
      return fields["selected"]?.array == nil
        ? fields["selected"]?["particle_ids"] : fields["selected"]
    }
    set {
      guard layout != .scivana else { return fields["particle_ids"] = newValue }
      // Not simply left out: to NanoVer's Python client that would mean none.
      var selected = fields["selected"]?.object ?? [:]
      selected["particle_ids"] = newValue ?? .null
      fields["selected"] = .object(selected)
    }
  }
}

// What Narupa and NanoVer keep in `properties`.
extension ParticleSelection {
  /// How to draw the particles: the name of a preset, or a dictionary.
  public var renderer: StateValue? {
    get { property("rendering.renderer") }
    set { setProperty("rendering.renderer", to: newValue) }
  }

  /// Whether the particles are not drawn.
  public var isHidden: Bool? {
    get { property("rendering.hide")?.bool }
    set { setProperty("rendering.hide", to: newValue.map(StateValue.bool)) }
  }

  /// How a grab takes hold of the particles: `single`, `group` or `none`.
  public var interactionMethod: String? {
    get { property("interaction.method")?.string }
    set { setProperty("interaction.method", to: newValue.map(StateValue.string)) }
  }

  /// Whether the particles' velocities are set to zero when a grab ends.
  public var resetsVelocities: Bool? {
    get { property("interaction.velocity_reset")?.bool }
    set { setProperty("interaction.velocity_reset", to: newValue.map(StateValue.bool)) }
  }

  private func property(_ name: String) -> StateValue? {
    let value = fields["properties"]?[propertyPrefix + name]
    return value == .null ? nil : value
  }

  private mutating func setProperty(_ name: String, to value: StateValue?) {
    var properties = fields["properties"]?.object ?? [:]
    properties[propertyPrefix + name] = value
    fields["properties"] = .object(properties)
  }

  private var propertyPrefix: String { layout == .narupa ? "narupa." : "nanover." }
}

extension ParticleSelection {
  /// Sets a field where this selection's layout keeps it.
  ///
  /// `display_name` and `particle_ids` find the name and the particles in every layout, and a name that begins
  /// with `nanover.` or `narupa.` finds the property; so an update in the words of one family is
  /// understood by the programs of the other.
  public mutating func setField(_ name: String, to value: StateValue) throws {
    var changed = self
    changed.place(name, value)
    try Self.check(changed.fields)
    self = changed
  }

  private mutating func place(_ name: String, _ value: StateValue) {
    let family = ["nanover.", "narupa."].first { name.begins(with: $0) }
    switch (name, family) {
    case _ where fields[name] != nil: fields[name] = value
    case ("display_name", _): fields[nameField] = value
    case ("particle_ids", _): particles = value
    case (_, let family?): setProperty(String(name.dropFirst(family.count)), to: value)
    case (_, nil): fields[name] = value
    }
  }

  /// Checks the fields of any layout.
  public static func check(_ fields: StateObject) throws {
    try fields.check(shapes)
    try checkSelected(fields["selected"] ?? .null)
    var shapes: [String: FieldShape] = [:]
    for prefix in ["nanover.", "narupa."] {
      shapes[prefix + "rendering.renderer"] = .textOrDictionary
      shapes[prefix + "rendering.hide"] = .truth
      shapes[prefix + "interaction.method"] = .text
      shapes[prefix + "interaction.velocity_reset"] = .truth
    }
    try fields["properties"]?.object?.check(shapes, at: ["properties"])
  }

  private static func checkSelected(_ selected: StateValue) throws {
    if let object = selected.object {
      return try object.check(["particle_ids": .wholes], at: ["selected"])
    }
    guard FieldShape.wholes.accepts(selected) else {
      let expected = "a dictionary with particle_ids"
      throw SharedStateEntryError(at: ["selected"], expected: expected, found: selected)
    }
  }
}
