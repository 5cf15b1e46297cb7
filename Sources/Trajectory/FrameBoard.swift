internal import SharedState

/// All that is known of a simulation, and what of it is news to somebody who has seen a part.
///
/// A board has neither clock nor wire. It keeps one frame, and of each value when it was last said, so that it can tell anybody what
/// came since they looked, merged as NanoVer's servers do; for those who are slow nothing is kept.
///
/// ```swift
/// var board = FrameBoard()
/// try board.post(frame, at: 12.5)
/// let all = board.news(since: 0)                   // for who has just come
/// let rest = board.news(since: all?.version ?? 0)  // nil, until something more is posted
/// ```
public struct FrameBoard: Sendable {
  /// How much there may be on a board.
  public struct Limits: Sendable, Hashable {
    /// How many names.
    public var keys = 1000
    /// How many bytes of names and values, about.
    public var bytes = 100 << 20

    /// Takes the usual limits: forty times the names of NanoVer's servers, in what one of its messages holds.
    public init() {}
  }

  /// What somebody has not seen.
  public struct News: Sendable {
    /// All of it, as one frame.
    public let frame: Frame
    /// What they have seen then.
    public let version: Int
  }

  /// All that is known, as one frame that makes all before it void.
  public private(set) var whole = Frame()
  /// How many frames have been posted.
  public private(set) var version = 0

  private let limits: Limits
  /// When each value was last said.
  private var versions: [String: Int] = [:]
  /// When all before became void.
  private var resetVersion = 0
  /// How often that has happened.
  private var resets: Int64 = 0
  /// How many frames have come since then.
  private var index: Int64 { Int64(version - resetVersion) }

  /// Makes an empty board.
  public init(limits: Limits = Limits()) { self.limits = limits }

  /// Takes in a frame.
  ///
  /// As NanoVer's servers do, the board counts frames itself, notes when each came, and which simulation it is since the server
  /// began.
  ///
  /// - Parameters:
  ///   - frame: What is said. The first that is posted counts as a reset.
  ///   - time: The time in seconds, of any clock.
  /// - Throws: ``FrameError`` if somebody who is sent it could not read it, or could not make a molecule of it, or if it is too
  ///   much; then all is as before.
  /// - Complexity: O(*n*) in the bytes of the frame, and in those of all that the molecule is made of if that changes.
  public mutating func post(_ frame: Frame, at time: Double) throws(FrameError) {
    let checked = try CheckedFrame(frame)
    var frame = checked.frame
    let isReset = frame.isReset || version == 0
    if isReset {
      frame[.frameIndex] = 0
      if frame[.simulationCounter] == nil { frame[.simulationCounter] = .int(resets) }
    } else {
      frame[.frameIndex] = .int(index + 1)
    }
    frame[.serverTimestamp] = .double(time)
    var next = whole
    next.merge(frame)
    next[.frameIndex] = 0
    try check(next, after: frame, checked.vectorCounts, isReset: isReset)

    version += 1
    if isReset {
      (versions, resetVersion) = ([:], version)
      resets += 1
    }
    for name in frame.entries.keys { versions[name] = version }
    whole = next
  }

  /// What has been said since a version was seen; nil if that is nothing.
  ///
  /// - Parameter seen: A version that was told before; 0 for somebody who has seen nothing.
  /// - Returns: What has been said, as one frame that ``Frame/isReset`` if all that was seen is void.
  /// - Complexity: O(*k*) in the names.
  public func news(since seen: Int) -> News? {
    guard seen < version else { return nil }
    guard seen >= resetVersion else { return News(frame: whole, version: version) }
    var frame = Frame()
    for (name, said) in versions where said > seen { frame.entries[name] = whole.entries[name] }
    frame[.frameIndex] = .int(index)
    return News(frame: frame, version: version)
  }

  // MARK: What is refused

  private func check(
    _ next: Frame,
    after frame: Frame,
    _ vectorCounts: [FrameKey: Int],
    isReset: Bool
  ) throws(FrameError) {
    try checkSize(next)
    if let count = try next.count(.particleCount) {
      for key in CheckedFrame.perParticle {
        guard let other = vectorCounts[key], other != count else { continue }
        throw FrameError(key, "\(other) vectors, where \(FrameKey.particleCount) says \(count)")
      }
    }
    let isSame =
      !isReset
      && CurrentFrame.topology.allSatisfy { key in
        frame.entries[key.name].map { $0 == whole.entries[key.name] } ?? true
      }
    if !isSame { _ = try Topology(next) }
  }

  private func checkSize(_ next: Frame) throws(FrameError) {
    guard next.entries.count <= limits.keys else {
      throw FrameError(.all, "there is no room for more than \(limits.keys) names")
    }
    let size = next.size
    guard size <= limits.bytes else {
      throw FrameError(.all, "\(size) bytes in all are too many: there may be \(limits.bytes)")
    }
  }
}

extension FrameKey {
  /// Stands for all of a frame where something is wrong with that: names that others make up are not repeated.
  fileprivate static let all = FrameKey("frame")
}
