/// How some particles are drawn, as it stands under `visualiser.` and its older twins.
///
/// The way of drawing stands in a field that was called `visualiser` first and `renderer` later, and the prefix has
/// had three names (``prefixes``). This type reads both fields, and writes the one that it found.
///
/// ```swift
/// let visualiser = ParticleVisualiser(displayName: "Base", visualiser: "liquorice", layer: 0)
/// visualiser.stateValue     // {"display_name":"Base","visualiser":"liquorice","layer":0}
/// ```
public struct ParticleVisualiser: SharedStateRecord {
  /// The prefixes that visualisers have had, the tutorial's first.
  public static let prefixes = ["visualiser.", "visualisation.", "visualisers."]

  /// Which particles are drawn.
  public enum Particles: Sendable, Hashable {
    /// Those of the selection that stands under this key.
    case selection(key: String)
    /// These, counted from 0.
    case list([Int])
  }

  /// What the fields must look like.
  public static let shapes: [String: FieldShape] = [
    "display_name": .text, "selection": .textOrWholes, "visualiser": .textOrDictionary,
    "renderer": .textOrDictionary, "hide": .truth, "layer": .whole, "priority": .number,
    "frame": .dictionary, "extend": .truth,
  ]

  /// All fields as they are stored, with those that this type does not know.
  public var fields: StateObject = [:]

  /// Makes a visualiser that says nothing yet.
  public init() {}

  /// Makes a visualiser.
  ///
  /// - Parameters:
  ///   - displayName: The name that people see.
  ///   - selection: The whole key of the selection that is drawn; none means everything.
  ///   - visualiser: How it is drawn: the name of a preset, or a dictionary.
  ///   - layer: The layer in which it is drawn.
  ///   - priority: Which of several in one layer wins: the highest.
  public init(
    displayName: String? = nil,
    selection: String? = nil,
    visualiser: StateValue? = nil,
    layer: Int? = nil,
    priority: Double? = nil
  ) {
    fields["display_name"] = displayName.map(StateValue.string)
    fields["selection"] = selection.map(StateValue.string)
    fields["visualiser"] = visualiser
    fields["layer"] = layer?.stateValue
    fields["priority"] = priority?.stateValue
  }

  /// The name that people see.
  public var displayName: String? {
    get { fields["display_name"]?.string }
    set { fields["display_name"] = newValue?.stateValue }
  }

  /// What is drawn; nil means everything.
  public var particles: Particles? {
    get {
      if let key = fields["selection"]?.string { return .selection(key: key) }
      return fields["selection"]?.wholeNumbers.map(Particles.list)
    }
    set {
      switch newValue {
      case .selection(let key): fields["selection"] = .string(key)
      case .list(let numbers): fields["selection"] = .wholeNumbers(numbers)
      case nil: fields["selection"] = nil
      }
    }
  }

  /// How it is drawn: the name of a preset, or a dictionary.
  public var visualiser: StateValue? {
    get { fields[visualiserField].flatMap { $0 == .null ? nil : $0 } }
    set { fields[visualiserField] = newValue }
  }

  /// Whether it is not drawn.
  public var isHidden: Bool? {
    get { fields["hide"]?.bool }
    set { fields["hide"] = newValue?.stateValue }
  }

  /// The layer in which it is drawn.
  public var layer: Int? {
    get { fields["layer"]?.int.flatMap(Int.init(exactly:)) }
    set { fields["layer"] = newValue?.stateValue }
  }

  /// Which of several in one layer wins: the highest.
  public var priority: Double? {
    get { fields["priority"]?.double }
    set { fields["priority"] = newValue?.stateValue }
  }

  /// Data that is drawn instead of, or over, the live frame.
  public var frame: StateObject? {
    get { fields["frame"]?.object }
    set { fields["frame"] = newValue.map(StateValue.object) }
  }

  /// Whether ``frame`` is laid over the live frame instead of replacing it.
  public var extendsFrame: Bool? {
    get { fields["extend"]?.bool }
    set { fields["extend"] = newValue?.stateValue }
  }

  /// Sets a field; `visualiser` and `renderer` both mean the one that this entry has.
  public mutating func setField(_ name: String, to value: StateValue) throws {
    var changed = fields
    let isDrawing = name == "visualiser" || name == "renderer"
    changed[isDrawing ? visualiserField : name] = value
    try Self.check(changed)
    fields = changed
  }

  private var visualiserField: String {
    fields["visualiser"] == nil && fields["renderer"] != nil ? "renderer" : "visualiser"
  }
}
