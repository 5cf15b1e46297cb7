package import SharedState

/// What clients are known to draw with: presets, maps with their parameters, and ways of colouring and scaling.
///
/// What is not listed here is still a value like any other: a client that knows more is not held back.
package enum RendererCatalogue {
  /// A way of drawing that is written as a map, with its parameters as they are when left out.
  package struct Map: Hashable, Sendable {
    package let render: String
    let parameters: [(name: String, value: StateValue)]
    let takesColour: Bool

    init(_ render: String, takesColour: Bool = true, _ parameters: [(String, StateValue)]) {
      (self.render, self.takesColour) = (render, takesColour)
      self.parameters = parameters.map { ($0.0, $0.1) }
    }

    /// The map with its defaults, in the colour of the map that it takes the place of.
    package func value(inPlaceOf old: StateValue?) -> StateValue {
      var map: StateObject = ["render": .string(render)]
      if takesColour { map["color"] = old?["color"] }
      for (name, value) in parameters where map[name] == nil { map[name] = value }
      return .object(map)
    }

    package static func == (left: Map, right: Map) -> Bool { left.render == right.render }

    package func hash(into hasher: inout Hasher) { hasher.combine(render) }
  }

  /// Names that NanoVer's clients know.
  package static let presets = [
    "ball and stick", "liquorice", "noodles", "goodsell", "cycles", "spline", "geometric spline",
    "cartoon", "hyperballs", "cartoon extended",
  ]
  /// Names that only the older programs know.
  package static let olderPresets = ["hydrogen caps", "peptide planes", "vdw"]

  /// Kinds of map, with the defaults of NanoVer's headset.
  package static let maps: [Map] = [
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
  package static let colourTypes = [
    "cpk", "goodsell", "particle index", "residue index", "residue index in entity", "residue name",
    "secondary structure", "SecondaryStructureColourHeatmap",
  ]
  package static let schemes = ["nanover", "jmol", "narupa"]
  package static let scaleTypes = ["vdw", "covalent", "ResidueMetric"]
  package static let widthTypes = ["secondary structure"]
  package static let sequences = ["entities", "polypeptide"]
  package static let interactionMethods = ["single", "group", "none"]
  package static let interactionTypes = ["gaussian", "spring", "constant"]

  /// What a way of colouring is written with when it is a map.
  package static func colour(_ type: String) -> StateValue {
    type == "cpk" ? ["type": .string(type), "scheme": "nanover"] : ["type": .string(type)]
  }
}
