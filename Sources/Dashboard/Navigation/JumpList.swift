/// The places that a person jumped from, and those that they came back from.
///
/// As in an editor or a browser: a jump forgets what lay ahead, and what is gone is passed over.
struct JumpList: Sendable {
  /// No more places than this are remembered.
  static let most = 100

  private(set) var past: [Location] = []
  private(set) var ahead: [Location] = []

  /// Notes that a person jumps away from a place.
  mutating func leave(_ place: Location) {
    ahead = []
    guard past.last != place else { return }
    past.append(place)
    if past.count > Self.most { past.removeFirst() }
  }

  /// Where the way back leads to, of the places that are still there.
  mutating func back(from here: Location?, where isThere: (TreeRow) -> Bool) -> Location? {
    Self.step(&past, &ahead, from: here, where: isThere)
  }

  /// Where the way forward leads to.
  mutating func forward(from here: Location?, where isThere: (TreeRow) -> Bool) -> Location? {
    Self.step(&ahead, &past, from: here, where: isThere)
  }

  private static func step(
    _ source: inout [Location],
    _ other: inout [Location],
    from here: Location?,
    where isThere: (TreeRow) -> Bool
  ) -> Location? {
    while let place = source.popLast() {
      guard place != here, isThere(place.row) else { continue }
      if let here { other.append(here) }
      return place
    }
    return nil
  }
}
