import Foundation
import MessagePack
import SharedState
import Testing

@Suite("Nesting")
struct NestingTests {
  private static let limit = MessagePack.nestingLimit

  @Test("lists and maps inside each other up to the limit are read")
  func atLimit() throws {
    let value = Samples.nested(Self.limit)
    let bytes = MessagePack.encode(value)
    #expect(try MessagePack.decode(bytes) == value)
    #expect(Verdict.skipping(bytes) == .accepted(end: bytes.count))
  }

  @Test("one more is refused where it begins", arguments: [false, true])
  func overLimit(maps: Bool) {
    let level: [UInt8] = maps ? [0x81, 0xa0] : [0x91]
    let bytes = Array(repeatElement(level, count: Self.limit + 1).joined()) + [0xc0]
    let refused = Verdict.refused(MessagePackError(.tooDeep, offset: level.count * Self.limit))
    #expect(Verdict.decoding(bytes) == refused)
    #expect(Verdict.skipping(bytes) == refused)
  }

  @Test("a megabyte of opening lists is refused without running out of stack")
  func farOverLimit() {
    let bytes = Array(repeating: 0x91 as UInt8, count: 1 << 20)
    let refused = Verdict.refused(MessagePackError(.tooDeep, offset: Self.limit))
    #expect(Verdict.decoding(bytes) == refused)
    #expect(Verdict.skipping(bytes) == refused)
  }

  @Test(
    "the deepest value fits a thread with 2 MiB of stack: read, write, compare, hash, release"
  )
  func stack() async {
    let fits = await withCheckedContinuation { continuation in
      let thread = Thread { continuation.resume(returning: Self.exerciseDeepest()) }
      thread.stackSize = 2 << 20
      thread.start()
    }
    #expect(fits)
  }

  private static func exerciseDeepest() -> Bool {
    // Maps take more stack than lists.
    let level: [UInt8] = [0x81, 0xa1, 0x6b]
    let bytes = Array(repeatElement(level, count: limit).joined()) + [0xc0]
    guard Verdict.skipping(bytes) == .accepted(end: bytes.count),
      let value = try? MessagePack.decode(bytes),
      let twin = try? MessagePack.decode(bytes)
    else { return false }
    return value == twin && value.hashValue == twin.hashValue
      && MessagePack.encode(value) == bytes
  }
}
