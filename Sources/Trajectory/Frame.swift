public import MessagePack
public import SharedState

/// What a simulation says at one moment: values by name, such as `particle.positions`.
///
/// A frame holds what has changed since the one before, so that only ``CurrentFrame`` knows all of a moment. Its values stay in
/// the bytes in which they came until somebody asks for one; see ``FrameKey`` for the usual names.
///
/// ```swift
/// let frame = try Frame(messagePack: bytes)
/// let positions = try frame.vectors(.particlePositions)      // [SIMD3<Float>]?, in nanometres
/// ```
public struct Frame: Sendable, Equatable {
  /// The values by name.
  public internal(set) var entries: [String: StateEntry]

  /// Makes a frame of values that are at hand.
  public init(_ values: [String: StateValue] = [:]) {
    entries = values.mapValues { StateEntry($0) }
  }

  /// Reads the map that stands under `frame` in a message of NanoVer's.
  ///
  /// - Parameter bytes: Exactly one map of MessagePack, whose values are checked and left packed.
  /// - Throws: `MessagePackError` that says what is wrong and where.
  /// - Complexity: O(*n*) in the bytes, at the speed of copying.
  public init(messagePack bytes: RawSpan) throws(MessagePackError) {
    var reader = MessagePack.Reader()
    try self.init(reading: &reader, in: bytes)
    try reader.expectEnd(of: bytes)
  }

  /// Reads the map that a reader stands before.
  ///
  /// - Throws: `MessagePackError` that says what is wrong and where.
  /// - Complexity: O(*n*) in the bytes, at the speed of copying.
  public init(
    reading reader: inout MessagePack.Reader,
    in bytes: RawSpan
  ) throws(MessagePackError) {
    let count = try reader.readMapHeader(in: bytes)
    entries = [:]
    // A length is only a promise.
    entries.reserveCapacity(min(count, 64))
    for _ in 0..<count {
      let key = try reader.readKey(in: bytes)
      entries[key] = try reader.readEntry(in: bytes)
    }
  }

  /// The names of its values, in order.
  public var keys: [String] { entries.keys.sorted() }

  /// Whether nothing is said at all.
  public var isEmpty: Bool { entries.isEmpty }

  /// One value, decoded, or nil if the frame does not say; setting nil takes it out.
  ///
  /// - Complexity: O(*n*) in the bytes of that value, each time.
  public subscript(key: FrameKey) -> StateValue? {
    get { entries[key.name]?.value }
    set { entries[key.name] = newValue.map { StateEntry($0) } }
  }

  /// Whether all that was said before is void: `frame.index` is 0, as it is in the first frame of a simulation.
  public var isReset: Bool { self[.frameIndex]?.int == 0 }

  /// Takes in what a later frame says.
  ///
  /// Afterwards this is one frame that says what both said one after the other. What the later one says counts, and if it
  /// ``isReset``, it alone. The result is a reset if either was, as in NanoVer (`merge_frame_dicts`).
  ///
  /// - Complexity: O(*k*) in the names of the later frame.
  public mutating func merge(_ later: Frame) {
    if later.isReset { return self = later }
    let wasReset = isReset
    entries.merge(later.entries) { $1 }
    if wasReset { self[.frameIndex] = 0 }
  }

  /// Writes the map that ``init(messagePack:)`` reads.
  ///
  /// - Complexity: O(*n*) in the bytes, at the speed of copying for what is still packed.
  public func encode(into bytes: inout [UInt8]) {
    bytes.reserveCapacity(bytes.count + size + 16)
    MessagePack.encodeMapHeader(count: entries.count, into: &bytes)
    for (name, entry) in entries {
      MessagePack.encode(name, into: &bytes)
      MessagePack.encode(entry, into: &bytes)
    }
  }

  /// How many bytes it takes, about.
  var size: Int {
    entries.reduce(0) { $0 + $1.key.utf8.count + 5 + $1.value.approximateSize }
  }
}
