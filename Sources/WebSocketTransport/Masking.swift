import NIOCore
import NIOWebSocket

/// Masks payloads, and takes masks off, eight bytes at a time.
///
/// NIO does it byte by byte on the event loop, which for a message of 128 MiB holds up everybody on that loop.
enum Masking {
  /// The first byte of a whole binary message in one frame.
  private static let wholeBinary: UInt8 = 0x82

  /// Makes a masked frame of a binary message, header and all.
  ///
  /// - Complexity: O(*n*) in the bytes.
  static func frame(_ message: ByteBuffer, key: WebSocketMaskingKey = .random()) -> ByteBuffer {
    let count = message.readableBytes
    var frame = ByteBuffer()
    frame.reserveCapacity(count + longestHeader)
    writeHeader(of: count, isMasked: true, into: &frame)
    frame.writeBytes(key)
    let header = frame.readableBytes
    frame.writeImmutableBuffer(message)
    frame.withUnsafeMutableReadableBytes { bytes in
      apply(key, to: UnsafeMutableRawBufferPointer(rebasing: bytes[header...]))
    }
    return frame
  }

  /// How many bytes stand before a payload, at most.
  static let longestHeader = 14

  /// Writes what stands before the payload of a binary message in one frame, up to the mask.
  static func writeHeader(of count: Int, isMasked: Bool, into frame: inout ByteBuffer) {
    let mask: UInt8 = isMasked ? 0x80 : 0
    frame.writeInteger(wholeBinary)
    switch count {
    case ...125:
      frame.writeInteger(mask | UInt8(count))
    case ...0xffff:
      frame.writeInteger(mask | 126)
      frame.writeInteger(UInt16(count))
    default:
      frame.writeInteger(mask | 127)
      frame.writeInteger(UInt64(count))
    }
  }

  /// The payload of a frame without its mask, if it has one.
  ///
  /// - Complexity: O(*n*) in the bytes.
  static func payload(of frame: WebSocketFrame) -> ByteBuffer {
    guard let key = frame.maskKey else { return frame.data }
    var payload = frame.data
    payload.withUnsafeMutableReadableBytes { apply(key, to: $0) }
    return payload
  }

  private static func apply(
    _ key: WebSocketMaskingKey,
    to bytes: UnsafeMutableRawBufferPointer
  ) {
    let key = Array(key)
    let word = (key + key).withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
    var offset = 0
    while offset + 8 <= bytes.count {
      let masked = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self) ^ word
      bytes.storeBytes(of: masked, toByteOffset: offset, as: UInt64.self)
      offset += 8
    }
    while offset < bytes.count {
      bytes[offset] ^= key[offset % 4]
      offset += 1
    }
  }
}
