import SharedState

/// What clients are known to draw with: presets, maps with their parameters, and ways of colouring and scaling.
///
/// What is not listed here is still a value like any other: a client that knows more is not held back.
enum RendererCatalogue {
  /// A way of drawing that is written as a map, with its parameters as they are when left out.
  struct Map: Hashable, Sendable {
    let render: String
    let parameters: [(name: String, value: StateValue)]
    /// Whether a colour can be given.
    let takesColour: Bool

    init(_ render: String, takesColour: Bool = true, _ parameters: [(String, StateValue)]) {
      self.render = render
      self.takesColour = takesColour
      self.parameters = parameters.map { ($0.0, $0.1) }
    }

    /// The map with its defaults, in the colour of the map that it takes the place of.
    func value(inPlaceOf old: StateValue?) -> StateValue {
      var map: StateObject = ["render": .string(render)]
      if takesColour { map["color"] = old?["color"] }
      for (name, value) in parameters where map[name] == nil { map[name] = value }
      return .object(map)
    }

    static func == (left: Map, right: Map) -> Bool { left.render == right.render }

    func hash(into hasher: inout Hasher) { hasher.combine(render) }
  }

  /// Names that NanoVer's clients know.
  static let presets = [
    "ball and stick", "liquorice", "noodles", "goodsell", "cycles", "spline", "geometric spline",
    "cartoon", "hyperballs", "cartoon extended",
  ]
  /// Names that only the older programs know.
  static let olderPresets = ["hydrogen caps", "peptide planes", "vdw"]

  /// Kinds of map, with the defaults of NanoVer's headset.
  static let maps: [Map] = [
    Map(
      "ball and stick",
      [("color", "white"), ("particle.scale", 0.1), ("bond.scale", 0.05)]
    ),
    Map("liquorice", [("scale", 0.05)]),
    Map("hyperballs", [("scale", 0.1), ("tension", 0.6), ("sharpness", 0.0)]),
    Map("goodsell", [("scale", 0.6)]),
    Map("cycles", [("scale", 0.1)]),
    Map("noodles", [("scale", 0.1)]),
    Map("spline", takesColour: false, [("scale", 0.1)]),
    Map("geometric spline", takesColour: false, [("scale", 0.1), ("width", 0.1)]),
    Map("elliptic spline", takesColour: false, [("scale", 0.1), ("width", 0.1)]),
    Map(
      "Extended Elliptic Spline",
      takesColour: false,
      [
        ("residue.scale_from", 1.0), ("residue.scale_to", 1.0), ("scale", 0.1), ("width", 0.1),
      ]
    ),
  ]

  /// Ways of colouring by what a particle is.
  static let colourTypes = [
    "cpk", "goodsell", "particle index", "residue index", "residue index in entity", "residue name",
    "secondary structure", "SecondaryStructureColourHeatmap",
  ]
  static let schemes = ["nanover", "jmol", "narupa"]
  static let scaleTypes = ["vdw", "covalent", "ResidueMetric"]
  static let widthTypes = ["secondary structure"]
  static let sequences = ["entities", "polypeptide"]
  static let interactionMethods = ["single", "group", "none"]
  static let interactionTypes = ["gaussian", "spring", "constant"]

  /// What a way of colouring is written with when it is a map.
  static func colour(_ type: String) -> StateValue {
    type == "cpk" ? ["type": .string(type), "scheme": "nanover"] : ["type": .string(type)]
  }
}
