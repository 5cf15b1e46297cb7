import NIOCore
import Testing

@testable import WebSocketTransport

@Suite("WebSocketClose")
struct WebSocketCloseTests {
  @Test("A reason survives its frame")
  func roundTrip() throws {
    let close = WebSocketClose(code: 1007, reason: "byte 3: Ж")
    #expect(try WebSocketClose(payload: close.payload) == close)
  }

  @Test("An empty close frame says nothing, which is good order")
  func empty() throws {
    let close = try WebSocketClose(payload: ByteBuffer())
    #expect(close.code == 1005 && close.isGoodOrder)
    #expect(close.payload.readableBytes == 0)
  }

  @Test("A long reason is cut between characters to what a control frame holds")
  func cut() throws {
    let close = WebSocketClose(code: 1002, reason: String(repeating: "éé", count: 50))
    #expect(close.payload.readableBytes == 2 + 122)
    #expect(try WebSocketClose(payload: close.payload).reason.allSatisfy { $0 == "é" })
  }

  @Test(
    "A close frame that breaks the rules is answered with the right code",
    arguments: [
      ([0x03], 1002),
      ([0x03, 0xed], 1002),  // 1005 is for “no code”, and never sent
      ([0x03, 0xee], 1002),  // 1006
      ([0x00, 0x00], 1002),
      ([0x0b, 0xb7], 1002),  // 2999
      ([0x03, 0xe8, 0xff], 1007),
    ] as [([UInt8], UInt16)]
  )
  func refuses(payload: [UInt8], code: UInt16) {
    let error = #expect(throws: WebSocketClose.self) {
      try WebSocketClose(payload: ByteBuffer(bytes: payload))
    }
    #expect(error?.code == code)
  }
}
