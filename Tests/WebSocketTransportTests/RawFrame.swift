/// Makes the bytes of frames, also of those that nobody should send.
struct RawFrame {
  var first: UInt8
  var payload: [UInt8] = []
  var mask: [UInt8]? = [1, 2, 3, 4]
  /// What the header says, if not the truth.
  var announced: UInt64?
  /// Whether to write the length in more bytes than it needs: 2 or 8.
  var lengthBytes: Int?

  static func binary(_ payload: [UInt8], isFinal: Bool = true) -> RawFrame {
    RawFrame(first: isFinal ? 0x82 : 0x02, payload: payload)
  }

  static func continuation(_ payload: [UInt8], isFinal: Bool) -> RawFrame {
    RawFrame(first: isFinal ? 0x80 : 0x00, payload: payload)
  }

  static func close(_ payload: [UInt8]) -> RawFrame { RawFrame(first: 0x88, payload: payload) }

  var bytes: [UInt8] {
    let length = announced ?? UInt64(payload.count)
    let maskBit: UInt8 = mask == nil ? 0 : 0x80
    let size = lengthBytes ?? (length < 126 ? 0 : length < 65536 ? 2 : 8)
    var bytes = [first, maskBit | (size == 0 ? UInt8(length) : size == 2 ? 126 : 127)]
    for place in (0..<size).reversed() {
      bytes.append(UInt8(truncatingIfNeeded: length >> (8 * place)))
    }
    guard let mask else { return bytes + payload }
    bytes += mask
    for (place, byte) in payload.enumerated() { bytes.append(byte ^ mask[place % 4]) }
    return bytes
  }
}
