/// The renderers that clients know, in small letters (`PROTOCOL.md` section 4).
enum RendererNames {
  /// What may stand as a text where NanoVer's headsets look for a renderer.
  static let presets: Set<String> = [
    "ball and stick", "liquorice", "noodles", "goodsell", "cycles", "spline", "geometric spline",
    "cartoon", "hyperballs", "cartoon extended",
  ]

  /// What may stand as `render` in a renderer that is a dictionary.
  static let renders: Set<String> = [
    "ball and stick", "liquorice", "hyperballs", "goodsell", "cycles", "noodles", "spline",
    "geometric spline", "elliptic spline", "extended elliptic spline",
  ]

  /// What narupatools and its headsets know, with all their other names.
  static let narupatools = presets.union(renders).union([
    "hydrogen caps", "hydrogen cap", "peptide planes", "vdw", "ball & stick", "cycle", "rings",
    "ribbon", "ribbon spline", "tetrahedral spline", "geometric", "goodsel", "hyperball",
    "licorice", "spheres", "sphere", "ball", "balls", "space filling", "circular spline",
    "cylindrical spline",
  ])

  /// What standalone headsets fail on.
  static let unsafe: Set<String> = ["spline", "geometric spline", "cartoon"]
}
