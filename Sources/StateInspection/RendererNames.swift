/// The renderers of the catalogue by all names that clients know them by, in small letters.
enum RendererNames {
  /// What may stand as a text where NanoVer's headsets look for a renderer.
  static let presets = Set(RendererCatalogue.presets)

  /// What may stand as `render` in a renderer that is a dictionary.
  static let renders = Set(RendererCatalogue.maps.map { $0.render.lowercased() })

  /// What narupatools and its headsets know, with all their other names.
  static let narupatools = presets.union(renders).union(RendererCatalogue.olderPresets).union([
    "hydrogen cap", "ball & stick", "cycle", "rings", "ribbon", "ribbon spline",
    "tetrahedral spline", "geometric", "goodsel", "hyperball", "licorice", "spheres", "sphere",
    "ball", "balls", "space filling", "circular spline", "cylindrical spline",
  ])

  /// What standalone headsets fail on.
  static let unsafe: Set<String> = ["spline", "geometric spline", "cartoon"]
}
