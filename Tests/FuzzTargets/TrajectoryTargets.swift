import MessagePack
import SharedState
import Trajectory

extension FuzzTarget {
  static let trajectory = FuzzTarget(
    "trajectory",
    "frames of a simulation, as a server takes them in and passes them on",
    words: FrameKey.fuzzed.map(\.name),
    executions: 3000
  ) { bytes in
    var choices = Choices(bytes)
    var limits = FrameBoard.Limits()
    (limits.keys, limits.bytes) = (16, 2000)
    var board = FrameBoard(limits: limits)
    var seen = (current: CurrentFrame(), version: 0)
    for round in 0..<8 where !choices.isEmpty {
      guard let frame = frame(of: &choices) else { continue }
      let before = (board.whole, board.version)
      do throws(FrameError) {
        try board.post(frame, at: Double(round))
      } catch {
        try expectPlain(error.description)
        try expect(board.version == before.1 && board.whole == before.0, "something was taken")
        continue
      }
      try expectReadable(board)
      guard choices.below(2) == 0, let news = board.news(since: seen.version) else { continue }
      seen.current.take(news.frame)
      seen.version = news.version
      try expect(Set(seen.current.frame.keys) == Set(board.whole.keys), "some values are missing")
    }
  }

  /// A frame: any bytes, or values at names that are known.
  private static func frame(of choices: inout Choices) -> Frame? {
    if choices.below(8) == 0 {
      return try? Frame(messagePack: choices.take(choices.below(256)).span.bytes)
    }
    var values: [String: StateValue] = [:]
    for _ in 0..<choices.below(10) {
      let name =
        choices.below(8) == 0
        ? choices.text() : FrameKey.fuzzed[choices.below(FrameKey.fuzzed.count)].name
      values[name] = value(of: &choices)
    }
    return Frame(values)
  }

  private static func value(of choices: inout Choices) -> StateValue {
    switch choices.below(6) {
    case 0: .int(Int64(choices.below(5)))
    case 1: .bytes(choices.take(choices.below(40)))
    case 2: .bytes([UInt8](repeating: 0, count: 4 * choices.below(7)))
    case 3: .array((0..<choices.below(7)).map { _ in .int(Int64(choices.below(4))) })
    case 4: .array((0..<choices.below(4)).map { _ in .string(choices.text()) })
    default: choices.value()
    }
  }

  /// Sees that what is on a board can be read by all who are sent it.
  private static func expectReadable(_ board: FrameBoard) throws {
    let whole = board.whole
    try expect(whole.isReset, "who comes would take it for a part")
    var bytes: [UInt8] = []
    whole.encode(into: &bytes)
    try expect(try Frame(messagePack: bytes.span.bytes) == whole, "passed on it is another")
    do {
      let topology = try Topology(whole)
      for atom in 0..<topology.atomCount {
        if let residue = topology.atom(atom).residue { _ = topology.residue(residue) }
      }
      for key in FrameKey.vectors {
        guard let value = whole[key] else { continue }
        guard case .bytes = value else { throw Finding("\(key) is not packed") }
        _ = try whole.vectors(key)
      }
    } catch let error as FrameError {
      throw Finding("it was taken in, and cannot be read: \(error)")
    }
  }
}

extension FrameKey {
  fileprivate static let vectors: [FrameKey] = [
    .particlePositions, .particleVelocities, .particleForces, .systemForces, .boxVectors,
    .userForces,
  ]
  fileprivate static let fuzzed: [FrameKey] =
    vectors + [
      .frameIndex, .particleCount, .particleNames, .particleElements, .particleResidues,
      .particleColors, .residueCount, .residueNames, .residueIDs, .residueChains, .chainCount,
      .chainNames, .bondPairs, .bondOrders, .userForceIndices, .simulationName,
      .simulationCounter,
    ]
}
