import NIOCore
import NIOWebSocket
import Testing

@testable import WebSocketTransport

@Suite("Masking")
struct MaskingTests {
  @Test(
    "A frame is what the rules say, at every length of the header and every rest of eight",
    arguments: Array(0...17) + [125, 126, 127, 65535, 65536, 65537]
  )
  func frame(count: Int) throws {
    let payload = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let key: WebSocketMaskingKey = [1, 2, 3, 4]
    let frame = Masking.frame(ByteBuffer(bytes: payload), key: key)
    #expect([UInt8](buffer: frame) == RawFrame.binary(payload).bytes)
  }

  @Test("A mask comes off, also when the bytes belong to a larger buffer")
  func unmask() throws {
    let payload = Array(UInt8(0)..<100)
    let whole = Masking.frame(ByteBuffer(bytes: payload), key: [9, 8, 7, 6])
    let masked = try #require(whole.getSlice(at: 6, length: 100))
    let frame = WebSocketFrame(fin: true, opcode: .binary, maskKey: [9, 8, 7, 6], data: masked)
    #expect([UInt8](buffer: Masking.payload(of: frame)) == payload)
    #expect([UInt8](buffer: whole).suffix(100) == [UInt8](buffer: masked)[...])
    let plain = WebSocketFrame(fin: true, opcode: .binary, data: masked)
    #expect(Masking.payload(of: plain) == masked)
  }
}
