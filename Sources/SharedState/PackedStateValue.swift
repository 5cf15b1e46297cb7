/// The bytes of one value and the codec that reads them.
///
/// Values that arrive together share blocks of memory, so that most of them cost no allocation; see ``Packer``.
public struct PackedStateValue: Sendable {
  private let block: Block
  private let start: UInt32
  private let count: UInt32

  /// Keeps bytes that a codec has checked, in memory of their own.
  ///
  /// - Precondition: `codec` has found `bytes` to be exactly one well-formed value.
  public init(checked bytes: [UInt8], codec: any StateValueCodec.Type) {
    self.init(checked: bytes.span.bytes, codec: codec)
  }

  /// Keeps bytes that a codec has checked, in memory of their own.
  ///
  /// - Precondition: `codec` has found `bytes` to be exactly one well-formed value.
  public init(checked bytes: RawSpan, codec: any StateValueCodec.Type) {
    var packer = Packer(codec: codec, expecting: bytes.byteCount)
    self = packer.pack(bytes)
  }

  private init(block: Block, start: Int, count: Int) {
    (self.block, self.start, self.count) = (block, UInt32(start), UInt32(count))
  }

  /// The codec that checked the bytes.
  public var codec: any StateValueCodec.Type { block.codec }

  /// How many bytes there are.
  public var byteCount: Int { Int(count) }

  /// How many bytes stay in memory for as long as the value does.
  package var bytesKept: Int { block.size }

  /// The bytes, copied.
  ///
  /// - Complexity: O(*n*) in the bytes.
  public var bytes: [UInt8] { withUnsafeBytes { [UInt8]($0) } }

  /// The value, decoded.
  ///
  /// - Complexity: O(*n*) in the bytes.
  public var value: StateValue { withUnsafeBytes { codec.decode($0.bytes) } }

  /// Looks at the bytes where they are; they must not be kept.
  public func withUnsafeBytes<Result>(
    _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    try block.withBytes(from: Int(start), count: Int(count), body)
  }

  /// Whether both are the same bytes of the same codec.
  func isSame(as other: PackedStateValue) -> Bool {
    guard count == other.count else { return false }
    // Copies of one value lie in one place: so two states are compared without reading what they share.
    if block === other.block, start == other.start { return true }
    guard codec == other.codec else { return false }
    return withUnsafeBytes { left in other.withUnsafeBytes { left.isSame(as: $0) } }
  }
}

extension PackedStateValue {
  /// Lays values that arrive together into blocks of memory that they share.
  ///
  /// A value that stays while its neighbours go keeps no more than its block alive, which is ``blockSize`` bytes at most
  /// however large the message was; one that is larger than a quarter of that has a block to itself. So what a state
  /// holds is bounded by its entries, whatever they came with.
  ///
  /// ```swift
  /// var packer = PackedStateValue.Packer(codec: MessagePackCodec.self, expecting: message.byteCount)
  /// let entry = StateEntry(packed: packer.pack(bytesOfOneValue))
  /// ```
  public struct Packer: ~Copyable {
    /// The most bytes that values share.
    public static let blockSize = 1024

    private let codec: any StateValueCodec.Type
    /// How many bytes may still come.
    private var expected: Int
    private var block: Block?
    private var used = 0

    /// Begins a message.
    ///
    /// - Parameters:
    ///   - codec: What has checked the values.
    ///   - expected: How many bytes the values have together, at most; more are taken too.
    public init(codec: any StateValueCodec.Type, expecting expected: Int) {
      (self.codec, self.expected) = (codec, expected)
    }

    /// Keeps the bytes of one value.
    ///
    /// - Precondition: The codec has found `bytes` to be exactly one well-formed value, of less than 4 GiB.
    public mutating func pack(_ bytes: RawSpan) -> PackedStateValue {
      let count = bytes.byteCount
      expected -= count
      guard count <= Self.blockSize / 4 else { return alone(bytes) }
      if let block, used + count <= block.size {
        defer { used += count }
        return put(bytes, into: block, at: used)
      }
      let block = Block(codec: codec, size: min(Self.blockSize, count + max(0, expected)))
      (self.block, used) = (block, count)
      return put(bytes, into: block, at: 0)
    }

    private func alone(_ bytes: RawSpan) -> PackedStateValue {
      put(bytes, into: Block(codec: codec, size: bytes.byteCount), at: 0)
    }

    private func put(_ bytes: RawSpan, into block: Block, at start: Int) -> PackedStateValue {
      bytes.withUnsafeBytes { block.write($0, at: start) }
      return PackedStateValue(block: block, start: start, count: bytes.byteCount)
    }
  }

  /// Memory that values share.
  ///
  /// Only its packer writes into it, each part once and before the value that is there is handed out; so what a value
  /// shows of it never changes, and anybody may read it.
  private final class Block: @unchecked Sendable {
    let codec: any StateValueCodec.Type
    private let memory: UnsafeMutableRawBufferPointer

    init(codec: any StateValueCodec.Type, size: Int) {
      self.codec = codec
      memory = .allocate(byteCount: size, alignment: 1)
    }

    deinit { memory.deallocate() }

    var size: Int { memory.count }

    func write(_ bytes: UnsafeRawBufferPointer, at start: Int) {
      UnsafeMutableRawBufferPointer(rebasing: memory[start..<start + bytes.count])
        .copyMemory(from: bytes)
    }

    func withBytes<Result>(
      from start: Int,
      count: Int,
      _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
      // The memory goes with the block, which a caller might have held last.
      try withExtendedLifetime(self) {
        try body(UnsafeRawBufferPointer(rebasing: memory[start..<start + count]))
      }
    }
  }
}
