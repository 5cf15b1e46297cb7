#if GRPC
import Foundation
@testable import GRPCTransport
import ProtocolBuffers
import SharedState
import SwiftProtobuf
import TestSupport
import Testing

private typealias LibraryReply = Narupa_Protocol_Command_CommandReply

@Suite("Values on the gRPC wire")
struct StructTests {
  private func decode(_ bytes: [UInt8]) throws(WireError) -> StateObject {
    try CommandReply(bytes).result
  }

  private func refusal(of bytes: [UInt8]) -> WireError? {
    do throws(WireError) {
      _ = try decode(bytes)
      return nil
    } catch {
      return error
    }
  }

  @Test("What we write, the protobuf library reads, in as many bytes as it takes itself")
  func written() throws {
    for seed in 0..<400 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let object = Samples.object(using: &generator)
      let bytes = CommandReply(result: object).encoded
      let theirs = try LibraryReply(serializedBytes: bytes)
      #expect(theirs.result.object == object, "seed \(seed)")
      let twin = try LibraryReply.with { $0.result = .init(object) }.serializedBytes() as [UInt8]
      #expect(bytes.count == twin.count, "seed \(seed)")
    }
  }

  @Test("What the protobuf library writes, we read")
  func read() throws {
    for seed in 1000..<1400 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let object = Samples.object(using: &generator)
      let theirs = try LibraryReply.with { $0.result = .init(object) }.serializedBytes() as [UInt8]
      #expect(try decode(theirs) == object, "seed \(seed)")
    }
  }

  @Test("Cut, flipped and mixed bytes never trap us, and mean to us what they mean to the library")
  func mutated() throws {
    var (accepted, generous) = (0, 0)
    for seed in 0..<3000 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      var bytes = CommandReply(result: Samples.object(using: &generator)).encoded
      Self.damage(&bytes, using: &generator)
      let theirs = try? LibraryReply(serializedBytes: bytes).result.object
      let ours = try? decode(bytes)
      if theirs != nil || ours == nil {
        #expect(ours == theirs, "seed \(seed), bytes \(bytes.prefix(400))")
      } else {
        generous += 1
      }
      if ours != nil { accepted += 1 }
    }
    // The library alone refuses the case of `keyOfAnotherKind`.
    #expect(generous < 10)
    // Else this would be a test of how to say no.
    #expect((300..<2700).contains(accepted))
  }

  private static func damage(_ bytes: inout [UInt8], using generator: inout SeededGenerator) {
    for _ in 0..<Int.random(in: 1...3, using: &generator) where !bytes.isEmpty {
      let place = Int.random(in: 0..<bytes.count, using: &generator)
      switch Int.random(in: 0...4, using: &generator) {
      case 0: bytes.removeSubrange(place...)
      case 1: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &generator)
      case 2: bytes[place] = UInt8.random(in: 0...255, using: &generator)
      case 3: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
      // A field more, so that some are there twice.
      default: bytes += bytes[..<place].suffix(40)
      }
    }
  }

  @Test("Bytes from nowhere never trap us")
  func noise() {
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<3000 {
      let count = Int.random(in: 0...60, using: &generator)
      let noise = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
      let theirs = try? LibraryReply(serializedBytes: noise).result.object
      #expect((try? decode(noise)) == theirs, "\(noise)")
    }
  }

  @Test("Of a field that is there twice the later counts, and lists and dictionaries are joined")
  func duplicates() throws {
    // "a": {"x": 1-element list}, twice, in one value; then "a" once more with true.
    let list: [UInt8] = [0x32, 4, 0x0a, 2, 0x20, 1]
    let value = list + list
    let entry: [UInt8] = [0x0a, 1, 0x61, 0x12, UInt8(value.count)] + value
    let once: [UInt8] = [0x0a, UInt8(entry.count)] + entry
    #expect(try decode([0x0a, UInt8(once.count)] + once) == ["a": [true, true]])
    let other: [UInt8] = [0x0a, 7, 0x0a, 1, 0x61, 0x12, 2, 0x20, 1]
    let both = [0x0a, UInt8(once.count)] + once + [0x0a, UInt8(other.count)] + other
    #expect(try decode(both) == ["a": true])
    // A value that is first true and then false.
    #expect(
      try decode([0x0a, 11, 0x0a, 9, 0x0a, 1, 0x61, 0x12, 4, 0x20, 1, 0x20, 0]) == ["a": false]
    )
  }

  @Test("A value without a kind is null, and one that is not there is, too")
  func kindless() throws {
    #expect(try decode([0x0a, 7, 0x0a, 5, 0x0a, 1, 0x61, 0x12, 0]) == ["a": nil])
    #expect(try decode([0x0a, 5, 0x0a, 3, 0x0a, 1, 0x61]) == ["a": nil])
    #expect(try decode([0x0a, 2, 0x0a, 0]) == ["": nil])
  }

  @Test("A key that is not text is an unknown field, though the library refuses it")
  func keyOfAnotherKind() throws {
    let bytes: [UInt8] = [0x0a, 8, 0x0a, 6, 0x08, 1, 0x12, 2, 0x20, 1]
    #expect(try decode(bytes) == ["": true])
    #expect(throws: BinaryDecodingError.self) { try LibraryReply(serializedBytes: bytes) }
  }

  @Test("Unknown fields and groups are stepped over")
  func unknown() throws {
    let strange: [UInt8] = [0x7b, 0x08, 1, 0x12, 1, 0x61, 0x7c, 0x7d, 1, 2, 3, 4, 0x78, 0x80, 1]
    let field: [UInt8] = [0x0a, 7, 0x0a, 1, 0x61, 0x12, 2, 0x20, 1]
    #expect(try decode(strange + [0x0a, UInt8(field.count)] + field + strange) == ["a": true])
  }

  @Test("What is wrong is told with its place")
  func errors() {
    #expect(refusal(of: [0x0a]) == WireError(.truncated, offset: 1))
    #expect(refusal(of: [0x0a, 1]) == WireError(.truncated, offset: 1))
    #expect(refusal(of: [0x0a, 3, 0x0a, 2, 0x0a]) == WireError(.truncated, offset: 3))
    // A length of nearly 2^64.
    let long = [UInt8](repeating: 0xff, count: 9)
    #expect(refusal(of: [0x0a] + long + [1]) == WireError(.truncated, offset: 1))
    #expect(refusal(of: [0x0a] + long + [0xff, 1]) == WireError(.endlessNumber, offset: 1))
    #expect(refusal(of: [0x00]) == WireError(.badTag(0), offset: 0))
    #expect(refusal(of: [0x0f]) == WireError(.badTag(15), offset: 0))
    #expect(refusal(of: [0x0a, 5, 0x0a, 3, 0x0a, 1, 0xff]) == WireError(.invalidText, offset: 6))
    #expect(refusal(of: [0x0b, 0x0a, 0]) == WireError(.badGroup, offset: 0))
    #expect(refusal(of: [0x0c]) == WireError(.badGroup, offset: 0))
    let groups = [UInt8](repeating: 0x13, count: 1 << 20)
    #expect(refusal(of: groups) == WireError(.badGroup, offset: 100))
    #expect("\(WireError(.truncated, offset: 3))".hasPrefix("byte 3: "))
  }

  @Test("Keys that look alike are two, as in every other part of the town")
  func alike() throws {
    let object: StateObject = ["\u{e9}": true, "e\u{301}": false]
    #expect(try decode(CommandReply(result: object).encoded) == object)
  }
}
#endif
