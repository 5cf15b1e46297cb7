/// All that is known of a simulation at this moment: what each frame said, taken together.
///
/// A joiner who is given ``frame`` knows as much as who was there all the time.
///
/// ```swift
/// var current = CurrentFrame()
/// for frame in frames { current.take(frame) }
/// if current.topologyVersion != known { rebuild(try Topology(current.frame)) }
/// ```
public struct CurrentFrame: Sendable {
  /// All that is known, as one frame.
  public private(set) var frame = Frame()
  /// How many frames have come.
  public private(set) var count = 0
  /// Another number whenever something that the particles, residues, chains or bonds are made of has changed.
  public private(set) var topologyVersion = 0

  /// Begins with nothing.
  public init() {}

  /// Takes in another frame; one that ``Frame/isReset`` makes all before it void.
  ///
  /// - Complexity: O(*k*) in the names of the frame, and O(*n*) in the bytes of a molecule that it says.
  public mutating func take(_ later: Frame) {
    count += 1
    let mayDiffer = later.isReset || Self.topology.contains { later.entries[$0.name] != nil }
    let before = mayDiffer ? frame : Frame()
    frame.merge(later)
    // Many simulations say with each frame how many particles they have.
    guard mayDiffer,
      Self.topology.contains(where: { before.entries[$0.name] != frame.entries[$0.name] })
    else { return }
    topologyVersion += 1
  }

  /// What a ``Topology`` is made of.
  static let topology: [FrameKey] = [
    .particleCount, .particleNames, .particleElements, .particleResidues, .residueCount,
    .residueNames, .residueIDs, .residueChains, .chainCount, .chainNames, .bondPairs, .bondOrders,
  ]
}
