import SharedState
import Testing

@Suite("PackedStateValue")
struct PackedStateValueTests {
  private enum Count: StateValueCodec {
    static func decode(_ checkedBytes: RawSpan) -> StateValue {
      .int(Int64(checkedBytes.byteCount))
    }
  }

  @Test("Values that come together keep their own bytes, whatever their sizes")
  func bytes() {
    var packer = PackedStateValue.Packer(codec: Count.self, expecting: 100)
    let values = (0..<400).map { number in
      [UInt8](repeating: UInt8(number % 251), count: number * 7 % 613)
    }
    let packed = values.map { packer.pack($0.span.bytes) }
    #expect(packed.map(\.bytes) == values)
    #expect(packed.map(\.byteCount) == values.map(\.count))
    #expect(packed.map(\.value) == values.map { .int(Int64($0.count)) })
  }

  @Test("A value keeps no more than a block alive, and a large one nothing but itself")
  func blocks() {
    let limit = PackedStateValue.Packer.blockSize
    var packer = PackedStateValue.Packer(codec: Count.self, expecting: 1 << 20)
    let small = (0..<200).map { _ in packer.pack([UInt8](repeating: 1, count: 50).span.bytes) }
    #expect(small.allSatisfy { $0.bytesKept <= limit })
    // Neighbours share: twenty of fifty bytes fit.
    #expect(Set(small.map(\.bytesKept)) == [limit])
    for count in [limit / 4 + 1, limit, 100_000] {
      let large = packer.pack([UInt8](repeating: 1, count: count).span.bytes)
      #expect(large.bytesKept == count)
    }
  }

  @Test("A small message takes no more than it brings")
  func exact() {
    var packer = PackedStateValue.Packer(codec: Count.self, expecting: 30)
    #expect(packer.pack([UInt8](repeating: 1, count: 10).span.bytes).bytesKept == 30)
    #expect(PackedStateValue(checked: [1, 2, 3], codec: Count.self).bytesKept == 3)
  }
}
