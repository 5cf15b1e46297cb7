internal import SharedState

/// A frame that those who are sent it can read, and how many values it has of what there is one for each particle.
struct CheckedFrame {
  private(set) var frame: Frame
  private(set) var vectorCounts: [FrameKey: Int] = [:]

  /// Checks a frame, and makes it what NanoVer's clients read: its arrays are bytes, its counts whole numbers, and nothing known is
  /// null.
  ///
  /// They stop listening at the first frame that they cannot read, so that a server checks what it passes on. Names that nobody
  /// knows are left as they are.
  ///
  /// - Throws: ``FrameError`` if a value is not what its name promises.
  /// - Complexity: O(*n*) in the bytes of its arrays.
  init(_ unchecked: Frame) throws(FrameError) {
    frame = unchecked
    for key in Self.counts {
      frame[key] = try frame.count(key, most: Topology.mostAtoms).map { .int(Int64($0)) }
    }
    frame[.frameIndex] = try frame.count(.frameIndex, most: .max).map { .int(Int64($0)) }
    for key in Self.vectors {
      vectorCounts[key] = try pack(key, inGroupsOf: 3) { Float($0) }
    }
    for (key, group) in Self.indices {
      _ = try pack(key, inGroupsOf: group) { UInt32(exactly: $0) }
    }
    for (key, group) in Self.bytes { _ = try pack(key, inGroupsOf: group) { UInt8(exactly: $0) } }
  }

  /// Makes an array bytes, and returns how many groups of numbers there are in it; nil if the frame does not say.
  private mutating func pack<Number: BitwiseCopyable>(
    _ key: FrameKey,
    inGroupsOf group: Int,
    _ number: (Double) -> Number?
  ) throws(FrameError) -> Int? {
    guard let value = frame[key] else { return nil }
    var count = 0
    if case .bytes(let bytes) = value {
      count = try Frame.count(of: Number.self, in: bytes.count, key)
    } else if let numbers = try frame.array(key, number) {
      frame[key] = Frame.packed(numbers)
      count = numbers.count
    } else {
      frame[key] = nil
      return nil
    }
    guard count.isMultiple(of: group) else {
      throw FrameError(key, "\(count) numbers are no groups of \(group)")
    }
    return count / group
  }

  // What NanoVer packs (`nanover/trajectory/frame_dict.py`, `FRAME_PACKERS`).
  fileprivate static let counts: [FrameKey] = [.particleCount, .residueCount, .chainCount]
  fileprivate static let vectors: [FrameKey] = perParticle + [.boxVectors, .userForces]
  fileprivate static let indices: [(FrameKey, group: Int)] = [
    (.particleResidues, 1), (.residueChains, 1), (.userForceIndices, 1), (.bondPairs, 2),
  ]
  fileprivate static let bytes: [(FrameKey, group: Int)] = [
    (.particleElements, 1), (.bondOrders, 1), (.particleColors, 4),
  ]

  /// Vectors of which each particle has one.
  static let perParticle: [FrameKey] = [
    .particlePositions, .particleVelocities, .particleForces, .systemForces,
  ]
}

extension FrameKey {
  /// What the bytes of an array are, one after the other.
  package enum Element: Sendable, Hashable {
    case float, index, byte
  }

  /// What an array of this name is made of; nil if it is none that is known.
  package var element: Element? { Self.elements[name] }

  private static let elements: [String: Element] = {
    var elements: [String: Element] = [:]
    for key in CheckedFrame.vectors { elements[key.name] = .float }
    for (key, _) in CheckedFrame.indices { elements[key.name] = .index }
    for (key, _) in CheckedFrame.bytes { elements[key.name] = .byte }
    return elements
  }()
}
